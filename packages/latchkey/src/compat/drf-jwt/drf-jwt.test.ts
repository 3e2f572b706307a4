import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import {
  aSecret,
  claimsOf,
  type Reply,
  type Send,
  type Sending,
  startNode,
} from '../mount/http.test-support.ts'
import { encode } from '../pyjwt/index.ts'
import {
  type ApiView,
  api_view,
  BasicAuthentication,
  createDrfJwt,
  IsAuthenticated,
  type JwtAuth,
  type JwtUsers,
  SessionAuthentication,
  type Surroundings,
  urlpatterns,
} from './index.ts'

const nowMs = 1_700_000_000_000
const seconds = nowMs / 1000

interface Person {
  readonly pk: number
  readonly username: string
  readonly email?: string
  readonly is_active: boolean
  readonly is_staff?: boolean
  readonly key: string
}
const people: readonly Person[] = [
  { pk: 1, username: 'jo', email: 'jo@example.com', is_active: true, is_staff: true, key: `${aSecret} 1` },
  { pk: 2, username: 'gone', is_active: false, key: `${aSecret} 2` },
  { pk: 3, username: 'plain', is_active: true, key: `${aSecret} 3` },
]
const named = (username: string) => people.find((person) => person.username === username)
const users: JwtUsers<Person> = {
  authenticate: (username, password) => (password === 'pass' ? named(username) : null),
  get_by_natural_key: named,
  get: (pk) => people.find((person) => person.pk === pk),
}

type Chain = (
  jwt: ReturnType<typeof createDrfJwt<Person>>['authentication'],
) => ApiView['authentication_classes']

/** A project with the three views at the paths of the docs, and a view that only authenticated users may see. */
function start(
  t: TestContext,
  settings: JwtAuth<Person> = {},
  surroundings: Surroundings = {},
  chain: Chain = (jwt) => [jwt],
): Promise<Send> {
  const jwt = createDrfJwt({ JWT_SECRET_KEY: aSecret, ...settings }, users, {
    now: () => nowMs,
    ...surroundings,
  })
  const guarded = api_view({
    authentication_classes: chain(jwt.authentication),
    permission_classes: [IsAuthenticated],
  })
  return startNode(
    t,
    (request, response) =>
      guarded(request, response, (error) => {
        if (error !== undefined) response.writeHead(500).end(error instanceof Error ? error.message : '')
        else if ('user' in request) response.end(JSON.stringify({ user: request.user }))
      }),
    (server) =>
      urlpatterns(server, {
        '/api-token-auth/': jwt.obtain_jwt_token,
        '/api-token-refresh/': jwt.refresh_jwt_token,
        '/api-token-verify/': jwt.verify_jwt_token,
      }),
  )
}

const tokenOf = ({ json }: Reply) => (json as { token: string }).token
const good = { user_id: 1, username: 'jo', exp: seconds + 300, email: 'jo@example.com' }
const tokenWith = (claims: object, secret = aSecret, algorithm = 'HS256') =>
  encode({ ...good, ...claims }, secret, { algorithm })
const nonField = (message: string) => ({ non_field_errors: [message] })
const credentials = { username: 'jo', password: 'pass' }

test('a token is obtained, opens a protected view, and verifies', async (t) => {
  const send = await start(t)
  for (const sending of [{ json: credentials }, { form: credentials }]) {
    const obtained = await send('/api-token-auth/', sending)
    const token = tokenOf(obtained)
    assert.deepEqual([obtained.status, obtained.text], [200, `{"token":"${token}"}`])
    assert.equal(obtained.headers.get('content-type'), 'application/json')
    assert.equal(obtained.headers.get('set-cookie'), null)
    assert.deepEqual(claimsOf(token), good)
    for (const scheme of ['JWT', 'jwt']) {
      const opened = await send('/', { headers: { authorization: `${scheme} ${token}` } })
      assert.deepEqual([opened.status, opened.json], [200, { user: people[0] }])
    }
    const verified = await send('/api-token-verify/', { json: { token } })
    assert.deepEqual([verified.status, verified.json], [200, { token }])
  }
})

test('a form in parts is read too', async (t) => {
  const body = new FormData()
  for (const [name, value] of Object.entries(credentials)) body.set(name, value)
  const send = await start(t)
  assert.equal((await send('/api-token-auth/', { body })).status, 200)
  const broken = await send('/api-token-auth/', {
    body: 'x',
    headers: { 'content-type': 'multipart/form-data' },
  })
  assert.equal(broken.status, 400)
})

