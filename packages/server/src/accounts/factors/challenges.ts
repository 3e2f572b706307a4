import { Refusal } from '../../errors.ts'
import type { Ground } from '../../ground.ts'
import { hashSecret, newSecret } from '../../secrets/secrets.ts'
import type { FactorRequired } from '../../sessions/gate.ts'
import type { ProvenKey } from '../../tokens/proofs.ts'
import type { UserRow } from '../users/store.ts'
import { pendingForMs } from './authenticators.ts'
import { passwordPrint } from './rule.ts'
import { countRecoveryCodes, insertChallenge } from './store.ts'

/** The second step of a sign-in may take so long. */
const challengeForMs = 5 * 60_000
/** What the answer to a right password says of the second step. */
export type SecondStep =
  | { readonly challenge: string; readonly expires_in: number; readonly factors: readonly string[] }
  | { readonly challenge: string; readonly expires_in: number; readonly enrol: readonly string[] }

/**
 * The refusal of a right password that needs a second step: with a challenge, which stands for the password for a few
 * minutes, and the factors to choose of.
 */
export async function withChallenge(
  { db, world }: Pick<Ground, 'db' | 'world'>,
  required: FactorRequired,
  { id, password_hash }: UserRow,
  key: ProvenKey | undefined,
): Promise<Refusal> {
  const secret = newSecret('challenge', world)
  const { asks, code, message, reason, refused } = required
  const now = world.now()
  // An enrolment takes as long as the authenticator may take to prove itself.
  const lifeMs = asks === 'prove' ? challengeForMs : pendingForMs
  const hasCodes = await db.transaction(async (tx) => {
    await insertChallenge(tx, {
      secret_hash: hashSecret(secret),
      user_id: id,
      asks,
      password_print: passwordPrint(password_hash),
      key_thumbprint: key ?? null,
      attempts: 0,
      created_at: now,
      expires_at: now + lifeMs,
    })
    return (await countRecoveryCodes(tx, id)) > 0
  })
  const common = { challenge: secret, expires_in: lifeMs / 1000 }
  const step: SecondStep =
    asks === 'prove'
      ? { ...common, factors: ['authenticator', ...(hasCodes ? ['recovery_code'] : [])] }
      : { ...common, enrol: ['authenticator'] }
  return new Refusal(code, message, { reason, refused, members: { mfa_required: step } })
}
