import { webhook as webhookTarget } from '../activity/events.ts'
import type { ActivityRow } from '../activity/store.ts'
import { eventView } from '../activity/views.ts'
import type { Transaction } from '../database/database.ts'
import { timestamp } from '../http/schema.ts'
import { newIdentifier } from '../secrets/identifiers.ts'
import { countDeliveries, insertDeliveries, type NewDelivery } from './deliveries/store.ts'
import type { WebhooksGround } from './ground.ts'
import { mostWaiting } from './outbox.ts'
import { matches } from './patterns.ts'
import { findWebhooks, type WebhookRow } from './store.ts'

/** Something to tell. It holds no secret. */
export interface Message {
  readonly type: string
  readonly atMs: number
  /** Whom or what it is about: messages about one are sent one after the other. */
  readonly subject: string
  /** Who else is named in it. */
  readonly also?: string | null
  /** With the id of what it tells, if that has one: it is sent alone where the whole is too long. */
  readonly data: object & { readonly id?: string }
}

type QueueGround = Pick<WebhooksGround, 'world' | 'activity'>

/** It is tried for five days. */
export const triedForMs = 5 * 86_400_000
/** Of a longer body the data are left out: the standard recommends less than 20 kB. */
const longestBody = 20_000

/** Queue messages for every webhook that is on and wants them, in the transaction that makes them true. */
export async function queue(
  ground: QueueGround,
  tx: Transaction,
  messages: readonly Message[],
): Promise<void> {
  const webhooks = (await findWebhooks(tx)).filter(({ off_at }) => off_at === null)
  const wanted = webhooks.map((webhook) => ({
    webhook,
    rows: messages.filter(({ type }) => matches(webhook.events, type)),
  }))
  if (wanted.every(({ rows }) => rows.length === 0)) return
  const waiting = new Map<string, number>()
  for (const { webhook, state, count } of await countDeliveries(tx)) {
    if (state === 'waiting') waiting.set(webhook, count)
  }
  for (const { webhook, rows } of wanted) {
    const room = Math.max(0, mostWaiting - (waiting.get(webhook.id) ?? 0))
    await insertDeliveries(
      tx,
      rows.slice(0, room).map((message) => deliveryOf(ground, webhook, message)),
    )
    const left = rows.length - room
    if (left <= 0) continue
    await ground.activity.record(tx, {}, 'webhook.give_up', webhookTarget(webhook.id), {
      ...{ outcome: 'failure', reason: 'queue_full', details: { messages: left } },
    })
  }
}

export function deliveryOf(
  { world }: Pick<QueueGround, 'world'>,
  webhook: Pick<WebhookRow, 'id'>,
  { type, atMs, subject, also, data }: Message,
): NewDelivery {
  const now = world.now()
  const head = { type, timestamp: timestamp(atMs) }
  const whole = JSON.stringify({ ...head, data })
  const isTooLong = Buffer.byteLength(whole) > longestBody
  const { id = null } = data
  return {
    ...{ id: newIdentifier('msg', world), webhook: webhook.id, type, subject, also: also ?? null },
    body: isTooLong ? JSON.stringify({ ...head, data: { id, too_long: true } }) : whole,
    ...{ created_at: now, state: 'waiting', attempts: 0, next_at: now, until_at: now + triedForMs },
  }
}

/** An event of the log as a message. */
export function messageOf(event: ActivityRow): Message {
  const isAboutTarget =
    event.target !== null && (event.target_kind === 'user' || event.target_kind === 'device')
  const subject = (isAboutTarget ? event.target : event.subject) ?? ''
  return {
    ...{ type: event.event, atMs: event.at, subject, data: eventView.show(event) },
    also: isAboutTarget && event.subject !== subject ? event.subject : null,
  }
}
