import type { Reader, Transaction, Value } from '../../database/database.ts'
import { inBatches } from '../../database/insert.ts'

/** What a window remembers, as JSON. */
export async function findWindow(reader: Reader, rule: string, subject: string): Promise<string | undefined> {
  const [row] = await reader.query<{ recent: string }>(
    'SELECT recent FROM alarm_windows WHERE rule = $1 AND subject = $2',
    rule,
    subject,
  )
  return row?.recent
}

/** A window of a rule and a subject. */
export interface WindowRow {
  readonly rule: string
  readonly subject: string
  readonly recent: string
  readonly at: number
}

const upsertWindows = inBatches((size) => {
  const rows = Array.from(
    { length: size },
    (_, at) => `($${4 * at + 1}, $${4 * at + 2}, $${4 * at + 3}, $${4 * at + 4})`,
  )
  return `INSERT INTO alarm_windows (rule, subject, recent, at) VALUES ${rows.join(', ')}
    ON CONFLICT (rule, subject) DO UPDATE SET recent = excluded.recent, at = excluded.at`
})

export async function putWindows(tx: Transaction, rows: readonly WindowRow[]): Promise<void> {
  await upsertWindows(tx, rows, ({ rule, subject, recent, at }) => [rule, subject, recent, at])
}

export async function sweepWindows(tx: Transaction, rule: string, before: number): Promise<void> {
  await tx.query('DELETE FROM alarm_windows WHERE rule = $1 AND at < $2', rule, before)
}

/** Where a person has signed in, and when last. */
export interface PlaceRow {
  readonly user_id: string
  readonly region: string
  readonly at: number
}

/** The latest first. */
export async function findPlaces(reader: Reader, userId: string): Promise<PlaceRow[]> {
  return reader.query<PlaceRow>(
    'SELECT user_id, region, at FROM alarm_places WHERE user_id = $1 ORDER BY at DESC, region',
    userId,
  )
}

export async function putPlace(tx: Transaction, { user_id, region, at }: PlaceRow): Promise<void> {
  await tx.query(
    `INSERT INTO alarm_places (user_id, region, at) VALUES ($1, $2, $3)
     ON CONFLICT (user_id, region) DO UPDATE SET at = excluded.at WHERE alarm_places.at < excluded.at`,
    user_id,
    region,
    at,
  )
}

export async function sweepPlaces(tx: Transaction, before: number): Promise<void> {
  await tx.query('DELETE FROM alarm_places WHERE at < $1', before)
}

const upsertDevices = inBatches((size) => {
  const rows = Array.from({ length: size }, (_, at) => `($${2 * at + 1}, CAST($${2 * at + 2} AS BIGINT))`)
  const seen = `SELECT column1 AS uid, column2 AS seen_at FROM (VALUES ${rows.join(', ')}) AS given`
  // One that was removed meanwhile has no row to refer to.
  return `INSERT INTO alarm_devices (uid, seen_at)
    SELECT seen.uid, seen.seen_at FROM (${seen}) AS seen JOIN devices d ON d.uid = seen.uid WHERE true
    ON CONFLICT (uid) DO UPDATE SET seen_at = excluded.seen_at WHERE alarm_devices.seen_at < excluded.seen_at`
})

/** Note which devices are connected here now. */
export async function noteDevices(tx: Transaction, uids: readonly string[], now: number): Promise<void> {
  await upsertDevices(tx, uids, (uid) => [uid, now])
}

/** Devices of somebody that were not seen since a moment, though they once were; of these products, or of all. */
export async function findOfflineDevices(
  reader: Reader,
  seenBefore: number,
  products: readonly string[],
  limit: number,
): Promise<string[]> {
  const values: Value[] = [seenBefore, limit, ...products]
  const ofProduct =
    products.length === 0 ? '' : `AND d.product IN (${products.map((_, at) => `$${at + 3}`).join(', ')})`
  const rows = await reader.query<{ uid: string }>(
    `SELECT d.uid FROM devices d LEFT JOIN alarm_devices s ON s.uid = d.uid
      WHERE d.state = 'bound' AND COALESCE(d.last_seen_at, s.seen_at) IS NOT NULL
        AND COALESCE(d.last_seen_at, 0) <= $1 AND COALESCE(s.seen_at, 0) <= $1 ${ofProduct}
      ORDER BY d.uid LIMIT $2`,
    ...values,
  )
  return rows.map(({ uid }) => uid)
}

/**
 * Say that this server is there; since when it is without a gap longer than `gapMs`. It holds the row, so that of several
 * processes one looks at a time.
 */
export async function stayAwake(tx: Transaction, now: number, gapMs: number): Promise<number> {
  const [row] = await tx.query<{ since: number }>(
    `INSERT INTO alarm_watch (one, since, awake_at) VALUES (1, $1, $1)
     ON CONFLICT (one) DO UPDATE SET
       since = CASE WHEN alarm_watch.awake_at < $2 THEN excluded.since ELSE alarm_watch.since END,
       awake_at = excluded.awake_at
     RETURNING since`,
    now,
    now - gapMs,
  )
  return row!.since
}

/** Count from a later moment on, because a process was lost then. */
export async function watchSince(tx: Transaction, since: number): Promise<void> {
  await tx.query('UPDATE alarm_watch SET since = $1 WHERE since < $1', since)
}

export async function forgetRemembered(tx: Transaction, name: string): Promise<void> {
  await tx.query('DELETE FROM alarm_windows WHERE subject = $1', name)
  await tx.query('DELETE FROM alarm_places WHERE user_id = $1', name)
}
