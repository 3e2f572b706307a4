import assert from 'node:assert/strict'
import { createServer, type ServerResponse } from 'node:http'
import { type TestContext, test } from 'node:test'
import { aSecret, claimsOf, type Sending, startNode } from '../mount/http.test-support.ts'
import { encode } from '../pyjwt/index.ts'
import {
  type Config,
  current_identity,
  get_current_identity,
  JWT,
  JWTError,
  jsonify,
  jwt_required,
} from './index.ts'

const nowMs = 1_700_000_000_000
const seconds = nowMs / 1000
const now = () => nowMs

interface User {
  readonly id: number
  readonly username: string
}
const users = new Map([
  [1, { id: 1, username: 'user1' }],
  [2, { id: 2, username: 'user2' }],
])
const authenticate = (username: string, password: string): User | undefined =>
  password === 'abcxyz' ? [...users.values()].find((user) => user.username === username) : undefined
const identity = (payload: Readonly<Record<string, unknown>>) => users.get(Number(payload.identity))

/** An app with `/auth`, or what the settings say, and `/protected`, which says who came. */
async function start(t: TestContext, config: Config = {}, prepare = (_jwt: JWT<User>): void => {}) {
  const guarded = jwt_required()
  return startNode(
    t,
    (request, response) => {
      if (request.url === '/open') response.end(JSON.stringify({ identity: get_current_identity() ?? null }))
      else guarded(request, response, (error) => greet(response, error))
    },
    (server) => {
      const jwt = new JWT<User>(null, authenticate, identity, {}, { now })
      prepare(jwt)
      jwt.init_app(server, { SECRET_KEY: aSecret, ...config })
    },
  )
}

function greet(response: ServerResponse, error: unknown): void {
  if (error === undefined) response.end(JSON.stringify({ id: current_identity.id, ...current_identity }))
  else response.writeHead(500).end(error instanceof Error ? error.message : '')
}

const good = { exp: seconds + 300, iat: seconds, nbf: seconds, identity: 1 }
const tokenWith = (claims: object, secret = aSecret, algorithm = 'HS256') =>
  encode({ ...good, ...claims }, secret, { algorithm })
const bearing = (credentials: string): Sending => ({ headers: { authorization: credentials } })
const without = (...names: string[]) =>
  encode(Object.fromEntries(Object.entries(good).filter(([name]) => !names.includes(name))), aSecret)

test('the token of /auth opens a protected route, whose handler finds the current identity', async (t) => {
  const send = await start(t)
  const obtained = await send('/auth', { json: { username: 'user1', password: 'abcxyz' } })
  assert.equal(obtained.status, 200)
  assert.equal(obtained.headers.get('content-type'), 'application/json')
  const { access_token } = obtained.json as { access_token: string }
  assert.equal(obtained.text, `{"access_token":"${access_token}"}\n`)
  assert.deepEqual(claimsOf(access_token), { exp: seconds + 300, iat: seconds, nbf: seconds, identity: 1 })
  for (const scheme of ['JWT', 'jwt', 'Jwt']) {
    const opened = await send('/protected', bearing(`${scheme} ${access_token}`))
    assert.deepEqual([opened.status, opened.json], [200, { id: 1, username: 'user1' }])
  }
  assert.deepEqual((await send('/open')).json, { identity: null })
})

const invalidCredentials = { status_code: 401, error: 'Bad Request', description: 'Invalid credentials' }
const notObtained: readonly { name: string; json: unknown }[] = [
  { name: 'a wrong password', json: { username: 'user1', password: 'abc' } },
  { name: 'a name that nobody has', json: { username: 'user9', password: 'abcxyz' } },
  { name: 'no password', json: { username: 'user1' } },
  { name: 'no name', json: { password: 'abcxyz' } },
  { name: 'an empty password', json: { username: 'user1', password: '' } },
  { name: 'an empty name', json: { username: '', password: 'abcxyz' } },
  { name: 'an empty object', json: {} },
  { name: 'a third member', json: { username: 'user1', password: 'abcxyz', remember: true } },
  { name: 'a password that is a list', json: { username: 'user1', password: ['abcxyz'] } },
  { name: 'a name that is a number', json: { username: 1, password: 'abcxyz' } },
  { name: 'a list', json: ['user1', 'abcxyz'] },
  { name: 'a text', json: 'user1:abcxyz' },
  { name: 'null', json: null },
]
for (const { name, json } of notObtained) {
  test(`/auth gives no token for ${name}`, async (t) => {
    const { status, json: body, headers } = await (await start(t))('/auth', { json })
    assert.deepEqual([status, body], [401, invalidCredentials])
    assert.equal(headers.get('www-authenticate'), null)
  })
}

