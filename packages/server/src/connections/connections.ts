import { lackOf } from '../activity/access.ts'
import { type Details, device, whoIs } from '../activity/events.ts'
import type { EventReason } from '../activity/schema/reasons.ts'
import type { ClientInfo } from '../client-info.ts'
import { refusalOf } from '../database/failure.ts'
import { Refusal } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { serve } from '../http/route.ts'
import type { Caller, Identity } from '../identity.ts'
import type { Authority, Connection, ConnectRequest, Ended, Verdict } from '../mqtt/broker/authority.ts'
import type { Broker } from '../mqtt/broker/broker.ts'
import type { Message } from '../mqtt/codec/packets.ts'
import type { Part } from '../part.ts'
import { escapeHidden, isVisible } from '../text.ts'
import { connectRefusal, isUnavailable, publishRefusal } from './reasons.ts'
import { readDeviceConnection } from './routes.ts'

/** The decisions of other parts about live connections; `app.ts` passes them to `govern`. */
export interface ConnectionRules {
  /** Authenticate a token: one that a device signed, or an access token. */
  authenticate(token: string, client: ClientInfo): Promise<Identity>
  /** Whether a connection may go on; called when a right of its subject has ended. */
  mayStayConnected(identity: Identity): Promise<boolean>
  maySubscribe(identity: Identity, filter: string): Promise<boolean>
  handlePublish(sender: Caller, message: Message): Promise<'route' | 'handled'>
  /** The canonical uid of a text, if it is one. Only that device may use it as its client id. */
  uidOf(text: string): string | undefined
  isRevoked(identity: Identity): boolean
  presenceChanged(uid: string): Promise<void>
  /** Refuses a caller who may not see the device, or if there is none. */
  requireVisible(caller: Caller, uid: string): Promise<void>
}

/** The live MQTT connections of devices and of people's apps. */
export interface Connections extends Part {
  readonly broker: Broker<Identity>
  /** Called once, before the first connection. */
  govern(rules: ConnectionRules): void
  isOnline(uid: string): boolean
  /** How many devices are connected to this process. */
  countDevices(): number
  /** The connection of a device, for callers who may see the device. */
  find(uid: string): Connection<Identity> | undefined
  /** Send a message to the device, if it is connected and subscribed to the topic. */
  deliver(uid: string, topic: string, payload: Uint8Array): boolean
  /** Publish a message to the subscribers. */
  publish(topic: string, payload: Uint8Array): void
  /** Publish a retained message. */
  retain(topic: string, payload: Uint8Array): void
  /**
   * Look again at the connections of subjects whose rights have ended, and at what they have subscribed to. Once it
   * resolves, none is connected that may not be, and none hears more than it may.
   */
  recheck(subjects: readonly string[]): Promise<void>
  /** Close every connection whose token has been revoked. */
  closeRevoked(): void
  /** How many messages clients have published here since the start. */
  published(): number
}

/** What the log is told of what was refused to a connection. */
type Refusing = { readonly code: EventReason } & Partial<Pick<Refusal, 'reason' | 'missing' | 'refused'>>

