import type { Transaction } from '../database/database.ts'
import type { DeviceGround } from './ground.ts'
import { raiseTokensVersion } from './store.ts'

/** End the tokens for services that a device has. By a key that it still has it gets others. */
export async function endDeviceTokens(
  { revocations }: DeviceGround,
  tx: Transaction,
  uid: string,
): Promise<void> {
  const before = await raiseTokensVersion(tx, uid)
  if (before !== undefined) await revocations.revoke(tx, 'permissions', `${uid}.${before}`)
}
