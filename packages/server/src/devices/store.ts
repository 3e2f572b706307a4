import type { Reader, Transaction } from '../database/database.ts'
import type { Relation } from './relations/store.ts'

export type DeviceState = 'manufactured' | 'claimable' | 'bound' | 'suspended' | 'retired'

export interface DeviceRow {
  readonly uid: string
  readonly name: string
  readonly product: string
  readonly state: DeviceState
  readonly created_at: number
  readonly bound_at: number | null
  /** The newest id of telemetry and log that its owner does not see. */
  readonly history_after: string | null
  readonly last_seen_at: number | null
  /** Another one when the tokens for services that it has were ended. */
  readonly tokens_version: number
}

/** What those of these uids are called that there are. */
export async function findDeviceNames(
  reader: Reader,
  uids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (uids.length === 0) return new Map()
  const places = uids.map((_, at) => `$${at + 1}`).join(', ')
  const rows = await reader.query<{ uid: string; name: string }>(
    `SELECT uid, name FROM devices WHERE uid IN (${places})`,
    ...uids,
  )
  return new Map(rows.map(({ uid, name }) => [uid, name]))
}

export async function insertDevice(tx: Transaction, device: DeviceRow): Promise<void> {
  await tx.query(
    // A column that has lost its meaning, and that SQLite drops in no migration.
    "INSERT INTO devices (uid, name, product, state, created_by, created_at) VALUES ($1, $2, $3, $4, '', $5)",
    device.uid,
    device.name,
    device.product,
    device.state,
    device.created_at,
  )
}

export async function findDevice(reader: Reader, uid: string): Promise<DeviceRow | undefined> {
  const [row] = await reader.query<DeviceRow>('SELECT * FROM devices WHERE uid = $1', uid)
  return row
}

export async function findDevices(reader: Reader, after: string, limit: number): Promise<DeviceRow[]> {
  return reader.query<DeviceRow>('SELECT * FROM devices WHERE uid > $1 ORDER BY uid LIMIT $2', after, limit)
}

interface DevicesPage {
  readonly after: string
  readonly limit: number
  /** Only these; all if not given. */
  readonly among?: readonly string[] | undefined
}

/** Devices a subject is related to, with the relation. */
export async function findDevicesOf(
  reader: Reader,
  subject: string,
  now: number,
  { after, limit, among }: DevicesPage,
): Promise<(DeviceRow & { relation: Relation })[]> {
  if (among?.length === 0) return []
  const only = among ? ` AND d.uid IN (${among.map((_, at) => `$${at + 5}`).join(', ')})` : ''
  return reader.query(
    `SELECT d.*, r.relation FROM devices d JOIN relations r ON r.uid = d.uid
      WHERE r.subject = $1 AND (r.until IS NULL OR r.until > $2) AND d.uid > $3${only} ORDER BY d.uid LIMIT $4`,
    subject,
    now,
    after,
    limit,
    ...(among ?? []),
  )
}

/**
 * Hold a device until the transaction ends, so that changes of one device follow one another: whoever comes
 * second waits here, and what it reads afterwards is what the first has left. False where there is no device.
 */
export async function holdDevice(tx: Transaction, uid: string): Promise<boolean> {
  const rows = await tx.query('UPDATE devices SET state = state WHERE uid = $1 RETURNING uid', uid)
  return rows.length === 1
}

/** Move a device from one state to another. True for the one call that moved it. */
export async function moveDevice(
  tx: Transaction,
  uid: string,
  from: readonly [DeviceState, DeviceState],
  to: DeviceState,
  boundAt: number | null,
): Promise<boolean> {
  const rows = await tx.query(
    'UPDATE devices SET state = $4, bound_at = $5 WHERE uid = $1 AND state IN ($2, $3) RETURNING uid',
    uid,
    from[0],
    from[1],
    to,
    boundAt,
  )
  return rows.length === 1
}

/** Raise the version that the tokens of a device say; gives the one of before. */
export async function raiseTokensVersion(tx: Transaction, uid: string): Promise<number | undefined> {
  const [row] = await tx.query<{ before: number }>(
    'UPDATE devices SET tokens_version = tokens_version + 1 WHERE uid = $1 RETURNING tokens_version - 1 AS before',
    uid,
  )
  return row && Number(row.before)
}

/** Begin the history that the next owner sees: nothing that is there already is part of it. */
export async function beginHistory(tx: Transaction, uid: string): Promise<void> {
  await tx.query(
    `UPDATE devices SET history_after = COALESCE((SELECT MAX(newest.id) FROM (
       SELECT MAX(id) AS id FROM telemetry WHERE uid = $1
       UNION ALL SELECT MAX(id) AS id FROM device_logs WHERE uid = $1) newest), '') WHERE uid = $1`,
    uid,
  )
}

export async function touchDevice(tx: Transaction, uid: string, now: number): Promise<void> {
  await tx.query('UPDATE devices SET last_seen_at = $2 WHERE uid = $1', uid, now)
}

/** As much of the list as says which there are. */
export async function findUids(reader: Reader, after: string, limit: number): Promise<string[]> {
  const rows = await reader.query<{ uid: string }>(
    'SELECT uid FROM devices WHERE uid > $1 ORDER BY uid LIMIT $2',
    after,
    limit,
  )
  return rows.map(({ uid }) => uid)
}
