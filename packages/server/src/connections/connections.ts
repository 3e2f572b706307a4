import type { Activity } from '../activity/activity.ts'
import type { Happening } from '../activity/events.ts'
import { Refusal } from '../errors.ts'
import type { Identity } from '../identity.ts'
import type { Authority, Connection, ConnectRequest, Ended, Verdict } from '../mqtt/broker/authority.ts'
import type { Broker } from '../mqtt/broker/broker.ts'
import type { Message } from '../mqtt/codec/packets.ts'
import { connectRefusal, publishRefusal } from './reasons.ts'

/** What the rest of the product decides for live connections; `app.ts` fills it in. */
export interface ConnectionRules {
  /** Who a token names: a device by one it signed itself, anyone else by one of ours. */
  authenticate(token: string, origin: { address: string }): Promise<Identity>
  maySubscribe(identity: Identity, filter: string): Promise<boolean>
  takeMessage(identity: Identity, message: Message, from: { address: string }): Promise<'route' | 'handled'>
  /** The uid that a text is, as we write it. Nobody but that device has it as client id. */
  uidOf(text: string): string | undefined
  isRevoked(identity: Identity): boolean
  presenceChanged(uid: string): void
}

/** The live MQTT connections of devices and of people's apps. */
export interface Connections {
  readonly authority: Authority<Identity>
  isOnline(uid: string): boolean
  /** The device's connection, for those who may know. */
  find(uid: string): Connection<Identity> | undefined
  /** To the device itself, if it is here and listens to the topic. */
  deliver(uid: string, topic: string, payload: Uint8Array): boolean
  /** To whoever subscribes. */
  publish(topic: string, payload: Uint8Array): void
  /** To whoever subscribes, now or later. */
  retain(topic: string, payload: Uint8Array): void
  /** Close the connection of a device that came by a key which has ended. */
  kick(uid: string, keyId: string): void
  /** Look again at what these subjects have subscribed to. Once it resolves, they hear no more than they may. */
  recheck(subjects: readonly string[]): Promise<void>
  /** Close every connection whose token has been revoked. */
  closeRevoked(): void
}

interface Parts {
  readonly rules: ConnectionRules
  readonly activity: Activity
  readonly onError: (error: unknown) => void
  readonly createBroker: (authority: Authority<Identity>) => Broker<Identity>
}

