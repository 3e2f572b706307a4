import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import type { World } from '../../world.ts'
import type { Message, Properties, Qos } from '../codec/packets.ts'
import { noProperties } from '../codec/packets.ts'
import type { DisconnectReason } from '../codec/reasons.ts'
import { isTopicName } from '../codec/topics.ts'
import type { Authority, BrokerRefusal, Connection, Ended, Verdict } from './authority.ts'
import { Delivery } from './delivery.ts'
import { Handshake } from './handshake.ts'
import type { Hub } from './hub.ts'
import { defaultLimits, type Limits } from './limits.ts'
import { RetainedMessages } from './retained.ts'
import type { Session } from './session.ts'
import type { Subscription } from './subscriptions.ts'
import { TopicTree } from './topic-tree.ts'

/** A message of the server's own. QoS is 1 unless said otherwise. */
export interface ServerMessage {
  readonly topic: string
  readonly payload: Buffer | string
  readonly qos?: Qos
  readonly properties?: Properties
}

/** How many there are of everything a broker holds. */
export interface Counts {
  readonly connections: number
  /** Sockets that have not been let in yet. */
  readonly handshakes: number
  /** Connections that are over, and whose sockets are not closed yet. */
  readonly closing: number
  readonly filters: number
  readonly retained: number
}

/** An MQTT 3.1.1 and 5 broker for one process. Sessions end with their connections; subscribers get QoS 0 and 1. */
export interface Broker<P> {
  /** Take over an open socket. `arrived` is called when it has sent a full CONNECT. */
  accept(socket: Socket, arrived?: () => void): void

  /** Send to all who subscribed; answers how many connections that were. A bad topic is a TypeError. */
  publish(message: ServerMessage): number

  /** Send to one connection, or the one with that client id (in no scope), if it subscribed to the topic; answers whether it did. */
  deliver(to: Connection<P> | string, message: ServerMessage): boolean

  /** Publish, and keep for those who subscribe later; an empty payload forgets. Answers whether there was room. */
  retain(topic: string, payload: Buffer | string): boolean

  connections(): Iterable<Connection<P>>
  /** The connection of a client id in a scope, or in that of all who have none. */
  byClientId(clientId: string, scope?: string): Connection<P> | undefined
  readonly counts: Counts

  /** End what is due: silent, expired, or too slow. Called by the broker's own timer, unless `sweepMs` is 0. */
  tick(): void

  /** Accept no more, tell every client why, and let go of all sockets within the close timeout. Wills stay unpublished. */
  close(reason?: DisconnectReason): Promise<void>
}

export interface BrokerOptions<P> {
  readonly authority: Authority<P>
  readonly world?: Pick<World, 'now' | 'random'>
  readonly limits?: Partial<Limits>
  /**
   * Whether clients may publish retained messages. If not, which is the default, MQTT 5 clients are told so in CONNACK, and a
   * retained message or will is refused. What the server retains is kept and sent either way.
   */
  readonly clientsMayRetain?: boolean
  /** How often to `tick`, 500 ms if not said, which keeps the promise that an expired connection ends within a second. */
  readonly sweepMs?: number
  /** Where bugs are reported: ours, and whatever the authority throws. */
  readonly onError?: (error: unknown) => void
}

export function createBroker<P>(options: BrokerOptions<P>): Broker<P> {
  return new OneProcessBroker(options)
}

class OneProcessBroker<P> implements Broker<P>, Hub<P> {
  readonly authority: Authority<P>
  readonly limits: Limits
  readonly retained: RetainedMessages
  readonly clientsMayRetain: boolean
  readonly #world: Pick<World, 'now' | 'random'>
  readonly #onError: (error: unknown) => void
  readonly #handshakes = new Set<Handshake<P>>()
  readonly #sessions = new Set<Session<P>>()
  readonly #byClientId = new Map<string, Session<P>>()
  readonly #subscriptions = new TopicTree<Set<Subscription<P>>>()
  // One for all connections: to ask 10,000 of them whether they are due costs less than to keep 10,000 timers.
  readonly #timer: NodeJS.Timeout | undefined
  #unflushed: Session<P>[] = []
  #lastId = 0
  #closed: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined

