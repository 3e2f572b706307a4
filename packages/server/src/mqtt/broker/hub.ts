import type { Message } from '../codec/packets.ts'
import type { Authority, BrokerRefusal, Ended } from './authority.ts'
import type { Limits } from './limits.ts'
import type { RetainedMessages } from './retained.ts'
import type { Session } from './session.ts'
import type { Subscription } from './subscriptions.ts'

/** What handshakes and sessions need of the broker; nobody else sees it. */
export interface Hub<P> {
  readonly authority: Authority<P>
  readonly limits: Limits
  readonly retained: RetainedMessages
  readonly clientsMayRetain: boolean
  now(): number
  nextConnectionId(): number
  assignClientId(): string
  onError(error: unknown): void

  /** It is authenticated: whoever had its client id is ended, and it can be found from now on. */
  joined(session: Session<P>): void
  /** It is over for everybody but its socket. */
  left(session: Session<P>, ended: Ended): void
  /** Its socket is closed too. */
  gone(session: Session<P>): void

  subscribe(subscription: Subscription<P>): void
  unsubscribe(subscription: Subscription<P>): void
  /** Send a message to all who subscribed to it; answers how many. */
  route(message: Message, retain: boolean, from: Session<P> | undefined): number
  /** Tell the authority what is refused. */
  refused(refusal: BrokerRefusal<P>): void
  publishWill(session: Session<P>, will: Message): void
  /** Flush the session once what happens right now is done. */
  flushSoon(session: Session<P>): void
}
