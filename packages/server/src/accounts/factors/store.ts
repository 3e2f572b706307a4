import type { Reader, Transaction } from '../../database/database.ts'
import type { SealedRow } from '../../secrets/resealing.ts'

/** One that is set up and has not proven itself yet, or the one whose codes count. */
export type AuthenticatorState = 'pending' | 'in_force'

export interface AuthenticatorRow {
  readonly user_id: string
  readonly state: AuthenticatorState
  readonly secret_sealed: string
  /** The session or the challenge that set it up. */
  readonly begun_by: string
  readonly last_step: number
  readonly created_at: number
  readonly last_used_at: number | null
}

export async function findAuthenticator(
  reader: Reader,
  userId: string,
  state: AuthenticatorState,
): Promise<AuthenticatorRow | undefined> {
  const [row] = await reader.query<AuthenticatorRow>(
    'SELECT * FROM authenticators WHERE user_id = $1 AND state = $2',
    userId,
    state,
  )
  return row
}

/** Set up another authenticator, in place of one that was being set up. */
export async function insertPendingAuthenticator(
  tx: Transaction,
  {
    userId,
    secretSealed,
    begunBy,
    now,
  }: { userId: string; secretSealed: string; begunBy: string; now: number },
): Promise<void> {
  await tx.query(
    `INSERT INTO authenticators (user_id, state, secret_sealed, begun_by, last_step, created_at)
     VALUES ($1, 'pending', $2, $3, 0, $4)
     ON CONFLICT (user_id, state) DO UPDATE SET secret_sealed = $2, begun_by = $3, last_step = 0, created_at = $4`,
    userId,
    secretSealed,
    begunBy,
    now,
  )
}

/** Put the pending authenticator with this secret in force, by a code of `step`. True for exactly one caller. */
export async function confirmAuthenticator(
  tx: Transaction,
  userId: string,
  secretSealed: string,
  step: number,
): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE authenticators SET state = 'in_force', last_step = $3
      WHERE user_id = $1 AND state = 'pending' AND secret_sealed = $2 RETURNING user_id`,
    userId,
    secretSealed,
    step,
  )
  return rows.length === 1
}

/** Use the code of a step. True for exactly one caller, ever, and for no step before it afterwards. */
export async function takeStep(
  tx: Transaction,
  userId: string,
  secretSealed: string,
  step: number,
  now: number,
): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE authenticators SET last_step = $3, last_used_at = $4
      WHERE user_id = $1 AND state = 'in_force' AND secret_sealed = $2 AND last_step < $3 RETURNING user_id`,
    userId,
    secretSealed,
    step,
    now,
  )
  return rows.length === 1
}

/** True if there was one. */
export async function deleteAuthenticator(
  tx: Transaction,
  userId: string,
  state: AuthenticatorState,
): Promise<boolean> {
  const rows = await tx.query(
    'DELETE FROM authenticators WHERE user_id = $1 AND state = $2 RETURNING user_id',
    userId,
    state,
  )
  return rows.length === 1
}

/** Authenticators that were set up at `before` or earlier, and never proved themselves. */
export async function sweepPendingAuthenticators(tx: Transaction, before: number): Promise<void> {
  await tx.query(`DELETE FROM authenticators WHERE state = 'pending' AND created_at <= $1`, before)
}

export async function insertRecoveryCode(
  tx: Transaction,
  userId: string,
  codeHash: string,
  now: number,
): Promise<void> {
  await tx.query(
    'INSERT INTO recovery_codes (user_id, code_hash, created_at) VALUES ($1, $2, $3)',
    userId,
    codeHash,
    now,
  )
}

/** Use a recovery code up. True for exactly one caller, ever. */
export async function takeRecoveryCode(tx: Transaction, userId: string, codeHash: string): Promise<boolean> {
  const rows = await tx.query(
    'DELETE FROM recovery_codes WHERE user_id = $1 AND code_hash = $2 RETURNING user_id',
    userId,
    codeHash,
  )
  return rows.length === 1
}

export async function hasRecoveryCode(reader: Reader, userId: string, codeHash: string): Promise<boolean> {
  const rows = await reader.query(
    'SELECT 1 AS found FROM recovery_codes WHERE user_id = $1 AND code_hash = $2',
    userId,
    codeHash,
  )
  return rows.length === 1
}

export async function countRecoveryCodes(reader: Reader, userId: string): Promise<number> {
  const [row] = await reader.query<{ count: number }>(
    'SELECT COUNT(*) AS count FROM recovery_codes WHERE user_id = $1',
    userId,
  )
  return row?.count ?? 0
}

export async function deleteRecoveryCodes(tx: Transaction, userId: string): Promise<void> {
  await tx.query('DELETE FROM recovery_codes WHERE user_id = $1', userId)
}

/** A sign-in by a right password that waits for its second step. */
export interface ChallengeRow {
  readonly secret_hash: string
  readonly user_id: string
  readonly asks: 'prove' | 'enrol'
  readonly password_print: string
  readonly key_thumbprint: string | null
  /** The identity of a provider that stands for the password; null if it was one. */
  readonly identity: string | null
  readonly attempts: number
  readonly created_at: number
  readonly expires_at: number
}

