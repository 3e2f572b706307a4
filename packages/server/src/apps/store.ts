import type { Reader, Transaction } from '../database/database.ts'

export interface AppRow {
  readonly id: string
  readonly name: string
  /** The type of people who are made at first sight; null if nobody is. */
  readonly user_type: string | null
  readonly longest_session_seconds: number
  readonly created_at: number
  readonly disabled_at: number | null
  /** Another one after every change. */
  readonly version: number
  /** Where the app publishes its keys; null if it does not. */
  readonly jwks_uri: string | null
  /** How many reads of the set have begun. */
  readonly set_reads: number
  readonly set_tried_at: number | null
  /** When a read ended last, and why it failed; no cause if it did not. */
  readonly set_ended_at: number | null
  readonly set_cause: string | null
  readonly set_skipped: number | null
  /** Until when the keys that were read are good, and until when if the set cannot be read. */
  readonly set_fresh_until: number | null
  readonly set_usable_until: number | null
}

/** Of an app whose set was never read. */
export const setNeverRead = {
  ...{ set_reads: 0, set_tried_at: null, set_ended_at: null, set_cause: null, set_skipped: null },
  ...{ set_fresh_until: null, set_usable_until: null },
}

export async function insertApp(tx: Transaction, app: AppRow): Promise<void> {
  await tx.query(
    `INSERT INTO apps (id, name, user_type, longest_session_seconds, created_at, disabled_at, version, jwks_uri)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    app.id,
    app.name,
    app.user_type,
    app.longest_session_seconds,
    app.created_at,
    app.disabled_at,
    app.version,
    app.jwks_uri,
  )
}

export async function findApp(reader: Reader, id: string): Promise<AppRow | undefined> {
  const [row] = await reader.query<AppRow>('SELECT * FROM apps WHERE id = $1', id)
  return row
}

/** What those of these ids are called that there are. */
export async function findAppNames(
  reader: Reader,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map()
  const places = ids.map((_, at) => `$${at + 1}`).join(', ')
  const rows = await reader.query<{ id: string; name: string }>(
    `SELECT id, name FROM apps WHERE id IN (${places})`,
    ...ids,
  )
  return new Map(rows.map(({ id, name }) => [id, name]))
}

export async function findAppByName(reader: Reader, name: string): Promise<AppRow | undefined> {
  const [row] = await reader.query<AppRow>('SELECT * FROM apps WHERE name = $1', name)
  return row
}

export async function findApps(reader: Reader, after: string, limit: number): Promise<AppRow[]> {
  return reader.query<AppRow>('SELECT * FROM apps WHERE id > $1 ORDER BY id LIMIT $2', after, limit)
}

/** An app, locked until the transaction ends: whoever changes it comes one after the other. */
export async function holdApp(tx: Transaction, id: string): Promise<AppRow | undefined> {
  const [row] = await tx.query<AppRow>('UPDATE apps SET name = name WHERE id = $1 RETURNING *', id)
  return row
}

export async function updateApp(tx: Transaction, app: AppRow): Promise<void> {
  await tx.query(
    `UPDATE apps SET name = $2, user_type = $3, longest_session_seconds = $4, disabled_at = $5, version = $6, jwks_uri = $7
     WHERE id = $1`,
    app.id,
    app.name,
    app.user_type,
    app.longest_session_seconds,
    app.disabled_at,
    app.version,
    app.jwks_uri,
  )
}

/** Begin to read the set of an app, if nobody did since `before`: of any number at once, one does. */
export async function beginSetRead(
  tx: Transaction,
  app: string,
  { now, before }: { readonly now: number; readonly before: number },
): Promise<{ readonly jwks_uri: string; readonly set_reads: number } | undefined> {
  const [begun] = await tx.query<{ jwks_uri: string; set_reads: number }>(
    `UPDATE apps SET set_reads = set_reads + 1, set_tried_at = $2
      WHERE id = $1 AND jwks_uri IS NOT NULL AND disabled_at IS NULL AND (set_tried_at IS NULL OR set_tried_at <= $3)
      RETURNING jwks_uri, set_reads`,
    app,
    now,
    before,
  )
  return begun
}

export async function noteSetFailure(
  tx: Transaction,
  { app, read, now, cause }: { app: string; read: number; now: number; cause: string },
): Promise<void> {
  await tx.query(
    'UPDATE apps SET set_ended_at = $3, set_cause = $4 WHERE id = $1 AND set_reads = $2',
    app,
    read,
    now,
    cause,
  )
}

/** False if another read has begun meanwhile, or the app has another set. */
export async function noteSetRead(
  tx: Transaction,
  set: {
    readonly app: string
    readonly read: number
    readonly now: number
    readonly skipped: number
    readonly freshUntil: number
    readonly usableUntil: number
  },
): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE apps SET set_ended_at = $3, set_cause = NULL, set_skipped = $4, set_fresh_until = $5, set_usable_until = $6
      WHERE id = $1 AND set_reads = $2 RETURNING id`,
    set.app,
    set.read,
    set.now,
    set.skipped,
    set.freshUntil,
    set.usableUntil,
  )
  return rows.length === 1
}

