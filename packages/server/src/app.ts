import { type Access, createAccess } from './access/access.ts'
import { createAccounts } from './accounts/accounts.ts'
import { ensurePeppers } from './accounts/passwords/ensure-peppers.ts'
import { type Argon2, platformArgon2 } from './accounts/passwords/hashes/argon2.ts'
import { createPasswords, type Passwords } from './accounts/passwords/passwords.ts'
import { createPeppers } from './accounts/passwords/pepper.ts'
import { createPasswordRules } from './accounts/passwords/rules.ts'
import { type Attempts, createAttempts } from './accounts/sign-in/attempts.ts'
import { recordAccessRefusal } from './activity/access.ts'
import { createActivity } from './activity/activity.ts'
import { createArchive } from './activity/archive/part.ts'
import { type Backups, createBackups } from './activity/backup/part.ts'
import { createActivityPart } from './activity/part.ts'
import { createLogProof, type LogProof } from './activity/proof/proof.ts'
import { createRegions, type Regions } from './activity/regions.ts'
import { createStatistics, type LogStatistics } from './activity/statistics/statistics.ts'
import { type AddressPlaces, createAddressPlaces } from './addresses/limits.ts'
import { type Alarms, createAlarms } from './alarms/alarms.ts'
import { alarmMessage } from './alarms/message.ts'
import { type ApiKeys, createApiKeys } from './api-keys/api-keys.ts'
import { type Applications, createApplications } from './applications/applications.ts'
import { type Apps, createApps } from './apps/apps.ts'
import type { ClientInfo } from './client-info.ts'
import type { Config } from './config/settings.ts'
import { type Connections, createConnections } from './connections/connections.ts'
import type { Database } from './database/database.ts'
import { createDevices, type Devices } from './devices/devices.ts'
import { createDeviceTokenTest } from './devices/keys/authenticate.ts'
import { parseUid } from './devices/uid.ts'
import type { Ground } from './ground.ts'
import type { Credentials } from './http/credentials.ts'
import { createEdge } from './http/edge.ts'
import type { Route } from './http/route.ts'
import { createStreams, type Streams } from './http/streams.ts'
import type { Identity } from './identity.ts'
import { endingKeys } from './keys/endings.ts'
import { createFetches } from './keys/fetches/fetches.ts'
import { openKeyRing } from './keys/key-ring.ts'
import { createKeys, type Keys } from './keys/keys.ts'
import type { Log } from './log.ts'
import { createMail, type Mail } from './mail/mail.ts'
import { mailSettings } from './mail/settings.ts'
import { createMetrics } from './metrics/metrics.ts'
import { createBroker } from './mqtt/broker/broker.ts'
import { createOauth, type Oauth } from './oauth/oauth.ts'
import { createOperations, type Operations } from './operations/operations.ts'
import { createOutbound } from './outbound/outbound.ts'
import type { BuildConsole } from './pages/console-files.ts'
import { createPages } from './pages/pages.ts'
import { createJobs, type Jobs, type Part } from './part.ts'
import { createRights, type Rights } from './rights/rights.ts'
import { loadMasterKey, type MasterKey } from './secrets/master-key.ts'
import { keptUserCode } from './secrets/user-codes.ts'
import { createServices } from './services/services.ts'
import { createSharedSignals, type SharedSignals } from './shared-signals/shared-signals.ts'
import { createSinks, type Sinks } from './sinks/sinks.ts'
import { clockSkewMs, ownBearerOf } from './tokens/authenticate.ts'
import type { TokenHands, TokensGround } from './tokens/ground.ts'
import { authenticateSender } from './tokens/sender.ts'
import type { FindTarget } from './tokens/target.ts'
import { createTokens } from './tokens/tokens.ts'
import { loadTraceApi } from './tracing/api.ts'
import { createTracing } from './tracing/tracing.ts'
import { createUpstream, type Upstream } from './upstream/upstream.ts'
import { createWebhooks, type Webhooks } from './webhooks/webhooks.ts'
import { realWorld, type World } from './world.ts'

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

