import type { ClientInfo } from '../../client-info.ts'
import type { Transaction } from '../../database/database.ts'
import { Refusal, telling } from '../../errors.ts'
import type { PresentedProof } from '../../http/credentials.ts'
import {
  type Account,
  type AskedTokens,
  FactorRequired,
  type GateGround,
  type OpenedSession,
  openSession,
} from '../../sessions/gate.ts'
import type { Proofs, ProvenKey } from '../../tokens/proofs.ts'
import type { FindTarget, ServiceTarget } from '../../tokens/target.ts'
import { type ChallengeGround, withChallenge } from '../factors/challenges.ts'
import { proveByBrowser } from '../factors/remembered/remembered.ts'
import { isPasswordOf } from '../passwords/check.ts'
import type { Passwords } from '../passwords/passwords.ts'
import { renewPasswordHash } from '../passwords/renewal.ts'
import { findUserByName } from '../users/store.ts'
import { usernameKey } from '../users/username-key.ts'
import type { Attempts } from './attempts.ts'
import { isKnownPlace } from './known-places.ts'

/** An open session, and whose it is. */
export interface SignedIn extends OpenedSession {
  readonly userId: string
  readonly username: string
}

type SignInGround = GateGround &
  ChallengeGround & { passwords: Passwords; attempts: Attempts; findTarget: FindTarget }

interface SignIn {
  readonly username: string
  readonly password: string
  readonly proof: PresentedProof
  /** The secret of the browser, if it has one. */
  readonly browser?: string | undefined
  /** Ask for the second factor also in a browser that is remembered, for what needs both. */
  readonly asksFactor?: boolean | undefined
  /** The audience of the service that the access token is for. */
  readonly resource?: string | undefined
}

/**
 * Sign a person in by password. Unknown name, wrong password, no password yet and a disabled account get one
 * answer after the same time; only the log has the reason. The proof is verified before the user is looked up, so that its
 * refusal reveals nothing about the account.
 * @throws {Refusal} `factor_required` with a challenge, if the account asks for a second factor; `dpop_proof_invalid`,
 * `resource_unknown`, `scope_invalid`, `too_many_requests`, `credentials_invalid`, `overloaded`
 */
export async function signIn(
  ground: SignInGround & { proofs: Proofs },
  { username, password, proof, browser, asksFactor, resource }: SignIn,
  client: ClientInfo,
): Promise<SignedIn> {
  const key = await provenKey(ground.proofs, proof, 'user.sign_in')
  const target = await askedTarget(ground, resource, 'user.sign_in')
  const nameKey = usernameKey(username)
  const given = { nameKey, password, browser, asksFactor, key, target }
  try {
    return await signInOnce(ground, given, client)
  } catch (error) {
    // Another sign-in of the same moment has renewed the hash that this one was checked by.
    if (!(error instanceof HashRenewed)) throw error
    return signInOnce(ground, given, client)
  }
}

class HashRenewed extends Error {}

interface CheckedSignIn extends Pick<SignIn, 'password' | 'browser' | 'asksFactor'>, AskedTokens {
  readonly nameKey: string
}

async function signInOnce(
  ground: SignInGround,
  { nameKey, password, browser, asksFactor, key, target }: CheckedSignIn,
  client: ClientInfo,
): Promise<SignedIn> {
  const user = await findUserByName(ground.db, nameKey)
  const claimant = { event: 'user.sign_in', usernameKey: nameKey, user, client, browser } as const
  const right = await isPasswordOf(ground, claimant, password)
  const reason = !user
    ? 'user_unknown'
    : !right
      ? 'password_wrong'
      : user.disabled_at !== null
        ? 'account_disabled'
        : undefined
  if (!user || reason) {
    // An unknown name may be a password typed into the wrong field: it is not logged.
    const who = user && ({ subject: user.id, subjectKind: 'user' } as const)
    throw new Refusal('credentials_invalid', 'the user name or the password is not right', {
      reason,
      refused: { event: 'user.sign_in', ...who },
    })
  }
  const { id: userId, password_hash: checked } = user
  const wasOutdated = checked !== null && ground.passwords.isOutdated(checked)
  const stillHolds = ({ password_hash }: Account) => {
    if (password_hash !== checked && wasOutdated) throw new HashRenewed()
    return password_hash === checked
  }
  const factor = asksFactor ? undefined : await proveByBrowser(ground, user, browser)
  const person = {
    ...{ userId, amr: ['pwd'], stillHolds, factor },
    isKnownPlace: (tx: Transaction) => isKnownPlace(tx, claimant, ground.world.now()),
  }
  const opened = await openSession(ground, person, { key, target }, client).catch(async (error: unknown) => {
    if (!(error instanceof FactorRequired)) throw error
    // Before the challenge, which is worth nothing with another hash.
    const password_hash = await renewPasswordHash(ground, user, password)
    throw await withChallenge(ground, error, { ...user, password_hash }, key, client)
  })
  await renewPasswordHash(ground, user, password)
  return { ...opened, userId, username: user.username }
}

/** The key that a request for tokens proves; a proof that is not valid is a refused sign-in or refresh in the log. */
export async function provenKey(
  proofs: Proofs,
  proof: PresentedProof,
  event: 'user.sign_in' | 'session.refresh',
): Promise<ProvenKey | undefined> {
  try {
    return await proofs.keyOf(proof)
  } catch (error) {
    throw telling(error, { event })
  }
}

/** The service that a token is asked for; one that is not known is a refused sign-in or refresh in the log. */
export async function askedTarget(
  { findTarget }: { readonly findTarget: FindTarget },
  resource: string | undefined,
  event: 'user.sign_in' | 'session.refresh',
): Promise<ServiceTarget | undefined> {
  try {
    return await findTarget(resource)
  } catch (error) {
    throw telling(error, { event })
  }
}
