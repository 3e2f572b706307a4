import * as v from 'valibot'
import { view } from '../../http/schema.ts'
import type { SignInRule } from './sign-in-rule.ts'
import type { UserTypeRow } from './store.ts'

export const userTypeView = view<UserTypeRow>()(
  {
    name: v.string(),
    description: v.string(),
    permissions: v.array(v.string()),
    /** Another one after every change. */
    version: v.number(),
  },
  ({ name, description, permissions, version }) => ({ name, description, permissions, version }),
)

export const signInRuleView = view<SignInRule>()(
  {
    self_registration: v.boolean(),
    mail_code: v.boolean(),
    /** Null: 30 days, as every session. */
    session_idle_seconds: v.nullable(v.number()),
    /** Null: 90 days, as every session. */
    session_longest_seconds: v.nullable(v.number()),
  },
  ({ selfRegistration, mailCode, sessionIdleSeconds, sessionLongestSeconds }) => ({
    self_registration: selfRegistration,
    mail_code: mailCode,
    session_idle_seconds: sessionIdleSeconds,
    session_longest_seconds: sessionLongestSeconds,
  }),
)
