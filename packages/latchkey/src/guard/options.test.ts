import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resource, signed } from '../../test/guard/guarded-api.ts'
import { nowMs, secretBytes } from '../../test/token/raw-token.ts'
import { prepareProofCheck } from '../dpop/index.ts'
import { createTestIssuer } from '../testing/index.ts'
import { secretKey } from '../token/index.ts'
import { createGuard as createExpressGuard } from './adapters/express.ts'
import { createGuard as createFastifyGuard } from './adapters/fastify.ts'
import { createGuard as createFetchGuard } from './adapters/fetch.ts'
import { createGuard as createHonoGuard } from './adapters/hono.ts'
import { createGuard as createKoaGuard } from './adapters/koa.ts'
import { createGuard as createNestGuard, LatchkeyModule } from './adapters/nest.ts'
import { createGuard as createNodeGuard } from './adapters/node.ts'
import {
  apiKey,
  basic,
  createGuard,
  createPrincipal,
  createReplayMemory,
  createRevocationList,
  FetchRequest,
  failureLimit,
  followRevocations,
  type GuardOptions,
  sessionCookie,
  tokenCookie,
} from './index.ts'

const guardOptions = { secret: secretBytes, audience: resource, issuer: 'I' }
const csrf = { origins: ['https://app.example.com'] }
const find = () => undefined

/** A function that takes options: good ones, a name that is misspelt, and the name that was meant. */
interface Row {
  readonly name: string
  readonly take: (options: never) => unknown
  readonly good: object
  readonly wrong: string
  readonly meant: string
}

