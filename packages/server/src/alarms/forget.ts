import type { Transaction } from '../database/database.ts'
import { forgetConcerned } from './concerned/store.ts'
import { forgetRemembered } from './remembered/store.ts'
import { forgetSilences } from './silences/store.ts'
import { forgetAlarms } from './store.ts'

/** Forget somebody: what is kept of them here is theirs alone. */
export async function forgetSubject(tx: Transaction, name: string): Promise<void> {
  await forgetAlarms(tx, name)
  await forgetConcerned(tx, name)
  await forgetRemembered(tx, name)
  await forgetSilences(tx, name)
}
