import type { ClientInfo } from '../../client-info.ts'
import { Refusal } from '../../errors.ts'
import type { PresentedProof } from '../../http/credentials.ts'
import type { Authentication, RequestOptions } from '../../http/passkey-json.ts'
import { openSession, type ProvenPerson } from '../../sessions/gate.ts'
import type { AccountsGround } from '../ground.ts'
import {
  challengeForMs,
  newPasskeyChallenge,
  passkeyRefused,
  refusingFaults,
  takeAnswered,
} from '../passkeys/challenges.ts'
import { findPasskey, provePasskey, refusedTo } from '../passkeys/prove.ts'
import type { PasskeyRow } from '../passkeys/store.ts'
import { findUser, type UserRow } from '../users/store.ts'
import { askedTarget, provenKey, type SignedIn } from './sign-in.ts'

/**
 * What a browser signs in by, with a passkey that says by itself whose it is. The same for everybody.
 * @throws {Refusal} `too_many_requests`
 */
export async function offerSignIn(ground: AccountsGround, client: ClientInfo): Promise<RequestOptions> {
  const { db, attempts, relyingParty } = ground
  const challenge = await db.transaction(async (tx) => {
    await attempts.admitChallenge(tx, client, 'user.sign_in')
    return newPasskeyChallenge(ground, tx, {
      ...{ purpose: 'sign_in', user_id: null, made_for: null, is_prompted: 1, browser_hash: null },
    })
  })
  return {
    challenge,
    timeout: challengeForMs,
    rpId: relyingParty.id,
    allowCredentials: [],
    userVerification: 'required',
  }
}

interface Given {
  readonly sent: Authentication
  readonly proof: PresentedProof
  /** The audience of the service that the access token is for. */
  readonly resource?: string | undefined
}

/**
 * Sign a person in by a passkey alone, which has verified them: that is two factors. Nothing is phished by it, so that every place is as
 * good as one that the account knows.
 * @throws {Refusal} `challenge_invalid`; `passkey_unknown` for one that nobody has here, which its browser may forget; `passkey_refused` for
 * every other reason; `too_many_requests`, `dpop_proof_invalid`, `resource_unknown`, `scope_invalid`
 */
export async function signInByPasskey(
  ground: AccountsGround,
  { sent, proof, resource }: Given,
  client: ClientInfo,
): Promise<SignedIn> {
  const { proofs, attempts } = ground
  const key = await provenKey(proofs, proof, 'user.sign_in')
  // Before the challenge is used up: whoever asks for too much should still have it.
  const target = await askedTarget(ground, resource, 'user.sign_in')
  return attempts.judgePasskey(client, async () => {
    const challenge = await answeredChallenge(ground, sent)
    const { passkey, user } = await ownerOf(ground, sent)
    const { amr, ...factor } = await provePasskey(ground, passkey, sent, {
      ...{ challenge, requiresVerification: true },
    })
    const person: ProvenPerson = {
      ...{ userId: user.id, amr, factor: { ...factor, amr: [] } },
      // Whether the passkey is still there is asked when it is used.
      stillHolds: () => true,
      isKnownPlace: async () => true,
    }
    const opened = await openSession(ground, person, { key, target }, client).catch((error: unknown) => {
      // What the service knows of the person is no fault of the passkey.
      if (!(error instanceof Refusal) || error.code === 'scope_invalid') throw error
      throw passkeyRefused(error.reason ?? error.code, refusedTo(user.id))
    })
    return { ...opened, userId: user.id, username: user.username }
  })
}

async function answeredChallenge(
  ground: AccountsGround,
  { clientDataJson }: Authentication,
): Promise<string> {
  const refused = { event: 'user.sign_in' } as const
  const answered = await refusingFaults(refused, () => takeAnswered(ground, clientDataJson, 'sign_in'))
  if (answered) return answered.challenge
  throw new Refusal('challenge_invalid', 'this took too long; try again', {
    ...{ reason: 'challenge_unknown', refused },
  })
}

async function ownerOf(
  { db }: AccountsGround,
  sent: Authentication,
): Promise<{ readonly passkey: PasskeyRow; readonly user: UserRow }> {
  const passkey = await findPasskey(db, sent)
  const user = passkey && (await findUser(db, passkey.user_id))
  if (!passkey || !user) {
    throw new Refusal('passkey_unknown', 'nobody has this passkey here; it may have been removed', {
      ...{ reason: 'credential_unknown', refused: { event: 'user.sign_in' } },
    })
  }
  return { passkey, user }
}
