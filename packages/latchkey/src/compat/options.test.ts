import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { aSecret } from '../../test/compat/mount/http.ts'
import { createDrfJwt } from './drf-jwt/index.ts'
import { JWT } from './flask-jwt/index.ts'
import { decode, encode, PyJWKClient, PyJWT } from './pyjwt/index.ts'
import { api_view, createSimpleJwt, MemoryTokenStore, SessionAuthentication } from './simplejwt/index.ts'

/** Nobody's type checker looks at a program in JavaScript. */
type Foreign = never
const nobody = { authenticate: () => null, get_by_natural_key: () => null, get: () => null }
const token = encode({ exp: 9_999_999_999 }, aSecret)

/** What takes options, with the least that it needs, and an option that it has with another than its standard value. */
const takers: readonly {
  readonly name: string
  readonly take: (options: unknown) => unknown
  readonly least?: Readonly<Record<string, unknown>>
  readonly known: string
  readonly misspelt: string
}[] = [
  {
    name: 'encode',
    take: (options) => encode({}, aSecret, options as Foreign),
    known: 'algorithm',
    misspelt: 'algoritm',
  },
  {
    name: 'encode with an algorithm',
    take: (options) => encode({}, aSecret, 'HS256', options as Foreign),
    known: 'headers',
    misspelt: 'header',
  },
  {
    name: 'decode',
    take: (options) => decode(token, aSecret, options as Foreign),
    least: { algorithms: ['HS256'] },
    known: 'audience',
    misspelt: 'audiance',
  },
  {
    name: 'decode with algorithms',
    take: (options) => decode(token, aSecret, ['HS256'], options as Foreign),
    known: 'issuer',
    misspelt: 'isser',
  },
  {
    name: 'the options of decode',
    take: (options) => decode(token, aSecret, { algorithms: ['HS256'], options: options as Foreign }),
    known: 'verify_exp',
    misspelt: 'verify_expiry',
  },
  { name: 'PyJWT', take: (options) => new PyJWT(options as Foreign), known: 'require', misspelt: 'required' },
  {
    name: 'what surrounds PyJWT',
    take: (options) => new PyJWT({}, options as Foreign),
    known: 'onWarning',
    misspelt: 'onwarning',
  },
  {
    name: 'PyJWKClient',
    take: (options) => new PyJWKClient('https://a.example/keys', options as Foreign),
    known: 'lifespan',
    misspelt: 'life_span',
  },
  {
    name: 'the settings of Flask-JWT',
    take: (options) =>
      new JWT(
        createServer(),
        () => null,
        () => null,
        options as Foreign,
      ),
    least: { SECRET_KEY: aSecret },
    known: 'JWT_AUDIENCE',
    misspelt: 'JWT_AUDIANCE',
  },
  {
    name: 'JWT_AUTH_URL_OPTIONS',
    take: (options) =>
      new JWT(
        createServer(),
        () => null,
        () => null,
        {
          SECRET_KEY: aSecret,
          JWT_AUTH_URL_OPTIONS: options as Foreign,
        },
      ),
    known: 'methods',
    misspelt: 'method',
  },
  {
    name: 'what surrounds Flask-JWT',
    take: (options) =>
      new JWT(
        createServer(),
        () => null,
        () => null,
        { SECRET_KEY: aSecret },
        options as Foreign,
      ),
    known: 'maxBodyBytes',
    misspelt: 'maxBytes',
  },
  {
    name: 'JWT_AUTH',
    take: (options) => createDrfJwt(options as Foreign, nobody),
    least: { JWT_SECRET_KEY: aSecret },
    known: 'JWT_AUDIENCE',
    misspelt: 'JWT_AUD',
  },
  {
    name: 'what surrounds DRF-JWT',
    take: (options) => createDrfJwt({ JWT_SECRET_KEY: aSecret }, nobody, options as Foreign),
    known: 'trustedOrigins',
    misspelt: 'trustedOrigin',
  },
  {
    name: 'SIMPLE_JWT',
    take: (options) => createSimpleJwt(options as Foreign, nobody),
    least: { SIGNING_KEY: aSecret },
    known: 'BLACKLIST_AFTER_ROTATION',
    misspelt: 'BLACKLIST_AFTER_ROTATE',
  },
  {
    name: 'what surrounds simplejwt',
    take: (options) => createSimpleJwt({ SIGNING_KEY: aSecret }, nobody, options as Foreign),
    known: 'release',
    misspelt: 'realease',
  },
  {
    name: 'api_view',
    take: (options) => api_view(options as Foreign),
    least: { authentication_classes: [new SessionAuthentication(() => null)] },
    known: 'permission_classes',
    misspelt: 'permissions',
  },
  {
    name: 'SessionAuthentication',
    take: (options) => new SessionAuthentication(() => null, options as Foreign),
    known: 'trustedOrigins',
    misspelt: 'trusted_origins',
  },
]

