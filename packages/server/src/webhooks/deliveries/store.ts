import type { Reader, Transaction, Value } from '../../database/database.ts'
import { insertInto } from '../../database/insert.ts'

export const deliveryStates = ['waiting', 'delivered', 'dead'] as const
export type DeliveryState = (typeof deliveryStates)[number]

export interface DeliveryRow {
  readonly id: string
  readonly webhook: string
  readonly type: string
  readonly subject: string
  readonly also: string | null
  readonly body: string
  readonly created_at: number
  readonly state: DeliveryState
  readonly attempts: number
  readonly next_at: number
  readonly until_at: number
  readonly attempted_at: number | null
  readonly last_status: number | null
  readonly last_error: string | null
  readonly ended_at: number | null
}

export type NewDelivery = Pick<
  DeliveryRow,
  | 'id'
  | 'webhook'
  | 'type'
  | 'subject'
  | 'also'
  | 'body'
  | 'created_at'
  | 'state'
  | 'attempts'
  | 'next_at'
  | 'until_at'
>

const insertMany = insertInto<keyof NewDelivery>('webhook_deliveries', [
  'id',
  'webhook',
  'type',
  'subject',
  'also',
  'body',
  'created_at',
  'state',
  'attempts',
  'next_at',
  'until_at',
])

export async function insertDeliveries(tx: Transaction, rows: readonly NewDelivery[]): Promise<void> {
  await insertMany(tx, rows)
}

/** How many wait and how many are dead, by webhook. */
export async function countDeliveries(
  reader: Reader,
): Promise<{ webhook: string; state: DeliveryState; count: number }[]> {
  const rows = await reader.query<{ webhook: string; state: DeliveryState; count: number }>(
    `SELECT webhook, state, COUNT(*) AS count FROM webhook_deliveries WHERE state IN ('waiting', 'dead')
      AND webhook IN (SELECT id FROM webhooks WHERE kind = 'webhook') GROUP BY webhook, state ORDER BY webhook, state`,
  )
  return rows.map((row) => ({ ...row, count: Number(row.count) }))
}

/** What is due, in the order in which it came about. */
export async function findDueDeliveries(
  reader: Reader,
  webhook: string,
  now: number,
  limit: number,
): Promise<DeliveryRow[]> {
  return reader.query<DeliveryRow>(
    `SELECT * FROM webhook_deliveries WHERE webhook = $1 AND state = 'waiting' AND next_at <= $2
      ORDER BY id LIMIT $3`,
    webhook,
    now,
    limit,
  )
}

/** Begin an attempt, which is counted. Of any number at once, one begins; nobody else does before `nextAt`. */
export async function beginAttempt(
  tx: Transaction,
  { id, attempts }: Pick<DeliveryRow, 'id' | 'attempts'>,
  now: number,
  nextAt: number,
): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE webhook_deliveries SET attempts = attempts + 1, attempted_at = $3, next_at = $4
      WHERE id = $1 AND attempts = $2 AND state = 'waiting' RETURNING id`,
    id,
    attempts,
    now,
    nextAt,
  )
  return rows.length === 1
}

/** What an attempt has come to. */
export interface AttemptEnd {
  readonly state: DeliveryState
  readonly nextAt: number
  readonly status: number | null
  readonly error: string | null
  readonly endedAt: number | null
}

/** End the attempt with this number; false if a later one has begun. */
export async function endAttempt(
  tx: Transaction,
  id: string,
  attempts: number,
  { state, nextAt, status, error, endedAt }: AttemptEnd,
): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE webhook_deliveries SET state = $3, next_at = $4, last_status = $5, last_error = $6, ended_at = $7
      WHERE id = $1 AND attempts = $2 AND state = 'waiting' RETURNING id`,
    id,
    attempts,
    state,
    nextAt,
    status,
    error,
    endedAt,
  )
  return rows.length === 1
}

export async function findDelivery(
  reader: Reader,
  webhook: string,
  id: string,
): Promise<DeliveryRow | undefined> {
  const [row] = await reader.query<DeliveryRow>(
    'SELECT * FROM webhook_deliveries WHERE id = $1 AND webhook = $2',
    id,
    webhook,
  )
  return row
}

