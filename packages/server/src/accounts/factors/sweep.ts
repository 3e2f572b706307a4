import type { Ground } from '../../ground.ts'
import type { Job } from '../../part.ts'
import { sweepPasskeyChallenges, sweepPasskeyOffers } from '../passkeys/store.ts'
import { browserKeptForMs } from '../sign-in/known-places.ts'
import { pendingForMs } from './authenticators.ts'
import { sweepRememberedBrowsers } from './remembered/store.ts'
import { sweepChallenges, sweepPendingAuthenticators } from './store.ts'

/** Challenges, remembered browsers and pending authenticators whose time is over. */
export function factorsJob({ db, world }: Ground): Job {
  return {
    name: 'factors.sweep',
    everyMs: 60 * 60_000,
    run: () =>
      db.transaction(async (tx) => {
        await sweepChallenges(tx, world.now())
        await sweepPasskeyChallenges(tx, world.now())
        await sweepPasskeyOffers(tx, world.now() - browserKeptForMs)
        await sweepRememberedBrowsers(tx, world.now())
        await sweepPendingAuthenticators(tx, world.now() - pendingForMs)
      }),
  }
}
