import type { Reader, Transaction, Value } from '../database/database.ts'
import { insertInto } from '../database/insert.ts'
import type { SealedRow } from '../secrets/resealing.ts'

/** Why a webhook is off: by a person, because it answered that it is gone, or because nothing was delivered for days. */
export type OffReason = 'switched_off' | 'gone' | 'failing'

/** Times are milliseconds since the epoch. */
export interface WebhookRow {
  readonly id: string
  readonly name: string
  readonly url: string
  readonly events: readonly string[]
  readonly created_at: number
  readonly created_by: string | null
  readonly off_at: number | null
  readonly off_reason: OffReason | null
  readonly last_success_at: number | null
  readonly last_failure_at: number | null
  readonly leased_until: number
}

type Stored = Omit<WebhookRow, 'events'> & { readonly events: string }
const read = (row: Stored): WebhookRow => ({ ...row, events: row.events.split(' ') })

export type NewWebhook = Pick<WebhookRow, 'id' | 'name' | 'url' | 'events' | 'created_at' | 'created_by'>

export async function insertWebhook(tx: Transaction, row: NewWebhook): Promise<void> {
  await tx.query(
    `INSERT INTO webhooks (id, name, url, events, created_at, created_by, leased_until)
     VALUES ($1, $2, $3, $4, $5, $6, 0)`,
    row.id,
    row.name,
    row.url,
    row.events.join(' '),
    row.created_at,
    row.created_by,
  )
}

export async function findWebhooks(reader: Reader): Promise<WebhookRow[]> {
  return (await reader.query<Stored>('SELECT * FROM webhooks ORDER BY id')).map(read)
}

export async function findWebhook(reader: Reader, id: string): Promise<WebhookRow | undefined> {
  const [row] = await reader.query<Stored>('SELECT * FROM webhooks WHERE id = $1', id)
  return row && read(row)
}

/** Change a webhook and hold it until the transaction ends; false if there is none. */
export async function updateWebhook(
  tx: Transaction,
  id: string,
  {
    name,
    url,
    events,
  }: { readonly name: string | null; readonly url: string | null; readonly events: readonly string[] | null },
): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE webhooks SET name = COALESCE($2, name), url = COALESCE($3, url), events = COALESCE($4, events)
      WHERE id = $1 RETURNING id`,
    id,
    name,
    url,
    events?.join(' ') ?? null,
  )
  return rows.length === 1
}

/** Switch a webhook off. True for the one who does. */
export async function switchOffWebhook(
  tx: Transaction,
  id: string,
  reason: OffReason,
  now: number,
): Promise<boolean> {
  const rows = await tx.query(
    'UPDATE webhooks SET off_at = $2, off_reason = $3 WHERE id = $1 AND off_at IS NULL RETURNING id',
    id,
    now,
    reason,
  )
  return rows.length === 1
}

/** Switch it on again, to be tried at once. True for the one who does. */
export async function switchOnWebhook(tx: Transaction, id: string): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE webhooks SET off_at = NULL, off_reason = NULL, leased_until = 0
      WHERE id = $1 AND off_at IS NOT NULL RETURNING id`,
    id,
  )
  return rows.length === 1
}

export async function deleteWebhook(tx: Transaction, id: string): Promise<WebhookRow | undefined> {
  const [row] = await tx.query<Stored>('DELETE FROM webhooks WHERE id = $1 RETURNING *', id)
  return row && read(row)
}

/** Webhooks that are on, are sent to by nobody, and have something that is due. */
export async function findDueWebhooks(reader: Reader, now: number): Promise<string[]> {
  const rows = await reader.query<{ id: string }>(
    `SELECT id FROM webhooks w WHERE off_at IS NULL AND leased_until <= $1 AND EXISTS (
       SELECT 1 FROM webhook_deliveries d WHERE d.webhook = w.id AND d.state = 'waiting' AND d.next_at <= $1)
      ORDER BY id`,
    now,
  )
  return rows.map(({ id }) => id)
}

