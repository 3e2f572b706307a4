import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPrincipal, type PrincipalFields } from './index.ts'

test('a principal without a token has what it is given, and nothing else', () => {
  const { claims, ...rest } = createPrincipal({
    subject: 'a',
    kind: 'service',
    sessionId: 's',
    scopes: ['x'],
    roles: ['r'],
    userType: 't',
    clientId: 'c',
    expiresAt: 0,
    authTime: 1,
    acr: 'high',
    amr: ['pwd'],
  })
  assert.deepEqual(rest, {
    subject: 'a',
    kind: 'service',
    sessionId: 's',
    scopes: ['x'],
    roles: ['r'],
    userType: 't',
    clientId: 'c',
    expiresAt: 0,
    authTime: 1,
    acr: 'high',
    amr: ['pwd'],
    token: '',
  })
  assert.deepEqual({ ...claims }, {})
})

test('what a principal is not given is not there, and it never ends', () => {
  const { kind, scopes, amr, expiresAt, authTime, ...rest } = createPrincipal({ subject: 'a' })
  assert.deepEqual(
    [kind, scopes, amr, expiresAt, authTime],
    ['user', [], [], Number.POSITIVE_INFINITY, undefined],
  )
  assert.equal('roles' in rest, false)
})

test('facts of another kind than they should be are left out', () => {
  const fields = {
    subject: 'a',
    scopes: ['x', 1],
    amr: 'pwd',
    roles: {},
    acr: 1,
    authTime: '1',
    userType: null,
  }
  const { scopes, amr, roles, acr, authTime, userType } = createPrincipal(fields as never)
  assert.deepEqual(
    [scopes, amr, roles, acr, authTime, userType],
    [['x'], [], [], undefined, undefined, undefined],
  )
})

const wrong: readonly { name: string; fields: unknown }[] = [
  { name: 'no subject', fields: {} },
  { name: 'an empty subject', fields: { subject: '' } },
  { name: 'a subject that is a number', fields: { subject: 1 } },
  { name: 'a kind that nobody knows', fields: { subject: 'a', kind: 'robot' } },
  { name: 'a kind that every object has', fields: { subject: 'a', kind: 'toString' } },
  { name: 'an end that is NaN', fields: { subject: 'a', expiresAt: Number.NaN } },
  { name: 'an end that is a text', fields: { subject: 'a', expiresAt: '9' } },
  { name: 'an end that is null', fields: { subject: 'a', expiresAt: null } },
  { name: 'a member of nobody', fields: { subject: 'a', admin: true } },
]
for (const { name, fields } of wrong) {
  test(`a principal is a TypeError with ${name}`, () =>
    assert.throws(() => createPrincipal(fields as PrincipalFields), TypeError))
}
