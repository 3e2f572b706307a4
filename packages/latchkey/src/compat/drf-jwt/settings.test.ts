import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  credentials,
  good,
  nonField,
  people,
  seconds,
  start,
  tokenOf,
  tokenWith,
  users,
} from '../../../test/compat/drf-jwt/project.ts'
import { aSecret, claimsOf } from '../../../test/compat/mount/http.ts'
import { createDrfJwt } from './index.ts'

const undecodable = 'Error decoding signature.'

test('issuer and audience are put into tokens, and asked of them', async (t) => {
  const send = await start(t, {
    JWT_ISSUER: 'us',
    JWT_AUDIENCE: 'you',
    JWT_EXPIRATION_DELTA: 60,
    JWT_LEEWAY: 5,
  })
  const token = tokenOf(await send('/api-token-auth/', { json: credentials }))
  assert.deepEqual(claimsOf(token), { ...good, exp: seconds + 60, iss: 'us', aud: 'you' })
  const ask = async (claims: object) =>
    (
      await send('/', {
        headers: { authorization: `JWT ${tokenWith({ iss: 'us', aud: 'you', ...claims })}` },
      })
    ).status
  assert.deepEqual(
    await Promise.all([
      ask({}),
      ask({ iss: 'x' }),
      ask({ aud: 'x' }),
      ask({ exp: seconds - 4 }),
      ask({ exp: seconds - 5 }),
    ]),
    [200, 401, 401, 200, 401],
  )
})

test('JWT_VERIFY_EXPIRATION false takes what has expired', async (t) => {
  const send = await start(t, { JWT_VERIFY_EXPIRATION: false, JWT_AUTH_HEADER_PREFIX: 'Token' })
  const answered = await send('/', { headers: { authorization: `Token ${tokenWith({ exp: 1 })}` } })
  assert.equal(answered.status, 200)
  assert.equal((await send('/')).headers.get('www-authenticate'), 'Token realm="api"')
})

test('a user who has a secret of their own ends their tokens by changing it', async (t) => {
  const send = await start(t, { JWT_GET_USER_SECRET_KEY: (user) => user.key })
  const token = tokenOf(await send('/api-token-auth/', { json: credentials }))
  assert.equal((await send('/', { headers: { authorization: `JWT ${token}` } })).status, 200)
  const foreign = [
    tokenWith({}),
    tokenWith({}, people[2]?.key),
    // Where the original answers 500.
    tokenWith({ user_id: 99 }),
    tokenWith({ user_id: null }),
  ]
  for (const other of foreign) {
    const { status, json: body } = await send('/', { headers: { authorization: `JWT ${other}` } })
    assert.deepEqual([status, body], [401, { detail: undecodable }])
    assert.deepEqual(
      (await send('/api-token-verify/', { json: { token: other } })).json,
      nonField(undecodable),
    )
  }
})

test('a user without an address has none in the token', async (t) => {
  const send = await start(t)
  const obtained = await send('/api-token-auth/', { json: { ...credentials, username: 'plain' } })
  assert.deepEqual(claimsOf(tokenOf(obtained)), { user_id: 3, username: 'plain', exp: seconds + 300 })
})

test('handlers take the places of the standard ones', async (t) => {
  const send = await start(t, {
    JWT_PAYLOAD_HANDLER: (user) => ({ who: user.username, id: user.pk, exp: seconds + 9 }),
    JWT_PAYLOAD_GET_USERNAME_HANDLER: (payload) => payload.who,
    JWT_PAYLOAD_GET_USER_ID_HANDLER: (payload) => payload.id,
    JWT_GET_USER_SECRET_KEY: (user) => user.key,
    // The secret is looked up by the claims of what is signed, too.
    JWT_RESPONSE_PAYLOAD_HANDLER: (token, user, request) => ({
      token,
      email: user.email,
      path: request.path,
    }),
  })
  const obtained = await send('/api-token-auth/', { json: credentials })
  const { token, ...rest } = obtained.json as { token: string }
  assert.deepEqual(rest, { email: 'jo@example.com', path: '/api-token-auth/' })
  assert.deepEqual(claimsOf(token), { who: 'jo', id: 1, exp: seconds + 9 })
  assert.equal((await send('/', { headers: { authorization: `JWT ${token}` } })).status, 200)

  const own = await start(t, {
    JWT_ENCODE_HANDLER: ({ username }) => `for ${String(username)}`.replace(' ', '-'),
    JWT_DECODE_HANDLER: (text) => ({ username: text.slice('for-'.length) }),
  })
  assert.deepEqual((await own('/api-token-auth/', { json: credentials })).json, { token: 'for-jo' })
  assert.equal((await own('/', { headers: { authorization: 'JWT for-jo' } })).status, 200)
})