const rows: readonly Row[] = [
  { name: 'createGuard', take: createGuard, good: guardOptions, wrong: 'isser', meant: 'issuer' },
  {
    name: 'createGuard of node',
    take: createNodeGuard,
    good: guardOptions,
    wrong: 'Audience',
    meant: 'audience',
  },
  { name: 'createGuard of fetch', take: createFetchGuard, good: guardOptions, wrong: 'typ', meant: 'type' },
  {
    name: 'createGuard of express',
    take: createExpressGuard,
    good: guardOptions,
    wrong: 'tolerance',
    meant: 'clockTolerance',
  },
  {
    name: 'createGuard of koa',
    take: createKoaGuard,
    good: guardOptions,
    wrong: 'revocation',
    meant: 'revocations',
  },
  {
    name: 'createGuard of hono',
    take: createHonoGuard,
    good: guardOptions,
    wrong: 'authenticator',
    meant: 'authenticators',
  },
  {
    name: 'createGuard of fastify',
    take: createFastifyGuard,
    good: guardOptions,
    wrong: 'onRefused',
    meant: 'onRefusal',
  },
  {
    name: 'createGuard of nest',
    take: createNestGuard,
    good: guardOptions,
    wrong: 'failurelimit',
    meant: 'failureLimit',
  },
  {
    name: 'LatchkeyModule.forRoot',
    take: LatchkeyModule.forRoot,
    good: guardOptions,
    wrong: 'secrets',
    meant: 'secret',
  },
  {
    name: 'one of several issuers',
    take: (issuer) => createGuard({ issuers: [issuer] }),
    good: guardOptions,
    wrong: 'audienceclaim',
    meant: 'audienceClaim',
  },
  {
    name: 'revocations',
    take: (revocations) => createGuard({ issuer: 'https://id.example.com', audience: resource, revocations }),
    good: { onStale: 'refuse' },
    wrong: 'onstale',
    meant: 'onStale',
  },
  {
    name: 'cache',
    take: (cache) => createGuard({ ...guardOptions, cache }),
    good: { maxEntries: 10 },
    wrong: 'maxEntrys',
    meant: 'maxEntries',
  },
  {
    name: 'claims',
    take: (claims) => createGuard({ ...guardOptions, claims }),
    good: { scopes: 'scp' },
    wrong: 'scope',
    meant: 'scopes',
  },
  {
    name: 'dpop',
    take: (dpop) => createGuard({ ...guardOptions, dpop }),
    good: { maxAgeSeconds: 10 },
    wrong: 'maxAge',
    meant: 'maxAgeSeconds',
  },
  {
    name: 'dpop.nonce',
    take: (nonce) => createGuard({ ...guardOptions, dpop: { nonce } }),
    good: { windowSeconds: 10 },
    wrong: 'window',
    meant: 'windowSeconds',
  },
  {
    name: 'required',
    take: (policy) => createGuard(guardOptions).required(policy),
    good: { scope: 'a' },
    wrong: 'scopes',
    meant: 'scope',
  },
  {
    name: 'optional',
    take: (policy) => createGuard(guardOptions).optional(policy),
    good: { lenient: true },
    wrong: 'annonymous',
    meant: 'anonymous',
  },
  {
    name: 'a policy within a policy',
    take: (policy) =>
      createGuard(guardOptions).required({ or: [{ scope: 'a' }, { and: [{ not: policy }] }] }),
    good: { userType: 'a' },
    wrong: 'userTypes',
    meant: 'userType',
  },
  {
    name: 'metadata',
    take: (options) => createGuard(guardOptions).metadata(options),
    good: { resourceName: 'a' },
    wrong: 'scopes',
    meant: 'scopesSupported',
  },
  {
    name: 'revocations of createGuard',
    take: (revocations) => createGuard({ issuer: 'https://id.example.com', audience: resource, revocations }),
    good: { onStale: 'serve' },
    wrong: 'stale',
    meant: 'onStale',
  },
  { name: 'apiKey', take: apiKey, good: { find }, wrong: 'headers', meant: 'header' },
  { name: 'basic', take: basic, good: { verify: find }, wrong: 'insecureHTTPS', meant: 'insecureHttp' },
  { name: 'sessionCookie', take: sessionCookie, good: { find, csrf }, wrong: 'nam', meant: 'name' },
  {
    name: 'csrf of sessionCookie',
    take: (given) => sessionCookie({ find, csrf: given }),
    good: csrf,
    wrong: 'secrets',
    meant: 'secret',
  },
  {
    name: 'write of sessionCookie',
    take: (life) => sessionCookie({ find, csrf }).write('value', life),
    good: { maxAgeSeconds: 1 },
    wrong: 'maxAge',
    meant: 'maxAgeSeconds',
  },
  { name: 'tokenCookie', take: tokenCookie, good: { csrf }, wrong: 'developement', meant: 'development' },
  {
    name: 'csrf of tokenCookie',
    take: (given) => tokenCookie({ csrf: given }),
    good: csrf,
    wrong: 'origin',
    meant: 'origins',
  },
  {
    name: 'write of tokenCookie',
    take: (life) => tokenCookie({ csrf }).write('value', life),
    good: { maxAgeSeconds: 1 },
    wrong: 'maxAge',
    meant: 'maxAgeSeconds',
  },
  {
    name: 'failureLimit',
    take: failureLimit,
    good: { maxPerName: 1 },
    wrong: 'maxPerAdress',
    meant: 'maxPerAddress',
  },
  {
    name: 'createReplayMemory',
    take: createReplayMemory,
    good: { maxEntries: 1 },
    wrong: 'maxEntry',
    meant: 'maxEntries',
  },
  {
    name: 'createRevocationList',
    take: createRevocationList,
    good: { maxEntries: 1 },
    wrong: 'max',
    meant: 'maxEntries',
  },
  {
    name: 'followRevocations',
    take: (options) => followRevocations(options).close(),
    good: { locate: async () => undefined, list: createRevocationList() },
    wrong: 'lists',
    meant: 'list',
  },
  {
    name: 'createPrincipal',
    take: createPrincipal,
    good: { subject: 'usr_1' },
    wrong: 'expiresat',
    meant: 'expiresAt',
  },
  {
    name: 'prepareProofCheck',
    take: (policy) => prepareProofCheck(policy, { now: () => nowMs, toleranceSeconds: 0 }),
    good: { baseUrl: resource },
    wrong: 'replaystore',
    meant: 'replayStore',
  },
  {
    name: 'the surroundings of prepareProofCheck',
    take: (surroundings) => prepareProofCheck({ baseUrl: resource }, surroundings),
    good: { now: () => nowMs, toleranceSeconds: 0 },
    wrong: 'tolerance',
    meant: 'toleranceSeconds',
  },
  {
    name: 'createTestIssuer',
    take: createTestIssuer,
    good: { issuer: 'https://a.example' },
    wrong: 'isuer',
    meant: 'issuer',
  },
  {
    name: 'a principal of the test issuer',
    take: (principal) => createTestIssuer().token(principal),
    good: { subject: 'usr_1' },
    wrong: 'scope',
    meant: 'scopes',
  },
]

