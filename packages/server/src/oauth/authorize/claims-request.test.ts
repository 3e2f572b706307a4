import assert from 'node:assert/strict'
import { test } from 'node:test'
import { twoFactors } from '../../sessions/contexts.ts'
import { type ClaimsRequest, readClaimsRequest } from './claims-request.ts'

const nothing: ClaimsRequest = { idToken: [], userinfo: [], contexts: [], subject: undefined }
const essential = (more: object) => ({ id_token: { acr: { essential: true, ...more } } })

const rows: readonly [string, unknown, Partial<ClaimsRequest> | 'malformed'][] = [
  ['nothing', {}, {}],
  ['a list', [], 'malformed'],
  ['null', null, 'malformed'],
  ['a word', 'name', 'malformed'],
  ['a list for the ID token', { id_token: [] }, 'malformed'],
  ['null for userinfo', { userinfo: null }, 'malformed'],
  [
    'claims by name, of which one is not known',
    { id_token: { name: null, given_name: null }, userinfo: { email: { essential: true } } },
    { idToken: ['name'], userinfo: ['email'] },
  ],
  ['a name that every object has', { id_token: { constructor: null }, userinfo: { toString: null } }, {}],

  ['an essential context', essential({ value: twoFactors }), { contexts: [twoFactors] }],
  ['one of several', essential({ values: ['a', twoFactors] }), { contexts: ['a', twoFactors] }],
  ['several before one', essential({ value: 'a', values: ['b'] }), { contexts: ['b'] }],
  ['one, where several is no list', essential({ value: 'a', values: 'b' }), { contexts: ['a'] }],
  ['contexts that are no texts', essential({ values: [1, null, 'a', {}] }), { contexts: ['a'] }],
  ['an essential context, without saying which', essential({}), {}],
  ['a context that is not essential', { id_token: { acr: { value: twoFactors } } }, {}],
  ['one that is essential in a word', { id_token: { acr: { essential: 'true', value: twoFactors } } }, {}],
  ['any context', { id_token: { acr: null } }, {}],
  ['a context in userinfo', { userinfo: { acr: { essential: true, value: twoFactors } } }, {}],

  ['who it has to be', { id_token: { sub: { value: 'ada' } } }, { subject: 'ada' }],
  ['somebody who is a number', { id_token: { sub: { value: 7 } } }, {}],
  ['anybody', { id_token: { sub: null } }, {}],
  ['anybody, by an empty object', { id_token: { sub: {} } }, {}],
  ['who it has to be, in userinfo', { userinfo: { sub: { value: 'ada' } } }, {}],
]
for (const [name, asked, wanted] of rows) {
  test(`the parameter claims asks for ${name}`, () => {
    const read = readClaimsRequest(JSON.stringify(asked))
    assert.deepEqual(read, wanted === 'malformed' ? wanted : { ...nothing, ...wanted })
  })
}

test('the parameter claims may be missing, and is JSON', () => {
  assert.equal(readClaimsRequest(undefined), undefined)
  assert.equal(readClaimsRequest('{'), 'malformed')
  assert.equal(readClaimsRequest(''), 'malformed')
})
