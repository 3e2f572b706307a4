import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { aSecret, claimsOf, listen } from '../../../test/compat/mount/http.ts'
import {
  bearing,
  challenged,
  credentials,
  notValid,
  obtain,
  type Pair,
  seconds,
  startProject,
  tokenWith,
} from '../../../test/compat/simplejwt/project.ts'
import { generateKey, type PrivateKey, publicKeyOf, toJwk, toPem } from '../../token/index.ts'
import { encode, PyJWK } from '../pyjwt/index.ts'
import {
  AccessToken,
  createSimpleJwt,
  type RefreshToken,
  SlidingToken,
  TokenObtainPairSerializer,
  TokenUser,
  TokenVerifySerializer,
  type User,
} from './index.ts'

test('names, lives, issuer and audience are those of the settings', async (t) => {
  const { send, clock } = await startProject(t, {
    ACCESS_TOKEN_LIFETIME: 60,
    REFRESH_TOKEN_LIFETIME: 120,
    ALGORITHM: 'HS512',
    SIGNING_KEY: aSecret.repeat(2),
    AUDIENCE: 'you',
    ISSUER: 'us',
    LEEWAY: 5,
    AUTH_HEADER_TYPES: ['JWT', 'Bearer'],
    AUTH_HEADER_NAME: 'HTTP_X_ACCESS_TOKEN',
    USER_ID_FIELD: 'username',
    USER_ID_CLAIM: 'sub',
    TOKEN_TYPE_CLAIM: 'kind',
    JTI_CLAIM: 'nonce',
    CHECK_USER_IS_ACTIVE: false,
  })
  const { refresh, access } = await obtain(send)
  const { nonce, ...claims } = claimsOf(access)
  assert.equal(typeof nonce, 'string')
  assert.deepEqual(claims, {
    kind: 'access',
    exp: seconds + 60,
    iat: seconds,
    sub: 'jo',
    aud: 'you',
    iss: 'us',
  })
  assert.equal(claimsOf(refresh).exp, seconds + 120)
  const opened = await send('/stateless', { headers: { 'x-access-token': `JWT ${access}` } })
  assert.equal((opened.json as { user: { id: string } }).user.id, 'jo')
  assert.equal(challenged(await send('/stateless', bearing(access))), 'JWT realm="api"')
  clock.ms += 64_999
  assert.equal((await send('/stateless', { headers: { 'x-access-token': `Bearer ${access}` } })).status, 200)
  clock.ms += 1
  assert.equal((await send('/stateless', { headers: { 'x-access-token': `Bearer ${access}` } })).status, 401)
})

test('issuer and audience are asked of tokens', async (t) => {
  const { send } = await startProject(t, { AUDIENCE: ['us', 'them'], ISSUER: 'i' })
  const ask = async (claims: object) =>
    (await send('/', bearing(tokenWith({ aud: 'us', iss: 'i', ...claims })))).status
  const statuses = [
    await ask({}),
    await ask({ aud: 'x' }),
    await ask({ aud: null }),
    await ask({ iss: 'x' }),
    await ask({ iss: null }),
  ]
  assert.deepEqual(statuses, [200, 401, 401, 401, 401])
})

test('hooks are told who came and who did not, and never a password', async (t) => {
  const told: unknown[] = []
  const { send, logins } = await startProject(t, {
    UPDATE_LAST_LOGIN: true,
    ON_LOGIN_SUCCESS: (user, request) => void told.push([user.username, request.path]),
    ON_LOGIN_FAILED: (given) => void told.push(given),
    USER_AUTHENTICATION_RULE: (user) => user !== null && user !== undefined,
  })
  // The rule alone decides, and lets one through who is not active.
  assert.equal((await send('/api/token/', { json: { ...credentials, username: 'gone' } })).status, 200)
  assert.equal((await send('/api/token/', { json: { ...credentials, password: 'x' } })).status, 401)
  assert.deepEqual(told, [['gone', '/api/token/'], { username: 'jo' }])
  assert.deepEqual(logins, ['gone'])
})

