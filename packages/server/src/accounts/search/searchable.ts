import type { Transaction } from '../../database/database.ts'
import type { Ground } from '../../ground.ts'
import type { Job } from '../../part.ts'
import { holdNames, takeUnsearchable } from '../users/store.ts'
import { deleteTerms, findAddressesOf, hasUnsearchable, insertTerms } from './store.ts'
import { termsOf } from './terms.ts'

/** Make a user found by the names and addresses that they have now. Called by whatever changes one of these. */
export async function makeSearchable(tx: Transaction, userId: string): Promise<void> {
  const names = await holdNames(tx, userId)
  if (!names) return
  await deleteTerms(tx, userId)
  const addresses = (await findAddressesOf(tx, [userId])).map(({ address }) => address)
  await insertTerms(
    tx,
    termsOf({ ...names, addresses }).map((term) => ({ user_id: userId, term })),
  )
}

/** So many in one transaction: others wait for it. */
const atOnce = 500

/**
 * Make those users found who are not yet: who were imported, or were there before there was a search. True if there may be more.
 */
async function makeSomeSearchable({ db }: Pick<Ground, 'db'>): Promise<boolean> {
  return db.transaction(async (tx) => {
    const users = await takeUnsearchable(tx, atOnce)
    const addresses = Map.groupBy(
      await findAddressesOf(
        tx,
        users.map(({ id }) => id),
      ),
      ({ user_id }) => user_id,
    )
    const terms = users.flatMap(({ id, ...names }) => {
      const own = (addresses.get(id) ?? []).map(({ address }) => address)
      return termsOf({ ...names, addresses: own }).map((term) => ({ user_id: id, term }))
    })
    await insertTerms(tx, terms)
    return users.length === atOnce
  })
}

export function createSearchJob(ground: Ground): Job {
  return {
    name: 'search.make',
    everyMs: 1_000,
    async run() {
      let mayBeMore = await hasUnsearchable(ground.db)
      while (mayBeMore) mayBeMore = await makeSomeSearchable(ground)
    },
  }
}
