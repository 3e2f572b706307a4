import type { Reader, Transaction } from '../../database/database.ts'

/** What a nonce is good for: whoever uses it names the same. */
export interface NonceRow {
  readonly nonce_hash: string
  readonly app: string
  /** Empty for none. */
  readonly device_id: string
  /** The key that was proven when it was asked for; empty for none. */
  readonly key_thumbprint: string
  readonly expires_at: number
}

export async function insertNonce(tx: Transaction, nonce: NonceRow): Promise<void> {
  await tx.query(
    'INSERT INTO app_nonces (nonce_hash, app, device_id, key_thumbprint, expires_at) VALUES ($1, $2, $3, $4, $5)',
    nonce.nonce_hash,
    nonce.app,
    nonce.device_id,
    nonce.key_thumbprint,
    nonce.expires_at,
  )
}

export async function findNonce(reader: Reader, hash: string): Promise<NonceRow | undefined> {
  const [row] = await reader.query<NonceRow>('SELECT * FROM app_nonces WHERE nonce_hash = $1', hash)
  return row
}

/**
 * Use a nonce up: true for one call of all, if it is for this app, device and key, its time is not over, and app and signing key
 * are in force still.
 */
export async function takeNonce(
  tx: Transaction,
  { nonce_hash, app, device_id, key_thumbprint }: Omit<NonceRow, 'expires_at'>,
  { kid, publicJwk, now }: { readonly kid: string; readonly publicJwk: string; readonly now: number },
): Promise<boolean> {
  const rows = await tx.query(
    `DELETE FROM app_nonces WHERE nonce_hash = $1 AND app = $2 AND device_id = $3 AND key_thumbprint = $4 AND expires_at > $5
      AND EXISTS (SELECT 1 FROM apps WHERE id = $2 AND disabled_at IS NULL)
      AND (EXISTS (SELECT 1 FROM app_keys WHERE app = $2 AND kid = $6 AND public_jwk = $7 AND revoked_at IS NULL)
        OR EXISTS (SELECT 1 FROM app_set_keys WHERE app = $2 AND kid = $6 AND public_jwk = $7)
          AND NOT EXISTS (SELECT 1 FROM app_keys WHERE app = $2 AND kid = $6))
      RETURNING nonce_hash`,
    nonce_hash,
    app,
    device_id,
    key_thumbprint,
    now,
    kid,
    publicJwk,
  )
  return rows.length === 1
}

/** All of an app. It waits for whoever is about to use one. */
export async function deleteNoncesOf(tx: Transaction, app: string): Promise<void> {
  await tx.query('DELETE FROM app_nonces WHERE app = $1', app)
}

export async function deleteStaleNonces(tx: Transaction, now: number): Promise<void> {
  await tx.query('DELETE FROM app_nonces WHERE expires_at <= $1', now)
}