test('serializers and classes take the places of the standard ones', async (t) => {
  class Colored extends TokenObtainPairSerializer {
    override async get_token(user: User): Promise<RefreshToken> {
      const token = await super.get_token(user)
      token.set('color', new Date(0))
      return token
    }
    override async validate(...given: Parameters<TokenObtainPairSerializer['validate']>) {
      return { ...(await super.validate(...given)), lifetime: 300 }
    }
  }
  class Verbose extends TokenVerifySerializer {
    override async validate(attrs: Readonly<Record<string, string>>) {
      return { ...(await super.validate(attrs)), good: true }
    }
  }
  class Remote extends TokenUser {
    readonly color = this.get('color')
  }
  const { send } = await startProject(t, {
    TOKEN_OBTAIN_SERIALIZER: Colored,
    TOKEN_VERIFY_SERIALIZER: Verbose,
    TOKEN_USER_CLASS: Remote,
    AUTH_TOKEN_CLASSES: [AccessToken, SlidingToken],
    JSON_ENCODER: (value) => (value instanceof Date ? value.toISOString() : null),
  })
  const pair = (await send('/api/token/', { json: credentials })).json as Pair & { lifetime: number }
  assert.deepEqual([pair.lifetime, claimsOf(pair.access).color], [300, '1970-01-01T00:00:00.000Z'])
  const verified = await send('/api/token/verify/', { json: { token: pair.access } })
  assert.deepEqual(verified.json, { good: true })
  const { user } = (await send('/stateless', bearing(pair.access))).json as { user: { color: string } }
  assert.equal(user.color, '1970-01-01T00:00:00.000Z')

  const { token } = (await send('/api/sliding/', { json: credentials })).json as { token: string }
  assert.equal((await send('/', bearing(token))).status, 200)
  const { messages } = (await send('/', bearing(pair.refresh))).json as { messages: unknown }
  assert.deepEqual(messages, [
    { token_class: 'AccessToken', token_type: 'access', message: 'Token has wrong type' },
    { token_class: 'SlidingToken', token_type: 'sliding', message: 'Token has wrong type' },
  ])
})

test('keys come in pairs, and a service that only verifies has one of them', async (t) => {
  const key = generateKey('ES256') as PrivateKey // of an algorithm with two keys
  const whole = await startProject(t, {
    ALGORITHM: 'ES256',
    SIGNING_KEY: toPem(key),
    VERIFYING_KEY: toPem(publicKeyOf(key)),
  })
  const { access } = await obtain(whole.send)
  const half = { ALGORITHM: 'ES256', VERIFYING_KEY: toPem(publicKeyOf(key)) }
  const users = { authenticate: () => null, get: () => null }
  const { kit } = createSimpleJwt(half, users, { now: () => seconds * 1000 })
  assert.equal((await AccessToken.decode(kit, access)).get('user_id'), '1')
  assert.throws(() => String(new AccessToken(kit)), /SIGNING_KEY is needed to make tokens/)
})

test('JWK_URL verifies by a key set, and says no more than that a token is invalid where it is away', async (t) => {
  const key = generateKey('ES256', { keyId: 'k1' }) as PrivateKey // of an algorithm with two keys
  let status = 200
  const origin = await listen(
    t,
    createServer((_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ keys: [toJwk(publicKeyOf(key))] }))
    }),
  )
  const settings = { ALGORITHM: 'ES256', JWK_URL: `${origin}/jwks.json` }
  const sign = (kid: string) =>
    encode({ token_type: 'access', exp: seconds + 9, jti: 'a', user_id: '1' }, new PyJWK({ ...toJwk(key) }), {
      headers: { kid },
    })
  const { send } = await startProject(t, { ...settings, SIGNING_KEY: toPem(key) })
  assert.equal((await send('/', bearing(sign('k1')))).status, 200)
  assert.equal((await send('/', bearing(sign('k2')))).status, 401)
  status = 500
  const away = await startProject(t, { ...settings, SIGNING_KEY: toPem(key) })
  const { json } = await away.send('/api/token/verify/', { json: { token: sign('k1') } })
  assert.deepEqual(json, notValid('Token is invalid'))
})

const impossible: readonly { name: string; settings: object; says: RegExp }[] = [
  { name: 'no secret', settings: {}, says: /SIGNING_KEY is needed/ },
  { name: 'no public key', settings: { ALGORITHM: 'RS256' }, says: /VERIFYING_KEY or JWK_URL/ },
  {
    name: 'a private key that is none',
    settings: { ALGORITHM: 'RS256', SIGNING_KEY: 'x', VERIFYING_KEY: 'y' },
    says: /./,
  },
  {
    name: 'a misspelt setting',
    settings: { SIGNING_KEY: aSecret, ACCESS_LIFETIME: 1 },
    says: /no option "ACCESS_LIFETIME"; the nearest is "ACCESS_TOKEN_LIFETIME"/,
  },
  { name: 'no scheme', settings: { SIGNING_KEY: aSecret, AUTH_HEADER_TYPES: [] }, says: /names a scheme/ },
  {
    name: 'a scheme of two words',
    settings: { SIGNING_KEY: aSecret, AUTH_HEADER_TYPES: 'a b' },
    says: /single words/,
  },
  { name: 'a leeway below nothing', settings: { SIGNING_KEY: aSecret, LEEWAY: -1 }, says: /not negative/ },
  {
    name: 'a life that is text',
    settings: { SIGNING_KEY: aSecret, ACCESS_TOKEN_LIFETIME: '5m' },
    says: /number of seconds/,
  },
  {
    name: 'logins that nobody notes',
    settings: { SIGNING_KEY: aSecret, UPDATE_LAST_LOGIN: true },
    says: /update_last_login/,
  },
]
for (const { name, settings, says } of impossible) {
  test(`a project refuses ${name} when it is made`, () => {
    const users = { authenticate: () => null, get: () => null }
    assert.throws(() => createSimpleJwt(settings, users), { name: 'TypeError', message: says })
  })
}