const pages: readonly { name: string; sending: Sending; status: number; text: RegExp }[] = [
  {
    name: 'a form',
    sending: { form: { username: 'user1', password: 'abcxyz' } },
    status: 400,
    text: /<title>400 Bad Request</,
  },
  {
    name: 'broken JSON',
    sending: { body: '{"username":', headers: { 'content-type': 'application/json' } },
    status: 400,
    text: /<h1>Bad Request</,
  },
  {
    name: 'no body',
    sending: { method: 'POST', headers: { 'content-type': 'application/json' } },
    status: 400,
    text: /<h1>Bad Request</,
  },
  {
    name: 'bytes that are not UTF-8',
    sending: { body: Buffer.from([0x22, 0xff, 0x22]), headers: { 'content-type': 'application/json' } },
    status: 400,
    text: /<h1>Bad Request</,
  },
  {
    name: 'a body beyond the limit',
    sending: { json: { username: 'u'.repeat(65_536), password: 'p' } },
    status: 413,
    text: /<title>413 Request Entity Too Large</,
  },
  { name: 'GET', sending: {}, status: 405, text: /<title>405 Method Not Allowed</ },
]
for (const { name, sending, status, text } of pages) {
  test(`/auth answers ${name} with the page that Flask has for ${status}`, async (t) => {
    const answered = await (await start(t))('/auth', sending)
    assert.equal(answered.status, status)
    assert.equal(answered.headers.get('content-type'), 'text/html; charset=utf-8')
    assert.match(answered.text, text)
    assert.equal(answered.headers.get('allow'), status === 405 ? 'OPTIONS, POST' : null)
  })
}

test('/auth says to OPTIONS which methods there are', async (t) => {
  const { status, headers, text } = await (await start(t))('/auth', { method: 'OPTIONS' })
  assert.deepEqual([status, headers.get('allow'), text], [200, 'OPTIONS, POST', ''])
})

test('/auth takes JSON under any name that ends in +json', async (t) => {
  const body = JSON.stringify({ username: 'user1', password: 'abcxyz' })
  const headers = { 'content-type': 'application/vnd.api+json; charset=utf-8' }
  assert.equal((await (await start(t))('/auth', { body, headers })).status, 200)
})

const header = 'Invalid JWT header'
const bad = 'Invalid token'
const refused: readonly { name: string; sending: Sending; error: string; description: string }[] = [
  {
    name: 'another scheme',
    sending: bearing(`Bearer ${tokenWith({})}`),
    error: header,
    description: 'Unsupported authorization type',
  },
  { name: 'a scheme alone', sending: bearing('JWT'), error: header, description: 'Token missing' },
  { name: 'two tokens', sending: bearing('JWT a b'), error: header, description: 'Token contains spaces' },
  {
    name: 'no token at all',
    sending: bearing('JWT garbage'),
    error: bad,
    description: 'Not enough segments',
  },
  {
    name: 'a foreign signature',
    sending: bearing(`JWT ${tokenWith({}, `${aSecret}!`)}`),
    error: bad,
    description: 'Signature verification failed',
  },
  {
    name: 'another algorithm',
    sending: bearing(`JWT ${tokenWith({}, aSecret, 'HS512')}`),
    error: bad,
    description: 'The specified alg value is not allowed',
  },
  {
    name: 'expired by more than the leeway',
    sending: bearing(`JWT ${tokenWith({ exp: seconds - 10 })}`),
    error: bad,
    description: 'Signature has expired',
  },
  {
    name: 'not yet valid',
    sending: bearing(`JWT ${tokenWith({ nbf: seconds + 11 })}`),
    error: bad,
    description: 'The token is not yet valid (nbf)',
  },
  {
    name: 'issued ahead',
    sending: bearing(`JWT ${tokenWith({ iat: seconds + 11 })}`),
    error: bad,
    description: 'The token is not yet valid (iat)',
  },
  {
    name: 'no exp',
    sending: bearing(`JWT ${without('exp')}`),
    error: bad,
    description: 'Token is missing the "exp" claim',
  },
  {
    name: 'no iat',
    sending: bearing(`JWT ${without('iat')}`),
    error: bad,
    description: 'Token is missing the "iat" claim',
  },
  {
    name: 'no nbf',
    sending: bearing(`JWT ${without('nbf')}`),
    error: bad,
    description: 'Token is missing the "nbf" claim',
  },
  {
    name: 'for somebody else',
    sending: bearing(`JWT ${tokenWith({ aud: 'other' })}`),
    error: bad,
    description: 'Invalid audience',
  },
  {
    name: 'a user who is gone',
    sending: bearing(`JWT ${tokenWith({ identity: 9 })}`),
    error: 'Invalid JWT',
    description: 'User does not exist',
  },
  {
    name: 'no user',
    sending: bearing(`JWT ${without('identity')}`),
    error: 'Invalid JWT',
    description: 'User does not exist',
  },
]
for (const { name, sending, error, description } of refused) {
  test(`a protected route refuses ${name}`, async (t) => {
    const { status, json, headers } = await (await start(t))('/protected', sending)
    assert.deepEqual([status, json], [401, { status_code: 401, error, description }])
    // Only the answer to a request without a token has it, as in Flask-JWT.
    assert.equal(headers.get('www-authenticate'), null)
  })
}

