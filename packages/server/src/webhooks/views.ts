import * as v from 'valibot'
import { timestamp, timestampOrNull, view } from '../http/schema.ts'
import { type DeliveryRow, deliveryStates } from './deliveries/store.ts'
import type { Webhook } from './registered.ts'

const text = v.nullable(v.string())

export const webhookView = view<Webhook>()(
  {
    id: v.string(),
    name: v.string(),
    url: v.string(),
    events: v.array(v.string()),
    on: v.boolean(),
    off_at: text,
    off_reason: text,
    created_at: v.string(),
    created_by: text,
    last_success_at: text,
    last_failure_at: text,
    waiting: v.number(),
    dead: v.number(),
    /** Those that sign now, without what they are. */
    secrets: v.array(v.strictObject({ id: v.string(), created_at: v.string(), ends_at: text })),
  },
  (row) => ({
    ...{ id: row.id, name: row.name, url: row.url, events: row.events, on: row.off_at === null },
    ...{ off_at: timestampOrNull(row.off_at), off_reason: row.off_reason },
    ...{ created_at: timestamp(row.created_at), created_by: row.created_by },
    last_success_at: timestampOrNull(row.last_success_at),
    last_failure_at: timestampOrNull(row.last_failure_at),
    ...{ waiting: row.waiting, dead: row.dead },
    secrets: row.secrets.map(({ id, created_at: createdAt, ends_at: endsAt }) => ({
      ...{ id, created_at: timestamp(createdAt), ends_at: timestampOrNull(endsAt) },
    })),
  }),
)

/** A webhook with a secret that is shown this once. */
export const newSecretView = view<{ readonly webhook: Webhook; readonly secret: string }>()(
  { ...webhookView.schema.entries, secret: v.string() },
  ({ webhook, secret }) => ({ ...webhookView.show(webhook), secret }),
)

export const deliveryView = view<DeliveryRow>()(
  {
    /** The `webhook-id` of the message. */
    id: v.string(),
    type: v.string(),
    state: v.picklist(deliveryStates),
    attempts: v.number(),
    created_at: v.string(),
    attempted_at: text,
    next_at: text,
    /** What the other side answered last; null if it did not. */
    last_status: v.nullable(v.number()),
    last_error: text,
    ended_at: text,
  },
  (row) => ({
    ...{ id: row.id, type: row.type, state: row.state, attempts: row.attempts },
    ...{ created_at: timestamp(row.created_at), attempted_at: timestampOrNull(row.attempted_at) },
    next_at: row.state === 'waiting' ? timestamp(row.next_at) : null,
    ...{ last_status: row.last_status, last_error: row.last_error, ended_at: timestampOrNull(row.ended_at) },
  }),
)

/** A delivery with what is sent, byte for byte. */
export const wholeDeliveryView = view<DeliveryRow>()(
  { ...deliveryView.schema.entries, body: v.string() },
  (row) => ({ ...deliveryView.show(row), body: row.body }),
)
