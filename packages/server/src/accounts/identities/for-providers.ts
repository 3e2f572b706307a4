import type { ClientInfo } from '../../client-info.ts'
import type { Reader, Transaction } from '../../database/database.ts'
import type { Actor, Caller } from '../../identity.ts'
import { holdOwn } from '../factors/changes.ts'
import { requireFreshSignIn } from '../factors/fresh.ts'
import type { AccountsGround } from '../ground.ts'
import { createPeopleOfApps } from '../users/of-apps.ts'
import { endSessionsOfIssuer, linkIdentity } from './identities.ts'
import type { ProvenAtProvider, ProvenIdentity } from './proven.ts'
import { signInByProvider } from './sign-in.ts'
import { countIdentities, deleteIdentitiesOf, findIdentity, findIdentityOfSession } from './store.ts'

type Asked = Parameters<typeof signInByProvider>[2]

/** What the part of providers is given for the people who sign in there. */
export function createPeopleOfProviders(ground: AccountsGround) {
  return {
    requireOpenType: createPeopleOfApps(ground).requireOpenType,
    admit: ground.attempts.admitChallenge,
    isLinked: async (reader: Reader, identity: ProvenIdentity) =>
      (await findIdentity(reader, identity)) !== undefined,
    signInByProvider: (proven: ProvenAtProvider, asked: Asked, client: ClientInfo) =>
      signInByProvider(ground, proven, asked, client),
    async requireLinking(tx: Transaction, caller: Caller): Promise<string> {
      await holdOwn(tx, caller)
      return (await requireFreshSignIn(tx, caller, ground.world.now())).id
    },
    linkIdentity: (identity: ProvenIdentity, sessionId: string, client: ClientInfo) =>
      linkIdentity(ground, identity, sessionId, client),
    endSessionsOf: (actor: Actor, issuer: string) => endSessionsOfIssuer(ground, actor, issuer),
    removeIdentitiesOf: deleteIdentitiesOf,
    countOf: countIdentities,
    issuerOf: async (reader: Reader, sessionId: string) =>
      (await findIdentityOfSession(reader, sessionId))?.issuer,
  }
}