test('a request without a token is challenged, and by no other answer', async (t) => {
  const description = 'Request does not contain an access token'
  for (const sending of [{}, bearing(' ')]) {
    const { status, json, headers, text } = await (await start(t))('/protected', sending)
    assert.deepEqual(
      [status, json],
      [401, { status_code: 401, error: 'Authorization Required', description }],
    )
    assert.equal(headers.get('www-authenticate'), 'JWT realm="Login Required"')
    assert.equal(
      text,
      `{"description":"${description}","error":"Authorization Required","status_code":401}\n`,
    )
  }
})

test('what is expired within the leeway, or ahead by no more, is taken', async (t) => {
  const send = await start(t)
  for (const claims of [{ exp: seconds - 9 }, { nbf: seconds + 10 }, { iat: seconds + 10 }]) {
    assert.equal((await send('/protected', bearing(`JWT ${tokenWith(claims)}`))).status, 200)
  }
})

test('every setting has its effect', async (t) => {
  const send = await start(t, {
    JWT_SECRET_KEY: `${aSecret} of its own`.padEnd(64, '.'),
    JWT_AUTH_URL_RULE: '/login',
    JWT_AUTH_USERNAME_KEY: 'email',
    JWT_AUTH_PASSWORD_KEY: 'secret',
    JWT_ALGORITHM: 'HS512',
    JWT_LEEWAY: 0,
    JWT_AUTH_HEADER_PREFIX: 'Bearer',
    JWT_EXPIRATION_DELTA: 60,
    JWT_NOT_BEFORE_DELTA: -5,
    JWT_DEFAULT_REALM: 'Devices',
    JWT_REQUIRED_CLAIMS: ['exp', 'identity'],
    JWT_AUTH_URL_OPTIONS: { methods: ['PUT'] },
    JWT_AUTH_ENDPOINT: 'means nothing',
  })
  assert.equal((await send('/auth', { json: {} })).headers.get('www-authenticate'), 'JWT realm="Devices"')
  assert.equal((await send('/login', { json: {} })).status, 405)
  const obtained = await send('/login', { method: 'PUT', json: { email: 'user2', secret: 'abcxyz' } })
  const { access_token } = obtained.json as { access_token: string }
  assert.deepEqual(claimsOf(access_token), { exp: seconds + 60, iat: seconds, nbf: seconds - 5, identity: 2 })
  assert.equal((await send('/me', bearing(`bearer ${access_token}`))).status, 200)
  assert.equal((await send('/me', bearing(`JWT ${access_token}`))).status, 401)
})

test('JWT_VERIFY_CLAIMS and JWT_AUDIENCE say what is checked', async (t) => {
  const lenient = await start(t, {
    JWT_VERIFY_CLAIMS: ['signature'],
    JWT_REQUIRED_CLAIMS: [],
    JWT_AUDIENCE: 'us',
  })
  const stale = { exp: seconds - 100, nbf: seconds + 100, iat: seconds + 100 }
  assert.equal((await lenient('/', bearing(`JWT ${tokenWith({ ...stale, aud: 'us' })}`))).status, 200)
  assert.equal((await lenient('/', bearing(`JWT ${tokenWith({ ...stale, aud: 'them' })}`))).status, 401)
  assert.equal((await lenient('/', bearing(`JWT ${tokenWith(stale, `${aSecret}!`)}`))).status, 401)
})

