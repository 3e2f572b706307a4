import type { Reader, Transaction } from '../database/database.ts'
import { newIdentifier } from '../secrets/identifiers.ts'
import type { Carrier } from './carrier.ts'
import {
  countWaiting,
  type DeliveryRow,
  deleteDeliveries,
  deleteUnfetched,
  findDueDeliveries,
  insertDeliveries,
} from './deliveries/store.ts'
import type { WebhooksGround } from './ground.ts'
import { deleteReceiver, findIdleReceivers, findReceiver, keepReceiver, type ReceiverKind } from './store.ts'

/** Where a part has something sent, or where what it has to say is fetched. */
export interface Receiver {
  readonly id: string
  readonly kind: Exclude<ReceiverKind, 'webhook'>
  readonly url: string
  /** Whether what it is to have waits for now. */
  readonly isHeld: boolean
}

/** Something for a receiver. It holds no secret. */
export interface Queued {
  readonly type: string
  /** Messages about one subject are sent one after the other. */
  readonly subject: string
  readonly body: object
}

/** The queue of webhooks for other parts: durable, with retries, each message at least once and under one id. */
export interface Outbox {
  /** How receivers of a kind are sent to. */
  carry(carrier: Carrier): void
  /** Have a receiver as it is given, in a transaction. What waits for it stays. */
  keep(tx: Transaction, receiver: Receiver): Promise<void>
  /** Remove a receiver with all that waits for it. */
  remove(tx: Transaction, receiver: string): Promise<void>
  /**
   * Queue messages, in the transaction that makes them true: their ids. Those for which there is no room, and all for a receiver
   * that is not there, are left out.
   */
  put(
    tx: Transaction,
    receiver: string,
    messages: readonly Queued[],
    triedForMs: number,
  ): Promise<readonly string[]>
  /** Receivers of a kind for which nothing waits, in the order of their ids. */
  idle(reader: Reader, kind: Receiver['kind'], after: string, most: number): Promise<readonly string[]>
  /** What waits for a receiver, oldest first. */
  waiting(reader: Reader, receiver: string, most: number): Promise<readonly DeliveryRow[]>
  /** How many wait. */
  count(reader: Reader, receiver: string): Promise<number>
  /** Drop what nobody has fetched, or could be sent because it was held, in its time: how many of each receiver. */
  dropUnfetched(tx: Transaction): Promise<readonly { readonly receiver: string; readonly count: number }[]>
  /** What the receiver has. The ids of those that it had not before. */
  done(tx: Transaction, receiver: string, ids: readonly string[]): Promise<readonly string[]>
}

/** A receiver that is so far behind gets nothing more until it has caught up. */
export const mostWaiting = 10_000

export function createOutbox(
  { world }: Pick<WebhooksGround, 'world'>,
  carriers: Map<ReceiverKind, Carrier>,
): Outbox {
  return {
    carry(carrier) {
      carriers.set(carrier.kind, carrier)
    },
    async keep(tx, { id, kind, url, isHeld }) {
      const before = await findReceiver(tx, id)
      // A row that is as it should be is not written: sign-outs at the same moment would wait for each other.
      if (before?.kind === kind && before.url === url && (before.off_at !== null) === isHeld) return
      const now = world.now()
      await keepReceiver(tx, { id, kind, url, off_at: isHeld ? now : null }, now)
    },
    remove: deleteReceiver,
    async put(tx, receiver, messages, triedForMs) {
      if (messages.length === 0 || !(await findReceiver(tx, receiver))) return []
      const room = mostWaiting - (await countWaiting(tx, receiver, mostWaiting))
      const now = world.now()
      const rows = messages.slice(0, room).map(({ type, subject, body }) => ({
        ...{ id: newIdentifier('msg', world), webhook: receiver, type, subject, also: null },
        ...({ body: JSON.stringify(body), created_at: now, state: 'waiting', attempts: 0 } as const),
        ...{ next_at: now, until_at: now + triedForMs },
      }))
      await insertDeliveries(tx, rows)
      return rows.map(({ id }) => id)
    },
    idle: findIdleReceivers,
    waiting: (reader, receiver, most) => findDueDeliveries(reader, receiver, world.now(), most),
    count: (reader, receiver) => countWaiting(reader, receiver, mostWaiting),
    dropUnfetched: async (tx) =>
      (await deleteUnfetched(tx, world.now())).map(({ webhook, count }) => ({ receiver: webhook, count })),
    done: deleteDeliveries,
  }
}
