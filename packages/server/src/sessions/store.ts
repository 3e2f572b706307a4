import type { Reader, Transaction } from '../database/database.ts'

export interface SessionRow {
  readonly id: string
  readonly user_id: string
  readonly client_id: string | null
  readonly created_at: number
  readonly last_used_at: number
  readonly address: string
  readonly region: string | null
  readonly user_agent: string | null
  /** How the person proved who they are (RFC 8176). */
  readonly amr: readonly string[]
  readonly ended_at: number | null
  readonly end_reason: string | null
}

export async function insertSession(tx: Transaction, session: SessionRow): Promise<void> {
  await tx.query(
    `INSERT INTO sessions (id, user_id, client_id, created_at, last_used_at, address, region, user_agent, amr)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    session.id,
    session.user_id,
    session.client_id,
    session.created_at,
    session.last_used_at,
    session.address,
    session.region,
    session.user_agent,
    session.amr.join(' '),
  )
}

export async function findSession(reader: Reader, id: string): Promise<SessionRow | undefined> {
  const [row] = await reader.query<Stored>('SELECT * FROM sessions WHERE id = $1', id)
  return row && read(row)
}

/** Whether a session of a user began from this address, and was not ended because somebody else knew the password. */
export async function hasSessionFrom(
  reader: Reader,
  userId: string,
  address: string,
  after: number,
): Promise<boolean> {
  const rows = await reader.query(
    `SELECT 1 AS found FROM sessions WHERE user_id = $1 AND address = $2 AND created_at > $3
     AND (end_reason IS NULL OR end_reason <> 'password_set') LIMIT 1`,
    userId,
    address,
    after,
  )
  return rows.length === 1
}

/** Those that are not ended, newest first. */
export async function findLiveSessions(reader: Reader, userId: string): Promise<SessionRow[]> {
  const rows = await reader.query<Stored>(
    'SELECT * FROM sessions WHERE user_id = $1 AND ended_at IS NULL ORDER BY id DESC LIMIT 200',
    userId,
  )
  return rows.map(read)
}

/** The live sessions of a user beyond so many, those that were used longest ago. */
export async function findSurplusSessions(reader: Reader, userId: string, most: number): Promise<string[]> {
  const rows = await reader.query<{ id: string }>(
    `SELECT id FROM sessions WHERE user_id = $1 AND ended_at IS NULL
      ORDER BY last_used_at DESC, id DESC LIMIT 200 OFFSET $2`,
    userId,
    most,
  )
  return rows.map(({ id }) => id)
}

/** The ids of live sessions that are over a limit of the type of their user. */
export async function findOverlongSessions(reader: Reader, now: number, most: number): Promise<string[]> {
  const rows = await reader.query<{ id: string }>(
    `SELECT s.id FROM user_types t JOIN users u ON u.user_type = t.name JOIN sessions s ON s.user_id = u.id
      WHERE (t.session_idle_ms IS NOT NULL OR t.session_longest_ms IS NOT NULL) AND s.ended_at IS NULL
        AND (s.last_used_at <= $1 - t.session_idle_ms OR s.created_at <= $1 - t.session_longest_ms)
      ORDER BY s.id LIMIT $2`,
    now,
    most,
  )
  return rows.map(({ id }) => id)
}

export async function touchSession(tx: Transaction, id: string, now: number): Promise<boolean> {
  const rows = await tx.query(
    'UPDATE sessions SET last_used_at = $2 WHERE id = $1 AND ended_at IS NULL RETURNING id',
    id,
    now,
  )
  return rows.length === 1
}

/** True for the one call that ended it. */
export async function markEnded(tx: Transaction, id: string, now: number, reason: string): Promise<boolean> {
  const rows = await tx.query(
    'UPDATE sessions SET ended_at = $2, end_reason = $3 WHERE id = $1 AND ended_at IS NULL RETURNING id',
    id,
    now,
    reason,
  )
  return rows.length === 1
}

/** As the table holds it. */
type Stored = Omit<SessionRow, 'amr'> & { readonly amr: string }

function read(row: Stored): SessionRow {
  return { ...row, amr: row.amr.split(' ').filter(Boolean) }
}
