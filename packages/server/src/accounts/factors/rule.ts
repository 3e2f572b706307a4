import type { Reader, Transaction } from '../../database/database.ts'
import { hashSecret } from '../../secrets/secrets.ts'
import type { AskedFactor } from '../../sessions/gate.ts'
import { hasPasskeyInForce } from '../passkeys/store.ts'
import { findFactorRule } from '../user-types/store.ts'
import type { UserRow } from '../users/store.ts'
import { findAuthenticator, findFactorState, noteAsked, noteShortPassword } from './store.ts'

const dayMs = 24 * 60 * 60 * 1000

/** Whether an account has a second factor in force: an authenticator, or a passkey that was made as one. */
export async function isFactorInForce(reader: Reader, userId: string): Promise<boolean> {
  const authenticator = await findAuthenticator(reader, userId, 'in_force')
  return authenticator !== undefined || hasPasskeyInForce(reader, userId)
}

/**
 * What the gate asks of a sign-in of this account beside the first credential: nothing; to prove a factor that is in force;
 * or to enrol one, because the password is too short to stand alone or the type of the user has required one for long enough.
 */
export async function askedOfSignIn(
  tx: Transaction,
  user: UserRow,
  now: number,
): Promise<Exclude<AskedFactor, 'mail'>> {
  if (await isFactorInForce(tx, user.id)) return 'prove'
  if (await hasShortPassword(tx, user)) return 'enrol'
  const rule = await findFactorRule(tx, user.user_type)
  if (rule === undefined || rule.factor_required_at === null) return 'nothing'
  const askedAt = await noteAsked(tx, user.id, rule.factor_required_at, now)
  return now < askedAt + rule.factor_grace_days * dayMs ? 'nothing' : 'enrol'
}

/** Whether an account has to have a second factor, and from when on it signs in by enrolling one only. */
export interface Duty {
  readonly isRequired: boolean
  /** Null if none is required, or if the days begin with the next sign-in. */
  readonly dueAt: number | null
}

export async function dutyOf(reader: Reader, user: UserRow): Promise<Duty> {
  const rule = await findFactorRule(reader, user.user_type)
  const since = rule?.factor_required_at ?? null
  if (rule === undefined || since === null) return { isRequired: false, dueAt: null }
  const askedAt = (await findFactorState(reader, user.id))?.asked_at ?? null
  const isCounted = askedAt !== null && askedAt >= since
  return { isRequired: true, dueAt: isCounted ? askedAt + rule.factor_grace_days * dayMs : null }
}

/** What stands for a password that was proven, in places that outlive the proof: it changes with the password. */
export function passwordPrint(passwordHash: string | null): string {
  return hashSecret(`password ${passwordHash ?? ''}`)
}

/** Remember that the password with this hash is too short to stand alone. It is forgotten with the next password. */
export async function rememberShortPassword(
  tx: Transaction,
  userId: string,
  passwordHash: string,
): Promise<void> {
  await noteShortPassword(tx, userId, passwordPrint(passwordHash))
}

export async function hasShortPassword(
  reader: Reader,
  user: Pick<UserRow, 'id' | 'password_hash'>,
): Promise<boolean> {
  const state = await findFactorState(reader, user.id)
  return state?.short_password === passwordPrint(user.password_hash)
}