test('without a rule there is no /auth, and no need to authenticate', async (t) => {
  const server = createServer((_request, response) => response.end('the app'))
  new JWT(server, null, identity, { SECRET_KEY: aSecret, JWT_AUTH_URL_RULE: null })
  const send = await startNode(
    t,
    (request, response) => server.emit('request', request, response),
    () => {},
  )
  assert.equal((await send('/auth', { json: {} })).text, 'the app')
})

test('every handler takes the place of the standard one', async (t) => {
  const send = await start(t, {}, (jwt) => {
    jwt.jwt_payload_handler((user) => ({ ...good, identity: user.id, made: 'here' }))
    jwt.jwt_headers_handler((user) => ({ kid: `key of ${user.username}` }))
    jwt.auth_response_handler((token, user) => jsonify({ token, name: user.username }, 201))
    jwt.request_handler((request) => request.header('x-token') ?? null)
    jwt.jwt_error_handler(({ error, description }) => jsonify({ said: `${error}: ${description}` }, 418))
    jwt.identity_handler((payload) => ({ id: payload.identity, made: payload.made }))
    jwt.authentication_handler(async (username) => {
      if (username === 'locked') throw new JWTError('Locked', 'Try later', 423)
      return username === 'user2' ? { id: 2, username } : null
    })
  })
  const obtained = await send('/auth', { json: { username: 'user2', password: 'any' } })
  const { token, name } = obtained.json as { token: string; name: string }
  assert.deepEqual([obtained.status, name, claimsOf(token).made], [201, 'user2', 'here'])
  assert.equal(
    (JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string }).kid,
    'key of user2',
  )
  const opened = await send('/protected', { headers: { 'x-token': token } })
  assert.deepEqual([opened.status, opened.json], [200, { id: 2, made: 'here' }])
  const refusals = [
    await send('/protected'),
    await send('/auth', { json: { username: 'nobody', password: 'x' } }),
    await send('/auth', { json: { username: 'locked', password: 'x' } }),
  ]
  assert.deepEqual(
    refusals.map(({ status, json }) => [status, json]),
    [
      [418, { said: 'Authorization Required: Request does not contain an access token' }],
      [418, { said: 'Bad Request: Invalid credentials' }],
      [418, { said: 'Locked: Try later' }],
    ],
  )
})

test('encoding, decoding and all of /auth can be done by handlers, under their old names too', async (t) => {
  const send = await start(t, {}, (jwt) => {
    jwt.encode_handler((user) => `token-of-${user.id}`)
    jwt.decode_handler((token) => {
      const id = /^token-of-(\d)$/.exec(token)?.[1]
      if (id === undefined) throw new JWTError('Invalid token', 'Not one of ours', 403)
      return { identity: Number(id) }
    })
  })
  const { json } = await send('/auth', { json: { username: 'user1', password: 'abcxyz' } })
  assert.deepEqual(json, { access_token: 'token-of-1' })
  assert.equal((await send('/protected', bearing('JWT token-of-2'))).status, 200)
  assert.equal((await send('/protected', bearing('JWT other'))).status, 403)

  const whole = await start(t, {}, (jwt) =>
    jwt.auth_request_handler((request) => jsonify({ path: request.path })),
  )
  assert.deepEqual((await whole('/auth', { method: 'POST' })).json, { path: '/auth' })
})

test('what a handler throws that is no JWTError goes to whoever looks after errors', async (t) => {
  const send = await start(t, {}, (jwt) =>
    jwt.identity_handler(() => {
      throw new Error('the database is away')
    }),
  )
  const { status, text } = await send('/protected', bearing(`JWT ${tokenWith({})}`))
  assert.deepEqual([status, text], [500, 'the database is away'])
})

test('a realm can be given to one route', async (t) => {
  const guarded = jwt_required('Vault')
  const send = await startNode(
    t,
    (request, response) => guarded(request, response, () => response.end('in')),
    (server) => new JWT(server, authenticate, identity, { SECRET_KEY: aSecret }, { now }),
  )
  assert.equal((await send('/')).headers.get('www-authenticate'), 'JWT realm="Vault"')
})