  constructor({
    authority,
    world = systemWorld,
    limits,
    clientsMayRetain = false,
    sweepMs = 500,
    onError = console.error,
  }: BrokerOptions<P>) {
    this.authority = authority
    this.limits = { ...defaultLimits, ...limits }
    this.clientsMayRetain = clientsMayRetain
    this.retained = new RetainedMessages(this.limits)
    this.#world = world
    this.#onError = onError
    if (sweepMs > 0) this.#timer = setInterval(() => this.tick(), sweepMs).unref()
  }

  accept(socket: Socket, arrived?: () => void): void {
    const { connections, halfOpen } = this.limits
    // Without a word: there is none before CONNECT, and it must cost nothing.
    if (
      this.#closed ||
      this.#sessions.size + this.#handshakes.size >= connections ||
      this.#waiting >= halfOpen
    ) {
      const address = socket.remoteAddress ?? ''
      if (!this.#closed) this.refused({ action: 'connect', address, reason: 'server_busy' })
      socket.on('error', () => {})
      socket.destroy()
      return
    }
    const left = () => {
      this.#handshakes.delete(handshake)
      this.#settleClose()
    }
    const handshake = new Handshake(this, socket, { ...(arrived && { arrived }), left })
    this.#handshakes.add(handshake)
  }

  publish(message: ServerMessage): number {
    return this.route(complete(message), false, undefined)
  }

  deliver(to: Connection<P> | string, message: ServerMessage): boolean {
    const session = this.#byClientId.get(keyOf(typeof to === 'string' ? { clientId: to, scope: '' } : to))
    // A connection that was taken over is not the one that was meant.
    if (!session || (typeof to !== 'string' && to !== session)) return false
    const subscription = session.subscriptions.matching(message.topic)
    return (
      subscription !== undefined && session.deliver(new Delivery(complete(message), this.now()), subscription)
    )
  }

  retain(topic: string, payload: Buffer | string): boolean {
    const message = { ...complete({ topic, payload }), retain: true }
    const fits = this.retained.fits(message)
    this.route(message, true, undefined)
    return fits
  }

  connections(): Iterable<Connection<P>> {
    return this.#byClientId.values()
  }

  byClientId(clientId: string, scope = ''): Connection<P> | undefined {
    return this.#byClientId.get(keyOf({ clientId, scope }))
  }

  get counts(): Counts {
    const connections = this.#byClientId.size
    return {
      connections,
      handshakes: this.#handshakes.size,
      closing: this.#sessions.size - connections,
      filters: this.#subscriptions.size,
      retained: this.retained.size,
    }
  }

  tick(): void {
    const nowMs = this.now()
    for (const handshake of this.#handshakes) handshake.tick(nowMs)
    for (const session of this.#sessions) session.tick(nowMs)
  }

  close(reason: DisconnectReason = 'server_shutting_down'): Promise<void> {
    if (!this.#closed) {
      this.#closed = Promise.withResolvers<void>()
      for (const handshake of this.#handshakes) handshake.abort()
      for (const session of this.#sessions) session.close(reason)
      this.#settleClose()
    }
    return this.#closed.promise
  }

  now(): number {
    return this.#world.now()
  }

  nextConnectionId(): number {
    return ++this.#lastId
  }

  assignClientId(): string {
    return `auto-${this.#world.random(12).toString('hex')}`
  }

  onError(error: unknown): void {
    this.#onError(error)
  }

  joined(session: Session<P>): void {
    // "the Server MUST send a DISCONNECT with 0x8E (Session taken over)" [MQTT-3.1.4-3]. Only now, when the new
    // one is authenticated: nobody is thrown out by someone who merely knows the client id. Its will is
    // published, as section 3.1.4 says.
    const key = keyOf(session)
    this.#byClientId.get(key)?.end('session_taken_over', { will: true })
    this.#byClientId.set(key, session)
    this.#sessions.add(session)
    this.#tell(() => this.authority.connected?.(session))
  }

  left(session: Session<P>, ended: Ended): void {
    const key = keyOf(session)
    if (this.#byClientId.get(key) === session) this.#byClientId.delete(key)
    this.#tell(() => this.authority.disconnected?.(session, ended))
  }

  gone(session: Session<P>): void {
    this.#sessions.delete(session)
    this.#settleClose()
  }

  subscribe(subscription: Subscription<P>): void {
    const { filter } = subscription
    const subscribers = this.#subscriptions.get(filter)
    if (subscribers) subscribers.add(subscription)
    else this.#subscriptions.set(filter, new Set([subscription]))
  }

  unsubscribe(subscription: Subscription<P>): void {
    const { filter } = subscription
    const subscribers = this.#subscriptions.get(filter)
    subscribers?.delete(subscription)
    if (subscribers?.size === 0) this.#subscriptions.delete(filter)
  }

  route(message: Message, retain: boolean, from: Session<P> | undefined): number {
    const nowMs = this.now()
    if (retain) this.retained.store(message, nowMs)
    const found = this.#subscriptions.matchingTopic(message.topic)
    if (found.length === 0) return 0
    const delivery = new Delivery(message, nowMs)
    let reached = 0
    for (const subscription of found.length === 1 ? found[0]! : bestOfEach(found, from)) {
      if (isEcho(subscription, from)) continue
      if (subscription.session.deliver(delivery, subscription)) reached++
    }
    return reached
  }

  refused(refusal: BrokerRefusal<P>): void {
    this.#tell(() => this.authority.refused?.(refusal))
  }

  publishWill(session: Session<P>, will: Message): void {
    const settle = (verdict: Verdict) => {
      if (verdict === 'route' || verdict === 'retain') this.route(will, verdict === 'retain', session)
    }
    this.#tell(() => {
      const verdict = this.authority.publish(session, will)
      if (!(verdict instanceof Promise)) settle(verdict)
      else verdict.then(settle).catch((error: unknown) => this.onError(error))
    })
  }

  flushSoon(session: Session<P>): void {
    if (session.flushing) return
    session.flushing = true
    // After every promise that is settled in this turn, so that their acknowledgements share one write.
    if (this.#unflushed.push(session) === 1) process.nextTick(() => this.#flush())
  }

  #flush(): void {
    const sessions = this.#unflushed
    this.#unflushed = []
    for (const session of sessions) {
      session.flushing = false
      session.outbound.flush()
    }
  }

  get #waiting(): number {
    // Counted only when it could matter: authentication moves a handshake from one count to the other.
    if (this.#handshakes.size < this.limits.halfOpen) return 0
    let waiting = 0
    for (const handshake of this.#handshakes) if (handshake.isWaiting) waiting++
    return waiting
  }

  /** What the authority does with an event must not break the connection that caused it. */
  #tell(event: () => void): void {
    try {
      event()
    } catch (error) {
      this.onError(error)
    }
  }

  #settleClose(): void {
    if (!this.#closed || this.#sessions.size > 0 || this.#handshakes.size > 0) return
    clearInterval(this.#timer)
    this.#closed.resolve()
  }
}

const systemWorld: Pick<World, 'now' | 'random'> = {
  now: () => Date.now(),
  random: (count) => randomBytes(count),
}

function complete({ topic, payload, qos = 1, properties = noProperties }: ServerMessage): Message {
  if (!isTopicName(topic)) throw new TypeError('a message is published to a topic name')
  return {
    topic,
    payload: Buffer.isBuffer(payload) ? payload : Buffer.from(payload),
    qos,
    retain: false,
    properties,
  }
}

/** No client id holds U+0000 [MQTT-1.5.4-2]. */
function keyOf({ clientId, scope }: { readonly clientId: string; readonly scope: string }): string {
  return scope === '' ? clientId : `${clientId}\0${scope}`
}

/** A subscription with No Local gets nothing that its own connection published [MQTT-3.8.3-3]. */
function isEcho<P>({ noLocal, session }: Subscription<P>, from: Session<P> | undefined): boolean {
  return noLocal && session === from
}

/** Whoever matched several filters gets one message, with the highest QoS of them [MQTT-3.3.4-2]. */
function bestOfEach<P>(
  found: readonly Set<Subscription<P>>[],
  from: Session<P> | undefined,
): Iterable<Subscription<P>> {
  const best = new Map<Session<P>, Subscription<P>>()
  for (const subscriptions of found)
    for (const subscription of subscriptions) {
      const before = best.get(subscription.session)
      const better = !before || subscription.qos > before.qos
      if (better && !isEcho(subscription, from)) best.set(subscription.session, subscription)
    }
  return best.values()
}
