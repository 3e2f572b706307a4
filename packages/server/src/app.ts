import { invitationPages } from './accounts/invitations/pages.ts'
import { createPasswords, type Passwords } from './accounts/sign-in/passwords.ts'
import { signInRoutes } from './accounts/sign-in/routes.ts'
import { userRoutes } from './accounts/users/routes.ts'
import { findUser, findUserByName } from './accounts/users/store.ts'
import { ensureUserTypes, usernameKey } from './accounts/users/users.ts'
import { type Activity, createActivity } from './activity/activity.ts'
import { by, type Happening } from './activity/events.ts'
import { createRegions, type RegionOf } from './activity/regions.ts'
import { activityRoutes } from './activity/routes.ts'
import { type AddressPlaces, createAddressPlaces } from './addresses/limits.ts'
import type { Config } from './config/config.ts'
import { type Connections, createConnections } from './connections/connections.ts'
import { connectionRoutes } from './connections/routes.ts'
import type { Database } from './database/database.ts'
import { createCommands } from './devices/commands/commands.ts'
import { authenticateDevice, isDeviceToken } from './devices/keys/authenticate.ts'
import { demandSight } from './devices/relations/relations.ts'
import { findSubjectsRunOut } from './devices/relations/store.ts'
import { deviceRoutes } from './devices/routes.ts'
import { maySubscribe, type TopicParts, takeMessage, tellPresence } from './devices/topics.ts'
import { parseUid } from './devices/uid.ts'
import { deviceUseRoutes } from './devices/use-routes.ts'
import { createEdge } from './http/edge.ts'
import { operationRoutes } from './http/operations.ts'
import { createRefreshCookies } from './http/refresh-cookie.ts'
import type { Route } from './http/route.ts'
import { createStreams, type Streams } from './http/streams.ts'
import type { Identity } from './identity.ts'
import { type KeyRing, openKeyRing } from './keys/key-ring.ts'
import type { Log } from './log.ts'
import { type Broker, createBroker } from './mqtt/broker/broker.ts'
import { oauthRoutes } from './oauth/token/routes.ts'
import { consoleRoutes } from './pages/console.ts'
import { documentRoutes } from './pages/documents.ts'
import { permissionNames } from './permissions.ts'
import { loadMasterKey } from './secrets/master-key.ts'
import { type AuthenticateToken, bearerOf, createTokenReader } from './tokens/authenticate.ts'
import { createIssuer, type IssueToken } from './tokens/issue.ts'
import { createProofs, type Proofs } from './tokens/proofs.ts'
import { openRevocations, type Revocations } from './tokens/revocations.ts'
import { tokenRoutes } from './tokens/routes.ts'
import { authenticateSender } from './tokens/sender.ts'
import { realWorld, type World } from './world.ts'

/** The whole product as a value: built from a configuration, a database and a world; one process may hold several. */
export interface App {
  readonly config: Config
  readonly db: Database
  readonly world: World
  readonly activity: Activity
  readonly ring: KeyRing
  readonly revocations: Revocations
  readonly passwords: Passwords
  readonly issue: IssueToken
  readonly regionOf: RegionOf
  readonly authenticateToken: AuthenticateToken
  readonly proofs: Proofs
  readonly connections: Connections
  readonly routes: readonly Route[]
  readonly edge: ReturnType<typeof createEdge>
  readonly streams: Streams
  readonly broker: Broker<Identity>
  /** For the listeners: the connections that an address may have. */
  readonly places: Pick<AddressPlaces, 'http' | 'mqtt'>
  /**
   * End what is due: streams whose token has expired, and what was subscribed to by shares whose time is over. Called by
   * the App's own timer every second.
   */
  tick(): Promise<void>
  /** Refuse what is new from now on; the listeners finish what is in flight. */
  stop(): Promise<void>
}

interface Ground {
  readonly config: Config
  readonly db: Database
  readonly log: Log
  readonly world?: World
}

/** Verifiers grant each other's clocks this much, so a revocation outlives the token by it. */
const toleranceMs = 60_000

