import { Refusal } from '../errors.ts'
import type { Origin } from '../http/route.ts'
import { type GateParts, type OpenedSession, openSession } from '../sessions/gate.ts'
import type { Passwords } from './passwords.ts'
import { findUserByName } from './store.ts'
import { usernameKey } from './users.ts'

/**
 * Sign a person in by password. Unknown name, wrong password, no password yet and a disabled account get one
 * answer after one time; the log knows which it was.
 * @throws {Refusal} `credentials_invalid`, `overloaded`
 */
export async function signIn(
  parts: GateParts & { passwords: Passwords },
  { username, password }: { username: string; password: string },
  origin: Origin,
): Promise<OpenedSession> {
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
  return openSession(parts, { userId: user.id, userType: user.user_type, permissions, amr: ['pwd'] }, origin)
}