for (const { name, take, good, wrong, meant } of rows) {
  test(`${name} takes its options, and refuses one that it does not know`, () => {
    const call = take as (options: unknown) => unknown // what JavaScript can pass
    call(good)
    call(Object.freeze({ ...good }))
    const nearest = new RegExp(`"${wrong}".*nearest is "${meant}"$`)
    assert.throws(() => call({ ...good, [wrong]: 'x' }), nearest)
    assert.throws(() => call({ ...good, [wrong]: undefined }), nearest)
    // A configuration that is built upon another one.
    const base = Object.assign(Object.create({ [wrong]: 'x' }) as object, good)
    assert.throws(() => call(base), nearest)
    for (const member of ['__proto__', 'constructor', 'toString']) {
      const own = Object.defineProperty({ ...good }, member, { value: 1, enumerable: true })
      assert.throws(() => call(own), TypeError, member)
    }
    for (const none of [null, [good], 'x', 7, true, () => good].filter((one) => !takes(name, one))) {
      assert.throws(() => call(none), TypeError, String(none))
    }
  })
}

/** Booleans and texts that mean something. */
function takes(name: string, value: unknown): boolean {
  if (value === true) return name === 'cache' || name === 'dpop' || name === 'dpop.nonce'
  if (typeof value === 'string') return name === 'a principal of the test issuer'
  return false
}

test('what a program has added to Object.prototype is no option', (t) => {
  Object.defineProperty(Object.prototype, 'added', { value: 1, enumerable: true, configurable: true })
  t.after(() => Reflect.deleteProperty(Object.prototype, 'added'))
  createGuard(guardOptions)
})

test('two keys of one guard are typed values, and no options', () => {
  const secret = secretKey(secretBytes, { algorithm: 'HS256' })
  createGuard({ audience: resource, secret: [secret, secret] })
  for (const secrets of [[], [secret, secret, secret]])
    assert.throws(() => createGuard({ audience: resource, secret: secrets as never }), TypeError)
})

const revocationsNobodyFollows: readonly { name: string; options: GuardOptions }[] = [
  { name: 'beside a secret', options: { ...guardOptions, revocations: { onStale: 'refuse' } } },
  {
    name: 'beside a list',
    options: {
      issuer: 'https://id.example.com',
      audience: resource,
      revocations: {},
      revocationList: createRevocationList(),
    },
  },
  {
    name: 'with a word that does not exist',
    options: {
      issuer: 'https://id.example.com',
      audience: resource,
      revocations: { onStale: 'fail' as never },
    },
  },
]
for (const { name, options } of revocationsNobodyFollows) {
  test(`revocations that nobody follows are a TypeError: ${name}`, () => {
    assert.throws(() => createGuard(options), TypeError)
  })
}

const inherits = (base: object, own: object = {}): never =>
  Object.assign(Object.create(base) as object, own) as never