test('the identity is that of the request, however many are answered at once', async (t) => {
  const guarded = jwt_required()
  const waiting: (() => void)[] = []
  const send = await startNode(
    t,
    (request, response) =>
      guarded(request, response, async () => {
        await new Promise<void>((resolve) => {
          if (waiting.push(resolve) === 2) for (const go of waiting) go()
        })
        response.end(JSON.stringify({ name: current_identity.username, has: 'id' in current_identity }))
      }),
    (server) => new JWT(server, authenticate, identity, { SECRET_KEY: aSecret }, { now }),
  )
  const both = await Promise.all([1, 2].map((id) => send('/', bearing(`JWT ${tokenWith({ identity: id })}`))))
  assert.deepEqual(
    both.map(({ json }) => json),
    [
      { name: 'user1', has: true },
      { name: 'user2', has: true },
    ],
  )
})

test('the current identity cannot be changed through its proxy', () => {
  assert.throws(() => Object.assign(current_identity, { id: 2 }), TypeError)
  assert.equal(current_identity.id, undefined)
})

test('a secret as short as those of tutorials works, with a warning', async (t) => {
  const warnings: string[] = []
  const send = await startNode(
    t,
    (_request, response) => response.end(),
    (server) =>
      new JWT(
        server,
        authenticate,
        identity,
        { SECRET_KEY: 'super-secret' },
        { now, onWarning: ({ message }) => warnings.push(message) },
      ),
  )
  assert.equal((await send('/auth', { json: { username: 'user1', password: 'abcxyz' } })).status, 200)
  assert.match(warnings[0] ?? '', /12 bytes long, which is below the minimum recommended length of 32 bytes/)
})

const pem = '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----\n'
const impossible: readonly { name: string; config: object; says: RegExp }[] = [
  { name: 'no secret', config: {}, says: /SECRET_KEY or JWT_SECRET_KEY is needed/ },
  { name: 'an empty secret', config: { SECRET_KEY: '' }, says: /must not be empty/ },
  { name: 'a public key for a secret', config: { SECRET_KEY: pem }, says: /asymmetric key/ },
  {
    name: 'signatures that nobody checks',
    config: { SECRET_KEY: aSecret, JWT_VERIFY_CLAIMS: ['exp'] },
    says: /includes signature/,
  },
  {
    name: 'an algorithm that does not sign',
    config: { SECRET_KEY: aSecret, JWT_ALGORITHM: 'none' },
    says: /JWT_ALGORITHM/,
  },
  { name: 'a misspelt setting', config: { SECRET_KEY: aSecret, JWT_LEWAY: 0 }, says: /no setting JWT_LEWAY/ },
  { name: 'a leeway below nothing', config: { SECRET_KEY: aSecret, JWT_LEEWAY: -1 }, says: /not negative/ },
  {
    name: 'a life that is no number',
    config: { SECRET_KEY: aSecret, JWT_EXPIRATION_DELTA: Number.NaN },
    says: /number of seconds/,
  },
  {
    name: 'a realm that ends its own quotes',
    config: { SECRET_KEY: aSecret, JWT_DEFAULT_REALM: 'a"' },
    says: /plain text/,
  },
  {
    name: 'a rule without a slash',
    config: { SECRET_KEY: aSecret, JWT_AUTH_URL_RULE: 'auth' },
    says: /begins with a slash/,
  },
]
for (const { name, config, says } of impossible) {
  test(`a JWT refuses ${name} when it is made`, () => {
    assert.throws(() => new JWT(createServer(), authenticate, identity, config), {
      name: 'TypeError',
      message: says,
    })
  })
}

test('a JWT refuses an app that it does not know, and a route of an app that it is not in', async (t) => {
  assert.throws(() => new JWT({}, authenticate, identity, { SECRET_KEY: aSecret }), {
    name: 'TypeError',
    message: /express, fastify, hono, koa or nest, a Server of node:http, or an object with fetch/,
  })
  assert.throws(
    () => new JWT(createServer(), null, identity, { SECRET_KEY: aSecret }),
    /authentication_handler/,
  )
  const guarded = jwt_required()
  const send = await startNode(
    t,
    (request, response) => guarded(request, response, (e) => greet(response, e)),
    () => {},
  )
  assert.match((await send('/')).text, /no JWT was put into this app/)
  assert.throws(() => Reflect.apply(guarded, undefined, [{}, {}]), TypeError)
})
