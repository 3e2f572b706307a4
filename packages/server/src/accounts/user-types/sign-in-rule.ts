import { userType } from '../../activity/events.ts'
import type { Reader, Transaction } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import type { Ground } from '../../ground.ts'
import type { Actor } from '../../identity.ts'
import { authorizeOver, ownPermissions, type Permission } from '../../permissions.ts'
import { findSignInRule, holdUserType, type SignInRuleRow, updateSignInRule } from './store.ts'

/** How users of a type sign in and how long they stay, beside second factors. */
export interface SignInRule {
  /** Whether a stranger may make an account of this type. */
  readonly selfRegistration: boolean
  /** Whether a right password from a place that the account does not know asks for a mailed code. */
  readonly mailCode: boolean
  /** After so many seconds without use a session ends; null: after 30 days, as every session. */
  readonly sessionIdleSeconds: number | null
  /** So many seconds after its sign-in a session ends; null: after 90 days, as every session. */
  readonly sessionLongestSeconds: number | null
}

/** What is undefined stays. */
export type SignInRuleChange = { readonly [Name in keyof SignInRule]?: SignInRule[Name] | undefined }

/** Shorter than an access token lives, a limit would say what is not true. */
export const shortestSessionSeconds = 600
export const longestIdleSeconds = 30 * 86_400
export const longestSessionSeconds = 90 * 86_400

function ruleOf(row: SignInRuleRow): SignInRule {
  const seconds = (ms: number | null) => (ms === null ? null : ms / 1000)
  return {
    selfRegistration: row.self_registration === 1,
    mailCode: row.mail_code === 1,
    sessionIdleSeconds: seconds(row.session_idle_ms),
    sessionLongestSeconds: seconds(row.session_longest_ms),
  }
}

/** @throws {Refusal} `user_type_not_found` */
export async function readSignInRule(reader: Reader, name: string): Promise<SignInRule> {
  const row = await findSignInRule(reader, name)
  if (!row) throw new Refusal('user_type_not_found', 'there is no user type of this name')
  return ruleOf(row)
}

/**
 * Change what a type says of signing in; what is not given stays. Sessions that are over a new limit end with their next refresh,
 * or within a minute.
 * @throws {Refusal} `user_type_not_found`; `permission_missing` for a type that permits what the actor may not;
 * `user_type_privileged` for one that permits more than a stranger may have
 */
export async function setSignInRule(
  { db, activity }: Ground,
  actor: Actor,
  name: string,
  change: SignInRuleChange,
): Promise<SignInRule> {
  return db.transaction(async (tx) => {
    const type = await holdUserType(tx, name)
    if (!type) throw new Refusal('user_type_not_found', 'there is no user type of this name')
    authorizeOver(actor, type.permissions)
    const before = await readSignInRule(tx, name)
    const given = Object.entries(change).filter(([, value]) => value !== undefined)
    const after: SignInRule = { ...before, ...Object.fromEntries(given) }
    if (after.selfRegistration) requireHarmless(type.permissions)
    await updateSignInRule(tx, name, rowOf(after))
    const details = {
      self_registration: after.selfRegistration,
      mail_code: after.mailCode,
      session_idle_seconds: after.sessionIdleSeconds,
      session_longest_seconds: after.sessionLongestSeconds,
    }
    await activity.record(tx, actor, 'user_type.set_sign_in', userType(name), { details })
    return after
  })
}

/** A type that is open to strangers gets no permission that a stranger may not have. */
export async function keepHarmless(
  tx: Transaction,
  name: string,
  permissions: readonly Permission[],
): Promise<void> {
  if ((await findSignInRule(tx, name))?.self_registration === 1) requireHarmless(permissions)
}

export function isHarmless(permissions: readonly string[]): boolean {
  const harmless: readonly string[] = ownPermissions
  return permissions.every((permission) => harmless.includes(permission))
}

/** @throws {Refusal} `user_type_privileged` */
export function requireHarmless(permissions: readonly Permission[]): void {
  if (isHarmless(permissions)) return
  throw new Refusal(
    'user_type_privileged',
    `a type in which strangers may make an account permits nothing but ${ownPermissions.join(', ')}`,
  )
}

function rowOf(rule: SignInRule): SignInRuleRow {
  const ms = (seconds: number | null) => (seconds === null ? null : seconds * 1000)
  return {
    self_registration: Number(rule.selfRegistration),
    mail_code: Number(rule.mailCode),
    session_idle_ms: ms(rule.sessionIdleSeconds),
    session_longest_ms: ms(rule.sessionLongestSeconds),
  }
}
