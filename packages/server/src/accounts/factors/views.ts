import * as v from 'valibot'
import type { Reader } from '../../database/database.ts'
import { timestamp, timestampOrNull, view } from '../../http/schema.ts'
import { findPasskeys, type PasskeyRow } from '../passkeys/store.ts'
import { passkeyEntries, passkeyShown } from '../passkeys/views.ts'
import type { FactorRuleRow } from '../user-types/store.ts'
import type { UserRow } from '../users/store.ts'
import type { PendingAuthenticator } from './authenticators.ts'
import { countRememberedBrowsers } from './remembered/store.ts'
import { type Duty, dutyOf, isFactorInForce, passwordPrint } from './rule.ts'
import { type AuthenticatorRow, countRecoveryCodes, findAuthenticator } from './store.ts'

export const pendingView = view<PendingAuthenticator>()(
  { secret: v.string(), link: v.string(), expires_at: v.string() },
  ({ secret, link, expiresAt }) => ({ secret, link, expires_at: timestamp(expiresAt) }),
)

/** The second factors of an account, without anything secret. */
export interface Factors extends Duty {
  readonly isInForce: boolean
  readonly authenticator: AuthenticatorRow | undefined
  readonly passkeys: readonly PasskeyRow[]
  readonly recoveryCodes: number
  readonly browsers: number
}

export async function factorsOf(reader: Reader, user: UserRow, now: number): Promise<Factors> {
  const authenticator = await findAuthenticator(reader, user.id, 'in_force')
  return {
    ...(await dutyOf(reader, user)),
    isInForce: await isFactorInForce(reader, user.id),
    authenticator,
    passkeys: await findPasskeys(reader, user.id),
    recoveryCodes: await countRecoveryCodes(reader, user.id),
    browsers: await countRememberedBrowsers(reader, user.id, passwordPrint(user.password_hash), now),
  }
}

export const factorsView = view<Factors>()(
  {
    /** Whether a sign-in takes a second factor. */
    in_force: v.boolean(),
    /** Whether the type of the user requires one, and from when on there is no sign-in without. */
    required: v.boolean(),
    due_at: v.nullable(v.string()),
    authenticator: v.nullable(
      v.strictObject({ created_at: v.string(), last_used_at: v.nullable(v.string()) }),
    ),
    passkeys: v.array(v.strictObject(passkeyEntries)),
    /** How many are left. */
    recovery_codes: v.number(),
    /** In how many the password is enough for a while. */
    remembered_browsers: v.number(),
  },
  ({ isInForce, authenticator, passkeys, recoveryCodes, browsers, isRequired, dueAt }) => ({
    in_force: isInForce,
    required: isRequired,
    due_at: timestampOrNull(dueAt),
    authenticator: authenticator
      ? {
          created_at: timestamp(authenticator.created_at),
          last_used_at: timestampOrNull(authenticator.last_used_at),
        }
      : null,
    passkeys: passkeys.map(passkeyShown),
    recovery_codes: recoveryCodes,
    remembered_browsers: browsers,
  }),
)

export const factorRuleView = view<FactorRuleRow>()(
  { second_factor: v.picklist(['optional', 'required']), grace_days: v.number() },
  ({ factor_required_at, factor_grace_days }) => ({
    second_factor: factor_required_at === null ? ('optional' as const) : ('required' as const),
    grace_days: factor_grace_days,
  }),
)
