import type { Reader, Transaction } from '../../database/database.ts'

/** A session that nobody has looked at yet. */
export interface UnseenSession {
  readonly id: string
  readonly user_id: string
  readonly created_at: number
  readonly address: string
  readonly region: string | null
  readonly user_agent: string | null
  readonly ended_at: number | null
}

/** Sessions with ids between, the oldest first, without a row of ours. */
export async function findUnseenSessions(
  reader: Reader,
  from: string,
  to: string,
  limit: number,
): Promise<UnseenSession[]> {
  return reader.query<UnseenSession>(
    `SELECT s.id, s.user_id, s.created_at, s.address, s.region, s.user_agent, s.ended_at
       FROM sessions s LEFT JOIN session_notices n ON n.session_id = s.id
      WHERE s.id >= $1 AND s.id < $2 AND n.session_id IS NULL AND s.by_application = 0 ORDER BY s.id LIMIT $3`,
    from,
    to,
    limit,
  )
}

/** True for the one call that is to look at a session. */
export async function claimSession(tx: Transaction, sessionId: string, now: number): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO session_notices (session_id, created_at) VALUES ($1, $2)
     ON CONFLICT (session_id) DO NOTHING RETURNING session_id`,
    sessionId,
    now,
  )
  return rows.length === 1
}

export async function sweepClaims(tx: Transaction, before: number): Promise<void> {
  await tx.query('DELETE FROM session_notices WHERE created_at <= $1', before)
}

/** Browsers and regions from which a person has signed in. */
export async function findSeenClients(
  reader: Reader,
  userId: string,
): Promise<{ browser: string; region: string; last_seen_at: number }[]> {
  return reader.query(
    'SELECT browser, region, last_seen_at FROM seen_clients WHERE user_id = $1 ORDER BY browser, region',
    userId,
  )
}

export async function noteSeenClient(
  tx: Transaction,
  userId: string,
  { browser, region }: { readonly browser: string; readonly region: string },
  now: number,
): Promise<void> {
  await tx.query(
    `INSERT INTO seen_clients (user_id, browser, region, last_seen_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (user_id, browser, region) DO UPDATE SET last_seen_at = $4`,
    userId,
    browser,
    region,
    now,
  )
}

export async function sweepSeenClients(tx: Transaction, before: number): Promise<void> {
  await tx.query('DELETE FROM seen_clients WHERE last_seen_at <= $1', before)
}

/** The details of the sign-ins of a person that were refused since: a row may stand for many, which it counts. */
export async function findRefusedSignIns(
  reader: Reader,
  userId: string,
  from: string,
): Promise<{ details: string | null }[]> {
  return reader.query<{ details: string | null }>(
    `SELECT details FROM activity
      WHERE subject = $1 AND id >= $2 AND event = 'user.sign_in' AND outcome = 'refused' ORDER BY id`,
    userId,
    from,
  )
}

export interface NoticeLink {
  readonly user_id: string
  readonly session_id: string
}

export async function insertNoticeLink(
  tx: Transaction,
  link: { secretHash: string; userId: string; sessionId: string; createdAt: number; expiresAt: number },
): Promise<void> {
  await tx.query(
    `INSERT INTO notice_links (secret_hash, user_id, session_id, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5)`,
    link.secretHash,
    link.userId,
    link.sessionId,
    link.createdAt,
    link.expiresAt,
  )
}

export async function findNoticeLink(
  reader: Reader,
  secretHash: string,
  now: number,
): Promise<NoticeLink | undefined> {
  const [row] = await reader.query<NoticeLink>(
    `SELECT user_id, session_id FROM notice_links
      WHERE secret_hash = $1 AND used_at IS NULL AND expires_at > $2`,
    secretHash,
    now,
  )
  return row
}

/** Use a link: what it is about for exactly one caller, ever. */
export async function useNoticeLink(
  tx: Transaction,
  secretHash: string,
  now: number,
): Promise<NoticeLink | undefined> {
  const [row] = await tx.query<NoticeLink>(
    `UPDATE notice_links SET used_at = $2
      WHERE secret_hash = $1 AND used_at IS NULL AND expires_at > $2 RETURNING user_id, session_id`,
    secretHash,
    now,
  )
  return row
}

export async function sweepNoticeLinks(tx: Transaction, now: number): Promise<void> {
  await tx.query('DELETE FROM notice_links WHERE expires_at <= $1', now)
}