/** A key of the set of an app, as it was read last. */
export interface SetKeyRow {
  readonly app: string
  readonly kid: string
  readonly algorithm: string
  readonly public_jwk: string
  readonly read_at: number
}

/** The keys of a set take the place of those that were there. */
export async function replaceSetKeys(
  tx: Transaction,
  app: string,
  keys: readonly SetKeyRow[],
): Promise<void> {
  await tx.query('DELETE FROM app_set_keys WHERE app = $1', app)
  for (const key of keys) {
    await tx.query(
      'INSERT INTO app_set_keys (app, kid, algorithm, public_jwk, read_at) VALUES ($1, $2, $3, $4, $5)',
      key.app,
      key.kid,
      key.algorithm,
      key.public_jwk,
      key.read_at,
    )
  }
}

/** What was read at another URL counts no longer, and a read that has begun there writes nothing. */
export async function forgetSet(tx: Transaction, app: string): Promise<void> {
  await tx.query('DELETE FROM app_set_keys WHERE app = $1', app)
  await tx.query(
    `UPDATE apps SET set_reads = set_reads + 1, set_tried_at = NULL, set_ended_at = NULL, set_cause = NULL, set_skipped = NULL,
      set_fresh_until = NULL, set_usable_until = NULL WHERE id = $1`,
    app,
  )
}

export async function findSetKeys(reader: Reader, app: string): Promise<SetKeyRow[]> {
  return reader.query<SetKeyRow>('SELECT * FROM app_set_keys WHERE app = $1 ORDER BY kid', app)
}

export async function findSetKey(reader: Reader, app: string, kid: string): Promise<SetKeyRow | undefined> {
  const [row] = await reader.query<SetKeyRow>(
    'SELECT * FROM app_set_keys WHERE app = $1 AND kid = $2',
    app,
    kid,
  )
  return row
}

export interface AppKeyRow {
  readonly app: string
  readonly kid: string
  readonly algorithm: string
  readonly public_jwk: string
  readonly created_at: number
  readonly revoked_at: number | null
}

export async function insertAppKey(tx: Transaction, key: AppKeyRow): Promise<void> {
  await tx.query(
    `INSERT INTO app_keys (app, kid, algorithm, public_jwk, created_at, revoked_at)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    key.app,
    key.kid,
    key.algorithm,
    key.public_jwk,
    key.created_at,
    key.revoked_at,
  )
}

export async function findAppKeys(reader: Reader, app: string): Promise<AppKeyRow[]> {
  return reader.query<AppKeyRow>('SELECT * FROM app_keys WHERE app = $1 ORDER BY created_at, kid', app)
}

export async function findAppKey(reader: Reader, app: string, kid: string): Promise<AppKeyRow | undefined> {
  const [row] = await reader.query<AppKeyRow>('SELECT * FROM app_keys WHERE app = $1 AND kid = $2', app, kid)
  return row
}

/** True for the call that revoked it. */
export async function revokeAppKey(tx: Transaction, app: string, kid: string, now: number): Promise<boolean> {
  const rows = await tx.query(
    'UPDATE app_keys SET revoked_at = $3 WHERE app = $1 AND kid = $2 AND revoked_at IS NULL RETURNING kid',
    app,
    kid,
    now,
  )
  return rows.length === 1
}

/** Live sessions that apps began which are disabled now. */
export async function findSessionsOfDisabled(reader: Reader, most: number): Promise<string[]> {
  const rows = await reader.query<{ id: string }>(
    `SELECT s.id FROM apps a JOIN sessions s ON s.client_id = a.id
      WHERE a.disabled_at IS NOT NULL AND s.ended_at IS NULL ORDER BY s.id LIMIT $1`,
    most,
  )
  return rows.map(({ id }) => id)
}

/** Live sessions of a person that an app began. */
export async function findSessionsBy(reader: Reader, app: string, userId: string): Promise<string[]> {
  const rows = await reader.query<{ id: string }>(
    'SELECT id FROM sessions WHERE client_id = $1 AND user_id = $2 AND ended_at IS NULL ORDER BY id LIMIT 200',
    app,
    userId,
  )
  return rows.map(({ id }) => id)
}