export function createConnections(
  ground: Ground,
  createBroker: (authority: Authority<Identity>) => Broker<Identity>,
): Connections {
  const { activity, log } = ground
  let rules: ConnectionRules | undefined
  const governed = (): ConnectionRules => {
    if (rules === undefined) throw new Error('connections are governed by nobody yet')
    return rules
  }
  const onError = (error: unknown) => log.error('connection_failed', error)
  const write = (...happening: Parameters<typeof activity.recordAlone>) =>
    void activity.recordAlone(...happening).catch(onError)

  // Counts the changes while the database is asked: a connection that is being accepted, or is
  // subscribing, is not in the list yet when the others are checked again.
  let rightsEnded = 0
  let published = 0

  const authority: Authority<Identity> = {
    async authenticate(request) {
      let asked: number
      let identity: Awaited<ReturnType<typeof identify>>
      do {
        asked = rightsEnded
        identity = await identify(request)
        if ('refused' in identity) return identity
      } while (asked !== rightsEnded)
      // The client id of a device is its uid, reserved for it. Other clients choose theirs, in a namespace of their subject.
      const scope = identity.kind === 'device' ? '' : identity.subject
      return { principal: identity, expiresAtMs: identity.expiresAtMs, scope }
    },
    async maySubscribe(identity, filter) {
      let asked: number
      let may: boolean
      do {
        asked = rightsEnded
        may = await governed().maySubscribe(identity, filter)
      } while (asked !== rightsEnded)
      return may
    },
    async publish(connection, message): Promise<Verdict> {
      const { principal, address } = connection
      published += 1
      try {
        return await governed().handlePublish(
          { kind: 'caller', identity: principal, client: { address } },
          message,
        )
      } catch (error) {
        const refusal = refusalOf(error)
        if (!refusal) throw error
        if (!isUnavailable(refusal.code)) refuse('publish', connection, message.topic, refusal)
        return { refused: publishRefusal(refusal.code), message: refusal.message }
      }
    },
    refused(refusal) {
      if (refusal.action === 'connect') {
        const { address, reason } = refusal
        activity.recordRefusal({ client: { address } }, 'app.connect', undefined, { reason }).catch(onError)
      } else refuse(refusal.action, refusal.connection, refusal.topic, { code: refusal.reason })
    },
    connected(connection) {
      const { principal, address, clientId, protocol } = connection
      write(whoIs(principal, { address }), eventOf(principal, 'connect'), targetOf(principal), {
        details: {
          client_id: clientId.slice(0, 128),
          protocol: protocol === 5 ? 'MQTT 5' : 'MQTT 3.1.1',
          // Which key of ours signed says nothing about a person.
          ...(principal.kind === 'device' && principal.keyId !== undefined && { key_id: principal.keyId }),
        },
      })
      // The token may have been revoked between its check and the registration of this connection.
      if (governed().isRevoked(principal)) connection.close('not_authorized', 'the token has been revoked')
      presenceOf(principal)
    },
    disconnected({ principal, address }, ended) {
      write(whoIs(principal, { address }), eventOf(principal, 'disconnect'), targetOf(principal), {
        reason: ended.reason,
        details: detailsOf(ended),
      })
      presenceOf(principal)
    },
  }
  const broker = createBroker(authority)

  function refuse(
    action: 'subscribe' | 'publish',
    { principal, address }: Connection<Identity>,
    topic: string,
    refusing: Refusing,
  ): void {
    const { code, reason = code, refused = {} } = refusing
    const { event = eventOf(principal, action) } = refused
    const uid = governed().uidOf(topic.split('/', 2)[1] ?? '')
    const target = refused.target ?? (uid === undefined ? targetOf(principal) : device(uid))
    // What a command says of itself is enough.
    const details = {
      ...(refused.details ?? { topic: escapeHidden(topic.slice(0, 128)) }),
      ...lackOf(refusing),
    }
    activity.recordRefusal(whoIs(principal, { address }), event, target, { reason, details }).catch(onError)
  }

  function presenceOf({ kind, subject }: Identity): void {
    if (kind === 'device') governed().presenceChanged(subject).catch(onError)
  }

  async function identify(
    request: ConnectRequest,
  ): Promise<Identity | { refused: ReturnType<typeof connectRefusal> }> {
    const { clientId, password, address } = request
    const { authenticate, uidOf } = governed()
    // The client id is the caller's text; it is told only where it is a uid, which is what an impersonator sends.
    const uid = uidOf(clientId)
    const refuseConnect = (reason: EventReason, identity?: Identity) => {
      const isDevice = uid !== undefined || identity?.kind === 'device'
      const target = uid === undefined ? identity && targetOf(identity) : device(uid)
      const client = { address }
      activity
        .recordRefusal(
          identity ? whoIs(identity, client) : { client },
          isDevice ? 'device.connect' : 'app.connect',
          target,
          { reason },
        )
        .catch(onError)
    }
    // The log shows a connection by it.
    if (!isVisible(clientId)) {
      refuseConnect('client_id_not_visible')
      return { refused: 'client_identifier_not_valid' }
    }
    try {
      if (password === undefined) throw new Refusal('token_missing', 'the password is a token')
      const identity = await authenticate(password.toString('utf8'), { address })
      const ownId = identity.kind === 'device' ? clientId === identity.subject : uid === undefined
      if (!ownId) {
        refuseConnect('client_id_of_another', identity)
        return { refused: 'client_identifier_not_valid' }
      }
      return identity
    } catch (error) {
      const refusal = refusalOf(error)
      if (!refusal) throw error
      refuseConnect(refusal.reason ?? refusal.code)
      return { refused: connectRefusal(refusal.code) }
    }
  }

  const find = (uid: string) => broker.byClientId(uid)

  const connections: Connections = {
    routes: [],
    jobs: [],
    broker,
    govern(given) {
      rules = given
    },
    isOnline: (uid) => find(uid) !== undefined,
    countDevices: () =>
      [...broker.connections()].filter(({ principal }) => principal.kind === 'device').length,
    find,
    deliver: (uid, topic, payload) => broker.deliver(uid, { topic, payload: Buffer.from(payload) }),
    publish: (topic, payload) => void broker.publish({ topic, payload: Buffer.from(payload) }),
    retain: (topic, payload) => void broker.retain(topic, Buffer.from(payload)),
    async recheck(subjects) {
      rightsEnded += 1
      const known = new Set(subjects)
      const theirs = [...broker.connections()].filter(({ principal }) => known.has(principal.subject))
      const look = async (connection: Connection<Identity>) => {
        if (await governed().mayStayConnected(connection.principal)) await connection.recheckSubscriptions()
        else connection.close('administrative_action', 'the right to be connected has ended')
      }
      const lookOrClose = (connection: Connection<Identity>) =>
        look(connection).catch((error: unknown) => {
          // Nobody knows what it may still do.
          onError(error)
          connection.close('administrative_action', 'the right to be connected could not be looked at')
        })
      await Promise.all(theirs.map(lookOrClose))
    },
    published: () => published,
    closeRevoked() {
      // Collected first: closing takes a connection out of what is being walked.
      const revoked = [...broker.connections()].filter(({ principal }) => governed().isRevoked(principal))
      for (const connection of revoked) connection.close('not_authorized', 'the token has been revoked')
    },
  }
  const requireVisible = (caller: Caller, uid: string) => governed().requireVisible(caller, uid)
  return { ...connections, routes: serve({ find, requireVisible }, [readDeviceConnection]) }
}

const eventOf = ({ kind }: Identity, verb: 'connect' | 'disconnect' | 'subscribe' | 'publish') =>
  `${kind === 'device' ? 'device' : 'app'}.${verb}` as const

const targetOf = ({ kind, subject }: Identity) => (kind === 'device' ? device(subject) : undefined)

function detailsOf({ byServer, bytesIn, bytesOut, messagesIn, messagesOut, durationMs }: Ended): Details {
  return {
    by_server: byServer,
    bytes_in: bytesIn,
    bytes_out: bytesOut,
    messages_in: messagesIn,
    messages_out: messagesOut,
    duration_ms: durationMs,
  }
}