/** Take a webhook for this process alone. Of any number that ask at once, one gets it. */
export async function leaseWebhook(
  tx: Transaction,
  id: string,
  now: number,
  until: number,
): Promise<WebhookRow | undefined> {
  const [row] = await tx.query<Stored>(
    `UPDATE webhooks SET leased_until = $3 WHERE id = $1 AND off_at IS NULL AND leased_until <= $2 RETURNING *`,
    id,
    now,
    until,
  )
  return row && read(row)
}

/** Give it back, to be sent to from a moment on. */
export async function releaseWebhook(
  tx: Transaction,
  id: string,
  leasedUntil: number,
  from: number,
): Promise<void> {
  await tx.query(
    'UPDATE webhooks SET leased_until = $3 WHERE id = $1 AND leased_until = $2',
    id,
    leasedUntil,
    from,
  )
}

export async function noteOutcome(
  tx: Transaction,
  id: string,
  outcome: 'success' | 'failure',
  now: number,
): Promise<void> {
  const column = outcome === 'success' ? 'last_success_at' : 'last_failure_at'
  await tx.query(`UPDATE webhooks SET ${column} = $2 WHERE id = $1`, id, now)
}

export interface SecretRow {
  readonly id: string
  readonly webhook: string
  readonly secret_sealed: string
  readonly created_at: number
  readonly ends_at: number | null
}

export async function insertSecret(tx: Transaction, row: SecretRow): Promise<void> {
  await tx.query(
    'INSERT INTO webhook_secrets (id, webhook, secret_sealed, created_at, ends_at) VALUES ($1, $2, $3, $4, $5)',
    row.id,
    row.webhook,
    row.secret_sealed,
    row.created_at,
    row.ends_at,
  )
}

/** Those that sign now, the newest first; of every webhook, unless one is named. */
export async function findSecrets(reader: Reader, now: number, webhook?: string): Promise<SecretRow[]> {
  const values: Value[] = [now]
  const ofOne = webhook === undefined ? '' : `AND webhook = $${values.push(webhook)}`
  return reader.query<SecretRow>(
    `SELECT * FROM webhook_secrets WHERE (ends_at IS NULL OR ends_at > $1) ${ofOne} ORDER BY id DESC`,
    ...values,
  )
}

/** The newest secret signs on until `endsAt`, and those before it end now: two sign at most. */
export async function endSecrets(
  tx: Transaction,
  webhook: string,
  now: number,
  endsAt: number,
): Promise<void> {
  await tx.query(
    `UPDATE webhook_secrets SET ends_at = CASE WHEN ends_at IS NULL THEN $3 ELSE $2 END
      WHERE webhook = $1 AND (ends_at IS NULL OR ends_at > $2)`,
    webhook,
    now,
    endsAt,
  )
}

export async function sweepSecrets(tx: Transaction, now: number): Promise<void> {
  await tx.query('DELETE FROM webhook_secrets WHERE ends_at <= $1', now)
}

export async function findSealedWebhookSecrets(
  reader: Reader,
  after: string,
  most: number,
): Promise<SealedRow[]> {
  return reader.query<SealedRow>(
    'SELECT id, secret_sealed AS sealed FROM webhook_secrets WHERE id > $1 ORDER BY id LIMIT $2',
    after,
    most,
  )
}

export async function replaceSealedWebhookSecret(
  tx: Transaction,
  row: SealedRow,
  sealed: string,
): Promise<boolean> {
  const replaced = await tx.query(
    'UPDATE webhook_secrets SET secret_sealed = $3 WHERE id = $1 AND secret_sealed = $2 RETURNING id',
    row.id,
    row.sealed,
    sealed,
  )
  return replaced.length === 1
}

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
      GROUP BY webhook, state ORDER BY webhook, state`,
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
        AND webhook IN (SELECT id FROM webhooks WHERE off_at IS NOT NULL)`,
    now,
  )
}

export async function deleteDeliveriesEndedBefore(tx: Transaction, at: number): Promise<void> {
  await tx.query('DELETE FROM webhook_deliveries WHERE ended_at < $1', at)
}

/** Forget what was said, or is about to be said, of somebody. */
export async function forgetDeliveriesAbout(tx: Transaction, subject: string): Promise<void> {
  await tx.query('DELETE FROM webhook_deliveries WHERE subject = $1 OR also = $1', subject)
  await tx.query('UPDATE webhooks SET created_by = NULL WHERE created_by = $1', subject)
}
