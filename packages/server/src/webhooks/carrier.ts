import type { Transaction } from '../database/database.ts'
import type { OutboundFault, Posted } from '../outbound/outbound.ts'
import type { DeliveryRow } from './deliveries/store.ts'
import type { ReceiverKind, WebhookRow } from './store.ts'

/** Why a delivery is tried no more. */
export interface GaveUp {
  readonly attempts: number
  /** What the other side answered; null if it did not. */
  readonly status: number | null
  readonly reason: OutboundFault
}

/** How the queue sends to receivers of one kind. */
export interface Carrier {
  readonly kind: ReceiverKind
  /** Whether deliveries that have ended are kept, to be seen and sent again. */
  readonly keepsEnded: boolean
  /** What is sent now; undefined if the receiver is not to have it any more. */
  prepare(receiver: Pick<WebhookRow, 'id' | 'url'>, delivery: DeliveryRow): Promise<Posted | undefined>
  /** Whether the other side has said that it will not take this one later either. */
  isFinal(status: number): boolean
  /** It is tried no more, in the transaction in which that is so. */
  gaveUp(tx: Transaction, receiver: Pick<WebhookRow, 'id'>, delivery: DeliveryRow, why: GaveUp): Promise<void>
}