const json = { 'content-type': 'application/json' }
const required = ['This field is required.']
const disabled = nonField('User account is disabled.')
const wrong = nonField('Unable to log in with provided credentials.')
const notObtained: readonly { name: string; sending: Sending; status: number; body: unknown }[] = [
  {
    name: 'a wrong password',
    sending: { json: { ...credentials, password: 'x' } },
    status: 400,
    body: wrong,
  },
  {
    name: 'a name that nobody has',
    sending: { json: { ...credentials, username: 'x' } },
    status: 400,
    body: wrong,
  },
  {
    name: 'a user who is disabled',
    sending: { json: { ...credentials, username: 'gone' } },
    status: 400,
    body: disabled,
  },
  { name: 'no password', sending: { json: { username: 'jo' } }, status: 400, body: { password: required } },
  { name: 'no field', sending: { json: {} }, status: 400, body: { username: required, password: required } },
  {
    name: 'nothing',
    sending: { method: 'POST' },
    status: 400,
    body: { username: required, password: required },
  },
  {
    name: 'an empty form',
    sending: { form: {} },
    status: 400,
    body: { username: required, password: required },
  },
  {
    name: 'a blank password',
    sending: { json: { ...credentials, password: ' ' } },
    status: 400,
    body: { password: ['This field may not be blank.'] },
  },
  {
    name: 'a null name',
    sending: { json: { ...credentials, username: null } },
    status: 400,
    body: { username: ['This field may not be null.'] },
  },
  {
    name: 'a name that is a list',
    sending: { json: { ...credentials, username: ['jo'] } },
    status: 400,
    body: { username: ['Not a valid string.'] },
  },
  {
    name: 'a password that is true',
    sending: { json: { ...credentials, password: true } },
    status: 400,
    body: { password: ['Not a valid string.'] },
  },
  {
    name: 'a null character',
    sending: { json: { ...credentials, username: 'j\0o' } },
    status: 400,
    body: { username: ['Null characters are not allowed.'] },
  },
  {
    name: 'half a character',
    sending: { body: '{"username":"\\ud800","password":"p"}', headers: json },
    status: 400,
    body: { username: ['Surrogate characters are not allowed: U+D800.'] },
  },
  {
    name: 'a list',
    sending: { json: [] },
    status: 400,
    body: nonField('Invalid data. Expected a dictionary, but got list.'),
  },
  {
    name: 'a number',
    sending: { json: 5 },
    status: 400,
    body: nonField('Invalid data. Expected a dictionary, but got int.'),
  },
  { name: 'null', sending: { json: null }, status: 400, body: nonField('No data provided') },
  {
    name: 'broken JSON',
    sending: { body: '{', headers: json },
    status: 400,
    body: {
      detail:
        'JSON parse error - Expecting property name enclosed in double quotes: line 1 column 2 (char 1)',
    },
  },
  {
    name: 'JSON that is not UTF-8',
    sending: { body: Buffer.from([0x22, 0xff, 0x22]), headers: json },
    status: 400,
    body: { detail: "JSON parse error - 'utf-8' codec can't decode the body" },
  },
  {
    name: 'XML',
    sending: { body: '<a/>', headers: { 'content-type': 'text/xml' } },
    status: 415,
    body: { detail: 'Unsupported media type "text/xml" in request.' },
  },
  {
    name: 'a body without a type',
    sending: { body: '{}' },
    status: 415,
    body: { detail: 'Unsupported media type "" in request.' },
  },
  {
    name: 'a body beyond the limit',
    sending: { json: { ...credentials, password: 'p'.repeat(65_536) } },
    status: 413,
    body: { detail: 'The request body is too large.' },
  },
  { name: 'GET', sending: {}, status: 405, body: { detail: 'Method "GET" not allowed.' } },
  {
    name: 'DELETE',
    sending: { method: 'DELETE' },
    status: 405,
    body: { detail: 'Method "DELETE" not allowed.' },
  },
]
for (const { name, sending, status, body } of notObtained) {
  test(`no token is obtained with ${name}`, async (t) => {
    const answered = await (await start(t))('/api-token-auth/', sending)
    assert.deepEqual([answered.status, answered.json], [status, body])
    assert.equal(answered.headers.get('www-authenticate'), null)
    assert.equal(answered.headers.get('allow'), 'POST, OPTIONS')
  })
}

test('numbers are taken as text, and blanks around are cut off', async (t) => {
  const send = await start(t)
  assert.equal(
    (await send('/api-token-auth/', { json: { username: ' jo ', password: 'pass ' } })).status,
    200,
  )
  assert.deepEqual((await send('/api-token-auth/', { json: { username: 5, password: 1 } })).json, wrong)
})

test('OPTIONS describes a view', async (t) => {
  const { status, json: body } = await (await start(t))('/api-token-auth/', { method: 'OPTIONS' })
  assert.equal(status, 200)
  assert.deepEqual((body as { parses: unknown }).parses, [
    'application/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
  ])
})

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

