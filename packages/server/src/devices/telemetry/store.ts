import type { Reader, Transaction } from '../../database/database.ts'
import { lastIdentifier } from '../../secrets/identifiers.ts'

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

/** A stretch of a device's history: ids between `after` and `before`. */
export interface Stretch {
  readonly after: string
  readonly before?: string | undefined
}

/** Newest first. */
export async function findTelemetry(
  reader: Reader,
  uid: string,
  { stream, after, before }: Stretch & { readonly stream?: string | undefined },
  limit: number,
): Promise<TelemetryRow[]> {
  const ofStream = stream === undefined ? '' : 'AND stream = $5'
  return reader.query<TelemetryRow>(
    `SELECT * FROM telemetry WHERE uid = $1 AND id > $2 AND id < $3 ${ofStream} ORDER BY id DESC LIMIT $4`,
    uid,
    after,
    before ?? lastIdentifier('tel'),
    limit,
    ...(stream === undefined ? [] : [stream]),
  )
}

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
  { after, before }: Stretch,
  limit: number,
): Promise<DeviceLogRow[]> {
  return reader.query<DeviceLogRow>(
    'SELECT * FROM device_logs WHERE uid = $1 AND id > $2 AND id < $3 ORDER BY id DESC LIMIT $4',
    uid,
    after,
    before ?? lastIdentifier('tel'),
    limit,
  )
}
