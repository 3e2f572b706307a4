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
  /** The administrator who acts as the user, and by which session; null for a session of the user. */
  readonly acted_by: string | null
  readonly acted_by_session: string | null
  /** When it ends by itself; null for one that goes on while it is refreshed. */
  readonly ends_at: number | null
  /** The session of the browser in which the person let an application in, with which this one ends; null for any other. */
  readonly within_session: string | null
  /** 0 or 1: whether an application acts by it. Its address is that of the application, and not where the person is. */
  readonly by_application: number
}

export async function insertSession(tx: Transaction, session: SessionRow): Promise<void> {
  await tx.query(
    `INSERT INTO sessions (id, user_id, client_id, created_at, last_used_at, address, region, user_agent, amr,
       acted_by, acted_by_session, ends_at, within_session, by_application)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    session.id,
    session.user_id,
    session.client_id,
    session.created_at,
    session.last_used_at,
    session.address,
    session.region,
    session.user_agent,
    session.amr.join(' '),
    session.acted_by,
    session.acted_by_session,
    session.ends_at,
    session.within_session,
    session.by_application,
  )
}

export async function findSession(reader: Reader, id: string): Promise<SessionRow | undefined> {
  const [row] = await reader.query<Stored>('SELECT * FROM sessions WHERE id = $1', id)
  return row && read(row)
}

/** Hold a session: nobody ends it before this transaction has. Returns it as it is now. */
export async function holdSession(tx: Transaction, id: string): Promise<SessionRow | undefined> {
  const [row] = await tx.query<Stored>('UPDATE sessions SET id = id WHERE id = $1 RETURNING *', id)
  return row && read(row)
}

/** Whether the user began a session from this address, which was not ended because somebody else knew the password. */
export async function hasSessionFrom(
  reader: Reader,
  userId: string,
  address: string,
  after: number,
): Promise<boolean> {
  const rows = await reader.query(
    `SELECT 1 AS found FROM sessions WHERE user_id = $1 AND address = $2 AND created_at > $3
     AND acted_by IS NULL AND by_application = 0 AND (end_reason IS NULL OR end_reason <> 'password_set') LIMIT 1`,
    userId,
    address,
    after,
  )
  return rows.length === 1
}

/** A session, and what the user is called who acts in it as another one. */
export interface LiveSession extends SessionRow {
  readonly acted_by_name: string | null
}

/** Those that are not ended, newest first. */
export async function findLiveSessions(reader: Reader, userId: string): Promise<LiveSession[]> {
  const rows = await reader.query<Stored & Pick<LiveSession, 'acted_by_name'>>(
    `SELECT s.*, a.username AS acted_by_name FROM sessions s LEFT JOIN users a ON a.id = s.acted_by
      WHERE s.user_id = $1 AND s.ended_at IS NULL ORDER BY s.id DESC LIMIT 200`,
    userId,
  )
  return rows.map((row) => ({ ...read(row), acted_by_name: row.acted_by_name }))
}

/** Every session of a user that is stored, over or not, newest first: those before an id. */
export async function findSessionsOf(
  reader: Reader,
  userId: string,
  before: string,
  limit: number,
): Promise<SessionRow[]> {
  const rows = await reader.query<Stored>(
    'SELECT * FROM sessions WHERE user_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3',
    userId,
    before,
    limit,
  )
  return rows.map(read)
}

/** The live sessions in which the person of this session acts as somebody. */
export async function findSessionsActedBy(reader: Reader, sessionId: string): Promise<string[]> {
  const rows = await reader.query<{ id: string }>(
    'SELECT id FROM sessions WHERE acted_by_session = $1 AND ended_at IS NULL ORDER BY id',
    sessionId,
  )
  return rows.map(({ id }) => id)
}

/** The live sessions of applications that were let in within this one. */
export async function findSessionsWithin(reader: Reader, sessionId: string): Promise<string[]> {
  const rows = await reader.query<{ id: string }>(
    'SELECT id FROM sessions WHERE within_session = $1 AND ended_at IS NULL ORDER BY id',
    sessionId,
  )
  return rows.map(({ id }) => id)
}

/** The live sessions of an application, some of them at a time: of everybody, or of one person. */
export async function findSessionsOfClient(
  reader: Reader,
  clientId: string,
  userId?: string,
): Promise<string[]> {
  const ofUser = userId === undefined ? '' : 'AND user_id = $2'
  const rows = await reader.query<{ id: string }>(
    `SELECT id FROM sessions WHERE client_id = $1 AND ended_at IS NULL ${ofUser} ORDER BY id LIMIT 500`,
    clientId,
    ...(userId === undefined ? [] : [userId]),
  )
  return rows.map(({ id }) => id)
}

/** Remember which session a browser is signed in with, by the hash of the secret in its cookie. */
export async function insertSignedInBrowser(
  tx: Transaction,
  row: { readonly hash: string; readonly sessionId: string; readonly createdAt: number },
): Promise<void> {
  await tx.query(
    'INSERT INTO signed_in_browsers (hash, session_id, created_at) VALUES ($1, $2, $3)',
    row.hash,
    row.sessionId,
    row.createdAt,
  )
}

/** The live session that a browser is signed in with. */
export async function findSessionOfBrowser(reader: Reader, hash: string): Promise<SessionRow | undefined> {
  const [row] = await reader.query<Stored>(
    `SELECT s.* FROM signed_in_browsers b JOIN sessions s ON s.id = b.session_id
      WHERE b.hash = $1 AND s.ended_at IS NULL`,
    hash,
  )
  return row && read(row)
}

/** Forget browsers whose session is over. */
export async function deleteSignedOutBrowsers(tx: Transaction): Promise<void> {
  await tx.query(
    `DELETE FROM signed_in_browsers WHERE session_id IN
      (SELECT b.session_id FROM signed_in_browsers b JOIN sessions s ON s.id = b.session_id
        WHERE s.ended_at IS NOT NULL LIMIT 1000)`,
  )
}

/** Those that have ended by themselves and are not marked so, a hundred at most. */
export async function findOverdueSessions(reader: Reader, now: number): Promise<SessionRow[]> {
  const rows = await reader.query<Stored>(
    'SELECT * FROM sessions WHERE ends_at <= $1 AND ended_at IS NULL ORDER BY ends_at, id LIMIT 100',
    now,
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

/** The session, for the one call that ended it. */
export async function markEnded(
  tx: Transaction,
  id: string,
  now: number,
  reason: string,
): Promise<SessionRow | undefined> {
  const [row] = await tx.query<Stored>(
    'UPDATE sessions SET ended_at = $2, end_reason = $3 WHERE id = $1 AND ended_at IS NULL RETURNING *',
    id,
    now,
    reason,
  )
  return row && read(row)
}

/** Delete the sessions by which somebody has acted as others. They have ended. */
export async function deleteActingSessions(tx: Transaction, actor: string): Promise<void> {
  await tx.query('DELETE FROM sessions WHERE acted_by = $1', actor)
}

/** As the table holds it. */
type Stored = Omit<SessionRow, 'amr'> & { readonly amr: string }

function read(row: Stored): SessionRow {
  return { ...row, amr: row.amr.split(' ').filter(Boolean) }
}