/** Where PyJWT takes None, or finds the algorithms there. */
const nullIsNone = ['encode', 'decode', 'the options of decode', 'PyJWT']

for (const { name, take, least = {}, known, misspelt } of takers) {
  const rows: readonly { readonly written: string; readonly options: unknown }[] = [
    { written: 'a misspelt name', options: { ...least, [misspelt]: undefined } },
    { written: 'a name in another case', options: { ...least, [swapped(known)]: undefined } },
    {
      written: 'a misspelt name that is inherited',
      options: Object.assign(Object.create({ [misspelt]: 1 }), least),
    },
    { written: 'null for the option __proto__', options: { ...least, ...JSON.parse('{"__proto__":null}') } },
    // Where a list stands, `decode` finds the names of algorithms.
    ...(name === 'decode' ? [] : [{ written: 'a list', options: [least] }]),
    { written: 'a number', options: 1 },
    ...(name === 'encode' ? [] : [{ written: 'a text', options: 'x' }]),
    ...(nullIsNone.includes(name) ? [] : [{ written: 'null', options: null }]),
  ]
  for (const { written, options } of rows) {
    test(`${name} refuses ${written}`, () => {
      assert.throws(() => take(options), { name: 'TypeError' })
    })
  }
  test(`${name} names the nearest option`, () => {
    assert.throws(() => take({ ...least, [misspelt]: undefined }), new RegExp(`the nearest is "${known}"`))
  })
}

function swapped(name: string): string {
  return name === name.toUpperCase() ? name.toLowerCase() : name.toUpperCase()
}

test('an option that is inherited counts as one that is given', () => {
  assert.throws(() => decode(token, aSecret, ['HS256'], Object.create({ audience: 'a' })), {
    name: 'MissingRequiredClaimError',
  })
  const strict = Object.create({ require: ['iat'] })
  assert.throws(() => decode(token, aSecret, { algorithms: ['HS256'], options: strict }), {
    name: 'MissingRequiredClaimError',
  })
  assert.throws(() => createDrfJwt(Object.create({ JWT_SECRET_KEY: '' }), nobody), /must not be empty/)
})

test('a member that a program has added to all objects is no option', (t) => {
  t.after(() => Reflect.deleteProperty(Object.prototype, 'of_everybody'))
  Object.defineProperty(Object.prototype, 'of_everybody', { value: 1, enumerable: true, configurable: true })
  assert.doesNotThrow(() => encode({}, aSecret, {}))
})

const impossible: readonly { readonly name: string; readonly make: () => unknown }[] = [
  { name: 'JWT_VERIFY_EXPIRATION as text', make: () => drf({ JWT_VERIFY_EXPIRATION: 'false' }) },
  { name: 'JWT_VERIFY as 1', make: () => drf({ JWT_VERIFY: 1 }) },
  { name: 'JWT_AUDIENCE as a list', make: () => drf({ JWT_AUDIENCE: ['a'] }) },
  { name: 'JWT_ISSUER as a number', make: () => drf({ JWT_ISSUER: 1 }) },
  { name: 'a handler that is a path', make: () => drf({ JWT_DECODE_HANDLER: 'my.handler' }) },
  {
    name: 'trustedOrigins as text',
    make: () => createDrfJwt({ JWT_SECRET_KEY: aSecret }, nobody, { trustedOrigins: 'https://a' as Foreign }),
  },
  { name: 'CHECK_REVOKE_TOKEN as text', make: () => simple({ CHECK_REVOKE_TOKEN: 'true' }) },
  { name: 'ROTATE_REFRESH_TOKENS as null', make: () => simple({ ROTATE_REFRESH_TOKENS: null }) },
  { name: 'no classes of tokens', make: () => simple({ AUTH_TOKEN_CLASSES: [] }) },
  { name: 'JTI_CLAIM as null', make: () => simple({ JTI_CLAIM: null }) },
  { name: 'a life as text', make: () => simple({ ACCESS_TOKEN_LIFETIME: '300' }) },
  {
    name: 'a release that there is not',
    make: () => createSimpleJwt({ SIGNING_KEY: aSecret }, nobody, { release: '5.3' as Foreign }),
  },
  { name: 'JWT_REQUIRED_CLAIMS as text', make: () => flask({ JWT_REQUIRED_CLAIMS: 'exp' }) },
  { name: 'JWT_AUTH_HEADER_PREFIX as null', make: () => flask({ JWT_AUTH_HEADER_PREFIX: null }) },
  { name: 'settings without an app', make: () => new JWT(null, null, null, { SECRET_KEY: aSecret }) },
  { name: 'a handler that is no function', make: () => new JWT(null, 'authenticate' as Foreign) },
  {
    name: 'a body without limits',
    make: () => new JWT(null, null, null, undefined, { maxBodyBytes: Number.NaN }),
  },
  {
    name: 'a limit as text',
    make: () => createDrfJwt({ JWT_SECRET_KEY: aSecret }, nobody, { maxBodyBytes: '9' as Foreign }),
  },
  { name: 'require as text', make: () => new PyJWT({ require: 'exp' as Foreign }) },
  { name: 'sort_headers as 1', make: () => encode({}, aSecret, { sort_headers: 1 as Foreign }) },
  { name: 'headers as a list', make: () => encode({}, aSecret, { headers: [] as Foreign }) },
  {
    name: 'a time-out of nothing',
    make: () => new PyJWKClient('https://a.example', { timeout: Number.NaN }),
  },
  {
    name: 'a cooldown below nothing',
    make: () => new PyJWKClient('https://a.example', { cooldown_duration: -1 }),
  },
]
const drf = (settings: object) => createDrfJwt({ JWT_SECRET_KEY: aSecret, ...settings }, nobody)
const simple = (settings: object) => createSimpleJwt({ SIGNING_KEY: aSecret, ...settings }, nobody)
const flask = (settings: object) =>
  new JWT(
    createServer(),
    () => null,
    () => null,
    { SECRET_KEY: aSecret, ...settings },
  )
