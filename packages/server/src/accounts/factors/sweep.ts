import type { Ground } from '../../ground.ts'
import type { Job } from '../../part.ts'
import { sweepPasskeyChallenges } from '../passkeys/store.ts'
import { pendingForMs } from './authenticators.ts'
import { sweepChallenges, sweepPendingAuthenticators, sweepRememberedBrowsers } from './store.ts'

/** Challenges, remembered browsers and pending authenticators whose time is over. */
export function factorsJob({ db, world }: Ground): Job {
  return {
    name: 'factors.sweep',
    everyMs: 60 * 60_000,
    run: () =>
      db.transaction(async (tx) => {
        await sweepChallenges(tx, world.now())
        await sweepPasskeyChallenges(tx, world.now())
        await sweepRememberedBrowsers(tx, world.now())
        await sweepPendingAuthenticators(tx, world.now() - pendingForMs)
      }),
  }
}