test('options that are inherited count like those of the object itself', async () => {
  const request = new FetchRequest(
    new Request(resource, { headers: { authorization: `Bearer ${signed()}` } }),
  )
  const reasonOf = async (options: never, policy?: never) => {
    const decision = await createGuard(options).required(policy)(request)
    return decision.kind === 'allowed' ? 'allowed' : (decision.refusal.reason ?? decision.refusal.error)
  }
  const now = () => nowMs
  const good = { ...guardOptions, now }
  assert.equal(await reasonOf(inherits(good)), 'allowed')
  assert.equal(await reasonOf(inherits({ ...good, issuer: 'J' })), 'issuer_mismatch')
  assert.equal(await reasonOf(inherits({ type: 'logout+jwt' }, good)), 'type_mismatch')
  assert.equal(await reasonOf(inherits({ require: { kind: 'device' } }, good)), 'claim_invalid')
  assert.equal(
    await reasonOf({ now, issuers: [inherits({ ...guardOptions, issuer: 'J' })] } as never),
    'issuer_mismatch',
  )
  assert.equal(await reasonOf(good as never, inherits({ scope: 'x' })), 'insufficient_scope')
  const optional = await createGuard(good).optional(inherits({ scope: 'x' }, { lenient: false }))(request)
  assert.equal(optional.kind, 'refused')
  const dpop = inherits({ required: true })
  assert.equal(await reasonOf({ ...good, dpop } as never), 'unauthorized')
  class Settings {
    get issuer() {
      return 'J'
    }
    get audience() {
      return resource
    }
    get secret() {
      return secretBytes
    }
  }
  assert.equal(await reasonOf(new Settings() as never), 'issuer_mismatch')
})

const hooks: readonly { name: string; options: object }[] = [
  { name: 'a limit on failures that is none', options: { ...guardOptions, failureLimit: {} } },
  { name: 'a limit on failures that is null', options: { ...guardOptions, failureLimit: null } },
  { name: 'a list of revocations that is null', options: { ...guardOptions, revocationList: null } },
  { name: 'a list of revocations that is an array', options: { ...guardOptions, revocationList: [] } },
  { name: 'refusals that nobody is told', options: { ...guardOptions, onRefusal: 'log' } },
  { name: 'a fetch that is none', options: { ...guardOptions, fetch: 'node-fetch' } },
  { name: 'authenticators that are no list', options: { ...guardOptions, authenticators: apiKey({ find }) } },
  { name: 'authenticators that are null', options: { ...guardOptions, authenticators: null } },
  { name: 'an authenticator that is null', options: { ...guardOptions, authenticators: [null] } },
  { name: 'an authenticator that is a function', options: { ...guardOptions, authenticators: [apiKey] } },
  { name: 'a realm that is a number', options: { ...guardOptions, realm: 7 } },
  { name: 'a resource that is a number', options: { ...guardOptions, resource: 7 } },
  {
    name: 'keys of its own beside those that discovery finds',
    options: { ...guardOptions, ownKeys: { issuer: 'https://id.example' } },
  },
  { name: 'a secret that is null', options: { ...guardOptions, secret: null } },
  { name: 'keys that are null', options: { audience: resource, keys: null } },
]
for (const { name, options } of hooks) {
  test(`a guard is not built with ${name}`, () => assert.throws(() => createGuard(options), TypeError))
}

const brokenClocks: readonly { name: string; reading: unknown }[] = [
  { name: 'NaN', reading: Number.NaN },
  { name: 'nothing', reading: undefined },
  { name: 'null', reading: null },
  { name: 'text', reading: String(nowMs) },
  { name: 'a promise', reading: Promise.resolve(nowMs) },
  { name: 'a bigint', reading: BigInt(nowMs) },
  { name: 'a Date', reading: new Date(nowMs) },
  { name: 'infinity', reading: Number.POSITIVE_INFINITY },
  { name: 'minus infinity', reading: Number.NEGATIVE_INFINITY },
]

