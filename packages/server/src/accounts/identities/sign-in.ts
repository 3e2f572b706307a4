import type { ClientInfo } from '../../client-info.ts'
import type { PageAnswer } from '../../http/route.ts'
import { FactorRequired, openSession, type ProvenFactor, type ProvenPerson } from '../../sessions/gate.ts'
import { withChallenge } from '../factors/challenges.ts'
import type { AccountsGround } from '../ground.ts'
import { askSecondStep, courseOf, ended, secondStepOf } from '../sign-in/pages.ts'
import type { SignedIn } from '../sign-in/sign-in.ts'
import { findUser, type UserRow } from '../users/store.ts'
import { notLetIn, personByIdentity } from './newcomer.ts'
import type { ProvenAtProvider } from './proven.ts'
import { byProvider, insertIdentitySession, noteIdentityUse } from './store.ts'

/** The provider has asked for a second factor, which counts here. It was used up there. */
const factorThere: ProvenFactor = { does: 'prove', amr: [], name: 'provider', use: async () => true }

/**
 * Sign a person in whom a provider has signed in: through the gate, which asks for the second factor of the account, unless that of the
 * provider counts.
 * @throws {Refusal} `factor_required` with a challenge; `provider_refused`, `address_taken`, `credentials_invalid`
 */
async function signInByIdentity(
  ground: AccountsGround,
  proven: ProvenAtProvider,
  client: ClientInfo,
): Promise<SignedIn> {
  const { db, world } = ground
  const { identity, hasFactor, provenAt } = proven
  const { id, user_id: userId } = await personByIdentity(ground, proven, client)
  const user: UserRow | undefined = await findUser(db, userId)
  if (!user) throw notLetIn(identity, 'identity_removed')
  const person: ProvenPerson = {
    ...{ userId, amr: hasFactor ? [byProvider, 'mfa'] : [byProvider], provider: identity.provider, provenAt },
    // Whether the identity is still theirs is asked when it is used.
    stillHolds: () => true,
    // A mailed code is for passwords that somebody may have guessed.
    isKnownPlace: async () => true,
    factor: hasFactor ? factorThere : undefined,
    async use(tx) {
      if ((await noteIdentityUse(tx, id, world.now())) === userId) return
      throw notLetIn(identity, 'identity_removed', userId)
    },
    opened: (tx, sessionId) =>
      insertIdentitySession(tx, { session_id: sessionId, identity: id, proven_at: provenAt }),
  }
  const opened = await openSession(ground, person, { key: undefined }, client).catch(
    async (error: unknown) => {
      if (!(error instanceof FactorRequired)) throw error
      throw await withChallenge(ground, error, user, undefined, client, id)
    },
  )
  return { ...opened, userId, username: user.username }
}

/** The same for a page: it leads on, or asks for the second step. */
export async function signInByProvider(
  ground: AccountsGround,
  proven: ProvenAtProvider,
  { next, header }: { readonly next: string; readonly header: (name: string) => string | undefined },
  client: ClientInfo,
): Promise<PageAnswer<200>> {
  const course = await courseOf(ground, next, header)
  try {
    const signedIn = await signInByIdentity(ground, proven, client)
    // The cookie by which the browser is known does not come with a navigation of another site, and is left as it is.
    return ended(ground, course, signedIn, undefined)
  } catch (error) {
    const step = secondStepOf(error)
    if (!step) throw error
    return askSecondStep(ground, course, step, error)
  }
}
