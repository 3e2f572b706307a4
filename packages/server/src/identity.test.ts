import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { VerifiedClaims } from 'latchkey/token'
import { deviceIdentityOf, identityOf, isDelegated } from './identity.ts'

const claims = { sub: 'usr_ada', kind: 'user', client_id: 'cli_butler', exp: 100 }
const read = (more: object) => identityOf({ ...claims, ...more } as unknown as VerifiedClaims, 0) // as a verifier gives them
const lamp = { type: 'device', identifier: 'lamp', actions: ['view'] }

test('who acts is told apart: a person, or the client itself', () => {
  const nobody = read({})
  assert.deepEqual([nobody?.actedBy, nobody?.agent, nobody?.details], [undefined, undefined, undefined])
  const person = read({ act: { sub: 'usr_root' } })
  assert.deepEqual([person?.actedBy, person?.agent], ['usr_root', undefined])
  const agent = read({ act: { sub: 'cli_butler' }, authorization_details: [lamp] })
  assert.deepEqual([agent?.actedBy, agent?.agent, agent?.details], [undefined, 'cli_butler', [lamp]])
})

const unreadable: [string, object][] = [
  ['no kind', { kind: undefined }],
  ['a kind that nobody knows', { kind: 'robot' }],
  ['an actor without a name', { act: {} }],
  ['an actor that is a text', { act: 'cli_butler' }],
  ['details that are no list', { authorization_details: lamp }],
  ['details that are null', { authorization_details: null }],
  ['a detail of another type', { authorization_details: [lamp, { ...lamp, type: 'account' }] }],
  ['a detail with a limit that nobody knows', { authorization_details: [{ ...lamp, times: 1 }] }],
]
for (const [name, more] of unreadable) {
  test(`a token with ${name} is of nobody: a limit that cannot be read is no licence`, () => {
    assert.equal(read(more), undefined)
  })
}

for (const [kind, client_id, isSo] of [
  ['user', 'cli_butler', true],
  ['user', 'https://butler.example/app', true],
  ['user', 'latchkey', false],
  ['user', undefined, false],
  ['application', 'cli_butler', false],
] as const) {
  test(`a token of a ${kind} by ${client_id ?? 'no client'} is ${isSo ? '' : 'not '}of an application that acts for them`, () => {
    const identity = read({ kind, client_id }) ?? assert.fail()
    assert.equal(isDelegated(identity), isSo)
  })
}

test('what a token says is taken as it says it, and nothing that is no text', () => {
  const said = { sid: 's', jti: 'j', user_type: 't', pv: 'v', scope: 'a  b ' }
  const identity =
    identityOf({ ...claims, ...said } as unknown as VerifiedClaims, 500, 'kid') ?? assert.fail()
  const { sessionId, tokenId, userType, permissionsVersion, scopes, keyId, expiresAtMs } = identity
  assert.deepEqual(
    [sessionId, tokenId, userType, permissionsVersion, [...scopes], keyId, expiresAtMs],
    ['s', 'j', 't', 'v', ['a', 'b'], 'kid', 100_500],
  )
  const odd = read({ sid: 1, jti: [], user_type: {}, pv: 2, scope: ['a'], client_id: 3 }) ?? assert.fail()
  assert.deepEqual(
    [odd.sessionId, odd.tokenId, odd.userType, odd.permissionsVersion, odd.clientId, odd.scopes.size],
    [undefined, undefined, undefined, undefined, undefined, 0],
  )
  assert.equal(read({ exp: undefined })?.expiresAtMs, 0)
})

test('a device gives itself nothing by what it writes into its token', () => {
  const written = {
    ...claims,
    jti: 'j',
    scope: 'a',
    sid: 's',
    act: { sub: 'usr_root' },
    authorization_details: [],
  }
  const of = { uid: 'lamp', keyId: 'kid', toleranceMs: 500, tokensVersion: 3 }
  const { claims: _, scopes, ...identity } = deviceIdentityOf(written as unknown as VerifiedClaims, of)
  assert.deepEqual(
    [scopes.size, identity],
    [
      0,
      {
        ...{ subject: 'lamp', kind: 'device', actedBy: undefined, agent: undefined, details: undefined },
        ...{ sessionId: undefined, tokenId: 'j', clientId: undefined, userType: undefined },
        ...{ permissionsVersion: '.3', keyId: 'kid', expiresAtMs: 100_500 },
      },
    ],
  )
})
