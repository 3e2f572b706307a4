import type { Reader, Transaction } from '../../database/database.ts'
import { insertInto } from '../../database/insert.ts'
import type { Language } from '../../pages/page.ts'

export interface AddressRow {
  readonly id: string
  readonly user_id: string
  readonly address: string
  readonly address_key: string
  /** 0 or 1. */
  readonly is_primary: number
  /** In which letters to it are written. */
  readonly language: Language
  readonly created_at: number
  /** When its owner followed a link that was sent to it. */
  readonly proven_at: number | null
}

export async function insertAddress(tx: Transaction, row: AddressRow): Promise<void> {
  await tx.query(
    `INSERT INTO user_addresses (id, user_id, address, address_key, is_primary, language, created_at, proven_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    row.id,
    row.user_id,
    row.address,
    row.address_key,
    row.is_primary,
    row.language,
    row.created_at,
    row.proven_at,
  )
}

const insertMany = insertInto('user_addresses', [
  'id',
  'user_id',
  'address',
  'address_key',
  'is_primary',
  'language',
  'created_at',
  'proven_at',
])

/** @throws a unique violation if another account has proven one of them */
export async function insertAddresses(tx: Transaction, rows: readonly AddressRow[]): Promise<void> {
  await insertMany(tx, rows)
}

/** So many keys are asked for by one statement. */
const keysAtOnce = 500

/** Who has these addresses, as they are compared, proven or not. */
export async function findAddressesByKeys(
  reader: Reader,
  keys: readonly string[],
): Promise<Pick<AddressRow, 'user_id' | 'address_key' | 'proven_at'>[]> {
  const found: Pick<AddressRow, 'user_id' | 'address_key' | 'proven_at'>[] = []
  for (let at = 0; at < keys.length; at += keysAtOnce) {
    const some = keys.slice(at, at + keysAtOnce)
    const places = some.map((_, place) => `$${place + 1}`).join(', ')
    const sql = `SELECT user_id, address_key, proven_at FROM user_addresses WHERE address_key IN (${places}) ORDER BY id`
    found.push(...(await reader.query<(typeof found)[number]>(sql, ...some)))
  }
  return found
}

/** The proven addresses of these users, the primary ones first. */
export async function findProvenOf(
  reader: Reader,
  userIds: readonly string[],
): Promise<Pick<AddressRow, 'user_id' | 'address'>[]> {
  if (userIds.length === 0) return []
  const places = userIds.map((_, at) => `$${at + 1}`).join(', ')
  return reader.query(
    `SELECT user_id, address FROM user_addresses WHERE user_id IN (${places}) AND proven_at IS NOT NULL
      ORDER BY is_primary DESC, id`,
    ...userIds,
  )
}

/** The primary one first, then in the order in which they were added. */
export async function findAddresses(reader: Reader, userId: string): Promise<AddressRow[]> {
  return reader.query<AddressRow>(
    'SELECT * FROM user_addresses WHERE user_id = $1 ORDER BY is_primary DESC, id',
    userId,
  )
}

export async function findAddress(reader: Reader, id: string): Promise<AddressRow | undefined> {
  const [row] = await reader.query<AddressRow>('SELECT * FROM user_addresses WHERE id = $1', id)
  return row
}

/** The account that has proven an address, by the address as it is compared. */
export async function findProven(reader: Reader, key: string): Promise<AddressRow | undefined> {
  const [row] = await reader.query<AddressRow>(
    'SELECT * FROM user_addresses WHERE address_key = $1 AND proven_at IS NOT NULL',
    key,
  )
  return row
}

/** The proven address to which notices of an account go. */
export async function findPrimary(reader: Reader, userId: string): Promise<AddressRow | undefined> {
  const [row] = await reader.query<AddressRow>(
    'SELECT * FROM user_addresses WHERE user_id = $1 AND is_primary = 1',
    userId,
  )
  return row
}

/** @throws a unique violation if another account has proven it */
export async function setProven(tx: Transaction, id: string, now: number): Promise<void> {
  await tx.query('UPDATE user_addresses SET proven_at = $2 WHERE id = $1 AND proven_at IS NULL', id, now)
}

/** Take an address from every account that has not proven it. The accounts. */
export async function takeFromOthers(tx: Transaction, key: string, userId: string): Promise<string[]> {
  const rows = await tx.query<{ user_id: string }>(
    `DELETE FROM user_addresses WHERE address_key = $1 AND user_id <> $2 AND proven_at IS NULL
     RETURNING user_id`,
    key,
    userId,
  )
  return rows.map(({ user_id }) => user_id).sort()
}

/** Make a proven address of an account its primary one. @throws for any other, which undoes the transaction. */
export async function setPrimary(tx: Transaction, userId: string, id: string): Promise<void> {
  await tx.query('UPDATE user_addresses SET is_primary = 0 WHERE user_id = $1', userId)
  const rows = await tx.query(
    `UPDATE user_addresses SET is_primary = 1 WHERE id = $2 AND user_id = $1 AND proven_at IS NOT NULL
     RETURNING id`,
    userId,
    id,
  )
  if (rows.length !== 1) throw new Error('only a proven address of the account may be its primary one')
}

export async function removeAddress(tx: Transaction, id: string): Promise<void> {
  await tx.query('DELETE FROM user_addresses WHERE id = $1', id)
}

export async function insertProof(
  tx: Transaction,
  proof: { secretHash: string; addressId: string; createdAt: number; expiresAt: number },
): Promise<void> {
  await tx.query(
    'INSERT INTO address_proofs (secret_hash, address_id, created_at, expires_at) VALUES ($1, $2, $3, $4)',
    proof.secretHash,
    proof.addressId,
    proof.createdAt,
    proof.expiresAt,
  )
}

/** The address of an open proof. */
export async function findProofAddress(
  reader: Reader,
  secretHash: string,
  now: number,
): Promise<AddressRow | undefined> {
  const [row] = await reader.query<AddressRow>(
    `SELECT a.* FROM user_addresses a JOIN address_proofs p ON p.address_id = a.id
      WHERE p.secret_hash = $1 AND p.used_at IS NULL AND p.expires_at > $2`,
    secretHash,
    now,
  )
  return row
}

/** Use a proof. The id of the address for exactly one caller, ever. */
export async function useProof(
  tx: Transaction,
  secretHash: string,
  now: number,
): Promise<string | undefined> {
  const [row] = await tx.query<{ address_id: string }>(
    `UPDATE address_proofs SET used_at = $2
      WHERE secret_hash = $1 AND used_at IS NULL AND expires_at > $2 RETURNING address_id`,
    secretHash,
    now,
  )
  return row?.address_id
}

/** Links that are over. */
export async function sweepProofs(tx: Transaction, before: number): Promise<void> {
  await tx.query('DELETE FROM address_proofs WHERE expires_at <= $1', before)
}
