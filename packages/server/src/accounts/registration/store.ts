import type { Reader, Transaction } from '../../database/database.ts'
import type { Language } from '../../pages/page.ts'
import type { SealedRow } from '../../secrets/resealing.ts'

/** A stranger wants an account. It is looked at later, so that asking takes the same for every address. */
export interface RegistrationRequestRow {
  readonly id: string
  readonly sealed: string
  readonly created_at: number
}

export async function insertRegistrationRequest(
  tx: Transaction,
  { id, sealed, created_at }: RegistrationRequestRow,
): Promise<void> {
  await tx.query(
    'INSERT INTO registration_requests (id, sealed, created_at) VALUES ($1, $2, $3)',
    id,
    sealed,
    created_at,
  )
}

/** The oldest request, for this caller alone. */
export async function takeRegistrationRequest(tx: Transaction): Promise<RegistrationRequestRow | undefined> {
  const [row] = await tx.query<RegistrationRequestRow>(
    'DELETE FROM registration_requests WHERE id = (SELECT MIN(id) FROM registration_requests) RETURNING *',
  )
  return row
}

/** A link that was mailed to a stranger. */
export interface RegistrationRow {
  readonly secret_hash: string
  readonly user_type: string
  readonly address: string
  readonly address_key: string
  readonly language: Language
  /** How often somebody has sent the form behind it. */
  readonly attempts: number
  readonly created_at: number
  readonly expires_at: number
}

export async function insertRegistration(tx: Transaction, row: RegistrationRow): Promise<void> {
  await tx.query(
    `INSERT INTO registrations
       (secret_hash, user_type, address, address_key, language, attempts, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    row.secret_hash,
    row.user_type,
    row.address,
    row.address_key,
    row.language,
    row.attempts,
    row.created_at,
    row.expires_at,
  )
}

/** An open link. */
export async function findRegistration(
  reader: Reader,
  secretHash: string,
  now: number,
): Promise<RegistrationRow | undefined> {
  const [row] = await reader.query<RegistrationRow>(
    'SELECT * FROM registrations WHERE secret_hash = $1 AND expires_at > $2',
    secretHash,
    now,
  )
  return row
}

/** Take one of the `most` attempts at an open link: whoever has it may ask for names, but not for every name there is. */
export async function takeRegistrationAttempt(
  tx: Transaction,
  secretHash: string,
  now: number,
  most: number,
): Promise<RegistrationRow | undefined> {
  const [row] = await tx.query<RegistrationRow>(
    `UPDATE registrations SET attempts = attempts + 1
      WHERE secret_hash = $1 AND expires_at > $2 AND attempts < $3 RETURNING *`,
    secretHash,
    now,
    most,
  )
  return row
}

/** Use a link up. True for exactly one caller, ever. */
export async function useRegistration(tx: Transaction, secretHash: string, now: number): Promise<boolean> {
  const rows = await tx.query(
    'DELETE FROM registrations WHERE secret_hash = $1 AND expires_at > $2 RETURNING secret_hash',
    secretHash,
    now,
  )
  return rows.length === 1
}

/** Whoever has an account needs no other link to one. */
export async function endRegistrations(tx: Transaction, addressKey: string): Promise<void> {
  await tx.query('DELETE FROM registrations WHERE address_key = $1', addressKey)
}

export async function sweepRegistrations(tx: Transaction, now: number): Promise<void> {
  await tx.query('DELETE FROM registrations WHERE expires_at <= $1', now)
}

export async function findSealedRegistrations(
  reader: Reader,
  after: string,
  most: number,
): Promise<SealedRow[]> {
  return reader.query<SealedRow>(
    'SELECT id, sealed FROM registration_requests WHERE id > $1 ORDER BY id LIMIT $2',
    after,
    most,
  )
}

export async function replaceSealedRegistration(
  tx: Transaction,
  row: SealedRow,
  sealed: string,
): Promise<boolean> {
  const replaced = await tx.query(
    'UPDATE registration_requests SET sealed = $3 WHERE id = $1 AND sealed = $2 RETURNING id',
    row.id,
    row.sealed,
    sealed,
  )
  return replaced.length === 1
}
