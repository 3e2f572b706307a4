import type { ClientInfo } from '../../client-info.ts'
import type { Attempts } from '../sign-in/attempts.ts'
import type { UserRow } from '../users/store.ts'
import type { Passwords } from './passwords.ts'

/** Somebody who says a password: to sign in, or to change it. */
export interface Claimant {
  /** The user name as it is compared. */
  readonly usernameKey: string
  /** Undefined if nobody has the name. */
  readonly user: UserRow | undefined
  readonly client: ClientInfo
  /** The secret of the browser, if it has one. */
  readonly browser: string | undefined
}

/**
 * Whether this is the password of an account: the only way to ask. What is wrong is counted, so that nobody guesses.
 * @throws {Refusal} `too_many_requests`, `overloaded`
 */
export async function isPasswordOf(
  { passwords, attempts }: { readonly passwords: Passwords; readonly attempts: Attempts },
  { usernameKey, user, client, browser }: Claimant,
  password: string,
): Promise<boolean> {
  const admitted = await attempts.admit({ usernameKey, userId: user?.id, client, browser })
  const isRight = await passwords.matches(password, user?.password_hash)
  if (isRight) await admitted.succeeded()
  return isRight
}
