import type { Reader, Transaction } from '../../database/database.ts'
import { insertInto } from '../../database/insert.ts'

/** What the session of an application may do. Times are milliseconds since the epoch. */
export interface ApplicationSessionRow {
  readonly session_id: string
  readonly application: string
  readonly scopes: readonly string[]
  /** The audience of the service that it was opened for; null for this server. */
  readonly resource: string | null
  /** When the person signed in, in the browser. */
  readonly auth_time: number
  /** JSON of `ClaimsRequest`. */
  readonly claims: string | null
  /** JSON of authorization details. */
  readonly details: string | null
}

const insertRows = insertInto('application_sessions', [
  'session_id',
  'application',
  'scopes',
  'resource',
  'auth_time',
  'claims',
  'details',
])

export async function insertApplicationSession(tx: Transaction, row: ApplicationSessionRow): Promise<void> {
  await insertRows(tx, [{ ...row, scopes: row.scopes.join(' ') }])
}

export async function findApplicationSession(
  reader: Reader,
  sessionId: string,
): Promise<ApplicationSessionRow | undefined> {
  const [row] = await reader.query<Omit<ApplicationSessionRow, 'scopes'> & { readonly scopes: string }>(
    'SELECT * FROM application_sessions WHERE session_id = $1',
    sessionId,
  )
  return row && { ...row, scopes: row.scopes.split(' ').filter(Boolean) }
}

/** How an application acts for a person now. */
export interface ApplicationUse {
  readonly application: string
  readonly sessions: number
  readonly last_used_at: number
}

export async function findUses(reader: Reader, userId: string): Promise<ApplicationUse[]> {
  return reader.query<ApplicationUse>(
    `SELECT a.application, COUNT(*) AS sessions, MAX(s.last_used_at) AS last_used_at
       FROM sessions s JOIN application_sessions a ON a.session_id = s.id
      WHERE s.user_id = $1 AND s.ended_at IS NULL GROUP BY a.application ORDER BY a.application`,
    userId,
  )
}
