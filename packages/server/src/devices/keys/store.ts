import type { Reader, Transaction } from '../../database/database.ts'

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
