import type { ClientInfo } from '../client-info.ts'
import { serve } from '../http/route.ts'
import type { Part } from '../part.ts'
import { type Exchange, type ExchangedSession, signInByAssertion } from './exchange.ts'
import { askForNonceOlder, askForNonceRoute, logInOlder } from './exchange-routes.ts'
import type { AppsGround } from './ground.ts'
import { createKeySets } from './key-sets.ts'
import { sweepNoncesJob } from './nonces/nonces.ts'
import { createKeyOpener } from './open-key.ts'
import { type AppOfPerson, findAppsOfPerson } from './people/store.ts'
import { endSessionsJob } from './registered.ts'
import {
  addAppKeyRoute,
  changeAppRoute,
  checkAssertionRoute,
  createAppRoute,
  disableAppRoute,
  linkPersonRoute,
  listAppKeys,
  listApps,
  listPeopleOfApp,
  readApp,
  refreshAppKeysRoute,
  revokeAppKeyRoute,
  unlinkPersonRoute,
} from './routes.ts'
import { findAppNames } from './store.ts'

/** Applications of other companies: their account servers sign who their people are, by the nonce exchange. */
export interface Apps extends Part {
  /** For the verbs of this part on the command line. */
  readonly ground: AppsGround
  signIn(exchange: Exchange, client: ClientInfo): Promise<ExchangedSession>
  namesOf(ids: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** The apps that sign somebody in, and what each calls them. */
  appsOf(userId: string): Promise<readonly AppOfPerson[]>
}

export function createApps(given: Omit<AppsGround, 'keySets' | 'openKey'>): Apps {
  const ground: AppsGround = { ...given, keySets: createKeySets(given), openKey: createKeyOpener() }
  return {
    ground,
    namesOf: (ids) => findAppNames(given.db, ids),
    appsOf: (userId) => findAppsOfPerson(given.db, userId),
    signIn: (exchange, client) => signInByAssertion(ground, exchange, client),
    routes: serve(ground, [
      listApps,
      createAppRoute,
      readApp,
      changeAppRoute,
      disableAppRoute,
      listAppKeys,
      addAppKeyRoute,
      revokeAppKeyRoute,
      refreshAppKeysRoute,
      checkAssertionRoute,
      listPeopleOfApp,
      linkPersonRoute,
      unlinkPersonRoute,
      askForNonceRoute,
      askForNonceOlder,
      logInOlder,
    ]),
    jobs: [endSessionsJob(ground), sweepNoncesJob(ground)],
  }
}
