import type { Reader, Transaction, Value } from '../../database/database.ts'
import type { SealedRow } from '../../secrets/resealing.ts'

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
