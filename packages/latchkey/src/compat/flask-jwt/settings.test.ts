import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import {
  authenticate,
  bearing,
  greet,
  identity,
  now,
  seconds,
  start,
  tokenWith,
} from '../../../test/compat/flask-jwt/app.ts'
import { aSecret, claimsOf, startNode } from '../../../test/compat/mount/http.ts'
import { JWT, jwt_required } from './index.ts'

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

test('JWT_AUDIENCE says who tokens are for', async (t) => {
  const send = await start(t, { JWT_AUDIENCE: 'us' })
  assert.equal((await send('/', bearing(`JWT ${tokenWith({ aud: 'us' })}`))).status, 200)
  assert.equal((await send('/', bearing(`JWT ${tokenWith({ aud: 'them' })}`))).status, 401)
  assert.equal((await send('/', bearing(`JWT ${tokenWith({})}`))).status, 401)
})

const stale = [
  { name: 'expired', claims: { exp: seconds - 100 } },
  { name: 'not yet valid', claims: { nbf: seconds + 100 } },
  { name: 'issued ahead', claims: { iat: seconds + 100 } },
]
for (const verified of [[], ['exp'], ['signature'], ['nbf', 'iat']]) {
  for (const { name, claims } of stale) {
    test(`JWT_VERIFY_CLAIMS switches no check off: [${verified}], ${name}`, async (t) => {
      const send = await start(t, { JWT_VERIFY_CLAIMS: verified, JWT_REQUIRED_CLAIMS: [] })
      assert.equal((await send('/', bearing(`JWT ${tokenWith(claims)}`))).status, 401)
      assert.equal((await send('/', bearing(`JWT ${tokenWith({}, `${aSecret}!`)}`))).status, 401)
      assert.equal((await send('/', bearing(`JWT ${tokenWith({})}`))).status, 200)
    })
  }
}

for (const aud of [null, [], '', 0, {}, false, 'a']) {
  test(`without JWT_AUDIENCE a token with an audience is refused: ${JSON.stringify(aud)}`, async (t) => {
    const answer = await (await start(t))('/', bearing(`JWT ${tokenWith({ aud })}`))
    assert.deepEqual(
      [answer.status, Reflect.get(Object(answer.json), 'description')],
      [401, 'Invalid audience'],
    )
  })
}

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
    name: 'claims that are no list',
    config: { SECRET_KEY: aSecret, JWT_REQUIRED_CLAIMS: 'exp' },
    says: /JWT_REQUIRED_CLAIMS is a list of claims/,
  },
  {
    name: 'an algorithm that does not sign',
    config: { SECRET_KEY: aSecret, JWT_ALGORITHM: 'none' },
    says: /JWT_ALGORITHM/,
  },
  {
    name: 'a misspelt setting',
    config: { SECRET_KEY: aSecret, JWT_LEWAY: 0 },
    says: /no option "JWT_LEWAY"; the nearest is "JWT_LEEWAY"/,
  },
  { name: 'a leeway below nothing', config: { SECRET_KEY: aSecret, JWT_LEEWAY: -1 }, says: /not negative/ },
  {
    name: 'a life that is no number',
    config: { SECRET_KEY: aSecret, JWT_EXPIRATION_DELTA: Number.NaN },
    says: /number of seconds/,
  },
  {
    name: 'methods that are no list',
    config: { SECRET_KEY: aSecret, JWT_AUTH_URL_OPTIONS: { methods: 'PUT' } },
    says: /methods is a list of names of methods/,
  },
  {
    name: 'methods without names',
    config: { SECRET_KEY: aSecret, JWT_AUTH_URL_OPTIONS: { methods: [1] } },
    says: /methods is a list of names of methods/,
  },
  {
    name: 'a realm that ends its own quotes',
    config: { SECRET_KEY: aSecret, JWT_DEFAULT_REALM: 'a"' },
    says: /a realm is plain text/,
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

test('a realm of one route is plain text too', () => {
  for (const realm of ['a"', 'a\r\nset-cookie: b', 'é']) assert.throws(() => jwt_required(realm), TypeError)
})
