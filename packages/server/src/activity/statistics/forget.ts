import type { Transaction } from '../../database/database.ts'
import { holdConsumer } from '../consumers/store.ts'
import type { ActivityRow } from '../store.ts'
import { floorTo } from './buckets.ts'
import { deleteRefusedAddress, deleteSeenRegionsOf } from './store.ts'

/** The name of what counts the events. */
export const counter = 'statistics'

const hourMs = 3_600_000

/** Let nothing be counted until this transaction ends: what it takes out of events cannot be counted beside it. */
export async function holdCounting(tx: Transaction, now: number): Promise<void> {
  await holdConsumer(tx, { name: counter, start: 0, now })
}

/**
 * Take out of the statistics from where somebody was refused, before their events forget it. Others who were refused at the same
 * address in the same hour go with them.
 */
export async function forgetAddressOf(tx: Transaction, { at, outcome, address }: ActivityRow): Promise<void> {
  if (outcome === 'refused' && address !== null) await deleteRefusedAddress(tx, floorTo(at, hourMs), address)
}

/** Take out from where somebody has signed in. */
export const forgetRegionsOf = deleteSeenRegionsOf
