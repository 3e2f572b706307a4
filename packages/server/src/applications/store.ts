import type { Reader, Transaction } from '../database/database.ts'
import { insertInto } from '../database/insert.ts'

export const applicationTypes = ['web', 'browser', 'native', 'agent'] as const
export type ApplicationType = (typeof applicationTypes)[number]

/** A program that people let in (RFC 6749 section 2). Times are milliseconds since the epoch. */
export interface ApplicationRow {
  /** `cli_…`, its `client_id`; of one that a document describes, the address of that. */
  readonly id: string
  readonly name: string
  readonly type: ApplicationType
  /** How it authenticates: not at all, by a secret (Basic or in the form), or by a key (`private_key_jwt`). */
  readonly authentication: 'none' | 'secret' | 'key'
  /** A key set as JSON. */
  readonly jwks: string | null
  readonly jwks_uri: string | null
  readonly redirect_uris: readonly string[]
  /** Where people are sent after they have signed out. */
  readonly logout_uris: readonly string[]
  /** Where it is told that a session of its has ended (OpenID Connect Back-Channel Logout). */
  readonly backchannel_logout_uri: string | null
  /** Whether it is told which session. Without, it ends all that it has of the person. */
  readonly backchannel_logout_session_required: boolean
  /** A page of its that signs the browser out (OpenID Connect Front-Channel Logout). */
  readonly frontchannel_logout_uri: string | null
  /** Whether that page is told the issuer and the session. */
  readonly frontchannel_logout_session_required: boolean
  readonly grants: readonly string[]
  readonly scopes: readonly string[]
  /** People are not asked whether they let it in. */
  readonly is_first_party: boolean
  readonly requires_pkce: boolean
  readonly requires_push: boolean
  readonly requires_dpop: boolean
  readonly subject_type: 'public' | 'pairwise'
  readonly subject_salt: string
  readonly home_uri: string | null
  readonly policy_uri: string | null
  readonly made_by: 'administrator' | 'registration' | 'document'
  readonly registration_hash: string | null
  /** What equal registrations have in common; null for what an administrator has registered. */
  readonly likeness: string | null
  readonly created_at: number
  readonly disabled_at: number | null
  readonly last_used_at: number | null
  readonly version: number
}

const columns = [
  'id',
  'name',
  'type',
  'authentication',
  'jwks',
  'jwks_uri',
  'redirect_uris',
  'logout_uris',
  'backchannel_logout_uri',
  'backchannel_logout_session_required',
  'frontchannel_logout_uri',
  'frontchannel_logout_session_required',
  'grants',
  'scopes',
  'is_first_party',
  'requires_pkce',
  'requires_push',
  'requires_dpop',
  'subject_type',
  'subject_salt',
  'home_uri',
  'policy_uri',
  'made_by',
  'registration_hash',
  'likeness',
  'created_at',
  'disabled_at',
  'last_used_at',
  'version',
] as const
const insertRows = insertInto('applications', columns)

export async function insertApplication(tx: Transaction, row: ApplicationRow): Promise<void> {
  await insertRows(tx, [written(row)])
}

export async function findApplication(reader: Reader, id: string): Promise<ApplicationRow | undefined> {
  const [row] = await reader.query<Stored>('SELECT * FROM applications WHERE id = $1', id)
  return row && read(row)
}

export async function findApplications(
  reader: Reader,
  after: string,
  limit: number,
  madeBy: ApplicationRow['made_by'] | '' = '',
): Promise<ApplicationRow[]> {
  const rows = await reader.query<Stored>(
    "SELECT * FROM applications WHERE id > $1 AND ($3 = '' OR made_by = $3) ORDER BY id LIMIT $2",
    after,
    limit,
    madeBy,
  )
  return rows.map(read)
}

/** More than one may have a name. */
export async function findApplicationsByName(reader: Reader, name: string): Promise<ApplicationRow[]> {
  const rows = await reader.query<Stored>(
    'SELECT * FROM applications WHERE name = $1 ORDER BY id LIMIT 2',
    name,
  )
  return rows.map(read)
}

/** An application, locked until the transaction ends: whoever changes it comes one after the other. */
export async function holdApplication(tx: Transaction, id: string): Promise<ApplicationRow | undefined> {
  const [row] = await tx.query<Stored>('UPDATE applications SET name = name WHERE id = $1 RETURNING *', id)
  return row && read(row)
}

const changing = columns.filter((name) => !['id', 'created_at', 'made_by', 'last_used_at'].includes(name))
const updateSql = `UPDATE applications SET ${changing
  .map((name, at) => `${name} = $${at + 2}`)
  .join(', ')} WHERE id = $1`

/** Write what an application is; when it was used is written by others. */
export async function updateApplication(tx: Transaction, row: ApplicationRow): Promise<void> {
  const values = written(row)
  await tx.query(updateSql, row.id, ...changing.map((name) => values[name]))
}

export async function deleteApplication(tx: Transaction, id: string): Promise<void> {
  await tx.query('DELETE FROM applications WHERE id = $1', id)
}

/** How many have registered by themselves. */
export async function countRegistered(reader: Reader): Promise<number> {
  const [row] = await reader.query<{ count: number }>(
    "SELECT COUNT(*) AS count FROM applications WHERE made_by = 'registration'",
  )
  return Number(row?.count ?? 0)
}

/**
 * Applications that nobody has registered but they themselves, and that were neither made nor used since `before`: no refresh family of
 * theirs lives, and none of their sessions was used or ended since.
 */
