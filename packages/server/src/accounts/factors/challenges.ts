import type { ClientInfo } from '../../client-info.ts'
import type { Transaction } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import type { RequestOptions } from '../../http/passkey-json.ts'
import { hashSecret, newSecret } from '../../secrets/secrets.ts'
import type { FactorRequired } from '../../sessions/gate.ts'
import type { ProvenKey } from '../../tokens/proofs.ts'
import { enrolmentOptions } from '../passkeys/enrol.ts'
import type { CreationOptions } from '../passkeys/json-forms.ts'
import { secondStepOptions } from '../passkeys/prove.ts'
import type { RelyingParty } from '../passkeys/relying-party.ts'
import type { UserRow } from '../users/store.ts'
import { pendingForMs } from './authenticators.ts'
import { type MailedCodeGround, mailCode, mailedForMs } from './mailed-code.ts'
import { passwordPrint } from './rule.ts'
import { countRecoveryCodes, findAuthenticator, insertChallenge } from './store.ts'

/** The second step of a sign-in may take so long. */
const challengeForMs = 5 * 60_000
/** What the answer to a right password says of the second step. */
export type SecondStep =
  | {
      readonly challenge: string
      readonly expires_in: number
      readonly factors: readonly string[]
      /** Of an account that has passkeys: what a browser answers the challenge by. */
      readonly public_key?: RequestOptions
      /** Of a mailed code: where it went, as far as that is shown. */
      readonly sent_to?: string
    }
  | {
      readonly challenge: string
      readonly expires_in: number
      /** What may be enrolled. */
      readonly enrol: readonly string[]
      /** What a browser makes a passkey by, where there can be one. */
      readonly public_key?: CreationOptions
    }

export interface ChallengeGround extends MailedCodeGround {
  readonly relyingParty: RelyingParty
}

/**
 * The refusal of a right password that needs a second step: with a challenge, which stands for the password for a few
 * minutes, and the factors to choose of. With `identity`, it stands for a sign-in at a provider.
 */
export async function withChallenge(
  ground: ChallengeGround,
  required: FactorRequired,
  user: UserRow,
  key: ProvenKey | undefined,
  client: ClientInfo,
  identity: string | null = null,
): Promise<Refusal> {
  const { db, world } = ground
  const { id, password_hash } = user
  const secret = newSecret('challenge', world)
  const { asks, code, message, reason, refused } = required
  const now = world.now()
  // An enrolment takes as long as the authenticator may take to prove itself.
  const lifeMs = { prove: challengeForMs, enrol: pendingForMs, mail: mailedForMs }[asks]
  const hash = hashSecret(secret)
  const answers = await db.transaction(async (tx) => {
    await insertChallenge(tx, {
      secret_hash: hash,
      user_id: id,
      asks: asks === 'enrol' ? 'enrol' : 'prove',
      password_print: passwordPrint(password_hash),
      key_thumbprint: key ?? null,
      identity,
      attempts: 0,
      created_at: now,
      expires_at: now + lifeMs,
    })
    if (asks === 'enrol') return enrolmentsOf(ground, tx, { person: user, secret, lifeMs })
    if (asks === 'prove') return proofsOf(ground, tx, { userId: id, secret, lifeMs })
    return { factors: ['mailed_code'], sent_to: await mailCode(ground, tx, user, hash, client) }
  })
  const step: SecondStep = { challenge: secret, expires_in: lifeMs / 1000, ...answers }
  return new Refusal(code, message, { reason, refused, members: { mfa_required: step } })
}

/** What may be enrolled, the best first. */
async function enrolmentsOf(
  { relyingParty }: ChallengeGround,
  tx: Transaction,
  asked: { person: UserRow; secret: string; lifeMs: number },
): Promise<{ readonly enrol: readonly string[]; readonly public_key?: CreationOptions }> {
  const options = await enrolmentOptions(relyingParty, tx, asked)
  return options ? { enrol: ['passkey', 'authenticator'], public_key: options } : { enrol: ['authenticator'] }
}

/** What proves the second factor of an account, the best first. */
async function proofsOf(
  { relyingParty }: ChallengeGround,
  tx: Transaction,
  { userId, secret, lifeMs }: { userId: string; secret: string; lifeMs: number },
): Promise<{ readonly factors: readonly string[]; readonly public_key?: RequestOptions }> {
  const options = await secondStepOptions(relyingParty, tx, { userId, secret, lifeMs })
  const hasAuthenticator = (await findAuthenticator(tx, userId, 'in_force')) !== undefined
  const hasCodes = (await countRecoveryCodes(tx, userId)) > 0
  const factors = [
    ...(options ? ['passkey'] : []),
    ...(hasAuthenticator ? ['authenticator'] : []),
    ...(hasCodes ? ['recovery_code'] : []),
  ]
  return { factors, ...(options && { public_key: options }) }
}
