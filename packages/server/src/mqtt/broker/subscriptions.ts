import type { Message, Protocol, Subscribe, SubscriptionRequest } from '../codec/packets.ts'
import { type Reason, reasonCodes } from '../codec/reasons.ts'
import { countLevels, isShared, matches } from '../codec/topics.ts'
import type { Hub } from './hub.ts'
import type { Session } from './session.ts'

export interface Subscription<P> extends SubscriptionRequest {
  readonly session: Session<P>
}

/** What a SUBSCRIBE is answered, and the retained messages that go out after the answer. */
export interface Subscribed {
  readonly codes: readonly number[]
  readonly owed: readonly { readonly request: SubscriptionRequest; readonly message: Message }[]
}

/** What one connection is subscribed to: its own list beside the broker's tree of all. */
export class Subscriptions<P> {
  readonly #hub: Hub<P>
  readonly #session: Session<P>
  #held: Map<string, Subscription<P>> | undefined

  constructor(hub: Hub<P>, session: Session<P>) {
    this.#hub = hub
    this.#session = session
  }

  /** Subscribe to what is within the limits and the authority allows: the codes to answer, and the messages owed. */
  async subscribe({ subscriptions }: Subscribe, protocol: Protocol): Promise<Subscribed> {
    const connection = this.#session
    const codes: number[] = []
    const owed: { request: SubscriptionRequest; message: Message }[] = []
    for (const request of subscriptions) {
      const refused = this.#exceeds(request) ?? (await this.#refused(request.filter))
      if (refused) {
        this.#hub.refused({ action: 'subscribe', connection, topic: request.filter, reason: refused })
        codes.push(protocol === 5 ? reasonCodes[refused] : 0x80)
        continue
      }
      if (!this.#session.isOpen) break // it ended while we asked
      const isNew = !this.remove(request.filter) // "it MUST replace that existing Subscription" [MQTT-3.8.4-3]
      this.#add(request)
      codes.push(Math.min(request.qos, 1)) // QoS 2 is not offered to subscribers (section 3.8.4)
      if (request.retainHandling === 0 || (request.retainHandling === 1 && isNew))
        for (const message of this.#hub.retained.matching(request.filter, this.#hub.now()))
          owed.push({ request, message })
    }
    return { codes, owed }
  }

  /** Answers whether there was one. */
  remove(filter: string): boolean {
    const subscription = this.#held?.get(filter)
    if (!subscription) return false
    this.#held!.delete(filter)
    this.#hub.unsubscribe(subscription)
    return true
  }

  clear(): void {
    for (const subscription of this.#held?.values() ?? []) this.#hub.unsubscribe(subscription)
    this.#held = undefined
  }

  /** Drop those that the authority no longer allows. If it fails to answer, the subscription goes. */
  async recheck(): Promise<void> {
    for (const [filter, subscription] of [...(this.#held ?? [])]) {
      const refused = await this.#refused(filter)
      // It may have been replaced meanwhile, and then the newer answer stands.
      if (refused && this.#held?.get(filter) === subscription) this.remove(filter)
    }
  }

  /** The one with which a message of `topic` would be delivered: the highest QoS [MQTT-3.3.4-2]. */
  matching(topic: string): Subscription<P> | undefined {
    let best: Subscription<P> | undefined
    for (const [filter, subscription] of this.#held ?? [])
      if (matches(filter, topic) && (!best || subscription.qos > best.qos)) best = subscription
    return best
  }

  #add(request: SubscriptionRequest): void {
    const subscription = { ...request, session: this.#session }
    this.#held ??= new Map()
    this.#held.set(request.filter, subscription)
    this.#hub.subscribe(subscription)
  }

  async #refused(filter: string): Promise<Reason | undefined> {
    try {
      return (await this.#hub.authority.maySubscribe(this.#session.principal, filter))
        ? undefined
        : 'not_authorized'
    } catch (error) {
      this.#hub.onError(error)
      return 'unspecified_error'
    }
  }

  #exceeds({ filter }: SubscriptionRequest): Reason | undefined {
    const { topicLength, topicLevels, subscriptionsPerConnection } = this.#hub.limits
    if (isShared(filter)) return 'shared_subscriptions_not_supported'
    if (filter.length > topicLength || countLevels(filter) > topicLevels) return 'topic_filter_invalid'
    if (!this.#held?.has(filter) && (this.#held?.size ?? 0) >= subscriptionsPerConnection)
      return 'quota_exceeded'
    return undefined
  }
}
