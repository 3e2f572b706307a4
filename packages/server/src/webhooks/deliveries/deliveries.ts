import { webhook as webhookTarget } from '../../activity/events.ts'
import type { Reader } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import type { Actor } from '../../identity.ts'
import { createEventCarrier, testType } from '../event-carrier.ts'
import type { WebhooksGround } from '../ground.ts'
import { deliveryOf, triedForMs } from '../queue.ts'
import { existingWebhook, notFound } from '../registered.ts'
import { attempt } from '../send.ts'
import { findWebhook } from '../store.ts'
import { type DeliveryRow, findDelivery, insertDeliveries, replayDead, replayDelivery } from './store.ts'

const missing = () => new Refusal('delivery_not_found', 'there is no such delivery')

/** @throws {Refusal} `delivery_not_found` */
export async function existingDelivery(reader: Reader, webhook: string, id: string): Promise<DeliveryRow> {
  const row = await findDelivery(reader, webhook, id)
  if (!row) throw missing()
  return row
}

/**
 * Send one again that has ended, by the same id. It is tried for five days more.
 * @throws {Refusal} `delivery_not_found`, `delivery_waiting`
 */
export async function replayOne(
  ground: WebhooksGround,
  actor: Actor,
  webhook: string,
  id: string,
): Promise<DeliveryRow> {
  const { db, world, activity } = ground
  return db.transaction(async (tx) => {
    const now = world.now()
    const replayed = await replayDelivery(tx, webhook, id, { now, untilAt: now + triedForMs })
    const row = await existingDelivery(tx, webhook, id)
    if (!replayed) throw new Refusal('delivery_waiting', 'the delivery is still being tried')
    const details = { delivery: id, deliveries: 1 }
    await activity.record(tx, actor, 'webhook.replay', webhookTarget(webhook), { details })
    return row
  })
}

/**
 * Send all that are dead and came about since a moment; how many there are.
 * @throws {Refusal} `webhook_not_found`
 */
export async function replaySince(
  { db, world, activity }: WebhooksGround,
  actor: Actor,
  webhook: string,
  since: number,
): Promise<number> {
  return db.transaction(async (tx) => {
    if (!(await findWebhook(tx, webhook))) throw notFound()
    const now = world.now()
    const deliveries = await replayDead(tx, webhook, since, { now, untilAt: now + triedForMs })
    await activity.record(tx, actor, 'webhook.replay', webhookTarget(webhook), { details: { deliveries } })
    return deliveries
  })
}

/**
 * Send a message of no meaning now, also to a webhook that is off, and say what came of it. It is tried this once.
 * @throws {Refusal} `webhook_not_found`
 */
export async function sendTest(ground: WebhooksGround, actor: Actor, id: string): Promise<DeliveryRow> {
  const { db, world, activity } = ground
  const webhook = await existingWebhook(ground, id)
  const now = world.now()
  const message = { type: testType, atMs: now, subject: id, data: { webhook: id, name: webhook.name } }
  // Its time is over when it begins, and nobody else finds it due before it has ended.
  const row = { ...deliveryOf(ground, webhook, message), next_at: now + triedForMs, until_at: now }
  await db.transaction(async (tx) => {
    await insertDeliveries(tx, [row])
    await activity.record(tx, actor, 'webhook.test', webhookTarget(id))
  })
  const delivery = await existingDelivery(db, id, row.id)
  await attempt(ground, createEventCarrier(ground), { webhook, delivery })
  return existingDelivery(db, id, row.id)
}
