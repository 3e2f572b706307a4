import type { Reader, Transaction } from '../database/database.ts'
import { insertInto } from '../database/insert.ts'

/** Whose key signed: one of the issuer's ring, of a service's own, or one that a service shares. */
export type Signer = 'issuer' | 'own' | 'shared'

export interface ApiKeyRow {
  readonly id: string
  readonly owner: string
  readonly name: string
  readonly scopes: readonly string[]
  readonly audience: string
  /** The type of the owner, as the token says it. */
  readonly user_type: string
  /** The service that it is for; null for this server. */
  readonly service: string | null
  readonly kid: string
  readonly signer: Signer
  readonly created_at: number
  readonly ends_at: number
  /** When something that it rests on ends by itself; null for nothing. */
  readonly look_at: number | null
  readonly last_used_at: number | null
  readonly last_address: string | null
  readonly last_region: string | null
  readonly last_user_agent: string | null
  readonly revoked_at: number | null
  /** Who revoked it; null for this server itself. */
  readonly revoked_by: string | null
  readonly revoke_reason: string | null
}

const insertRows = insertInto('api_keys', [
  'id',
  'owner',
  'name',
  'scopes',
  'audience',
  'user_type',
  'service',
  'kid',
  'signer',
  'created_at',
  'ends_at',
  'look_at',
])

export async function insertApiKey(tx: Transaction, key: ApiKeyRow): Promise<void> {
  await insertRows(tx, [{ ...key, scopes: key.scopes.join(' ') }])
}

export async function findApiKey(reader: Reader, id: string): Promise<ApiKeyRow | undefined> {
  const [row] = await reader.query<Stored>('SELECT * FROM api_keys WHERE id = $1', id)
  return row && read(row)
}

/** Those of a person, over or not, newest first. */
/** What those of these are called that there are, and whose they are. */
export async function findApiKeyNames(
  reader: Reader,
  ids: readonly string[],
): Promise<ReadonlyMap<string, { readonly name: string; readonly owner: string }>> {
  if (ids.length === 0) return new Map()
  const places = ids.map((_, at) => `$${at + 1}`).join(', ')
  const rows = await reader.query<{ id: string; name: string; owner: string }>(
    `SELECT id, name, owner FROM api_keys WHERE id IN (${places})`,
    ...ids,
  )
  return new Map(rows.map(({ id, name, owner }) => [id, { name, owner }]))
}

export async function findApiKeysOf(reader: Reader, owner: string): Promise<ApiKeyRow[]> {
  const rows = await reader.query<Stored>(
    'SELECT * FROM api_keys WHERE owner = $1 ORDER BY id DESC LIMIT 1000',
    owner,
  )
  return rows.map(read)
}

/** How many keys of a person may be used, and how many would not be over yet, had they not been revoked. */
export async function countApiKeys(
  reader: Reader,
  owner: string,
  now: number,
): Promise<{ readonly live: number; readonly remembered: number }> {
  const [row] = await reader.query<{ live: number; remembered: number }>(
    `SELECT COUNT(*) AS remembered, COUNT(CASE WHEN revoked_at IS NULL THEN 1 END) AS live
       FROM api_keys WHERE owner = $1 AND ends_at > $2`,
    owner,
    now,
  )
  return { live: row?.live ?? 0, remembered: row?.remembered ?? 0 }
}

/** Those of a person that may be used, by id, so that whoever changes several does it in one order. */
export async function findLiveKeysOf(reader: Reader, owner: string, now: number): Promise<ApiKeyRow[]> {
  const rows = await reader.query<Stored>(
    'SELECT * FROM api_keys WHERE owner = $1 AND revoked_at IS NULL AND ends_at > $2 ORDER BY id',
    owner,
    now,
  )
  return rows.map(read)
}

/** The same of all people of a type. */
export async function findLiveKeysOfType(
  reader: Reader,
  userType: string,
  now: number,
): Promise<ApiKeyRow[]> {
  const rows = await reader.query<Stored>(
    'SELECT * FROM api_keys WHERE user_type = $1 AND revoked_at IS NULL AND ends_at > $2 ORDER BY id',
    userType,
    now,
  )
  return rows.map(read)
}

