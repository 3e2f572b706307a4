import { createConsumer } from '../activity/consumers/consumer.ts'
import type { Sequencer } from '../activity/proof/sequencer.ts'
import type { Transaction } from '../database/database.ts'
import { serve } from '../http/route.ts'
import type { Part } from '../part.ts'
import type { Carrier } from './carrier.ts'
import { buryOverdue, deleteDeliveriesEndedBefore, forgetDeliveriesAbout } from './deliveries/store.ts'
import { createEventCarrier } from './event-carrier.ts'
import type { WebhooksGround } from './ground.ts'
import { createOutbox, type Outbox } from './outbox.ts'
import { type Message, messageOf, queue } from './queue.ts'
import {
  changeWebhookRoute,
  createWebhookRoute,
  listDeliveries,
  listWebhooks,
  readDelivery,
  readWebhook,
  removeWebhookRoute,
  replayDeliveries,
  replayDeliveryRoute,
  rotateWebhookSecret,
  testWebhook,
} from './routes.ts'
import { sweepSecrets } from './secrets/store.ts'
import { createSender } from './send.ts'
import { forgetCreator, type ReceiverKind } from './store.ts'

/** Sends events of the log, and alarms, to addresses that administrators have registered. */
export interface Webhooks extends Part {
  /** What the verbs of this part stand on, for the command line. */
  readonly ground: WebhooksGround
  /** Queue messages, in the transaction that makes them true. */
  queue(tx: Transaction, messages: readonly Message[]): Promise<void>
  /** The queue, for what other parts have to send. */
  readonly outbox: Outbox
  /** Forget what was sent of these ids, in the transaction that deletes them. */
  forget(tx: Transaction, names: readonly string[]): Promise<void>
  /** When everything that has begun to be sent has come to its end. */
  settled(): Promise<void>
  stop(): Promise<void>
}

const keptMs = 30 * 86_400_000

export function createWebhooks(
  ground: WebhooksGround,
  sequencer: Pick<Sequencer, 'settle' | 'size'>,
): Webhooks {
  const { db, world } = ground
  const carriers = new Map<ReceiverKind, Carrier>([['webhook', createEventCarrier(ground)]])
  const sender = createSender(ground, (kind) => {
    const carrier = carriers.get(kind)
    if (carrier === undefined) throw new Error(`nothing carries what is for a receiver of the kind ${kind}`)
    return carrier
  })
  const consumer = createConsumer(ground, sequencer, {
    ...{ name: 'webhooks', everyMs: 1_000, begins: 'now' },
    handle: (tx, events) => queue(ground, tx, events.map(messageOf)),
  })
  return {
    ground,
    outbox: createOutbox(ground, carriers),
    queue: (tx, messages) => queue(ground, tx, messages),
    async forget(tx, names) {
      for (const name of names) {
        await forgetDeliveriesAbout(tx, name)
        await forgetCreator(tx, name)
      }
    },
    settled: sender.settled,
    stop: sender.stop,
    routes: serve(ground, [
      listWebhooks,
      createWebhookRoute,
      readWebhook,
      changeWebhookRoute,
      removeWebhookRoute,
      rotateWebhookSecret,
      testWebhook,
      listDeliveries,
      readDelivery,
      replayDeliveryRoute,
      replayDeliveries,
    ]),
    jobs: [
      consumer.job,
      // It does not wait for what it begins: one webhook that is slow would hold up the others.
      { name: 'webhooks.send', everyMs: 1_000, run: sender.sendDue },
      {
        name: 'webhooks.sweep',
        everyMs: 3_600_000,
        run: () =>
          db.transaction(async (tx) => {
            const now = world.now()
            await buryOverdue(tx, now)
            await deleteDeliveriesEndedBefore(tx, now - keptMs)
            await sweepSecrets(tx, now)
          }),
      },
    ],
  }
}
