import type { Reader, Transaction } from '../database/database.ts'

/** Why a webhook is off: by a person, because it answered that it is gone, or because nothing was delivered for days. */
export type OffReason = 'switched_off' | 'gone' | 'failing'

/**
 * What the queue sends to: webhooks, which administrators register; what other parts have put there, under the id of an application that is
 * told of sign-outs or of a stream of shared signals; and streams whose receiver fetches by itself, to which nothing is sent.
 */
export type ReceiverKind = 'webhook' | 'logout' | 'stream' | 'poll'

/** Times are milliseconds since the epoch. */
export interface WebhookRow {
  readonly id: string
  readonly kind: ReceiverKind
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
  return (await reader.query<Stored>("SELECT * FROM webhooks WHERE kind = 'webhook' ORDER BY id")).map(read)
}

export async function findWebhook(reader: Reader, id: string): Promise<WebhookRow | undefined> {
  const [row] = await reader.query<Stored>("SELECT * FROM webhooks WHERE id = $1 AND kind = 'webhook'", id)
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
      WHERE id = $1 AND kind = 'webhook' RETURNING id`,
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
    "UPDATE webhooks SET off_at = $2, off_reason = $3 WHERE id = $1 AND kind = 'webhook' AND off_at IS NULL RETURNING id",
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
      WHERE id = $1 AND kind = 'webhook' AND off_at IS NOT NULL RETURNING id`,
    id,
  )
  return rows.length === 1
}

export async function deleteWebhook(tx: Transaction, id: string): Promise<WebhookRow | undefined> {
  const [row] = await tx.query<Stored>(
    "DELETE FROM webhooks WHERE id = $1 AND kind = 'webhook' RETURNING *",
    id,
  )
  return row && read(row)
}

/** What is on, is sent to by nobody, and has something that is due: so many, those first that have waited for longest. */
export async function findDueWebhooks(reader: Reader, now: number, most: number): Promise<string[]> {
  const rows = await reader.query<{ id: string }>(
    `SELECT id FROM webhooks w WHERE off_at IS NULL AND leased_until <= $1 AND kind <> 'poll' AND EXISTS (
       SELECT 1 FROM webhook_deliveries d WHERE d.webhook = w.id AND d.state = 'waiting' AND d.next_at <= $1)
      ORDER BY leased_until, id LIMIT $2`,
    now,
    most,
  )
  return rows.map(({ id }) => id)
}

/** Take it for this process alone. Of any number that ask at once, one gets it. */
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

/** What other parts send to. */
export type NewReceiver = Pick<WebhookRow, 'id' | 'kind' | 'url' | 'off_at'>

export async function findReceiver(reader: Reader, id: string): Promise<NewReceiver | undefined> {
  const [row] = await reader.query<NewReceiver>(
    "SELECT id, kind, url, off_at FROM webhooks WHERE id = $1 AND kind <> 'webhook'",
    id,
  )
  return row
}

/** Have a receiver as it is given. What waits for it stays. */
export async function keepReceiver(
  tx: Transaction,
  { id, kind, url, off_at }: NewReceiver,
  now: number,
): Promise<void> {
  await tx.query(
    `INSERT INTO webhooks (id, kind, name, url, events, created_at, off_at, leased_until)
     VALUES ($1, $2, '', $3, '', $4, $5, 0)
     ON CONFLICT (id) DO UPDATE SET kind = $2, url = $3, off_at = $5, leased_until = 0`,
    id,
    kind,
    url,
    now,
    off_at,
  )
}

/** Remove a receiver with what waits for it. */
export async function deleteReceiver(tx: Transaction, id: string): Promise<void> {
  await tx.query("DELETE FROM webhooks WHERE id = $1 AND kind <> 'webhook'", id)
}

/** Receivers of a kind for which nothing waits, in the order of their ids. */
export async function findIdleReceivers(
  reader: Reader,
  kind: ReceiverKind,
  after: string,
  most: number,
): Promise<string[]> {
  const rows = await reader.query<{ id: string }>(
    `SELECT id FROM webhooks w WHERE kind = $1 AND id > $2
      AND NOT EXISTS (SELECT 1 FROM webhook_deliveries d WHERE d.webhook = w.id) ORDER BY id LIMIT $3`,
    kind,
    after,
    most,
  )
  return rows.map(({ id }) => id)
}

/** Forget who has registered webhooks. */
export async function forgetCreator(tx: Transaction, subject: string): Promise<void> {
  await tx.query('UPDATE webhooks SET created_by = NULL WHERE created_by = $1', subject)
}
