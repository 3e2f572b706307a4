import type { Reader, Transaction } from '../../database/database.ts'

export async function insertInvitation(
  tx: Transaction,
  invitation: { secretHash: string; userId: string; createdAt: number; expiresAt: number },
): Promise<void> {
  await tx.query(
    'INSERT INTO invitations (secret_hash, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4)',
    invitation.secretHash,
    invitation.userId,
    invitation.createdAt,
    invitation.expiresAt,
  )
}

/** Take up an invitation. The user's id for exactly one caller, ever. */
export async function useInvitation(
  tx: Transaction,
  secretHash: string,
  now: number,
): Promise<string | undefined> {
  const [row] = await tx.query<{ user_id: string }>(
    `UPDATE invitations SET used_at = $2
      WHERE secret_hash = $1 AND used_at IS NULL AND expires_at > $2 RETURNING user_id`,
    secretHash,
    now,
  )
  return row?.user_id
}

/** The id of the user of an open invitation. */
export async function findInvitedUser(
  reader: Reader,
  secretHash: string,
  now: number,
): Promise<string | undefined> {
  const [row] = await reader.query<{ user_id: string }>(
    'SELECT user_id FROM invitations WHERE secret_hash = $1 AND used_at IS NULL AND expires_at > $2',
    secretHash,
    now,
  )
  return row?.user_id
}

/** A new invitation or a disabled account puts an end to those before. */
export async function endInvitations(tx: Transaction, userId: string, now: number): Promise<void> {
  await tx.query('UPDATE invitations SET used_at = $2 WHERE user_id = $1 AND used_at IS NULL', userId, now)
}

/** The id of somebody who can sign in and whose type may manage users, if there is one. */
export async function findUserWhoMaySetUp(reader: Reader): Promise<string | undefined> {
  const [row] = await reader.query<{ id: string }>(
    `SELECT u.id FROM users u JOIN user_types t ON t.name = u.user_type
      WHERE u.password_hash IS NOT NULL AND u.disabled_at IS NULL
        AND ' ' || t.permissions || ' ' LIKE '% users:write %' LIMIT 1`,
  )
  return row?.id
}
