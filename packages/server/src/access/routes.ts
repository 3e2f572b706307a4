import * as v from 'valibot'
import { Refusal } from '../errors.ts'
import { ok, routesFor } from '../http/route.ts'
import { defaultLimit, line, page, paging, timestampOrNull, view } from '../http/schema.ts'
import { holds, permissionNames } from '../permissions.ts'
import { check } from './check.ts'
import { type Checked, deviceActions, type Rule, reasons } from './decide.ts'
import type { AccessGround } from './ground.ts'
import { type Abilities, abilitiesOf, type FoundHolder, listHolders } from './overview.ts'

const route = routesFor<AccessGround>()

const ruleSchema = v.variant('kind', [
  v.strictObject({ kind: v.literal('user_type'), user_type: v.string() }),
  v.strictObject({ kind: v.literal('service') }),
  v.strictObject({
    kind: v.picklist(['grant', 'denial']),
    id: v.string(),
    reason: v.string(),
    until: v.nullable(v.string()),
  }),
])

export const checkedView = view<Checked>()(
  {
    allowed: v.boolean(),
    reason: v.picklist(reasons),
    /** The permission that is needed, where it came to that. */
    permission: v.nullable(v.string()),
    /** The relation to the device, if there is one. */
    relation: v.nullable(v.string()),
    /** The rule that gave or denied the permission. */
    rule: v.nullable(ruleSchema),
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
  acting: true,
  apiKeys: true,
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

const holderView = view<FoundHolder>()(
  {
    id: v.string(),
    /** Null for callers who may not see users. */
    username: v.nullable(v.string()),
    relation: v.nullable(v.string()),
    rule: v.nullable(ruleSchema),
  },
  ({ id, username = null, checked: { relation, rule } }) => ({
    ...{ id, username, relation },
    rule: rule && shown(rule),
  }),
)

export const listHoldersRoute = route({
  id: 'listHolders',
  method: 'GET',
  path: '/v1/permissions/holders',
  tag: 'accounts',
  summary:
    'Who has a permission, or may do something with a device, and by which rule. A page may be short, and the next one go on.',
  access: { permission: 'permissions:check' },
  acting: true,
  apiKeys: true,
  query: v.strictObject({
    permission: v.optional(v.picklist(permissionNames)),
    action: v.optional(v.picklist(deviceActions)),
    device: v.optional(line(64)),
    ...paging,
  }),
  answers: { 200: { description: 'A page of them.', body: page(holderView.schema) } },
  async handle(ground, { actor, query: { limit = defaultLimit, after = '', ...asked } }) {
    const withNames = holds(actor.identity, 'users:read')
    const { items, next } = await listHolders(ground, asked, { limit, after, withNames })
    return ok({ items: items.map(holderView.show), next })
  },
})

const abilitiesView = view<Abilities>()(
  {
    id: v.string(),
    username: v.nullable(v.string()),
    enabled: v.boolean(),
    permissions: v.array(v.strictObject({ permission: v.string(), allowed: v.boolean(), rule: ruleSchema })),
    /** What they have to do with: a page of it. Its name is null for callers who may not see every device. */
    devices: v.array(
      v.strictObject({
        uid: v.string(),
        name: v.nullable(v.string()),
        relation: v.nullable(v.string()),
        actions: v.array(v.picklist(deviceActions)),
      }),
    ),
    /** Where the next page of devices begins; null on the last one. */
    next: v.nullable(v.string()),
  },
  ({ id, username = null, isEnabled, permissions, devices, next }) => ({
    ...{ id, username, next },
    enabled: isEnabled,
    permissions: permissions.map(({ rule, ...one }) => ({ ...one, rule: shown(rule) })),
    devices: devices.map(({ name = null, ...device }) => ({ ...device, name })),
  }),
)

export const readAbilities = route({
  id: 'readAbilities',
  method: 'GET',
  path: '/v1/permissions/of',
  tag: 'accounts',
  summary:
    'What a person may do: every permission with the rule that decides, and their devices. By id, or by user name for callers who see users.',
  access: { permission: 'permissions:check' },
  acting: true,
  apiKeys: true,
  query: v.strictObject({ subject: v.optional(line(64)), username: v.optional(line(200)), ...paging }),
  answers: { 200: { description: 'What they may do.', body: abilitiesView.schema } },
  refuses: ['user_not_found'],
  async handle(ground, { actor, query: { subject, username, limit = defaultLimit, after = '' } }) {
    if ((subject === undefined) === (username === undefined))
      throw new Refusal('request_invalid', 'say who by the id or the user name')
    const withNames = holds(actor.identity, 'users:read')
    if (username !== undefined && !withNames) {
      const missing = 'users:read'
      throw new Refusal('permission_missing', `this needs the permission ${missing}`, { missing })
    }
    const id = subject ?? (await ground.people.idNamed(username ?? '')) ?? ''
    const withDevices = holds(actor.identity, 'devices:read')
    return ok(abilitiesView.show(await abilitiesOf(ground, id, { limit, after, withNames }, withDevices)))
  },
})