/** Newest first. */
export async function findDeliveries(
  reader: Reader,
  webhook: string,
  { state, before }: { readonly state?: DeliveryState | undefined; readonly before?: string | undefined },
  limit: number,
): Promise<DeliveryRow[]> {
  const values: Value[] = [webhook, limit]
  const conditions = ['webhook = $1']
  if (state !== undefined) conditions.push(`state = $${values.push(state)}`)
  if (before !== undefined) conditions.push(`id < $${values.push(before)}`)
  return reader.query<DeliveryRow>(
    `SELECT * FROM webhook_deliveries WHERE ${conditions.join(' AND ')} ORDER BY id DESC LIMIT $2`,
    ...values,
  )
}

/** Try one again that is not waiting. True for the one who has it tried. */
export async function replayDelivery(
  tx: Transaction,
  webhook: string,
  id: string,
  { now, untilAt }: { readonly now: number; readonly untilAt: number },
): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE webhook_deliveries SET state = 'waiting', attempts = 0, next_at = $3, until_at = $4, ended_at = NULL
      WHERE id = $1 AND webhook = $2 AND state <> 'waiting' RETURNING id`,
    id,
    webhook,
    now,
    untilAt,
  )
  return rows.length === 1
}

/** Try all again that are dead and came about since a moment; how many there are. */
export async function replayDead(
  tx: Transaction,
  webhook: string,
  since: number,
  { now, untilAt }: { readonly now: number; readonly untilAt: number },
): Promise<number> {
  const rows = await tx.query(
    `UPDATE webhook_deliveries SET state = 'waiting', attempts = 0, next_at = $3, until_at = $4, ended_at = NULL
      WHERE webhook = $1 AND state = 'dead' AND created_at >= $2 RETURNING id`,
    webhook,
    since,
    now,
    untilAt,
  )
  return rows.length
}

/** What waited for a webhook that is off until its time was over is dead. */
export async function buryOverdue(tx: Transaction, now: number): Promise<void> {
  await tx.query(
    `UPDATE webhook_deliveries SET state = 'dead', ended_at = $1, last_error = COALESCE(last_error, 'webhook_off')
      WHERE state = 'waiting' AND until_at <= $1
        AND webhook IN (SELECT id FROM webhooks WHERE kind = 'webhook' AND off_at IS NOT NULL)`,
    now,
  )
}

export async function deleteDeliveriesEndedBefore(tx: Transaction, at: number): Promise<void> {
  await tx.query('DELETE FROM webhook_deliveries WHERE ended_at < $1', at)
}

/** How many wait for one receiver, counted up to a number. */
export async function countWaiting(reader: Reader, webhook: string, most: number): Promise<number> {
  const [row] = await reader.query<{ count: number }>(
    `SELECT COUNT(*) AS count FROM (SELECT 1 FROM webhook_deliveries
      WHERE webhook = $1 AND state = 'waiting' LIMIT $2) AS counted`,
    webhook,
    most,
  )
  return Number(row?.count ?? 0)
}

/** Delete deliveries of a receiver: those of the ids that there were. */
export async function deleteDeliveries(
  tx: Transaction,
  webhook: string,
  ids: readonly string[],
): Promise<string[]> {
  const deleted: string[] = []
  for (const id of ids) {
    const rows = await tx.query(
      'DELETE FROM webhook_deliveries WHERE id = $1 AND webhook = $2 RETURNING id',
      id,
      webhook,
    )
    if (rows.length === 1) deleted.push(id)
  }
  return deleted
}

/** Delete what nobody has fetched, or could be sent, in its time: how many of each receiver. */
export async function deleteUnfetched(
  tx: Transaction,
  now: number,
): Promise<{ readonly webhook: string; readonly count: number }[]> {
  const rows = await tx.query<{ webhook: string }>(
    `DELETE FROM webhook_deliveries WHERE state = 'waiting' AND until_at <= $1
        AND webhook IN (SELECT id FROM webhooks WHERE kind = 'poll' OR (kind = 'stream' AND off_at IS NOT NULL))
      RETURNING webhook`,
    now,
  )
  return [...Map.groupBy(rows, ({ webhook }) => webhook)].map(([webhook, all]) => ({
    ...{ webhook, count: all.length },
  }))
}

/** Forget what webhooks were told, or are about to be told, of somebody. */
export async function forgetDeliveriesAbout(tx: Transaction, subject: string): Promise<void> {
  await tx.query(
    `DELETE FROM webhook_deliveries WHERE (subject = $1 OR also = $1)
      AND webhook IN (SELECT id FROM webhooks WHERE kind = 'webhook')`,
    subject,
  )
}
