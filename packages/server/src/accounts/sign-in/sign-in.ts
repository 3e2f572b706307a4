import { Refusal } from '../../errors.ts'
import type { Origin } from '../../http/route.ts'
import { type GateParts, type OpenedSession, openSession } from '../../sessions/gate.ts'
import type { PresentedProof, Proofs } from '../../tokens/proofs.ts'
import { findUserByName } from '../users/store.ts'
import { usernameKey } from '../users/users.ts'
import type { Passwords } from './passwords.ts'

/** An open session, and the user name of whose it is. */
export interface SignedIn extends OpenedSession {
  readonly username: string
}

/**
 * Sign a person in by password. Unknown name, wrong password, no password yet and a disabled account get one
 * answer after one time; the log knows which it was. A proof is judged before anybody is looked for, so that what is
 * said of it says nothing of the account.
 * @throws {Refusal} `dpop_proof_invalid`, `credentials_invalid`, `overloaded`
 */
export async function signIn(
  parts: GateParts & { passwords: Passwords; proofs: Proofs },
  { username, password, proof }: { username: string; password: string; proof: PresentedProof },
  origin: Origin,
): Promise<SignedIn> {
  const key = await parts.proofs.keyOf(proof).catch(async (error: unknown) => {
    if (error instanceof Refusal) {
      const { reason } = error
      await parts.activity.recordAlone({ event: 'user.sign_in', outcome: 'refused', reason, origin })
    }
    throw error
  })
  const user = await findUserByName(parts.db, usernameKey(username))
  const right = await parts.passwords.matches(password, user?.password_hash)
  const reason = !user
    ? 'user_unknown'
    : !right
      ? 'password_wrong'
      : user.disabled_at !== null
        ? 'account_disabled'
        : undefined
  if (!user || reason) {
    await parts.activity.recordAlone({
      event: 'user.sign_in',
      outcome: 'refused',
      reason,
      // A name that nobody has may be a password typed into the wrong field: it is not written down.
      subject: user?.id,
      subjectKind: 'user',
      origin,
    })
    throw new Refusal('credentials_invalid', 'the user name or the password is not right')
  }
  const permissions = user.permissions.split(' ').filter((permission) => permission !== '')
  const person = { userId: user.id, userType: user.user_type, permissions, amr: ['pwd'] }
  return { ...(await openSession(parts, person, key, origin)), username: user.username }
}
