import * as v from 'valibot'
import { timestamp, timestampOrNull, view } from '../../http/schema.ts'
import type { Rule } from './effective.ts'
import type { PermissionsAt } from './permissions.ts'
import type { GrantRow } from './store.ts'

/** A grant, and the names of people by their ids. */
type NamedGrant = readonly [grant: GrantRow, names: ReadonlyMap<string, string>]

export const grantView = view<NamedGrant>()(
  {
    id: v.string(),
    kind: v.picklist(['grant', 'denial']),
    permission: v.string(),
    reason: v.string(),
    /** Null for the operator at the command line. */
    created_by: v.nullable(v.strictObject({ id: v.string(), username: v.nullable(v.string()) })),
    created_at: v.string(),
    until: v.nullable(v.string()),
  },
  ([{ id, kind, permission, reason, created_by, created_at, until }, names]) => ({
    id,
    kind,
    permission,
    reason,
    created_by: created_by === null ? null : { id: created_by, username: names.get(created_by) ?? null },
    created_at: timestamp(created_at),
    until: timestampOrNull(until),
  }),
)

const ruleSchema = v.variant('kind', [
  v.strictObject({ kind: v.literal('user_type'), user_type: v.string() }),
  v.strictObject({ ...grantView.schema.entries, kind: v.picklist(['grant', 'denial']) }),
])

const showRule = (rule: Rule, names: ReadonlyMap<string, string>) =>
  rule.kind === 'user_type'
    ? { kind: 'user_type' as const, user_type: rule.userType }
    : grantView.show([rule.grant, names])

const permissionSchema = v.strictObject({
  permission: v.string(),
  allowed: v.boolean(),
  /** Every rule about it; the first one decides. */
  rules: v.array(ruleSchema),
})

/** What somebody may do at a moment, and why. */
export const permissionsView = view<PermissionsAt>()(
  {
    at: v.string(),
    /** Whether the log holds everything since. */
    known: v.boolean(),
    /** Where it begins, if it does not. */
    log_begins_at: v.nullable(v.string()),
    /** Null where it is not known, and before the user was created. */
    user_type: v.nullable(v.string()),
    items: v.array(permissionSchema),
    next: v.null(),
  },
  ({ at, past, ruled, names }) => ({
    at: timestamp(at),
    known: past.kind !== 'unknown',
    log_begins_at: past.kind === 'unknown' ? timestampOrNull(past.logBegins) : null,
    user_type: past.kind === 'known' ? past.holder.user_type : null,
    items: ruled.map(({ permission, allowed, rules }) => ({
      permission,
      allowed,
      rules: rules.map((rule) => showRule(rule, names)),
    })),
    next: null,
  }),
)
