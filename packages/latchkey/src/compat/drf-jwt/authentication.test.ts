import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seconds, start, tokenWith } from '../../../test/compat/drf-jwt/project.ts'
import { aSecret } from '../../../test/compat/mount/http.ts'

const undecodable = 'Error decoding signature.'

const notProvided = 'Authentication credentials were not provided.'
const unauthenticated: readonly { name: string; authorization?: string; detail: string }[] = [
  { name: 'nothing', detail: notProvided },
  { name: 'another scheme', authorization: `Bearer ${tokenWith({})}`, detail: notProvided },
  {
    name: 'a scheme alone',
    authorization: 'JWT',
    detail: 'Invalid Authorization header. No credentials provided.',
  },
  {
    name: 'two tokens',
    authorization: 'JWT a b',
    detail: 'Invalid Authorization header. Credentials string should not contain spaces.',
  },
  { name: 'garbage', authorization: 'JWT garbage', detail: undecodable },
  { name: 'a foreign signature', authorization: `JWT ${tokenWith({}, `${aSecret}!`)}`, detail: undecodable },
  {
    name: 'an expired token',
    authorization: `JWT ${tokenWith({ exp: seconds })}`,
    detail: 'Signature has expired.',
  },
  {
    name: 'a token for somebody else',
    authorization: `JWT ${tokenWith({ aud: 'x' })}`,
    detail: 'Incorrect authentication credentials.',
  },
  {
    name: 'a token that is not valid yet',
    authorization: `JWT ${tokenWith({ nbf: seconds + 1 })}`,
    detail: 'Incorrect authentication credentials.',
  },
  {
    name: 'a token without a name',
    authorization: `JWT ${tokenWith({ username: undefined })}`,
    detail: 'Invalid payload.',
  },
  {
    name: 'a user who is gone',
    authorization: `JWT ${tokenWith({ username: 'x' })}`,
    detail: 'Invalid signature.',
  },
  {
    name: 'a user who is disabled',
    authorization: `JWT ${tokenWith({ username: 'gone' })}`,
    detail: 'User account is disabled.',
  },
]
for (const { name, authorization, detail } of unauthenticated) {
  test(`a protected view answers 401 with a challenge to ${name}`, async (t) => {
    const headers = authorization === undefined ? {} : { authorization }
    const answered = await (await start(t))('/', { headers })
    assert.deepEqual([answered.status, answered.json], [401, { detail }])
    assert.equal(answered.headers.get('www-authenticate'), 'JWT realm="api"')
  })
}

const cookie = `jwt=${tokenWith({})}; csrftoken=0123456789abcdef`
const csrf: readonly { name: string; headers: Record<string, string>; detail?: string }[] = [
  { name: 'from a page of the same origin', headers: { 'sec-fetch-site': 'same-origin' } },
  { name: 'from a trusted origin', headers: { origin: 'https://app.example' } },
  { name: 'with the token of the cookie', headers: { 'x-csrftoken': '0123456789abcdef' } },
  {
    name: 'from another site',
    headers: { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
    detail: 'CSRF Failed: CSRF token missing.',
  },
  {
    name: 'from a sibling domain',
    headers: { 'sec-fetch-site': 'same-site' },
    detail: 'CSRF Failed: CSRF token missing.',
  },
  { name: 'with nothing', headers: {}, detail: 'CSRF Failed: CSRF token missing.' },
  {
    name: 'with another token',
    headers: { 'x-csrftoken': 'x' },
    detail: 'CSRF Failed: CSRF token incorrect.',
  },
  {
    name: 'without the cookie of the token',
    headers: { cookie: cookie.split(';')[0] ?? '', 'x-csrftoken': 'x' },
    detail: 'CSRF Failed: CSRF cookie not set.',
  },
]
for (const { name, headers, detail } of csrf) {
  test(`a POST by cookie ${name} is ${detail === undefined ? 'taken' : 'refused'}`, async (t) => {
    const send = await start(t, { JWT_AUTH_COOKIE: 'jwt' }, { trustedOrigins: ['https://app.example'] })
    const answered = await send('/', { method: 'POST', headers: { cookie, ...headers } })
    if (detail === undefined) assert.equal(answered.status, 200)
    else assert.deepEqual([answered.status, answered.json], [403, { detail }])
    // The header is not sent by a browser of its own accord.
    const authorization = `JWT ${tokenWith({})}`
    assert.equal(
      (await send('/', { method: 'POST', headers: { cookie, ...headers, authorization } })).status,
      200,
    )
  })
}

test('no token says more to the browser than that it is one', async (t) => {
  const send = await start(t, { JWT_AUTH_COOKIE: 'jwt', JWT_DECODE_HANDLER: () => ({ username: 'jo' }) })
  for (const token of ['a; Domain=example.com', 'a\r\nb', 'é']) {
    const { status, headers } = await send('/api-token-verify/', { json: { token } })
    assert.deepEqual([status, headers.get('set-cookie')], [400, null])
  }
})