/** Build every part and introduce those to one another that must not know one another. */
export async function createApp({ config, db, log, world = realWorld }: Ground): Promise<App> {
  const { issuer, audience } = config
  const regionOf = createRegions(config.regions)
  const activity = createActivity({ db, world, regionOf })
  const tokenLifeMs = config.accessTokenSeconds * 1000 + toleranceMs
  const masterKey = loadMasterKey(config.masterKey, config.data, world)
  await db.transaction((tx) => ensureUserTypes(tx, world.now()))
  const ring = await openKeyRing({
    db,
    world,
    masterKey,
    activity,
    algorithm: config.signingAlgorithm,
    keepRetiredMs: tokenLifeMs,
  })
  const revocations = await openRevocations({ db, world, tokenLifeMs })
  const issue = createIssuer({ ring, world, issuer, audience, lifeSeconds: config.accessTokenSeconds })
  const readToken = createTokenReader({ ring, revocations, world, issuer, audience })
  const authenticateToken: AuthenticateToken = (token) => bearerOf(readToken(token))
  const proofs = createProofs({ db, world, issuer })
  const passwords = createPasswords(world)
  const onError = (error: unknown) => log.error('connection_failed', error)

  /** Whom a token names by itself: a device by one that it signed, everyone else by one of ours that is bound to no key. */
  async function authenticate(
    token: string,
    origin: { address: string; requestId?: string },
  ): Promise<Identity> {
    return isDeviceToken(token)
      ? authenticateDevice({ db, world, activity, audience, onError }, token, origin)
      : authenticateToken(token)
  }

  // What lives on after its token was looked at, on either edge, is asked again when something has been revoked.
  const isRevoked = ({ claims }: Identity) => revocations.list.isRevoked(claims)
  const recordRefusal = (happening: Omit<Happening, 'outcome'>) =>
    void activity.recordAlone({ ...happening, outcome: 'refused' }).catch(onError)
  const places = createAddressPlaces(config, (reason, address) =>
    recordRefusal({ event: 'access.refuse', reason, origin: { address } }),
  )
  const streams = createStreams({ world, isRevoked, places: places.streams })
  const devices = { db, world, activity }
  const connections = createConnections({
    activity,
    onError,
    createBroker: (authority) => createBroker({ authority, world, onError }),
    rules: {
      authenticate,
      uidOf: parseUid,
      isRevoked,
      maySubscribe: (identity, filter) => maySubscribe(devices, identity, filter),
      takeMessage: (identity, message, { address }) =>
        takeMessage(
          topics,
          identity,
          message,
          by(identity, { address, requestId: '', userAgent: undefined }),
        ),
      presenceChanged: (uid) =>
        void tellPresence({ ...topics, isOnline: connections.isOnline }, uid).catch(onError),
    },
  })
  const topics: TopicParts = {
    ...devices,
    publish: connections.publish,
    retain: connections.retain,
    commands: createCommands({ ...devices, deliver: connections.deliver }),
  }
  const relationChanged = (_uid: string, subjects: readonly string[]) => connections.recheck(subjects)

  const stopFollowing = revocations.follow(() => {
    connections.closeRevoked()
    streams.endDue()
  })
  const stopWatching = db.onChangeElsewhere(() => {
    Promise.all([revocations.refresh(), ring.reload()]).catch((error: unknown) =>
      log.error('reload_failed', error),
    )
  })
  let sharesSeenUpTo = world.now()
  async function endShares(): Promise<void> {
    const now = world.now()
    await connections.recheck(await findSubjectsRunOut(db, sharesSeenUpTo, now))
    sharesSeenUpTo = now
  }
  let ticking = Promise.resolve()
  function tick(): Promise<void> {
    streams.endDue()
    // One after the other, so that whoever asks for one knows that all before it are done.
    ticking = ticking.catch(() => {}).then(endShares)
    return ticking
  }
  const ticker = setInterval(() => {
    tick().catch((error: unknown) => log.error('tick_failed', error))
  }, 1_000).unref()
  const sweeper = setInterval(() => {
    // Reading the ring again drops the keys whose last token has expired.
    Promise.all([revocations.sweep(), proofs.sweep(), ring.reload()]).catch((error: unknown) =>
      log.error('sweep_failed', error),
    )
  }, 60_000).unref()

  const accounts = { db, world, activity, revocations, proofs }
  const routes: Route[] = [
    ...signInRoutes({
      ...accounts,
      issue,
      regionOf,
      passwords,
      readToken,
      cookies: createRefreshCookies(issuer),
    }),
    ...userRoutes(accounts, (invitation) => `${issuer}/invitations/${invitation}`),
    ...invitationPages({ ...accounts, passwords }),
    ...deviceRoutes({
      ...devices,
      isOnline: connections.isOnline,
      kick: connections.kick,
      relationChanged,
      findUserId: async (username) => (await findUserByName(db, usernameKey(username)))?.id,
      findUsername: async (id) => (await findUser(db, id))?.username,
    }),
    ...deviceUseRoutes(topics),
    ...connectionRoutes({ connections, demandSight: (caller, uid) => demandSight(devices, caller, uid) }),
    ...activityRoutes({ db, activity, world }),
    ...tokenRoutes({ db, world, activity, ring, revocations, knownScopes: permissionNames }),
    ...oauthRoutes({ db, activity, issue, proofs, issuer }),
    ...operationRoutes({ db, world }),
  ]
  // The pages stand after the description: they are no part of the interface.
  routes.push(...documentRoutes(routes, issuer), ...consoleRoutes())

  const stopping = new AbortController()
  const edge = createEdge(routes, {
    world,
    log,
    authenticate: async (credentials, origin) =>
      credentials.scheme === 'bearer' && isDeviceToken(credentials.token)
        ? authenticate(credentials.token, origin)
        : authenticateSender({ readToken, proofs, activity }, credentials, origin),
    accessRefused: (caller, origin, { code, reason }) =>
      void activity
        .recordAlone({
          ...by(caller, origin),
          event: 'access.refuse',
          outcome: 'refused',
          reason: code,
          ...(reason !== undefined && { details: { permission: reason } }),
        })
        .catch((error: unknown) => log.error('record_failed', error)),
    streams,
    corsOrigins: new Set(config.corsOrigins),
    trustedProxies: config.trustedProxies,
    secure: issuer.startsWith('https:'),
    stopping: stopping.signal,
  })

  return {
    config,
    db,
    world,
    activity,
    ring,
    revocations,
    passwords,
    issue,
    regionOf,
    authenticateToken,
    proofs,
    connections,
    routes,
    edge,
    streams,
    broker: connections.broker,
    places,
    tick,
    async stop() {
      stopping.abort()
      topics.commands.stop()
      stopFollowing()
      stopWatching()
      clearInterval(sweeper)
      clearInterval(ticker)
      await connections.broker.close('server_shutting_down')
    },
  }
}
