import type { Reader, Transaction } from '../database/database.ts'

export type DeviceState = 'manufactured' | 'claimable' | 'bound' | 'suspended' | 'retired'
export type Relation = 'owner' | 'controller' | 'viewer'

export interface DeviceRow {
  readonly uid: string
  readonly name: string
  readonly product: string
  readonly state: DeviceState
  readonly created_by: string
  readonly created_at: number
  readonly bound_at: number | null
  readonly last_seen_at: number | null
}

export async function insertDevice(tx: Transaction, device: DeviceRow): Promise<void> {
  await tx.query(
    'INSERT INTO devices (uid, name, product, state, created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6)',
    device.uid,
    device.name,
    device.product,
    device.state,
    device.created_by,
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
/** Devices a subject is related to, with the relation. */
export async function findDevicesOf(
  reader: Reader,
  subject: string,
  now: number,
  after: string,
  limit: number,
): Promise<(DeviceRow & { relation: Relation })[]> {
  return reader.query(
    `SELECT d.*, r.relation FROM devices d JOIN relations r ON r.uid = d.uid
      WHERE r.subject = $1 AND (r.until IS NULL OR r.until > $2) AND d.uid > $3 ORDER BY d.uid LIMIT $4`,
    subject,
    now,
    after,
    limit,
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
export async function touchDevice(tx: Transaction, uid: string, now: number): Promise<void> {
  await tx.query('UPDATE devices SET last_seen_at = $2 WHERE uid = $1', uid, now)
}

export interface DeviceKeyRow {
  readonly kid: string
  readonly uid: string
  readonly algorithm: string
  readonly public_jwk: string
  readonly created_at: number
  readonly expires_at: number | null
  readonly revoked_at: number | null
}
export async function insertDeviceKey(tx: Transaction, key: DeviceKeyRow): Promise<void> {
  await tx.query(
    'INSERT INTO device_keys (kid, uid, algorithm, public_jwk, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)',
    key.kid,
    key.uid,
    key.algorithm,
    key.public_jwk,
    key.created_at,
    key.expires_at,
  )
}
export async function findDeviceKeys(reader: Reader, uid: string): Promise<DeviceKeyRow[]> {
  return reader.query<DeviceKeyRow>('SELECT * FROM device_keys WHERE uid = $1 ORDER BY created_at, kid', uid)
}
export async function findLiveDeviceKeys(reader: Reader, uid: string, now: number): Promise<DeviceKeyRow[]> {
  return reader.query<DeviceKeyRow>(
    'SELECT * FROM device_keys WHERE uid = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)',
    uid,
    now,
  )
}
export async function revokeDeviceKey(
  tx: Transaction,
  uid: string,
  kid: string,
  now: number,
): Promise<boolean> {
  const rows = await tx.query(
    'UPDATE device_keys SET revoked_at = $3 WHERE uid = $1 AND kid = $2 AND revoked_at IS NULL RETURNING kid',
    uid,
    kid,
    now,
  )
  return rows.length === 1
}

export async function insertClaimCode(
  tx: Transaction,
  code: { secretHash: string; uid: string; issuedByDevice: boolean; createdAt: number; expiresAt: number },
): Promise<void> {
  await tx.query(
    'INSERT INTO claim_codes (secret_hash, uid, issued_by_device, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)',
    code.secretHash,
    code.uid,
    code.issuedByDevice ? 1 : 0,
    code.createdAt,
    code.expiresAt,
  )
}
/** Whether this code was given by the device itself; undefined where it is unknown, used or over. */
export async function findClaimCode(
  reader: Reader,
  secretHash: string,
  uid: string,
  now: number,
): Promise<{ issuedByDevice: boolean } | undefined> {
  const [row] = await reader.query<{ issued_by_device: number }>(
    'SELECT issued_by_device FROM claim_codes WHERE secret_hash = $1 AND uid = $2 AND used_at IS NULL AND expires_at > $3',
    secretHash,
    uid,
    now,
  )
  return row && { issuedByDevice: row.issued_by_device === 1 }
}
/** Use a claim code. True for exactly one caller, ever. */
export async function useClaimCode(
  tx: Transaction,
  secretHash: string,
  uid: string,
  now: number,
): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE claim_codes SET used_at = $3
      WHERE secret_hash = $1 AND uid = $2 AND used_at IS NULL AND expires_at > $3 RETURNING uid`,
    secretHash,
    uid,
    now,
  )
  return rows.length === 1
}
/** Binding, unbinding and a newer code put an end to the codes before. */
export async function endClaimCodes(tx: Transaction, uid: string, now: number): Promise<void> {
  await tx.query('UPDATE claim_codes SET used_at = $2 WHERE uid = $1 AND used_at IS NULL', uid, now)
}

export interface RelationRow {
  readonly uid: string
  readonly subject: string
  readonly relation: Relation
  readonly granted_by: string
  readonly created_at: number
  readonly until: number | null
}
export async function findRelation(
  reader: Reader,
  uid: string,
  subject: string,
  now: number,
): Promise<Relation | undefined> {
  const [row] = await reader.query<{ relation: Relation }>(
    'SELECT relation FROM relations WHERE uid = $1 AND subject = $2 AND (until IS NULL OR until > $3)',
    uid,
    subject,
    now,
  )
  return row?.relation
}
export async function findRelations(reader: Reader, uid: string): Promise<RelationRow[]> {
  return reader.query<RelationRow>('SELECT * FROM relations WHERE uid = $1 ORDER BY created_at, subject', uid)
}
/** Whose relation to any device ran out after one moment and up to another. */
export async function findSubjectsRunOut(reader: Reader, after: number, upTo: number): Promise<string[]> {
  const rows = await reader.query<{ subject: string }>(
    'SELECT DISTINCT subject FROM relations WHERE until > $1 AND until <= $2',
    after,
    upTo,
  )
  return rows.map(({ subject }) => subject)
}
/** A second share with the same person changes the first; the owner's own relation never changes this way. */
export async function upsertRelation(tx: Transaction, row: RelationRow): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO relations (uid, subject, relation, granted_by, created_at, until) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (uid, subject) DO UPDATE
       SET relation = excluded.relation, granted_by = excluded.granted_by, until = excluded.until
       WHERE relations.relation <> 'owner'
     RETURNING uid`,
    row.uid,
    row.subject,
    row.relation,
    row.granted_by,
    row.created_at,
    row.until,
  )
  return rows.length === 1
}
export async function deleteRelation(tx: Transaction, uid: string, subject: string): Promise<boolean> {
  const rows = await tx.query(
    `DELETE FROM relations WHERE uid = $1 AND subject = $2 AND relation <> 'owner' RETURNING uid`,
    uid,
    subject,
  )
  return rows.length === 1
}
/** All of a device's relations at once; returns whose they were. */
export async function deleteRelations(tx: Transaction, uid: string): Promise<string[]> {
  const rows = await tx.query<{ subject: string }>(
    'DELETE FROM relations WHERE uid = $1 RETURNING subject',
    uid,
  )
  return rows.map(({ subject }) => subject)
}

export interface TelemetryRow {
  readonly id: string
  readonly uid: string
  readonly stream: string
  readonly received_at: number
  readonly payload: string
}
export async function insertTelemetry(tx: Transaction, row: TelemetryRow): Promise<void> {
  await tx.query(
    'INSERT INTO telemetry (id, uid, stream, received_at, payload) VALUES ($1, $2, $3, $4, $5)',
    row.id,
    row.uid,
    row.stream,
    row.received_at,
    row.payload,
  )
}
/** A stretch of a device's history: ids from `from` on and older than `before`. */
export interface Stretch {
  readonly from: string
  readonly before?: string | undefined
}
/** Newest first. */
export async function findTelemetry(
  reader: Reader,
  uid: string,
  { stream, from, before }: Stretch & { readonly stream?: string | undefined },
  limit: number,
): Promise<TelemetryRow[]> {
  const ofStream = stream === undefined ? '' : 'AND stream = $5'
  return reader.query<TelemetryRow>(
    `SELECT * FROM telemetry WHERE uid = $1 AND id >= $2 AND id < $3 ${ofStream} ORDER BY id DESC LIMIT $4`,
    uid,
    from,
    before ?? last,
    limit,
    ...(stream === undefined ? [] : [stream]),
  )
}
/** Sorts after every id, in the order of any language: z is the last digit of our base32. */
const last = `tel_${'z'.repeat(26)}`

export interface DeviceLogRow {
  readonly id: string
  readonly uid: string
  readonly received_at: number
  readonly level: string
  readonly message: string
}
export async function insertDeviceLog(tx: Transaction, row: DeviceLogRow): Promise<void> {
  await tx.query(
    'INSERT INTO device_logs (id, uid, received_at, level, message) VALUES ($1, $2, $3, $4, $5)',
    row.id,
    row.uid,
    row.received_at,
    row.level,
    row.message,
  )
}
/** Newest first. */
export async function findDeviceLogs(
  reader: Reader,
  uid: string,
  { from, before }: Stretch,
  limit: number,
): Promise<DeviceLogRow[]> {
  return reader.query<DeviceLogRow>(
    'SELECT * FROM device_logs WHERE uid = $1 AND id >= $2 AND id < $3 ORDER BY id DESC LIMIT $4',
    uid,
    from,
    before ?? last,
    limit,
  )
}

export interface DeviceStateRow {
  readonly uid: string
  readonly reported: string
  readonly desired: string
  readonly version: number
  readonly updated_at: number
}
export async function findDeviceState(reader: Reader, uid: string): Promise<DeviceStateRow | undefined> {
  const [row] = await reader.query<DeviceStateRow>('SELECT * FROM device_states WHERE uid = $1', uid)
  return row
}
/** Write a state in place of the one before, in a transaction that holds the device. */
export async function replaceDeviceState(tx: Transaction, state: DeviceStateRow): Promise<void> {
  await tx.query(
    `INSERT INTO device_states (uid, reported, desired, version, updated_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (uid) DO UPDATE
       SET reported = excluded.reported, desired = excluded.desired, version = excluded.version, updated_at = excluded.updated_at`,
    state.uid,
    state.reported,
    state.desired,
    state.version,
    state.updated_at,
  )
}

/** What the owner before wanted and saw is not for the next one. */
export async function deleteDeviceState(tx: Transaction, uid: string): Promise<void> {
  await tx.query('DELETE FROM device_states WHERE uid = $1', uid)
}
