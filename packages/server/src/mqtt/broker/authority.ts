import type { Message, Protocol } from '../codec/packets.ts'
import type { ConnectRefusal, DisconnectReason, PublishRefusal, Reason } from '../codec/reasons.ts'

export type MaybePromise<T> = T | Promise<T>

/** What a CONNECT says, and where it came from. */
export interface ConnectRequest {
  /** Never empty: a client that left it to us has been given one. */
  readonly clientId: string
  readonly username: string | undefined
  readonly password: Buffer | undefined
  readonly protocol: Protocol
  readonly keepAliveSeconds: number
  readonly address: string
  readonly port: number
  readonly tls: boolean
  /** Published, through `publish` like any other, if the connection is lost. Refuse what may never be published. */
  readonly will: Message | undefined
}

export type Authentication<P> =
  | {
      readonly principal: P
      /** When to close, or Infinity. */
      readonly expiresAtMs: number
      /** Client ids are told apart within a scope; of scopes that are not said there is one. */
      readonly scope?: string
    }
  | { readonly refused: ConnectRefusal /** Told to MQTT 5 clients. */; readonly message?: string }

/**
 * What becomes of a message that a client published: `route` it to those who subscribed, also `retain` it for
 * those who will, or leave it because it is `handled`.
 */
export type Verdict =
  | 'route'
  | 'retain'
  | 'handled'
  | { readonly refused: PublishRefusal; readonly message?: string }

/**
 * Decides who may connect, subscribe and publish. The broker knows nothing of `P`; it hands back what
 * `authenticate` returned. Whatever is thrown is reported to the broker's `onError` and refused.
 */
export interface Authority<P> {
  /**
   * Who is this? Asked once per CONNECT. Whoever is let in with a client id ends the connection that had it in the same
   * scope, so a client id that belongs to another principal must be refused here, or have another scope.
   */
  authenticate(request: ConnectRequest): MaybePromise<Authentication<P>>

  maySubscribe(principal: P, filter: string): MaybePromise<boolean>

  /**
   * A client published. The acknowledgement goes out after the promise resolves, so whatever must be durable
   * is stored by then. Several messages of one connection may be here at once; they are routed and
   * acknowledged in the order in which they came. A message retained is only asked for by `message.retain`.
   */
  publish(connection: Connection<P>, message: Message): MaybePromise<Verdict>

  /** Asked for each message and subscriber right before it is sent: for what changes faster than subscriptions. */
  mayReceive?(principal: P, topic: string): boolean

  /**
   * For the log: a subscription that `maySubscribe` denied, or whatever the broker refused by its own rules. What
   * `authenticate` and `publish` refuse is not told again.
   */
  refused?(refusal: BrokerRefusal<P>): void

  connected?(connection: Connection<P>): void

  /** Called exactly once for each `connected`, at the moment from which nothing more is delivered. */
  disconnected?(connection: Connection<P>, ended: Ended): void
}

/** Who was refused what by the broker. */
export type BrokerRefusal<P> =
  | { readonly action: 'connect'; readonly address: string; readonly reason: ConnectRefusal }
  | {
      readonly action: 'subscribe' | 'publish'
      readonly connection: Connection<P>
      /** The topic, or the filter; as the client sent it. */
      readonly topic: string
      readonly reason: Reason
    }

/** Why a connection ended: a reason of MQTT 5, or that it was gone without a word. */
export type EndReason = Reason | 'connection_lost'

export interface Ended {
  readonly reason: EndReason
  /** Whether we ended it. */
  readonly byServer: boolean
  readonly bytesIn: number
  readonly bytesOut: number
  readonly messagesIn: number
  readonly messagesOut: number
  readonly durationMs: number
}

/** One authenticated connection. */
export interface Connection<P> {
  /** Counts up from 1; not used again while the broker lives. */
  readonly id: number
  readonly clientId: string
  /** Where the client id is this connection's alone. */
  readonly scope: string
  readonly principal: P
  readonly address: string
  readonly port: number
  readonly protocol: Protocol
  readonly connectedAtMs: number
  readonly expiresAtMs: number

  /**
   * End it for a reason of security or administration: nothing more is delivered, the will is not published,
   * what was published before is still acknowledged, and an MQTT 5 client is told why.
   */
  close(reason: DisconnectReason, message?: string): void

  /** Ask again for every subscription whether it may stand, and drop those that may not. */
  recheckSubscriptions(): Promise<void>

  /** Let it live until then: the token was renewed. */
  extend(expiresAtMs: number): void
}