test('the cookie is set by all three views, and opens what the header opens', async (t) => {
  const send = await start(t, { JWT_AUTH_COOKIE: 'jwt', JWT_ALLOW_REFRESH: true })
  const token = tokenOf(await send('/api-token-auth/', { json: credentials }))
  for (const [path, body] of [
    ['/api-token-auth/', credentials],
    ['/api-token-refresh/', { token }],
    ['/api-token-verify/', { token }],
  ] as const) {
    assert.equal(
      (await send(path, { json: body })).headers.get('set-cookie'),
      `jwt=${token}; expires=Tue, 14 Nov 2023 22:18:20 GMT; HttpOnly; Max-Age=300; Path=/; SameSite=Lax; Secure`,
    )
  }
  const cookie = `other=1; jwt=${token}`
  assert.equal((await send('/', { headers: { cookie } })).status, 200)
  // The header wins, and another scheme's header means that nobody asks by cookie.
  for (const authorization of ['JWT garbage', 'Basic abc']) {
    assert.equal((await send('/', { headers: { cookie, authorization } })).status, 401)
  }
  assert.equal((await send('/', { headers: { cookie: 'jwt=' } })).status, 401)
})

test('plain HTTP in development gets its cookie without Secure only by that name', async (t) => {
  const send = await start(t, { JWT_AUTH_COOKIE: 'jwt' }, { insecureCookie: true })
  const { headers } = await send('/api-token-auth/', { json: credentials })
  assert.match(headers.get('set-cookie') ?? '', /; SameSite=Lax$/)
})

const impossible: readonly { name: string; settings: object; says: RegExp }[] = [
  { name: 'no key', settings: {}, says: /JWT_SECRET_KEY is needed/ },
  {
    name: 'signatures that nobody checks',
    settings: { JWT_SECRET_KEY: aSecret, JWT_VERIFY: false },
    says: /JWT_VERIFY is true/,
  },
  {
    name: 'a misspelt setting',
    settings: { JWT_SECRET_KEY: aSecret, JWT_SECRET: '' },
    says: /no option "JWT_SECRET"; the nearest is "JWT_SECRET_KEY"/,
  },
  {
    name: 'a public key for a secret',
    settings: { JWT_SECRET_KEY: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==' },
    says: /asymmetric key/,
  },
  {
    name: 'secrets of users that nobody can find',
    settings: { JWT_GET_USER_SECRET_KEY: () => '' },
    says: /needs get/,
  },
  {
    name: 'a cookie that is no word',
    settings: { JWT_SECRET_KEY: aSecret, JWT_AUTH_COOKIE: 'a b' },
    says: /one word/,
  },
  {
    name: 'a leeway below nothing',
    settings: { JWT_SECRET_KEY: aSecret, JWT_LEEWAY: -1 },
    says: /not negative/,
  },
  {
    name: 'a life that is no number',
    settings: { JWT_SECRET_KEY: aSecret, JWT_EXPIRATION_DELTA: '300' },
    says: /number of seconds/,
  },
]
test('a cookie over plain HTTP is asked for by true, and by nothing that counts as true', () => {
  for (const insecureCookie of ['false', 1, null]) {
    assert.throws(() => createDrfJwt({ JWT_SECRET_KEY: aSecret }, users, { insecureCookie } as never), {
      name: 'TypeError',
      message: /insecureCookie is true or false/,
    })
  }
})

for (const { name, settings, says } of impossible) {
  test(`a project refuses ${name} when it is made`, () => {
    const { get: _, ...few } = users
    assert.throws(() => createDrfJwt(settings, few), { name: 'TypeError', message: says })
  })
}
