import * as v from 'valibot'
import { ok, routesFor } from '../http/route.ts'
import { line, timestampOrNull, view } from '../http/schema.ts'
import { permissionNames } from '../permissions.ts'
import { check } from './check.ts'
import { type Checked, deviceActions, type Rule, reasons } from './decide.ts'
import type { AccessGround } from './ground.ts'

const route = routesFor<AccessGround>()

export const checkedView = view<Checked>()(
  {
    allowed: v.boolean(),
    reason: v.picklist(reasons),
    /** The permission that is needed, where it came to that. */
    permission: v.nullable(v.string()),
    /** The relation to the device, if there is one. */
    relation: v.nullable(v.string()),
    /** The rule that gave or denied the permission. */
    rule: v.nullable(
      v.variant('kind', [
        v.strictObject({ kind: v.literal('user_type'), user_type: v.string() }),
        v.strictObject({ kind: v.literal('service') }),
        v.strictObject({
          kind: v.picklist(['grant', 'denial']),
          id: v.string(),
          reason: v.string(),
          until: v.nullable(v.string()),
        }),
      ]),
    ),
  },
  ({ reason, permission, relation, rule }) => ({
    allowed: reason === 'allowed',
    reason,
    permission,
    relation,
    rule: rule && shown(rule),
  }),
)

function shown(rule: Rule) {
  if (rule.kind === 'user_type') return { kind: rule.kind, user_type: rule.userType }
  if (rule.kind === 'service') return { kind: rule.kind }
  const { id, reason, until } = rule.grant
  return { kind: rule.kind, id, reason, until: timestampOrNull(until) }
}

export const checkPermissionRoute = route({
  id: 'checkPermission',
  method: 'POST',
  path: '/v1/permissions/check',
  tag: 'accounts',
  summary:
    'Whether a user has a permission, or may do something with a device, and why: by the functions that decide when they do it.',
  access: { permission: 'permissions:check' },
  body: v.strictObject({
    subject: line(64),
    permission: v.optional(v.picklist(permissionNames)),
    action: v.optional(v.picklist(deviceActions)),
    device: v.optional(line(64)),
  }),
  answers: { 200: { description: 'The answer, and the rule that decided.', body: checkedView.schema } },
  refuses: ['user_not_found'],
  handle: async (ground, { body }) => ok(checkedView.show(await check(ground, body))),
})
