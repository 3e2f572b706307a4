import type { Transaction } from '../../database/database.ts'
import { holdConsumer } from '../consumers/store.ts'
import type { ActivityRow } from '../store.ts'
import { bucketsOf } from './refused-addresses.ts'
import { deleteRefusedAddresses, deleteSeenRegionsOf } from './store.ts'

/** The name of what counts the events. */
export const counter = 'statistics'

/** Let nothing be counted until this transaction ends: what it takes out of events cannot be counted beside it. */
export async function holdCounting(tx: Transaction, now: number): Promise<void> {
  await holdConsumer(tx, { name: counter, start: 0, now })
}

/**
 * Take out of the statistics from where somebody was refused, before their events forget it. Others who were refused at the same
 * address on the same day go with them.
 */
export async function forgetAddressOf(tx: Transaction, { at, outcome, address }: ActivityRow): Promise<void> {
  if (outcome !== 'refused' || address === null) return
  await deleteRefusedAddresses(
    tx,
    bucketsOf(at).map((bucket) => ({ ...bucket, address })),
  )
}

/** Take out from where somebody has signed in. */
export const forgetRegionsOf = deleteSeenRegionsOf