export async function insertChallenge(tx: Transaction, challenge: ChallengeRow): Promise<void> {
  await tx.query(
    `INSERT INTO sign_in_challenges
       (secret_hash, user_id, asks, password_print, key_thumbprint, attempts, created_at, expires_at, identity)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    challenge.secret_hash,
    challenge.user_id,
    challenge.asks,
    challenge.password_print,
    challenge.key_thumbprint,
    challenge.attempts,
    challenge.created_at,
    challenge.expires_at,
    challenge.identity,
  )
}

export async function findChallenge(
  reader: Reader,
  secretHash: string,
  now: number,
): Promise<ChallengeRow | undefined> {
  const [row] = await reader.query<ChallengeRow>(
    'SELECT * FROM sign_in_challenges WHERE secret_hash = $1 AND expires_at > $2',
    secretHash,
    now,
  )
  return row
}

/** Take one of the `most` attempts at a challenge, before anything is compared. Undefined if there is none left. */
export async function takeChallengeAttempt(
  tx: Transaction,
  secretHash: string,
  now: number,
  most: number,
): Promise<ChallengeRow | undefined> {
  const [row] = await tx.query<ChallengeRow>(
    `UPDATE sign_in_challenges SET attempts = attempts + 1
      WHERE secret_hash = $1 AND expires_at > $2 AND attempts < $3 RETURNING *`,
    secretHash,
    now,
    most,
  )
  return row
}

/** Use a challenge up. True for exactly one caller, ever. */
export async function takeChallenge(tx: Transaction, secretHash: string, now: number): Promise<boolean> {
  const rows = await tx.query(
    'DELETE FROM sign_in_challenges WHERE secret_hash = $1 AND expires_at > $2 RETURNING secret_hash',
    secretHash,
    now,
  )
  return rows.length === 1
}

/** The code that was mailed for a challenge, which goes with it. */
export async function insertMailedCode(
  tx: Transaction,
  challengeHash: string,
  codeMac: string,
): Promise<void> {
  await tx.query(
    'INSERT INTO mailed_codes (challenge_hash, code_mac) VALUES ($1, $2)',
    challengeHash,
    codeMac,
  )
}

/** What is stored of the code that was mailed for a challenge; undefined if none was. */
export async function findMailedCode(reader: Reader, challengeHash: string): Promise<string | undefined> {
  const [row] = await reader.query<{ code_mac: string }>(
    'SELECT code_mac FROM mailed_codes WHERE challenge_hash = $1',
    challengeHash,
  )
  return row?.code_mac
}

export async function sweepChallenges(tx: Transaction, now: number): Promise<void> {
  await tx.query('DELETE FROM sign_in_challenges WHERE expires_at <= $1', now)
}

/** The first sign-in of a user after `since`, when their type began to require a second factor: this one, if none was noted. */
export async function noteAsked(
  tx: Transaction,
  userId: string,
  since: number,
  now: number,
): Promise<number> {
  const [row] = await tx.query<{ asked_at: number }>(
    `INSERT INTO factor_states (user_id, asked_at) VALUES ($1, $3)
     ON CONFLICT (user_id) DO UPDATE SET asked_at =
       CASE WHEN factor_states.asked_at >= $2 THEN factor_states.asked_at ELSE $3 END
     RETURNING asked_at`,
    userId,
    since,
    now,
  )
  return row?.asked_at ?? now
}

export interface FactorStateRow {
  readonly asked_at: number | null
  readonly short_password: string | null
  /** When a link last set the password. */
  readonly link_used_at: number | null
}

export async function findFactorState(reader: Reader, userId: string): Promise<FactorStateRow | undefined> {
  const [row] = await reader.query<FactorStateRow>(
    'SELECT asked_at, short_password, link_used_at FROM factor_states WHERE user_id = $1',
    userId,
  )
  return row
}

/** The password whose hash has this print is too short to stand alone. Another password has another print. */
export async function noteShortPassword(tx: Transaction, userId: string, print: string): Promise<void> {
  await tx.query(
    `INSERT INTO factor_states (user_id, short_password) VALUES ($1, $2)
     ON CONFLICT (user_id) DO UPDATE SET short_password = $2`,
    userId,
    print,
  )
}

export async function noteLinkUsed(tx: Transaction, userId: string, now: number): Promise<void> {
  await tx.query(
    `INSERT INTO factor_states (user_id, link_used_at) VALUES ($1, $2)
     ON CONFLICT (user_id) DO UPDATE SET link_used_at = $2`,
    userId,
    now,
  )
}

/** By user and state, of which there is one row each. */
export async function findSealedSecrets(reader: Reader, after: string, most: number): Promise<SealedRow[]> {
  const [userId = '', state = ''] = after.split(' ')
  return reader.query<SealedRow>(
    `SELECT user_id || ' ' || state AS id, secret_sealed AS sealed FROM authenticators
      WHERE user_id > $1 OR (user_id = $1 AND state > $2) ORDER BY user_id, state LIMIT $3`,
    userId,
    state,
    most,
  )
}

export async function replaceSealedSecret(tx: Transaction, row: SealedRow, sealed: string): Promise<boolean> {
  const [userId = '', state = ''] = row.id.split(' ')
  const replaced = await tx.query(
    `UPDATE authenticators SET secret_sealed = $4
      WHERE user_id = $1 AND state = $2 AND secret_sealed = $3 RETURNING user_id`,
    userId,
    state,
    row.sealed,
    sealed,
  )
  return replaced.length === 1
}
