import type { Reader, Transaction } from '../../database/database.ts'

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