/** The same of those for a service. */
export async function findLiveKeysFor(reader: Reader, service: string, now: number): Promise<ApiKeyRow[]> {
  const rows = await reader.query<Stored>(
    'SELECT * FROM api_keys WHERE service = $1 AND revoked_at IS NULL AND ends_at > $2 ORDER BY id',
    service,
    now,
  )
  return rows.map(read)
}

/** The same of those that a key of ours has signed. */
export async function findLiveKeysBySigner(reader: Reader, kid: string, now: number): Promise<ApiKeyRow[]> {
  const rows = await reader.query<Stored>(
    'SELECT * FROM api_keys WHERE kid = $1 AND revoked_at IS NULL AND ends_at > $2 ORDER BY id',
    kid,
    now,
  )
  return rows.map(read)
}

/** Those that rest on something that has ended by now, or has another end. */
export async function findDueKeys(reader: Reader, now: number, limit: number): Promise<ApiKeyRow[]> {
  const rows = await reader.query<Stored>(
    `SELECT * FROM api_keys WHERE look_at <= $1 AND revoked_at IS NULL AND ends_at > $1 ORDER BY id LIMIT $2`,
    now,
    limit,
  )
  return rows.map(read)
}

export async function setLook(tx: Transaction, id: string, at: number | null): Promise<void> {
  await tx.query('UPDATE api_keys SET look_at = $2 WHERE id = $1', id, at)
}

/** Look at what a key of ours has signed when that ends, if not before. */
export async function lookWhenSignerEnds(tx: Transaction, kid: string, at: number): Promise<void> {
  await tx.query(
    `UPDATE api_keys SET look_at = $2 WHERE kid = $1 AND revoked_at IS NULL AND (look_at IS NULL OR look_at > $2)`,
    kid,
    at,
  )
}

/** For exactly one caller true, and for none where it is over. */
export async function markKeyRevoked(
  tx: Transaction,
  id: string,
  { now, by, reason }: { readonly now: number; readonly by: string | null; readonly reason: string },
): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE api_keys SET revoked_at = $2, revoked_by = $3, revoke_reason = $4
      WHERE id = $1 AND revoked_at IS NULL AND ends_at > $2 RETURNING id`,
    id,
    now,
    by,
    reason,
  )
  return rows.length === 1
}

/** How a key was used last. */
export interface KeyUse {
  readonly at: number
  readonly address: string
  readonly region: string | null
  readonly userAgent: string | null
}

/** Another process may have noted a later use. */
export async function noteKeyUse(
  tx: Transaction,
  id: string,
  { at, address, region, userAgent }: KeyUse,
): Promise<void> {
  await tx.query(
    `UPDATE api_keys SET last_used_at = $2, last_address = $3, last_region = $4, last_user_agent = $5
      WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)`,
    id,
    at,
    address,
    region,
    userAgent,
  )
}

export async function deleteKeysEndedBefore(tx: Transaction, at: number): Promise<void> {
  await tx.query('DELETE FROM api_keys WHERE ends_at < $1', at)
}

/** When a shared key of a service ends; null if it has no end, undefined if it is gone. It is written by services. */
export async function findSharedKeyEnd(reader: Reader, kid: string): Promise<number | null | undefined> {
  const [row] = await reader.query<{ ends_at: number | null }>(
    'SELECT ends_at FROM shared_keys WHERE kid = $1',
    kid,
  )
  return row?.ends_at
}

/** Forget who has revoked keys of others. */
export async function forgetRevoker(tx: Transaction, revoker: string): Promise<void> {
  await tx.query('UPDATE api_keys SET revoked_by = NULL WHERE revoked_by = $1', revoker)
}

/** As the table holds it. */
type Stored = Omit<ApiKeyRow, 'scopes'> & { readonly scopes: string }

function read(row: Stored): ApiKeyRow {
  return { ...row, scopes: row.scopes.split(' ').filter(Boolean) }
}
