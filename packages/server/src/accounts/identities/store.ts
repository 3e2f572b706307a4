import type { Reader, Transaction } from '../../database/database.ts'

/**
 * How somebody has signed in who was signed in by a provider. RFC 8176 has no word for it; this one is Microsoft's. What the provider
 * says in its own `amr` is not passed on: services take that for the word of this server.
 */
export const byProvider = 'fed'

/** What a provider calls somebody here. Issuer and subject are all that counts. */
export interface IdentityRow {
  readonly id: string
  readonly issuer: string
  readonly subject: string
  readonly user_id: string
  /** What the provider called the person when it was linked, for people to recognize it by. */
  readonly label: string | null
  readonly created_at: number
  readonly last_used_at: number | null
}

/** An identity with the provider that has its issuer, as far as there is one. */
export interface IdentityAt extends IdentityRow {
  readonly provider: string | null
  readonly provider_name: string | null
  readonly provider_disabled_at: number | null
}

const withProvider = `SELECT i.*, p.key AS provider, p.name AS provider_name, p.disabled_at AS provider_disabled_at
  FROM identities i LEFT JOIN providers p ON p.issuer = i.issuer`

/** @throws a unique violation for one that is somebody's */
export async function insertIdentity(tx: Transaction, row: IdentityRow): Promise<void> {
  await tx.query(
    `INSERT INTO identities (id, issuer, subject, user_id, label, created_at, last_used_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    row.id,
    row.issuer,
    row.subject,
    row.user_id,
    row.label,
    row.created_at,
    row.last_used_at,
  )
}

export async function findIdentity(
  reader: Reader,
  { issuer, subject }: Pick<IdentityRow, 'issuer' | 'subject'>,
): Promise<IdentityAt | undefined> {
  const [row] = await reader.query<IdentityAt>(
    `${withProvider} WHERE i.issuer = $1 AND i.subject = $2`,
    issuer,
    subject,
  )
  return row
}

/** In the order in which they were linked. */
export async function findIdentitiesOf(reader: Reader, userId: string): Promise<IdentityAt[]> {
  return reader.query<IdentityAt>(`${withProvider} WHERE i.user_id = $1 ORDER BY i.id`, userId)
}

/** Note that an identity signs in, and hold it until the transaction ends. Whose it is now; undefined if it was removed. */
export async function noteIdentityUse(tx: Transaction, id: string, now: number): Promise<string | undefined> {
  const [row] = await tx.query<{ user_id: string }>(
    'UPDATE identities SET last_used_at = $2 WHERE id = $1 RETURNING user_id',
    id,
    now,
  )
  return row?.user_id
}

/** Remove an identity of a user. True for the call that did. */
export async function deleteIdentity(tx: Transaction, userId: string, id: string): Promise<boolean> {
  const rows = await tx.query(
    'DELETE FROM identities WHERE id = $2 AND user_id = $1 RETURNING id',
    userId,
    id,
  )
  return rows.length === 1
}

/** Remove the identities of an issuer. How many there were. */
export async function deleteIdentitiesOf(tx: Transaction, issuer: string): Promise<number> {
  return (await tx.query('DELETE FROM identities WHERE issuer = $1 RETURNING id', issuer)).length
}

export async function countIdentities(reader: Reader, issuer: string): Promise<number> {
  const [row] = await reader.query<{ count: number }>(
    'SELECT COUNT(*) AS count FROM identities WHERE issuer = $1',
    issuer,
  )
  return row?.count ?? 0
}

/** How a session began that began by an identity. */
export interface IdentitySessionRow {
  readonly session_id: string
  readonly identity: string
  /** When the person has proven who they are, there or by a factor here; null if nobody said. */
  readonly proven_at: number | null
}

export async function insertIdentitySession(tx: Transaction, row: IdentitySessionRow): Promise<void> {
  await tx.query(
    'INSERT INTO identity_sessions (session_id, identity, proven_at) VALUES ($1, $2, $3)',
    row.session_id,
    row.identity,
    row.proven_at,
  )
}

/** By which identity a session began; undefined for every other one. */
export async function findIdentityOfSession(
  reader: Reader,
  sessionId: string,
): Promise<(IdentitySessionRow & Pick<IdentityRow, 'issuer'>) | undefined> {
  const [row] = await reader.query<IdentitySessionRow & Pick<IdentityRow, 'issuer'>>(
    `SELECT b.*, i.issuer FROM identity_sessions b JOIN identities i ON i.id = b.identity WHERE b.session_id = $1`,
    sessionId,
  )
  return row
}

/** Live sessions that began by an identity, a page of them. */
export async function findSessionsByIdentity(
  reader: Reader,
  identity: string,
  most: number,
): Promise<string[]> {
  const rows = await reader.query<{ id: string }>(
    `SELECT s.id FROM identity_sessions b JOIN sessions s ON s.id = b.session_id
      WHERE b.identity = $1 AND s.ended_at IS NULL ORDER BY s.id LIMIT $2`,
    identity,
    most,
  )
  return rows.map(({ id }) => id)
}

/** Live sessions that began by identities of an issuer, a page of them. */
export async function findSessionsByIssuer(reader: Reader, issuer: string, most: number): Promise<string[]> {
  const rows = await reader.query<{ id: string }>(
    `SELECT s.id FROM identities i JOIN identity_sessions b ON b.identity = i.id JOIN sessions s ON s.id = b.session_id
      WHERE i.issuer = $1 AND s.ended_at IS NULL ORDER BY s.id LIMIT $2`,
    issuer,
    most,
  )
  return rows.map(({ id }) => id)
}
