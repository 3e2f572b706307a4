import type { Attempts, Claimant } from '../sign-in/attempts.ts'
import type { Passwords } from './passwords.ts'

/**
 * Whether this is the password of an account: the only way to ask. What is wrong is counted, so that nobody guesses.
 * @throws {Refusal} `too_many_requests`, `overloaded`
 */
export async function isPasswordOf(
  { passwords, attempts }: { readonly passwords: Passwords; readonly attempts: Attempts },
  claimant: Claimant,
  password: string,
): Promise<boolean> {
  const admitted = await attempts.admit(claimant)
  const isRight = await passwords.matches(password, claimant.user?.password_hash)
  if (isRight) await admitted.succeeded()
  return isRight
}