for (const { name, make } of impossible) {
  test(`a value that cannot be meant is refused: ${name}`, () => {
    assert.throws(make, { name: 'TypeError' })
  })
}

const clocks: readonly { readonly name: string; readonly now: unknown }[] = [
  { name: 'NaN', now: () => Number.NaN },
  { name: 'undefined', now: () => undefined },
  { name: 'text', now: () => '1700000000000' },
  { name: 'a Date', now: () => new Date() },
  { name: 'a promise', now: async () => 1_700_000_000_000 },
  { name: 'a bigint', now: () => 1_700_000_000_000n },
  { name: 'infinity', now: () => Number.POSITIVE_INFINITY },
]
for (const { name, now: clock } of clocks) {
  const now = clock as Foreign
  test(`no token is taken by a clock that gives ${name}`, async () => {
    const expired = encode(
      { exp: 1, iat: 1, nbf: 1, identity: 1, user_id: 1, username: 'jo', token_type: 'access', jti: 'a' },
      aSecret,
    )
    const ask = {
      method: 'GET',
      path: '/',
      query: '',
      source: {},
      header: (header: string) => (header === 'authorization' ? `Bearer ${expired}` : undefined),
      body: async () => ({ kind: 'bytes', bytes: new Uint8Array() }) as const,
    }
    assert.throws(() => new PyJWT({}, { now }).decode(expired, aSecret, ['HS256']), { name: 'TypeError' })
    const drfJwt = createDrfJwt({ JWT_SECRET_KEY: aSecret, JWT_AUTH_HEADER_PREFIX: 'Bearer' }, nobody, {
      now,
    })
    await assert.rejects(async () => drfJwt.authentication.authenticate(ask), { name: 'TypeError' })
    const simpleJwt = createSimpleJwt({ SIGNING_KEY: aSecret }, nobody, { now })
    await assert.rejects(async () => simpleJwt.authentication.authenticate(ask), { name: 'TypeError' })
    const client = new PyJWKClient('https://a.example', {
      now,
      fetch: async () => Response.json({ keys: [] }),
    })
    await assert.rejects(client.get_signing_key('a'))
    const store = new MemoryTokenStore(now)
    assert.throws(() => store.outstandingOf(1), { name: 'TypeError' })
  })
}
for (const now of [1_700_000_000_000, 'now', null, new Date()]) {
  test(`a clock is a function: ${now === null ? 'null' : typeof now}`, () => {
    const clock = { now: now as Foreign }
    assert.throws(() => new PyJWT({}, clock), { name: 'TypeError' })
    assert.throws(() => new JWT(null, null, null, undefined, clock), { name: 'TypeError' })
    assert.throws(() => createDrfJwt({ JWT_SECRET_KEY: aSecret }, nobody, clock), { name: 'TypeError' })
    assert.throws(() => createSimpleJwt({ SIGNING_KEY: aSecret }, nobody, clock), { name: 'TypeError' })
    assert.throws(() => new PyJWKClient('https://a.example', clock), { name: 'TypeError' })
    assert.throws(() => new MemoryTokenStore(clock.now), { name: 'TypeError' })
  })
}
