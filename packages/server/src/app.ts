import { type Access, createAccess } from './access/access.ts'
import type { Passwords } from './accounts/passwords/passwords.ts'
import type { Attempts } from './accounts/sign-in/attempts.ts'
import type { Backups } from './activity/backup/part.ts'
import type { LogProof } from './activity/proof/proof.ts'
import type { Regions } from './activity/regions.ts'
import type { LogStatistics } from './activity/statistics/statistics.ts'
import type { AddressPlaces } from './addresses/limits.ts'
import type { Alarms } from './alarms/alarms.ts'
import type { ApiKeys } from './api-keys/api-keys.ts'
import type { Applications } from './applications/applications.ts'
import type { Apps } from './apps/apps.ts'
import type { Config } from './config/settings.ts'
import type { Connections } from './connections/connections.ts'
import type { Devices } from './devices/devices.ts'
import type { createEdge } from './http/edge.ts'
import type { Route } from './http/route.ts'
import type { Streams } from './http/streams.ts'
import type { Keys } from './keys/keys.ts'
import type { Mail } from './mail/mail.ts'
import type { Oauth } from './oauth/oauth.ts'
import { createOperations, type Operations } from './operations/operations.ts'
import type { Jobs, Part } from './part.ts'
import type { Rights } from './rights/rights.ts'
import type { MasterKey } from './secrets/master-key.ts'
import type { SharedSignals } from './shared-signals/shared-signals.ts'
import type { Sinks } from './sinks/sinks.ts'
import type { TokenHands, TokensGround } from './tokens/ground.ts'
import type { FindTarget } from './tokens/target.ts'
import type { Upstream } from './upstream/upstream.ts'
import type { Webhooks } from './webhooks/webhooks.ts'
import { createAuthorization } from './wiring/authorization.ts'
import { createCallers } from './wiring/callers.ts'
import { createWiredDevices } from './wiring/devices.ts'
import { createWiredEdge } from './wiring/edge.ts'
import { createFoundation, type Foundation, type Given } from './wiring/foundation.ts'
import { createWiredLog } from './wiring/log.ts'

/** The whole server as a value, made of a configuration, a database and a world. A process may have several. */
export interface App extends TokensGround {
  readonly hands: TokenHands
  readonly config: Config
  readonly findTarget: FindTarget
  readonly masterKey: MasterKey
  readonly passwords: Passwords
  readonly attempts: Attempts
  readonly access: Access
  readonly alarms: Alarms
  readonly apiKeys: ApiKeys
  readonly applications: Applications
  readonly apps: Apps
  readonly upstream: Upstream
  readonly rights: Rights
  readonly connections: Connections
  readonly keys: Keys
  readonly mail: Mail
  readonly oauth: Oauth
  readonly signals: SharedSignals
  readonly operations: Operations
  readonly proof: LogProof
  readonly backups: Backups
  readonly webhooks: Webhooks
  readonly statistics: LogStatistics
  readonly regions: Pick<Regions, 'builtAt'>
  readonly sinks: Sinks
  readonly routes: readonly Route[]
  readonly edge: ReturnType<typeof createEdge>
  readonly streams: Streams
  readonly relationsOf: Devices['relationsOf']
  readonly approvalsOf: Devices['approvalsOf']
  readonly appsOf: Apps['appsOf']
  readonly countriesOf: Alarms['countriesOf']
  readonly applicationsOf: Oauth['applicationsOf']
  /** The connections that an address may have, for the listeners. */
  readonly places: Pick<AddressPlaces, 'http' | 'mqtt'>
  readonly jobs: Jobs
  /** Start the jobs. Commands that only read or print do not call it. */
  start(): void
  /** Refuse new requests. The listeners finish those in flight. */
  stop(): Promise<void>
}