export async function findUnused(
  reader: Reader,
  {
    now,
    before,
    limit,
    id = '',
  }: { readonly now: number; readonly before: number; readonly limit: number; readonly id?: string },
): Promise<{ readonly id: string }[]> {
  return reader.query<{ id: string }>(
    `SELECT id FROM applications
      WHERE made_by <> 'administrator' AND created_at <= $1 AND (last_used_at IS NULL OR last_used_at <= $1)
        AND ($4 = '' OR id = $4)
        AND NOT EXISTS (SELECT 1 FROM application_sessions given
          JOIN sessions ON sessions.id = given.session_id
          LEFT JOIN refresh_families family ON family.session_id = given.session_id
          WHERE given.application = applications.id
            AND (sessions.last_used_at > $1 OR sessions.ended_at > $1
              OR (family.ended_at IS NULL AND family.absolute_expires_at > $2)))
      ORDER BY id LIMIT $3`,
    before,
    now,
    limit,
    id,
  )
}

/** Equal registrations as one. Times are milliseconds since the epoch. */
export interface LikeRow {
  readonly likeness: string
  readonly count: number
  readonly last_used_at: number | null
  readonly last_made_at: number
  /** The last one that was made. */
  readonly id: string
}

/** Applications that nobody has registered but they themselves, equal ones once, in the order of what they have in common. */
export async function findAlike(reader: Reader, after: string, limit: number): Promise<LikeRow[]> {
  const rows = await reader.query<LikeRow>(
    `SELECT likeness, COUNT(*) AS count, MAX(last_used_at) AS last_used_at, MAX(created_at) AS last_made_at, MAX(id) AS id
       FROM applications WHERE likeness > $1 GROUP BY likeness ORDER BY likeness LIMIT $2`,
    after,
    limit,
  )
  return rows.map((row) => ({ ...row, count: Number(row.count) }))
}

/** How many enabled ones need no PKCE. */
export async function countWithoutPkce(reader: Reader): Promise<number> {
  const [row] = await reader.query<{ count: number }>(
    'SELECT COUNT(*) AS count FROM applications WHERE requires_pkce = 0 AND disabled_at IS NULL',
  )
  return Number(row?.count ?? 0)
}

/** A secret of an application. Times are milliseconds since the epoch. */
export interface SecretRow {
  readonly id: string
  readonly application: string
  readonly hash: string
  readonly created_at: number
  /** Null for one that does not end by itself. */
  readonly ends_at: number | null
  readonly last_used_at: number | null
}

const insertSecretRows = insertInto('application_secrets', [
  'id',
  'application',
  'hash',
  'created_at',
  'ends_at',
  'last_used_at',
])

export async function insertSecret(tx: Transaction, secret: SecretRow): Promise<void> {
  await insertSecretRows(tx, [{ ...secret }])
}

/** The secrets of an application, the oldest first; those that have ended as well, while they are remembered. */
export async function findSecrets(reader: Reader, application: string): Promise<SecretRow[]> {
  return reader.query<SecretRow>(
    'SELECT * FROM application_secrets WHERE application = $1 ORDER BY id',
    application,
  )
}

export async function setSecretEnd(tx: Transaction, id: string, endsAt: number): Promise<void> {
  await tx.query('UPDATE application_secrets SET ends_at = $2 WHERE id = $1', id, endsAt)
}

export async function deleteSecretsOf(tx: Transaction, application: string): Promise<void> {
  await tx.query('DELETE FROM application_secrets WHERE application = $1', application)
}

export async function deleteSecretsEndedBefore(tx: Transaction, at: number): Promise<void> {
  await tx.query('DELETE FROM application_secrets WHERE ends_at <= $1', at)
}

export async function noteApplicationUse(tx: Transaction, id: string, at: number): Promise<void> {
  await tx.query(
    'UPDATE applications SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)',
    id,
    at,
  )
}

export async function noteSecretUse(tx: Transaction, id: string, at: number): Promise<void> {
  await tx.query(
    'UPDATE application_secrets SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)',
    id,
    at,
  )
}

type Flag =
  | 'is_first_party'
  | 'requires_pkce'
  | 'requires_push'
  | 'requires_dpop'
  | 'backchannel_logout_session_required'
  | 'frontchannel_logout_session_required'
type List = 'redirect_uris' | 'logout_uris' | 'grants' | 'scopes'

/** As the table holds it. */
type Stored = Omit<ApplicationRow, Flag | List> & Record<Flag, number> & Record<List, string>

function written(row: ApplicationRow): Stored {
  return {
    ...row,
    redirect_uris: JSON.stringify(row.redirect_uris),
    logout_uris: JSON.stringify(row.logout_uris),
    grants: row.grants.join(' '),
    scopes: row.scopes.join(' '),
    is_first_party: Number(row.is_first_party),
    requires_pkce: Number(row.requires_pkce),
    requires_push: Number(row.requires_push),
    requires_dpop: Number(row.requires_dpop),
    backchannel_logout_session_required: Number(row.backchannel_logout_session_required),
    frontchannel_logout_session_required: Number(row.frontchannel_logout_session_required),
  }
}

function read(row: Stored): ApplicationRow {
  return {
    ...row,
    redirect_uris: JSON.parse(row.redirect_uris) as string[], // as insertApplication wrote it
    logout_uris: JSON.parse(row.logout_uris) as string[],
    grants: row.grants.split(' ').filter(Boolean),
    scopes: row.scopes.split(' ').filter(Boolean),
    is_first_party: row.is_first_party === 1,
    requires_pkce: row.requires_pkce === 1,
    requires_push: row.requires_push === 1,
    requires_dpop: row.requires_dpop === 1,
    backchannel_logout_session_required: row.backchannel_logout_session_required === 1,
    frontchannel_logout_session_required: row.frontchannel_logout_session_required === 1,
  }
}
