import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runInNewContext } from 'node:vm'
import { resource, signed } from '../../test/guard/guarded-api.ts'
import { nowMs, secretBytes } from '../../test/token/raw-token.ts'
import { createGuard } from './guard.ts'
import {
  type Authenticator,
  type Challenge,
  FetchRequest,
  type Finding,
  type GuardOptions,
  type Policy,
  type Principal,
} from './index.ts'

const principal: Principal = Object.freeze({
  subject: 'svc_1',
  kind: 'service',
  sessionId: undefined,
  scopes: ['devices:view'],
  userType: undefined,
  clientId: undefined,
  expiresAt: Number.POSITIVE_INFINITY,
  authTime: undefined,
  acr: undefined,
  amr: [],
  claims: {} as Principal['claims'], // such a caller has no token
  token: '',
})

/** A key in the header, as services of other companies send it; answers later, as one that asks a database. */
const apiKey: Authenticator = {
  scheme: 'ApiKey',
  challenge: { scheme: 'ApiKey', parameters: { realm: 'keys' }, announcesMetadata: false },
  async authenticate(_request, credentials, refuse) {
    if (credentials === 'good') return { kind: 'allowed', auth: principal }
    return { kind: 'refused', refusal: refuse('invalid_token', { detail: 'The key is not known' }) }
  },
}

/** A session in a cookie, for which HTTP has no scheme. */
const session: Authenticator = {
  scheme: undefined,
  challenge: undefined,
  carries: (request) => request.header('cookie').some((line) => line.includes('session=')),
  authenticate: (_request, credentials) => ({
    kind: 'allowed',
    auth: Object.freeze({ ...principal, subject: `usr_cookie${credentials}` }),
  }),
}

const options: GuardOptions = {
  secret: secretBytes,
  audience: resource,
  issuer: 'I',
  now: () => nowMs,
  authenticators: [apiKey, session],
}
const bearer = `Bearer ${signed()}`
const cookie = { cookie: 'a=b; session=1' }

async function decide(headers: Record<string, string>, policy?: Policy) {
  const decision = await createGuard(options).required(policy)(
    new FetchRequest(new Request(resource, { headers })),
  )
  if (decision.kind === 'allowed') return { subject: decision.auth?.subject }
  const { status, error, headers: answered } = decision.refusal
  return { status, error, challenge: answered['www-authenticate'] }
}

const chosen: readonly { name: string; headers: Record<string, string>; subject: string }[] = [
  { name: 'a bearer token', headers: { authorization: bearer }, subject: 'usr_1' },
  { name: 'another scheme, in any case', headers: { authorization: 'APIKEY good' }, subject: 'svc_1' },
  { name: 'a cookie without an Authorization header', headers: cookie, subject: 'usr_cookie' },
]
for (const { name, headers, subject } of chosen) {
  test(`what a request carries chooses who judges it: ${name}`, async () => {
    assert.deepEqual(await decide(headers), { subject })
  })
}

test('two Authorization lines are one too many, for a guard of tokens alone as well', async () => {
  for (const authenticators of [[], options.authenticators ?? []]) {
    const required = createGuard({ ...options, authenticators }).required()
    for (const authorization of [`${bearer}, ${bearer}`, `${bearer}, ApiKey good`, `Basic x, ${bearer}`]) {
      const decision = await required(new FetchRequest(new Request(resource, { headers: { authorization } })))
      assert.equal(decision.kind === 'refused' && decision.refusal.reason, 'credentials_ambiguous')
    }
  }
})

test('a guard of tokens alone takes spaces between the scheme and the token', async () => {
  const required = createGuard({ ...options, authenticators: [] }).required()
  for (const spaces of [' ', '  ', '   ']) {
    const headers = { authorization: `Bearer${spaces}${signed()}` }
    const decision = await required(new FetchRequest(new Request(resource, { headers })))
    assert.equal(decision.kind, 'allowed')
  }
})

