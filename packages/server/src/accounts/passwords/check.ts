import type { Attempts, Claimant } from '../sign-in/attempts.ts'
import type { Passwords } from './passwords.ts'

/**
 * Whether this is the password of an account: the only way to ask. What is wrong is counted, so that nobody guesses. Where
 * too many wait already, nothing else is done.
 * @throws {Refusal} `too_many_requests`, `overloaded`
 */
export async function isPasswordOf(
  { passwords, attempts }: { readonly passwords: Passwords; readonly attempts: Attempts },
  claimant: Claimant,
  password: string,
): Promise<boolean> {
  passwords.requireRoom()
  return attempts.judge(claimant, () => passwords.matches(password, claimant.user?.password_hash))
}