export function createConnections({
  rules,
  activity,
  onError,
  createBroker,
}: Parts): Connections & { broker: Broker<Identity> } {
  const write = (happening: Happening) => void activity.recordAlone(happening).catch(onError)
  const recordRefusal = (happening: Omit<Happening, 'outcome'>) => write({ ...happening, outcome: 'refused' })

  // Both count what changes while a question is on its way to the database: whoever is being let in, or is
  // subscribing, is not there yet when the others are looked at again.
  let keysEnded = 0
  let relationsChanged = 0

  const authority: Authority<Identity> = {
    async authenticate(request) {
      let asked: number
      let identity: Awaited<ReturnType<typeof identify>>
      do {
        asked = keysEnded
        identity = await identify(request)
        if ('refused' in identity) return identity
      } while (asked !== keysEnded)
      const holder = broker.byClientId(request.clientId)
      // Whoever is let in with a client id ends the connection that had it, so it must be theirs.
      if (holder && holder.principal.subject !== identity.subject)
        return { refused: 'client_identifier_not_valid' }
      return { principal: identity, expiresAtMs: identity.expiresAtMs }
    },
    async maySubscribe(identity, filter) {
      let asked: number
      let may: boolean
      do {
        asked = relationsChanged
        may = await rules.maySubscribe(identity, filter)
      } while (asked !== relationsChanged)
      return may
    },
    async publish(connection, message): Promise<Verdict> {
      const { principal, address } = connection
      try {
        return await rules.takeMessage(principal, message, { address })
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        if (!error.isRecorded) refuse('publish', connection, message.topic, error.code)
        return { refused: publishRefusal(error.code), message: error.message }
      }
    },
    refused(refusal) {
      if (refusal.action === 'connect') {
        const { address, reason } = refusal
        recordRefusal({ event: 'app.connect', reason, origin: { address } })
      } else refuse(refusal.action, refusal.connection, refusal.topic, refusal.reason)
    },
    connected(connection) {
      const { principal, address, clientId, protocol } = connection
      write({
        event: principal.kind === 'device' ? 'device.connect' : 'app.connect',
        outcome: 'success',
        ...whoOf(principal),
        origin: { address },
        details: {
          client_id: clientId.slice(0, 128),
          protocol: protocol === 5 ? 'MQTT 5' : 'MQTT 3.1.1',
          ...(principal.keyId !== undefined && { key_id: principal.keyId }),
        },
      })
      // Revoked while it was being let in: the list was asked before, the connection was not there yet.
      if (rules.isRevoked(principal)) connection.close('not_authorized', 'the token has been revoked')
      if (principal.kind === 'device') rules.presenceChanged(principal.subject)
    },
    disconnected({ principal, address }, ended) {
      write({
        event: principal.kind === 'device' ? 'device.disconnect' : 'app.disconnect',
        outcome: 'success',
        reason: ended.reason,
        ...whoOf(principal),
        origin: { address },
        details: detailsOf(ended),
      })
      if (principal.kind === 'device') rules.presenceChanged(principal.subject)
    },
  }
  const broker = createBroker(authority)

  function refuse(
    action: 'subscribe' | 'publish',
    { principal, address }: Connection<Identity>,
    topic: string,
    reason: string,
  ): void {
    const uid = rules.uidOf(topic.split('/', 2)[1] ?? '')
    recordRefusal({
      ...whoOf(principal),
      event: 'access.refuse',
      reason,
      ...(uid !== undefined && { target: uid, targetKind: 'device' }),
      origin: { address },
      details: { action, topic: topic.slice(0, 128) },
    })
  }

  async function identify(
    request: ConnectRequest,
  ): Promise<Identity | { refused: ReturnType<typeof connectRefusal> }> {
    const { clientId, password, address } = request
    const refuseConnect = (reason: string, identity?: Identity) => {
      // The client id is the caller's text; it is told only where it is a uid, which is what an impersonator sends.
      const uid = rules.uidOf(clientId)
      const target = uid === undefined ? {} : { target: uid, targetKind: 'device' as const }
      const who = identity ? whoOf(identity) : {}
      recordRefusal({
        event: uid !== undefined || identity?.kind === 'device' ? 'device.connect' : 'app.connect',
        reason,
        ...who,
        ...target,
        origin: { address },
      })
    }
    try {
      if (password === undefined) throw new Refusal('token_missing', 'the password is a token')
      const identity = await rules.authenticate(password.toString('utf8'), { address })
      const ownId =
        identity.kind === 'device' ? clientId === identity.subject : rules.uidOf(clientId) === undefined
      if (!ownId) {
        refuseConnect('client_id_of_another', identity)
        return { refused: 'client_identifier_not_valid' }
      }
      return identity
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      refuseConnect(error.reason ?? error.code)
      return { refused: connectRefusal(error.code) }
    }
  }

  /** A person may have chosen any text as client id; only what a device holds is a device's connection. */
  const find = (uid: string) => {
    const connection = broker.byClientId(uid)
    return connection?.principal.kind === 'device' ? connection : undefined
  }

  return {
    authority,
    broker,
    isOnline: (uid) => find(uid) !== undefined,
    find,
    deliver: (uid, topic, payload) => broker.deliver(uid, { topic, payload: Buffer.from(payload) }),
    publish: (topic, payload) => void broker.publish({ topic, payload: Buffer.from(payload) }),
    retain: (topic, payload) => void broker.retain(topic, Buffer.from(payload)),
    kick(uid, keyId) {
      keysEnded += 1
      const connection = find(uid)
      if (connection?.principal.keyId === keyId)
        connection.close('administrative_action', 'the key of this connection has ended')
    },
    async recheck(subjects) {
      relationsChanged += 1
      const known = new Set(subjects)
      const theirs = [...broker.connections()].filter(({ principal }) => known.has(principal.subject))
      await Promise.all(theirs.map((connection) => connection.recheckSubscriptions().catch(onError)))
    },
    closeRevoked() {
      // Collected first: closing takes a connection out of what is being walked.
      const revoked = [...broker.connections()].filter(({ principal }) => rules.isRevoked(principal))
      for (const connection of revoked) connection.close('not_authorized', 'the token has been revoked')
    },
  }
}

function whoOf({ subject, kind, sessionId, clientId }: Identity) {
  const target = kind === 'device' ? { target: subject, targetKind: 'device' as const } : {}
  return { subject, subjectKind: kind, sessionId, clientId, ...target }
}

function detailsOf({ byServer, bytesIn, bytesOut, messagesIn, messagesOut, durationMs }: Ended) {
  return {
    by_server: byServer,
    bytes_in: bytesIn,
    bytes_out: bytesOut,
    messages_in: messagesIn,
    messages_out: messagesOut,
    duration_ms: durationMs,
  }
}