/** Build every part, and give each the functions of parts that it must not import. */
export async function createApp(given: Given): Promise<App> {
  const foundation = await createFoundation(given)
  const { config, ground, regions, passwords, masterKey, mail, attempts, ring, keys } = foundation
  const callers = await createCallers(foundation, {
    async noteEndedSession(tx, ended) {
      await oauth.noteEndedSession(tx, ended)
      await signals.noteEndedSession(tx, ended)
    },
    endGrants: (tx, actor, id, reason) => oauth.endGrants(tx, actor, id, reason),
  })
  const { tokens, apiKeys, services, rights, accounts, applications, apps, upstream } = callers
  const wiredDevices = createWiredDevices(foundation, callers)
  const { connections, devices } = wiredDevices
  const operations = createOperations(ground, () => jobs)
  const wiredLog = createWiredLog(foundation, callers, wiredDevices, {
    lostAt: operations.lostAt,
    jobStates: () => jobs.states(),
  })
  const { proof, backups, sinks, statistics, webhooks, alarms } = wiredLog
  const { oauth, signals } = createAuthorization(foundation, callers, wiredDevices, wiredLog)
  accounts.govern({
    ...devices,
    ...{ countriesOf: alarms.countriesOf, applicationsOf: oauth.applicationsOf, appsOf: apps.appsOf },
    providersOffered: upstream.offered,
    settled: rights.settled,
    async forget(tx, names) {
      await proof.forget(tx, names)
      await alarms.forget(tx, names)
      await webhooks.forget(tx, names)
      await apiKeys.forget(tx, names)
      await signals.notePurged(tx, names)
      await oauth.forget(tx, names)
    },
  })
  const keyIds = () => ring.list().map(({ kid }) => kid)
  const access = createAccess({ issuer: config.issuer, people: accounts, services, devices, keyIds })
  const stopping = new AbortController()
  const parts: Part[] = [
    ...[accounts, devices, access, connections],
    // Each before the proof, which has the route of one event by its id where these have a word.
    ...[wiredLog.activityPart, wiredLog.archive, backups, statistics],
    ...[proof, alarms, webhooks, sinks, keys, tokens, services, apiKeys, apps, applications],
    ...[oauth, signals, upstream, operations, mail, rights],
    // Another process may seal with a newer key, and this one must not go on with one that is taken away.
    { routes: [], jobs: [{ name: 'secrets.reload', everyMs: 60_000, run: async () => masterKey.reload() }] },
    { routes: [], jobs: regions.jobs },
  ]
  const { edge, routes, jobs, streams, places, metrics } = createWiredEdge({
    ...{ foundation, callers, devices: wiredDevices, log: wiredLog, operations, parts },
    ...{ buildConsole: given.buildConsole, stopping: stopping.signal },
  })

  // Connections and streams outlive the check of their token: they are checked again after each revocation, of a token or of a
  // key, and each right that ended.
  const endRevoked = () => {
    connections.closeRevoked()
    streams.endDue()
  }
  const stopFollowing = [
    tokens.revocations.follow(endRevoked),
    ring.follow(endRevoked),
    rights.follow((subjects) => connections.recheck(subjects)),
    followOthers(foundation, [tokens.revocations, { refresh: () => ring.reload() }, rights]),
  ]

  return {
    ...{ ...ground, ...tokens, config, findTarget: services.findTarget, masterKey, passwords, attempts },
    ...{ access, alarms, apiKeys, applications, apps, upstream, rights, connections, keys, mail, oauth },
    ...{ signals, operations, proof, backups, webhooks, statistics, regions, sinks },
    ...{ routes, edge, streams, places, jobs },
    ...{ relationsOf: devices.relationsOf, approvalsOf: devices.approvalsOf, appsOf: apps.appsOf },
    countriesOf: alarms.countriesOf,
    applicationsOf: oauth.applicationsOf,
    start() {
      jobs.start()
      metrics.start()
      proof.start()
    },
    async stop() {
      stopping.abort()
      devices.stop()
      mail.stop()
      metrics.stop()
      for (const stop of stopFollowing) stop()
      await Promise.all([jobs.stop(), backups.stop()])
      await webhooks.stop()
      await connections.broker.close('server_shutting_down')
      await jobs.finish()
      await proof.stop().catch((error: unknown) => ground.log.error('record_failed', error))
    },
  }
}

/** What another process has ended ends here as well, and what it seals with is read. Returns a function that stops it. */
function followOthers(
  { ground: { db, log }, masterKey }: Foundation,
  lists: readonly { refresh(): Promise<unknown> }[],
): () => void {
  return db.onChangeElsewhere(() => {
    try {
      masterKey.reload()
    } catch (error) {
      log.error('master_key_failed', error)
    }
    Promise.all(lists.map((list) => list.refresh())).catch((error: unknown) =>
      log.error('reload_failed', error),
    )
  })
}