const bare = 'Bearer realm="api", ApiKey realm="keys"'
const judgedByKey = 'Bearer realm="api", ApiKey realm="keys", error='
const refused: readonly {
  name: string
  headers: Record<string, string>
  policy?: Policy
  status: number
  error: string
  challenge: string
}[] = [
  { name: 'nothing, with all challenges', headers: {}, status: 401, error: 'unauthorized', challenge: bare },
  {
    name: 'a scheme of nobody',
    headers: { authorization: 'Basic x' },
    status: 401,
    error: 'unauthorized',
    challenge: bare,
  },
  {
    name: 'a scheme of nobody beside a cookie',
    headers: { ...cookie, authorization: 'Basic x' },
    status: 401,
    error: 'unauthorized',
    challenge: bare,
  },
  {
    name: 'a bad bearer token, told in the challenge for it',
    headers: { authorization: 'Bearer abc' },
    status: 401,
    error: 'invalid_token',
    challenge:
      'Bearer realm="api", error="invalid_token", error_description="The token is malformed", ApiKey realm="keys"',
  },
  {
    name: 'a bad key, told in the challenge for it, and tried nowhere else',
    headers: { authorization: 'ApiKey bad' },
    status: 401,
    error: 'invalid_token',
    challenge: `${judgedByKey}"invalid_token", error_description="The key is not known"`,
  },
  {
    name: 'a key that lacks a scope',
    headers: { authorization: 'ApiKey good' },
    policy: { scope: 'devices:control' },
    status: 403,
    error: 'insufficient_scope',
    challenge: `${judgedByKey}"insufficient_scope", error_description="The token lacks a scope", scope="devices:control"`,
  },
  {
    name: 'a token and a cookie, so that two programs could choose differently',
    headers: { ...cookie, authorization: bearer },
    status: 400,
    error: 'invalid_request',
    challenge:
      'Bearer realm="api", error="invalid_request", error_description="The request carries more than one credential", ApiKey realm="keys"',
  },
]
for (const { name, headers, policy, ...expected } of refused) {
  test(`a guard with several authenticators refuses ${name}`, async () => {
    assert.deepEqual(await decide(headers, policy), expected)
  })
}

test('two authenticators for one scheme, one that nothing selects, and challenges that cannot be written are a TypeError', () => {
  const { challenge, authenticate } = apiKey
  for (const authenticators of [
    [{ ...apiKey, scheme: 'bearer' }],
    [apiKey, apiKey],
    [{ scheme: undefined, challenge, authenticate }],
    [{ ...apiKey, challenge: { ...apiKey.challenge, parameters: { realm: 'a"b' } } as Challenge }],
    [{ ...apiKey, challenge: { ...apiKey.challenge, parameters: { 'a b': 'c' } } as Challenge }],
    [{ ...apiKey, challenge: { ...apiKey.challenge, scheme: 'Api Key' } as Challenge }],
  ]) {
    assert.throws(() => createGuard({ ...options, authenticators }), TypeError)
  }
})

test('what an authenticator cannot say in a header is an error, and nothing is sent', async () => {
  const wordy: Authenticator = {
    ...apiKey,
    authenticate: (_request, credentials, refuse) => ({
      kind: 'refused',
      refusal: refuse('invalid_token', { detail: `unknown: ${credentials}` }),
    }),
  }
  const required = createGuard({ ...options, authenticators: [wordy] }).required()
  const headers = { authorization: 'ApiKey a", error="' }
  await assert.rejects(async () => required(new FetchRequest(new Request(resource, { headers }))), TypeError)
})

/** Of another realm, as test runners have them: no instance of our Promise. */
const Foreign: PromiseConstructor = runInNewContext('Promise')
const later = <Value>(value: Value | PromiseLike<Value>) => Foreign.resolve(value)

test('what the application promises is waited for, whoever made the promise', async () => {
  const late: Authenticator = {
    ...apiKey,
    authenticate: (request, credentials, refuse) => later(apiKey.authenticate(request, credentials, refuse)),
  }
  const guard = createGuard({ ...options, authenticators: [late] })
  const ask = async (credentials: string, policy?: Policy<FetchRequest>) => {
    const request = new Request(resource, { headers: { authorization: `ApiKey ${credentials}` } })
    return guard.required(policy as Policy)(new FetchRequest(request))
  }
  const good = await ask('good')
  assert.equal(good.kind === 'allowed' && good.auth?.subject, 'svc_1')
  assert.equal((await ask('bad')).kind, 'refused')
  assert.equal((await ask('good', { rule: () => later(true) })).kind, 'allowed')
  assert.equal((await ask('good', { rule: () => later(false) })).kind, 'refused')
})

const noFindings: readonly { name: string; finding: unknown }[] = [
  { name: 'nothing', finding: undefined },
  { name: 'null', finding: null },
  { name: 'true', finding: true },
  { name: 'a principal', finding: principal },
  { name: 'a promise of nothing', finding: Promise.resolve() },
  { name: 'another kind', finding: { kind: 'ok', auth: principal } },
  { name: 'nobody who is allowed', finding: { kind: 'allowed' } },
  { name: 'null who is allowed', finding: { kind: 'allowed', auth: null } },
]
for (const { name, finding } of noFindings) {
  test(`an authenticator that answers with ${name} lets nobody in`, async () => {
    const broken: Authenticator = { ...apiKey, authenticate: () => finding as Finding }
    const guard = createGuard({ ...options, authenticators: [broken] })
    const request = new Request(resource, { headers: { authorization: 'ApiKey good' } })
    for (const decide of [guard.required(), guard.optional(), guard.optional({ lenient: true })]) {
      await assert.rejects(async () => decide(new FetchRequest(request)), TypeError)
    }
  })
}