const session = new SessionAuthentication((request) => named(request.header('x-session') ?? ''))
const basic = new BasicAuthentication(users)
const basicly = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` })
const chains: readonly {
  name: string
  chain: Chain
  headers: Record<string, string>
  status: number
  challenge: string | null
  detail?: string
}[] = [
  {
    name: 'JWT first: nothing',
    chain: (jwt) => [jwt, session, basic],
    headers: {},
    status: 401,
    challenge: 'JWT realm="api"',
    detail: notProvided,
  },
  {
    name: 'Session first: nothing',
    chain: (jwt) => [session, basic, jwt],
    headers: {},
    status: 403,
    challenge: null,
    detail: notProvided,
  },
  {
    name: 'Session first: a bad token',
    chain: (jwt) => [session, basic, jwt],
    headers: { authorization: 'JWT garbage' },
    status: 403,
    challenge: null,
    detail: undecodable,
  },
  {
    name: 'Basic first: a bad token',
    chain: (jwt) => [basic, jwt],
    headers: { authorization: 'JWT garbage' },
    status: 401,
    challenge: 'Basic realm="api"',
    detail: undecodable,
  },
  {
    name: 'Session first: a good token',
    chain: (jwt) => [session, basic, jwt],
    headers: { authorization: `JWT ${tokenWith({})}` },
    status: 200,
    challenge: null,
  },
  {
    name: 'by session',
    chain: (jwt) => [jwt, session, basic],
    headers: { 'x-session': 'jo' },
    status: 200,
    challenge: null,
  },
  {
    name: 'by the session of a user who is disabled',
    chain: (jwt) => [jwt, session],
    headers: { 'x-session': 'gone' },
    status: 401,
    challenge: 'JWT realm="api"',
    detail: notProvided,
  },
  {
    name: 'by name and password',
    chain: (jwt) => [jwt, session, basic],
    headers: basicly('jo:pass'),
    status: 200,
    challenge: null,
  },
  {
    name: 'by a wrong password',
    chain: (jwt) => [jwt, basic],
    headers: basicly('jo:x'),
    status: 401,
    challenge: 'JWT realm="api"',
    detail: 'Invalid username/password.',
  },
  {
    name: 'by the password of a user who is disabled',
    chain: () => [basic],
    headers: basicly('gone:pass'),
    status: 401,
    challenge: 'Basic realm="api"',
    detail: 'User inactive or deleted.',
  },
  {
    name: 'Basic without credentials',
    chain: () => [basic],
    headers: { authorization: 'Basic' },
    status: 401,
    challenge: 'Basic realm="api"',
    detail: 'Invalid basic header. No credentials provided.',
  },
  {
    name: 'Basic with blanks',
    chain: () => [basic],
    headers: { authorization: 'Basic a b' },
    status: 401,
    challenge: 'Basic realm="api"',
    detail: 'Invalid basic header. Credentials string should not contain spaces.',
  },
  {
    name: 'Basic without a colon',
    chain: () => [basic],
    headers: basicly('jo'),
    status: 401,
    challenge: 'Basic realm="api"',
    detail: 'Invalid basic header. Credentials not correctly base64 encoded.',
  },
  {
    name: 'no authentication at all',
    chain: () => [],
    headers: {},
    status: 403,
    challenge: null,
    detail: 'You do not have permission to perform this action.',
  },
]
for (const { name, chain, headers, status, challenge, detail } of chains) {
  test(`in a chain the first link gives status and challenge: ${name}`, async (t) => {
    const answered = await (await start(t, {}, {}, chain))('/', { headers })
    assert.equal(answered.status, status)
    assert.equal(answered.headers.get('www-authenticate'), challenge)
    if (detail !== undefined) assert.deepEqual(answered.json, { detail })
  })
}

test('a session must prove that its user meant a request that changes something', async (t) => {
  const send = await start(t, {}, {}, (jwt) => [session, jwt])
  const refusedBySession = await send('/', { method: 'POST', headers: { 'x-session': 'jo' } })
  assert.deepEqual(
    [refusedBySession.status, refusedBySession.json],
    [403, { detail: 'CSRF Failed: CSRF cookie not set.' }],
  )
  const headers = { 'x-session': 'jo', cookie: 'csrftoken=abc', 'x-csrftoken': 'abc' }
  assert.equal((await send('/', { method: 'POST', headers })).status, 200)
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
    says: /no setting JWT_SECRET$/,
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
    name: 'a life that is no number',
    settings: { JWT_SECRET_KEY: aSecret, JWT_EXPIRATION_DELTA: '300' },
    says: /number of seconds/,
  },
]
for (const { name, settings, says } of impossible) {
  test(`a project refuses ${name} when it is made`, () => {
    const { get: _, ...few } = users
    assert.throws(() => createDrfJwt(settings, few), { name: 'TypeError', message: says })
  })
}