/** What reads a clock, each asked once while the clock is right and once when it no longer is. */
const readers: readonly { name: string; build: (now: () => number) => () => unknown }[] = [
  {
    name: 'a guard, for a token',
    build(now) {
      const guard = createGuard({ ...guardOptions, now })
      const request = new FetchRequest(
        new Request(resource, { headers: { authorization: `Bearer ${signed()}` } }),
      )
      return () => guard.required()(request)
    },
  },
  {
    name: 'a guard, for the age of a sign-in',
    build(now) {
      const guard = createGuard({ ...guardOptions, now })
      const authorization = `Bearer ${signed({ payload: { auth_time: nowMs / 1000 } })}`
      const request = new FetchRequest(new Request(resource, { headers: { authorization } }))
      return () => guard.required({ maxAge: 60 })(request)
    },
  },
  {
    name: 'a guard, for a session',
    build(now) {
      const session = sessionCookie({ find: () => ({ subject: 'usr_1', expiresAt: nowMs + 1 }), csrf })
      const guard = createGuard({ ...guardOptions, now, authenticators: [session] })
      const request = new FetchRequest(new Request(resource, { headers: { cookie: '__Host-lk=value' } }))
      return () => guard.required()(request)
    },
  },
  {
    name: 'a guard, for an API key',
    build(now) {
      const key = apiKey({ find: () => ({ subject: 'key_1', expiresAt: nowMs + 1 }) })
      const guard = createGuard({ ...guardOptions, now, authenticators: [key] })
      const request = new FetchRequest(new Request(resource, { headers: { 'x-api-key': 'k'.repeat(16) } }))
      return () => guard.required()(request)
    },
  },
  {
    name: 'a limit on failures',
    build(now) {
      const limit = failureLimit({ maxPerName: 1 })
      const request = new FetchRequest(new Request(resource))
      return () => limit.waitSeconds(request, 'ada', now())
    },
  },
  {
    name: 'the count of a failure',
    build(now) {
      const limit = failureLimit({ maxPerName: 1 })
      const request = new FetchRequest(new Request(resource))
      return () => limit.count(request, 'ada', now())
    },
  },
  {
    name: 'a memory of proofs',
    build(now) {
      const memory = createReplayMemory({ now })
      return () => memory.take('key', nowMs + 1)
    },
  },
  {
    name: 'a check of proofs',
    build(now) {
      const { check } = prepareProofCheck({ baseUrl: resource, nonce: true }, { now, toleranceSeconds: 0 })
      return () => check({ proofs: [], method: 'GET', url: '/' })
    },
  },
  {
    name: 'a list of revocations',
    build(now) {
      const list = createRevocationList({ now })
      return () => list.add({ key: 'key', revokedAtMs: nowMs, expiresAtMs: nowMs + 1 })
    },
  },
  {
    name: 'an issuer for tests',
    build(now) {
      const issuer = createTestIssuer({ now })
      return () => issuer.token('usr_1')
    },
  },
]

for (const { name: reader, build } of readers) {
  test(`${reader} fails with a clock that gives no number`, async () => {
    const clock: { reading: unknown } = { reading: nowMs }
    const ask = build(() => clock.reading as number)
    await ask()
    for (const { name, reading } of brokenClocks) {
      clock.reading = reading
      await assert.rejects(async () => await ask(), TypeError, name)
    }
    clock.reading = nowMs
    await ask()
  })
}

for (const now of [nowMs, 'now', new Date(nowMs), null]) {
  test(`a clock that is no function is a TypeError: ${typeof now}`, () => {
    assert.throws(() => createGuard({ ...guardOptions, now: now as never }), TypeError)
    assert.throws(() => createRevocationList({ now: now as never }), TypeError)
    assert.throws(() => createReplayMemory({ now: now as never }), TypeError)
    assert.throws(() => createTestIssuer({ now: now as never }), TypeError)
  })
}

for (const scope of [
  '',
  ' read',
  'read ',
  'read  write',
  'read"',
  '"read',
  're\\ad',
  'read\n',
  'réad',
  1,
  null,
  [],
]) {
  test(`a scope that cannot stand in a challenge is refused when the guard is made: ${JSON.stringify(scope)}`, () =>
    assert.throws(() => createGuard(guardOptions).required({ scope: scope as string }), TypeError))
}