interface Given {
  readonly config: Config
  readonly db: Database
  readonly log: Log
  readonly world?: World
  /** What hashes passwords. */
  readonly argon2?: Argon2
  /** Given if the server runs from the repository. */
  readonly buildConsole?: BuildConsole | undefined
}

/** Build every part, and give each the functions of parts that it must not import. */
export async function createApp({
  config,
  db,
  log,
  world = realWorld,
  argon2 = platformArgon2,
  buildConsole,
}: Given): Promise<App> {
  const { issuer, audience, accessTokenSeconds: lifeSeconds } = config
  const regions = createRegions(config.regions, { names: config.networkNames, log })
  const { regionOf } = regions
  const activity = createActivity({ db, world, locate: regions.locate })
  const ground: Ground = { db, world, activity, log }
  const traceApi = await loadTraceApi(config.traces)
  const tracing = traceApi && createTracing(traceApi, (error) => log.error('trace_failed', error))
  const rules = createPasswordRules(['latchkey', new URL(issuer).hostname])
  await ensurePeppers(ground, config.passwordPeppers)
  const passwords = createPasswords(world, rules, argon2, createPeppers(config.passwordPeppers))

  // A token is presented for as long as verifiers tolerate, by clocks of which either may be wrong.
  const presentedForMs = lifeSeconds * 1000 + clockSkewMs
  const masterKey = loadMasterKey(config.masterKey, config.data, world, config.masterKeysBefore)
  const mail = createMail(ground, {
    settings: mailSettings(config),
    isDevelopment: config.mode === 'development',
    issuer,
    masterKey,
  })
  const attempts = createAttempts(ground, masterKey, config.signInFailuresPerAddress)
  const ring = await openKeyRing({
    ...ground,
    masterKey,
    algorithm: config.signingAlgorithm,
    keepRetiredMs: presentedForMs,
    skewMs: clockSkewMs,
  })
  const tokens = await createTokens(
    ground,
    ring,
    { issuer, audience, lifeSeconds, presentedForMs },
    {
      async noteEndedSession(tx, ended) {
        await oauth.noteEndedSession(tx, ended)
        await signals.noteEndedSession(tx, ended)
      },
      endApiKey: (tx, actor, id) => apiKeys.endOne(tx, actor, id),
      async ownerOfApiKey(id) {
        const subject = await apiKeys.ownerOf(id)
        return subject === undefined ? undefined : { subject, kind: 'api_key' }
      },
      findKeyOfService: (kid) => services.findKey(kid),
      feedKeysOf: (service) => services.feedKeysOf(service),
      statusSignerOf: (service) => services.statusSignerOf(service),
      async reachOf({ subject, kind }) {
        if (kind === 'device') return []
        const reach =
          kind === 'service' ? (await services.find(subject))?.scopes : await accounts.reachOf(subject)
        return reach ?? []
      },
    },
  )
  const { revocations, readToken } = tokens
  const fetches = createFetches(ground)
  const apiKeys = createApiKeys({ ...ground, ...tokens, regionOf })
  ring.govern(apiKeys.endSignedBy)
  const services = createServices({ ...ground, ...tokens, masterKey, apiKeys, fetches })
  const { findTarget } = services
  const rights = createRights(ground)
  const operations = createOperations(ground, () => jobs)
  const accounts = await createAccounts(
    { ...ground, ...tokens, apiKeys, findTarget, regionOf, passwords, attempts, mail, masterKey },
    config,
  )
  const outbound = createOutbound({ networks: config.outboundNetworks })
  apiKeys.govern({ owners: accounts.keyOwners, services: services.forKeys })
  const applications = createApplications({
    ...{ ...ground, outbound, issuer, isDevelopment: config.mode === 'development' },
    rules: {
      ...{ registration: config.clientRegistration, tokenFile: config.clientRegistrationTokenFile },
      ...{ scopes: config.clientRegistrationScopes, documents: config.clientDocuments },
    },
    admit: attempts.admitRegistration,
    scopesOfServices: services.knownScopes,
    findService: services.find,
    holdService: services.hold,
    endGrants: (tx, actor, id, reason) => oauth.endGrants(tx, actor, id, reason),
  })
  const apps = createApps({
    outbound,
    ...{ ...ground, ...tokens, findTarget, regionOf },
    ...{ people: accounts.ofApps, lockForSignIn: accounts.lockForSignIn, admit: attempts.admitChallenge },
  })
  const upstream = createUpstream({
    ...{ ...ground, issuer, masterKey, outbound, ring, people: accounts.ofProviders },
  })
  const connections = createConnections(ground, (authority) =>
    createBroker({
      authority: {
        ...authority,
        authenticate: (request) =>
          tracing
            ? tracing.connect(async () => authority.authenticate(request))
            : authority.authenticate(request),
      },
      world,
      onError: (error) => log.error('connection_failed', error),
    }),
  )
  const devices = createDevices(
    { ...ground, rights, revocations },
    {
      ...{ live: connections, people: accounts, audience, issuer },
      approving: {
        ...accounts.forApprovals,
        keptUserCode: (code) => keptUserCode(masterKey, code),
        regionOf,
        nameOfApplication: async (reader, id) => (await applications.find(reader, id))?.name,
      },
    },
  )
  const isDeviceToken = createDeviceTokenTest()
  async function authenticateCaller(credentials: Credentials, client: ClientInfo): Promise<Identity> {
    if (credentials.scheme === 'bearer' && isDeviceToken(credentials.token)) {
      return devices.authenticate.identify(credentials.token, client)
    }
    const identity = await authenticateSender(tokens, credentials, client)
    apiKeys.uses.note(identity, client)
    return identity
  }
  const isRevoked = ({ claims, keyId }: Identity) =>
    revocations.list.isRevoked(claims) || (keyId !== undefined && ring.isRevoked(keyId))
  connections.govern({
    ...devices,
    uidOf: parseUid,
    isRevoked,
    async authenticate(token, client) {
      if (isDeviceToken(token)) return devices.authenticate.identify(token, client)
      const identity = ownBearerOf(readToken(token))
      apiKeys.uses.note(identity, client)
      return identity
    },
  })
  const proof = createLogProof(ground, {
    ...{ masterKey, issuer, checkpointFile: config.checkpointFile },
    ...{ witnesses: config.witnesses, witnessFor: config.witnessFor, ownsDevice: devices.owned },
  })
  const backups = createBackups(proof.ground, {
    ...{ to: config.backupTo, everyHours: config.backupEveryHours, recipients: config.backupRecipients },
    ...{ region: config.backupRegion, lockDays: config.backupLockDays },
    ...{ accessKey: config.backupAccessKey, secretKey: config.backupSecretKey },
  })
  const sinks = createSinks(ground, {
    ...{ settings: config.sinks, tokens: config.sinkTokens, networks: config.outboundNetworks },
    ...{ issuer, outbound, sequencer: proof.ground.sequencer },
  })
  const statistics = createStatistics(ground, {
    sequencer: proof.ground.sequencer,
    ...{ typesOf: accounts.typesOf, namesOf: accounts.namesOf },
    connected: connections.countDevices,
    retention: config.activityRetention,
  })
  const webhooks = createWebhooks({ ...ground, masterKey, outbound }, proof.ground.sequencer)
  const alarms = createAlarms(
    {
      ...ground,
      hands: {
        connected: () =>
          [...connections.broker.connections()].flatMap(({ principal: { kind, subject } }) =>
            kind === 'device' ? [subject] : [],
          ),
        lostAt: operations.lostAt,
        endings: async () =>
          endingKeys(ring, {
            ...{ rotationDays: config.keyRotationDays, certificate: config.mqttTlsCert, now: world.now() },
          }),
        jobStates: () => jobs.states(),
        namesOf: accounts.namesOf,
        recipients: () => accounts.reachable('alarms:write'),
        mail,
        tellPrograms: (tx, told) => webhooks.queue(tx, [alarmMessage(told)]),
      },
    },
    proof.ground.sequencer,
  )
  const oauth = createOauth({
    ...{ ...ground, ...tokens, findTarget, isDeviceToken, masterKey, regionOf },
    ...{ documents: applications.documents, registrationEndpoint: applications.registrationEndpoint },
    hasClientDocuments: config.clientDocuments === 'on',
    outbox: webhooks.outbox,
    ...{
      findApplication: applications.find,
      findPerson: accounts.forApplications,
      namesOf: accounts.namesOf,
      cookies: accounts.cookies,
    },
    requireOver: accounts.ofApps.requireOver,
    ...{ decideDevice: devices.decide, namesOfDevices: devices.namesOf, binding: devices.binding },
    findKeyOfService: tokens.hands.findKeyOfService,
    authenticate: authenticateCaller,
    admitDevice: (tx, client) => attempts.admitChallenge(tx, client, 'application.device'),
    judgeUserCode: attempts.judgeDeviceCode,
    noteClientUse: applications.uses.note,
    signInByApp: apps.signIn,
    identifyDevice: devices.authenticate.identify,
  })
  const signals = createSharedSignals(
    { ...ground, issuer, ring, masterKey, outbound, outbox: webhooks.outbox, letInBy: oauth.letInBy },
    proof.ground.sequencer,
  )
  accounts.govern({
    ...devices,
    ...{ countriesOf: alarms.countriesOf, applicationsOf: oauth.applicationsOf },
    providersOffered: upstream.offered,
    settled: rights.settled,
    async forget(tx, names) {
      await proof.forget(tx, names)
      await alarms.forget(tx, names)
      await webhooks.forget(tx, names)
      await signals.notePurged(tx, names)
      await oauth.forget(tx, names)
    },
  })
  const idsOf = async (name: string) => [
    ...(await accounts.idsNamed(name)),
    ...[parseUid(name)].filter((uid) => uid !== undefined),
  ]
  const keyIds = () => ring.list().map(({ kid }) => kid)
  const access = createAccess({ issuer, people: accounts, services, devices, keyIds })
  const places = createAddressPlaces(config, (reason, address) =>
    activity
      .recordRefusal({ client: { address } }, 'access.refuse', undefined, { reason })
      .catch((error: unknown) => log.error('record_failed', error)),
  )
  const streams = createStreams({ world, isRevoked, places: places.streams })

  const keys = createKeys({
    ...ground,
    ring,
    fetches,
    rotationDays: config.keyRotationDays,
  })
  const rereadMasterKey = () => {
    try {
      masterKey.reload()
    } catch (error) {
      log.error('master_key_failed', error)
    }
  }
  const metrics = createMetrics(
    ground,
    {
      networks: config.metricsNetworks,
      tokenFile: config.metricsTokenFile,
      // Where the issuer is https, something in front of this server ends TLS.
      isAddressKnown: issuer.startsWith('http:') || config.trustedProxies.length > 0,
    },
    () => ({
      routeIds: routes.map(({ id }) => id),
      ...{ jobs: jobs.states, sinks: sinks.states, tokens: tokens.counts },
      ...{ hashesWaiting: passwords.waiting, published: connections.published },
      connections: () => connections.broker.connections(),
      streams: () => streams.size,
      letters: mail.count,
      ...{ logSize: proof.ground.sequencer.size, unplaced: proof.unplaced, checkpointAt: proof.checkpointAt },
    }),
  )
  const parts: Part[] = [
    accounts,
    devices,
    access,
    connections,
    createActivityPart({
      ...{ ...ground, namesOf: accounts.namesOf, sequencer: proof.ground.sequencer, idsOf },
      namers: {
        user: async (ids) => calledBy(await accounts.namesOf(ids)),
        device: async (ids) => calledBy(await devices.namesOf(ids)),
        service: async (ids) => calledBy(await services.namesOf(ids)),
        app: async (ids) => calledBy(await apps.namesOf(ids)),
        api_key: apiKeys.namesOf,
      },
    }),
    // Before the proof, whose routes have the ids of events where this one has a word.
    createArchive(ground, {
      tableDays: config.activityTableDays,
      retention: config.activityRetention,
      neededFrom: sinks.lowestCursor,
    }),
    backups,
    // Before `proof`, which has the route of one event by its id.
    statistics,
    { routes: [], jobs: regions.jobs },
    proof,
    alarms,
    webhooks,
    sinks,
    keys,
    tokens,
    services,
    apiKeys,
    apps,
    applications,
    oauth,
    signals,
    upstream,
    operations,
    metrics,
    mail,
    rights,
    createPages({
      routes: () => routes,
      ...{ issuer, buildConsole },
      debugger: { access: config.debugger, isSignedIn: accounts.isSignedIn },
    }),
    // Another process may seal with a newer key, and this one must not go on with one that is taken away.
    { routes: [], jobs: [{ name: 'secrets.reload', everyMs: 60_000, run: async () => masterKey.reload() }] },
    { routes: [], jobs: [{ name: 'streams.end', everyMs: 1_000, run: async () => streams.endDue() }] },
  ]
  const routes: readonly Route[] = parts.flatMap((part) => part.routes)
  const jobs = createJobs(
    parts.flatMap((part) => part.jobs),
    ground,
    tracing?.job,
  )

  const stopping = new AbortController()
  const edge = createEdge(routes, {
    world,
    log,
    authenticate: authenticateCaller,
    async refused(refusal, caller, asked) {
      metrics.refused(refusal.code)
      await recordAccessRefusal(activity, refusal, caller, asked)
    },
    answered: metrics.answered,
    ...(tracing && { traced: tracing.request }),
    storageFailed: operations.storageFailed,
    streams,
    corsOrigins: new Set(config.corsOrigins),
    trustedProxies: config.trustedProxies,
    secure: issuer.startsWith('https:'),
    stopping: stopping.signal,
  })

  // Connections and streams outlive the check of their token: they are checked again after each revocation, of a token or of a
  // key, and each right that ended.
  const endRevoked = () => {
    connections.closeRevoked()
    streams.endDue()
  }
  const stopFollowing = [
    revocations.follow(endRevoked),
    ring.follow(endRevoked),
    rights.follow((subjects) => connections.recheck(subjects)),
    db.onChangeElsewhere(() => {
      rereadMasterKey()
      const reload = [revocations.refresh(), ring.reload(), rights.refresh()]
      Promise.all(reload).catch((error: unknown) => log.error('reload_failed', error))
    }),
  ]

  return {
    ...ground,
    ...tokens,
    findTarget,
    masterKey,
    config,
    passwords,
    attempts,
    access,
    alarms,
    apiKeys,
    applications,
    apps,
    upstream,
    rights,
    connections,
    keys,
    mail,
    oauth,
    signals,
    operations,
    proof,
    backups,
    webhooks,
    statistics,
    regions,
    sinks,
    routes,
    edge,
    streams,
    places,
    relationsOf: devices.relationsOf,
    countriesOf: alarms.countriesOf,
    applicationsOf: oauth.applicationsOf,
    jobs,
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
      await apiKeys.uses.flush().catch((error: unknown) => log.error('record_failed', error))
      await keys.ground.fetches.flush().catch((error: unknown) => log.error('record_failed', error))
      await statistics.stop().catch((error: unknown) => log.error('record_failed', error))
      await activity.flushRefusals(true).catch((error: unknown) => log.error('record_failed', error))
      await proof.stop().catch((error: unknown) => log.error('record_failed', error))
    },
  }
}

const calledBy = (names: ReadonlyMap<string, string>) =>
  new Map([...names].map(([id, name]) => [id, { name }]))
