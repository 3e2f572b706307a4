import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  credentials,
  good,
  nonField,
  seconds,
  start,
  tokenOf,
  tokenWith,
} from '../../../test/compat/drf-jwt/project.ts'
import { aSecret, claimsOf } from '../../../test/compat/mount/http.ts'

const disabled = nonField('User account is disabled.')

const required = ['This field is required.']

const undecodable = 'Error decoding signature.'
const notGood: readonly { name: string; token: unknown; body: unknown }[] = [
  { name: 'garbage', token: 'garbage', body: nonField(undecodable) },
  { name: 'a foreign signature', token: tokenWith({}, `${aSecret}!`), body: nonField(undecodable) },
  { name: 'expired', token: tokenWith({ exp: seconds }), body: nonField('Signature has expired.') },
  { name: 'no name', token: tokenWith({ username: '' }), body: nonField('Invalid payload.') },
  {
    name: 'a user who is gone',
    token: tokenWith({ username: 'nobody' }),
    body: nonField("User doesn't exist."),
  },
  { name: 'a user who is disabled', token: tokenWith({ username: 'gone' }), body: disabled },
  // Where the original answers 500.
  { name: 'for somebody else', token: tokenWith({ aud: 'other' }), body: nonField(undecodable) },
  { name: 'not yet valid', token: tokenWith({ nbf: seconds + 60 }), body: nonField(undecodable) },
  { name: 'another algorithm', token: tokenWith({}, aSecret, 'HS384'), body: nonField(undecodable) },
  {
    name: 'a name that is a list',
    token: tokenWith({ username: ['jo'] }),
    body: nonField('Invalid payload.'),
  },
  { name: 'none at all', token: undefined, body: { token: required } },
  { name: 'an empty one', token: '', body: { token: ['This field may not be blank.'] } },
]
for (const { name, token, body } of notGood) {
  test(`a token does not verify, nor can it be refreshed: ${name}`, async (t) => {
    const send = await start(t, { JWT_ALLOW_REFRESH: true })
    for (const path of ['/api-token-verify/', '/api-token-refresh/']) {
      const answered = await send(path, { json: { token } })
      assert.deepEqual([answered.status, answered.json], [400, body], path)
    }
  })
}

const refreshing: readonly { name: string; orig_iat?: unknown; body?: unknown }[] = [
  { name: 'on the last second of the window', orig_iat: seconds - 604_800 },
  { name: 'a second too late', orig_iat: seconds - 604_801, body: nonField('Refresh has expired.') },
  { name: 'without the time of the first token', body: nonField('orig_iat field is required.') },
  { name: 'with a time of nothing', orig_iat: 0, body: nonField('orig_iat field is required.') },
  { name: 'with a time that is text', orig_iat: '1', body: nonField('orig_iat field is required.') },
]
for (const { name, orig_iat, body } of refreshing) {
  test(`a token is refreshed, or not, ${name}`, async (t) => {
    const send = await start(t, { JWT_ALLOW_REFRESH: true })
    const token = tokenWith({ exp: seconds + 1, ...(orig_iat === undefined ? {} : { orig_iat }) })
    const answered = await send('/api-token-refresh/', { json: { token } })
    if (body !== undefined) {
      assert.deepEqual([answered.status, answered.json], [400, body])
      return
    }
    assert.equal(answered.status, 200)
    assert.deepEqual(claimsOf(tokenOf(answered)), { ...good, orig_iat })
  })
}

test('the whole way: what is obtained can be refreshed only where that is allowed', async (t) => {
  for (const JWT_ALLOW_REFRESH of [true, false]) {
    const send = await start(t, { JWT_ALLOW_REFRESH })
    const token = tokenOf(await send('/api-token-auth/', { json: credentials }))
    assert.equal(claimsOf(token).orig_iat, JWT_ALLOW_REFRESH ? seconds : undefined)
    const { status } = await send('/api-token-refresh/', { json: { token } })
    assert.equal(status, JWT_ALLOW_REFRESH ? 200 : 400)
  }
})
