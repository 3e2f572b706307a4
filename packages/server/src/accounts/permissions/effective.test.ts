import assert from 'node:assert/strict'
import { test } from 'node:test'
import { heldBy, mintedFor, reachOf, ruledPermissions } from './effective.ts'
import type { GrantRow } from './store.ts'

const now = 10_500
const of = (
  kind: GrantRow['kind'],
  permission: GrantRow['permission'],
  until: number | null = null,
): GrantRow => ({
  ...{ id: `${kind} ${permission}`, user_id: 'usr_1', kind, permission, until },
  ...{ reason: 'a reason', created_by: null, created_at: 1 },
})
const holder = (grants: readonly GrantRow[]) => ({
  user_type: 'customer',
  type_permissions: ['devices:bind', 'devices:view'] as const,
  type_permissions_version: 3,
  permissions_version: 4,
  grants,
})

const rows = [
  { name: 'the type alone', grants: [], held: ['devices:bind', 'devices:view'] },
  {
    name: 'a grant beside it',
    grants: [of('grant', 'users:read')],
    held: ['devices:bind', 'devices:view', 'users:read'],
  },
  {
    name: 'a grant of what the type has',
    grants: [of('grant', 'devices:view')],
    held: ['devices:bind', 'devices:view'],
  },
  {
    name: 'a denial of what the type has',
    grants: [of('denial', 'devices:view')],
    held: ['devices:bind'],
    reach: ['devices:bind', 'devices:view'],
  },
  {
    name: 'a denial of what it has not',
    grants: [of('denial', 'keys:write')],
    held: ['devices:bind', 'devices:view'],
  },
  {
    name: 'a denial and a grant of the same: the denial wins',
    grants: [of('grant', 'users:read'), of('denial', 'users:read')],
    held: ['devices:bind', 'devices:view'],
    reach: ['devices:bind', 'devices:view', 'users:read'],
  },
  {
    name: 'a grant that ends now',
    grants: [of('grant', 'users:read', now)],
    held: ['devices:bind', 'devices:view'],
  },
  {
    name: 'a grant that ends next',
    grants: [of('grant', 'users:read', now + 1)],
    held: ['devices:bind', 'devices:view', 'users:read'],
  },
  {
    name: 'a denial that ends now',
    grants: [of('denial', 'devices:bind', now)],
    held: ['devices:bind', 'devices:view'],
  },
  {
    name: 'a denial that is over beside one that is not',
    grants: [of('denial', 'devices:bind', now - 1), of('denial', 'devices:view', now + 1)],
    held: ['devices:bind'],
    reach: ['devices:bind', 'devices:view'],
  },
] as const

for (const { name, grants, held, ...more } of rows) {
  test(`what somebody holds: ${name}`, () => {
    assert.deepEqual(heldBy(holder(grants), now), held)
    assert.deepEqual(reachOf(holder(grants), now), 'reach' in more ? more.reach : held)
  })
}

test('the rule that decides comes first', () => {
  const grants = [of('grant', 'devices:view'), of('denial', 'devices:view')]
  const rules = ruledPermissions(holder(grants), now).map(({ permission, allowed, rules }) => [
    permission,
    allowed,
    rules.map(({ kind }) => kind),
  ])
  assert.deepEqual(rules, [
    ['devices:bind', true, ['user_type']],
    ['devices:view', false, ['denial', 'user_type', 'grant']],
  ])
})

const minted = [
  { name: 'nothing that ends', grants: [of('grant', 'users:read')], has: true, endsAtMs: undefined },
  {
    name: 'the first end of two',
    grants: [of('grant', 'users:read', 30_000), of('denial', 'keys:read', 20_000)],
    has: true,
    endsAtMs: 20_000,
  },
  {
    name: 'a grant that ends within this second, which is left out',
    grants: [of('grant', 'users:read', 10_999)],
    has: false,
    endsAtMs: undefined,
  },
  {
    name: 'a grant that ends with this second',
    grants: [of('grant', 'users:read', 11_000)],
    has: true,
    endsAtMs: 11_000,
  },
  {
    name: 'a denial that ends within this second, which still counts',
    grants: [of('grant', 'users:read'), of('denial', 'users:read', 10_999)],
    has: false,
    endsAtMs: undefined,
  },
] as const

for (const { name, grants, has, endsAtMs } of minted) {
  test(`what a token says: ${name}`, () => {
    const token = mintedFor(holder(grants), now)
    assert.deepEqual(
      [token.scopes.includes('users:read'), token.endsAtMs, token.permissionsVersion],
      [has, endsAtMs, '3.4'],
    )
  })
}
