import type { Reader, Transaction } from '../../database/database.ts'
import type { PasskeyAlgorithm } from './ceremony/cose-key.ts'

export interface PasskeyRow {
  readonly id: string
  readonly user_id: string
  /** In base64url. */
  readonly credential_id: string
  readonly algorithm: PasskeyAlgorithm
  /** A JWK. */
  readonly public_key: string
  /** The domain it was made for. */
  readonly rp_id: string
  readonly sign_count: number
  readonly is_backup_eligible: number
  readonly is_backed_up: number
  /** 0 if it was made without a prompt: it signs in, but nothing asks for it beside the password. */
  readonly is_factor: number
  /** How the browser reaches it, with blanks between. */
  readonly transports: string
  readonly aaguid: string
  readonly name: string
  readonly created_at: number
  readonly last_used_at: number | null
}

/** False if there is a passkey with this credential id. */
export async function insertPasskey(tx: Transaction, passkey: PasskeyRow): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO passkeys (id, user_id, credential_id, algorithm, public_key, rp_id, sign_count, is_backup_eligible,
       is_backed_up, is_factor, transports, aaguid, name, created_at, last_used_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
     ON CONFLICT (credential_id) DO NOTHING RETURNING id`,
    passkey.id,
    passkey.user_id,
    passkey.credential_id,
    passkey.algorithm,
    passkey.public_key,
    passkey.rp_id,
    passkey.sign_count,
    passkey.is_backup_eligible,
    passkey.is_backed_up,
    passkey.is_factor,
    passkey.transports,
    passkey.aaguid,
    passkey.name,
    passkey.created_at,
    passkey.last_used_at,
  )
  return rows.length === 1
}

/** Of a user, the oldest first. */
export async function findPasskeys(reader: Reader, userId: string): Promise<PasskeyRow[]> {
  return reader.query<PasskeyRow>('SELECT * FROM passkeys WHERE user_id = $1 ORDER BY id', userId)
}

/** Whether a user has a passkey that a sign-in by password asks for. */
export async function hasPasskeyInForce(reader: Reader, userId: string): Promise<boolean> {
  const rows = await reader.query(
    'SELECT 1 AS found FROM passkeys WHERE user_id = $1 AND is_factor = 1 LIMIT 1',
    userId,
  )
  return rows.length === 1
}

export async function findPasskeyByCredential(
  reader: Reader,
  credentialId: string,
): Promise<PasskeyRow | undefined> {
  const [row] = await reader.query<PasskeyRow>(
    'SELECT * FROM passkeys WHERE credential_id = $1',
    credentialId,
  )
  return row
}

/**
 * Use a passkey, and store its count. True for exactly one caller with each count, and for no count before it afterwards; one that
 * does not count says 0 for ever.
 */
export async function takeCount(
  tx: Transaction,
  id: string,
  { signCount, isBackedUp, now }: { signCount: number; isBackedUp: boolean; now: number },
): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE passkeys SET sign_count = $2, is_backed_up = $3, last_used_at = $4
      WHERE id = $1 AND (sign_count < $2 OR (sign_count = 0 AND $2 = 0)) RETURNING id`,
    id,
    signCount,
    Number(isBackedUp),
    now,
  )
  return rows.length === 1
}

/** The passkey with its new name; undefined if the user has none of this id. */
export async function setPasskeyName(
  tx: Transaction,
  userId: string,
  id: string,
  name: string,
): Promise<PasskeyRow | undefined> {
  const [row] = await tx.query<PasskeyRow>(
    'UPDATE passkeys SET name = $3 WHERE user_id = $1 AND id = $2 RETURNING *',
    userId,
    id,
    name,
  )
  return row
}

/** The passkey that is deleted; undefined if the user had none of this id. */
export async function deletePasskey(
  tx: Transaction,
  userId: string,
  id: string,
): Promise<PasskeyRow | undefined> {
  const [row] = await tx.query<PasskeyRow>(
    'DELETE FROM passkeys WHERE user_id = $1 AND id = $2 RETURNING *',
    userId,
    id,
  )
  return row
}

/** All passkeys of a user. */
export async function deletePasskeys(tx: Transaction, userId: string): Promise<void> {
  await tx.query('DELETE FROM passkeys WHERE user_id = $1', userId)
}

/** The passkeys of a user that were made without a prompt, on the strength of a password alone. */
export async function deleteUnprompted(tx: Transaction, userId: string): Promise<void> {
  await tx.query('DELETE FROM passkeys WHERE user_id = $1 AND is_factor = 0', userId)
}

/** How many passkeys were made for other domains than this one. */
export async function countOfOtherDomains(reader: Reader, rpId: string): Promise<number> {
  const [row] = await reader.query<{ count: number }>(
    'SELECT COUNT(*) AS count FROM passkeys WHERE rp_id <> $1',
    rpId,
  )
  return row?.count ?? 0
}

/** Whether a passkey was made without a prompt in this browser. */
export async function hasPasskeyOffer(reader: Reader, browserHash: string, userId: string): Promise<boolean> {
  const rows = await reader.query(
    'SELECT 1 AS found FROM passkey_offers WHERE browser_hash = $1 AND user_id = $2',
    browserHash,
    userId,
  )
  return rows.length === 1
}

/** A passkey is made without a prompt in this browser. True for exactly one caller, ever. */
export async function insertPasskeyOffer(
  tx: Transaction,
  browserHash: string,
  userId: string,
  now: number,
): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO passkey_offers (browser_hash, user_id, offered_at) VALUES ($1, $2, $3)
     ON CONFLICT (browser_hash, user_id) DO NOTHING RETURNING user_id`,
    browserHash,
    userId,
    now,
  )
  return rows.length === 1
}

/** Of browsers whose cookie is over. */
export async function sweepPasskeyOffers(tx: Transaction, before: number): Promise<void> {
  await tx.query('DELETE FROM passkey_offers WHERE offered_at <= $1', before)
}

/** What a ceremony that is under way answers. */
export interface PasskeyChallengeRow {
  readonly challenge_hash: string
  readonly purpose: 'registration' | 'sign_in'
  /** Whose passkey is being made; null for a sign-in, which says it by itself. */
  readonly user_id: string | null
  /** The session that asked for it; null for a sign-in. */
  readonly made_for: string | null
  readonly is_prompted: number
  /** The browser that makes it without a prompt, else null. */
  readonly browser_hash: string | null
  readonly created_at: number
  readonly expires_at: number
}

export async function insertPasskeyChallenge(tx: Transaction, row: PasskeyChallengeRow): Promise<void> {
  await tx.query(
    `INSERT INTO passkey_challenges
       (challenge_hash, purpose, user_id, made_for, is_prompted, browser_hash, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    row.challenge_hash,
    row.purpose,
    row.user_id,
    row.made_for,
    row.is_prompted,
    row.browser_hash,
    row.created_at,
    row.expires_at,
  )
}

/** Use a challenge up. The row for exactly one caller, ever. */
export async function takePasskeyChallenge(
  tx: Transaction,
  challengeHash: string,
  purpose: PasskeyChallengeRow['purpose'],
  now: number,
): Promise<PasskeyChallengeRow | undefined> {
  const [row] = await tx.query<PasskeyChallengeRow>(
    `DELETE FROM passkey_challenges
      WHERE challenge_hash = $1 AND purpose = $2 AND expires_at > $3 RETURNING *`,
    challengeHash,
    purpose,
    now,
  )
  return row
}

export async function sweepPasskeyChallenges(tx: Transaction, now: number): Promise<void> {
  await tx.query('DELETE FROM passkey_challenges WHERE expires_at <= $1', now)
}
