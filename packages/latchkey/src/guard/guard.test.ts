import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { startApi } from '../../test/guard/api.ts'
import { audience, entry, listen } from '../../test/guard/issuer.ts'
import { createSigner, generateKey, publicKeyOf, secretKey, type VerifiedClaims } from '../token/index.ts'
import { createGuard } from './adapters/node.ts'
import type { Decision } from './decider.ts'
import { createGuard as createCoreGuard } from './guard.ts'
import type { GuardOptions, Policy } from './index.ts'
import { allowAny, createRevocationList, FetchRequest, failureLimit, revocationKey } from './index.ts'

const secret = Buffer.from('an HS256 secret of 32 characters')
const key = secretKey(secret, { algorithm: 'HS256' })
const nowMs = Date.now()
const now = () => nowMs
const seconds = Math.floor(nowMs / 1000)
const base = {
  sub: 'usr_1',
  kind: 'user',
  aud: audience,
  exp: seconds + 300,
  sid: 'ses_1',
  user_type: 'admin',
}
const token = (claims: object = {}, signer = key) =>
  createSigner({ key: signer, now, type: 'at+jwt' })({
    ...base,
    scope: 'devices:read devices:control',
    ...claims,
  })

const revocations = createRevocationList({ now })
revocations.add(entry('session', 'ses_ended', nowMs, nowMs + 1e6))
const options: GuardOptions = { secret, audience, now, revocationList: revocations }

test('a lenient route treats a bad token as none, and tells the log', async (t) => {
  const reasons: unknown[] = []
  const guard = createGuard({ ...options, onRefusal: ({ reason }) => reasons.push(reason) })
  const { ask } = await startApi(t, guard, guard.optional({ lenient: true }))
  assert.deepEqual((await ask('Bearer abc')).body, { subject: null })
  assert.deepEqual((await ask(`Bearer ${token({ exp: 1 })}`)).body, { subject: null })
  assert.deepEqual(reasons, ['token_malformed', 'token_expired'])
})

test('a limit of the guard ends guessing at tokens, and asks for patience', async () => {
  const limit = failureLimit({ maxPerAddress: 2, addressOf: () => '192.0.2.1' })
  const required = createCoreGuard({ ...options, failureLimit: limit }).required()
  const ask = async (sent: string): Promise<Decision> => {
    const headers = { authorization: `Bearer ${sent}` }
    return required(new FetchRequest(new Request(audience, { headers })))
  }
  const answers = []
  for (const sent of [token({ exp: 1 }), 'abc', 'abc', 'abc', token()]) {
    const decision = await ask(sent)
    answers.push(decision.kind === 'refused' ? decision.refusal.reason : decision.kind)
  }
  const tooMany = 'failures_too_many'
  assert.deepEqual(answers, ['token_expired', 'token_malformed', 'token_malformed', tooMany, tooMany])
})

test('a CORS preflight reaches no handler and learns nothing', async (t) => {
  const { ask, seen } = await startApi(t, createGuard(options))
  const preflight = { origin: 'https://evil.example', 'access-control-request-method': 'GET' }
  const answer = await ask(undefined, 'OPTIONS', preflight)
  assert.deepEqual(
    [answer.status, answer.headers['access-control-allow-origin'], seen.length],
    [204, undefined, 0],
  )
  assert.equal((await ask(undefined, 'OPTIONS')).status, 401)
  // Half of one is a request as any other.
  for (const [name, value] of Object.entries(preflight))
    assert.equal((await ask(undefined, 'OPTIONS', { [name]: value })).status, 401)
})

test('the principal holds what the token says, frozen', async (t) => {
  const { ask, seen } = await startApi(t, createGuard(options))
  const sent = token({
    client_id: 'web',
    act: { sub: 'svc_1' },
    auth_time: 1000,
    acr: 'high',
    amr: ['pwd', 'otp'],
  })
  await ask(`Bearer ${sent}`)
  const { claims, ...principal } = seen[0]!
  assert.deepEqual(principal, {
    subject: 'usr_1',
    kind: 'user',
    sessionId: 'ses_1',
    scopes: ['devices:read', 'devices:control'],
    userType: 'admin',
    clientId: 'web',
    actor: { sub: 'svc_1' },
    expiresAt: base.exp * 1000,
    authTime: 1_000_000,
    acr: 'high',
    amr: ['pwd', 'otp'],
    token: sent,
  })
  for (const held of [seen[0], principal.scopes, principal.amr, principal.actor, claims as VerifiedClaims]) {
    assert.ok(Object.isFrozen(held))
  }
})

test('a token of an issuer that writes no kind is that of a user, or of a client by itself', async (t) => {
  const { ask, seen } = await startApi(t, createGuard(options))
  await ask(`Bearer ${token({ kind: undefined })}`)
  await ask(`Bearer ${token({ kind: undefined, sub: 'cli_1', client_id: 'cli_1' })}`)
  assert.deepEqual(
    seen.map((auth) => auth?.kind),
    ['user', 'service'],
  )
})

test('the listener form calls the handler with a guarded request', async (t) => {
  const guard = createGuard(options)
  const handler = guard.listener({ scope: 'devices:read' }, (request, response) =>
    response.end(request.auth.subject),
  )
  const url = await listen(t, createServer(handler))
  const response = await fetch(url, { headers: { authorization: `Bearer ${token()}` } })
  assert.equal(await response.text(), 'usr_1')
  assert.equal((await fetch(url)).status, 401)
})

const wrongOptions: readonly { name: string; options: object; policy?: unknown }[] = [
  { name: 'nothing', options: {} },
  { name: 'no audience', options: { secret } },
  { name: 'no issuer, keys or secret', options: { audience } },
  { name: 'a secret and keys', options: { secret, keys: key, audience } },
  { name: 'a secret as text', options: { secret: 'x'.repeat(32), audience } },
  { name: 'a short secret', options: { secret: Buffer.alloc(31), audience } },
  { name: 'an issuer over http', options: { issuer: 'http://id.example.com', audience } },
  { name: 'an issuer that is no URL', options: { issuer: 'id', audience } },
  { name: 'an issuer with a query', options: { issuer: 'https://id.example.com/?a', audience } },
  { name: 'a realm with quotes', options: { secret, audience, realm: 'a"b' } },
  { name: 'a realm with a line break', options: { secret, audience, realm: 'a\r\nb' } },
  { name: 'revocations that are no list', options: { secret, audience, revocationList: {} } },
  { name: 'revocations that are null', options: { secret, audience, revocationList: null } },
  { name: 'a limit that is none', options: { secret, audience, failureLimit: {} } },
  { name: 'a limit that is null', options: { secret, audience, failureLimit: null } },
  { name: 'a listener that is no function', options: { secret, audience, onRefusal: 'log' } },
  { name: 'a fetch that is no function', options: { secret, audience, fetch: {} } },
  { name: 'authenticators that are no list', options: { secret, audience, authenticators: {} } },
  { name: 'an authenticator that is null', options: { secret, audience, authenticators: [null] } },
  { name: 'another framework to be compatible with', options: { secret, audience, compat: 'flask' } },
  { name: 'an undefined scope', options: { secret, audience }, policy: { scope: undefined } },
  { name: 'a list of policies that is none', options: { secret, audience }, policy: { and: {} } },
  { name: 'hiding that is a text', options: { secret, audience }, policy: { rule: () => true, hide: 'yes' } },
  { name: 'a negative tolerance', options: { secret, audience, clockTolerance: -1 } },
  { name: 'a scope with quotes', options: { secret, audience }, policy: { scope: 'a"' } },
  { name: 'an empty scope', options: { secret, audience }, policy: { scope: '' } },
  { name: 'no kinds', options: { secret, audience }, policy: { kinds: [] } },
  { name: 'a negative age', options: { secret, audience }, policy: { maxAge: -1 } },
  { name: 'an age as text', options: { secret, audience }, policy: { maxAge: '5m' } },
  { name: 'an age with a fraction', options: { secret, audience }, policy: { maxAge: 0.5 } },
  { name: 'a kind that does not exist', options: { secret, audience }, policy: { kinds: ['admin'] } },
  { name: 'a member that is misspelt', options: { secret, audience }, policy: { scopes: 'a' } },
  { name: 'a policy that is text', options: { secret, audience }, policy: 'admin' },
  { name: 'no policy', options: { secret, audience }, policy: null },
  { name: 'a rule that is none', options: { secret, audience }, policy: { rule: true } },
  { name: 'something hidden without a rule', options: { secret, audience }, policy: { hide: true } },
  { name: 'nothing to combine', options: { secret, audience }, policy: { or: [] } },
  { name: 'a wrong policy inside', options: { secret, audience }, policy: { and: [{ not: { scope: '' } }] } },
  { name: 'leniency where a token is needed', options: { secret, audience }, policy: { lenient: true } },
  { name: 'strangers where a token is needed', options: { secret, audience }, policy: allowAny },
  { name: 'three secrets', options: { secret: [secret, secret, secret], audience } },
  { name: 'an empty list of secrets', options: { secret: [], audience } },
  { name: 'a short secret beside a good one', options: { secret: [secret, Buffer.alloc(31)], audience } },
  { name: 'a public key as a secret', options: { secret: publicKeyOf(generateKey('ES256')), audience } },
  { name: 'no issuers', options: { issuers: [] } },
  {
    name: 'an issuer beside issuers',
    options: { issuer: 'https://a.example', issuers: [{ issuer: 'https://a.example', audience }] },
  },
  {
    name: 'one issuer twice',
    options: {
      issuers: [
        { issuer: 'I', secret, audience },
        { issuer: 'I', secret, audience },
      ],
    },
  },
  {
    name: 'one of several issuers without a name',
    options: {
      issuers: [
        { issuer: 'I', secret, audience },
        { secret, audience },
      ],
    },
  },
  { name: 'a resource that is no URL', options: { secret, audience, resource: 'api' } },
  { name: 'a resource over http', options: { secret, audience, resource: 'http://api.example.com' } },
  {
    name: 'a resource with a fragment',
    options: { secret, audience, resource: 'https://api.example.com/#a' },
  },
  { name: 'a cache that is text', options: { secret, audience, cache: 'yes' } },
]

/** What each of these is told: a check that is gone is often followed by another, which says something else. */
const told: Readonly<Record<string, string>> = {
  nothing: 'a guard needs an audience (or LATCHKEY_AUDIENCE)',
  'no audience': 'a guard needs an audience (or LATCHKEY_AUDIENCE)',
  'no issuer, keys or secret': 'a guard needs an issuer (or LATCHKEY_ISSUER), keys or a secret',
  'a secret and keys': 'give keys or a secret, not both',
  'a secret as text': 'a secret is bytes (Uint8Array), for HMAC',
  'a short secret': 'a secret for HS256 has at least 32 bytes; insecureShortSecret: true allows fewer',
  'an issuer over http': 'the URL must be https, or http to loopback if allowed, without a password',
  'an issuer that is no URL': 'Invalid URL',
  'an issuer with a query': 'an issuer has no query and no fragment',
  'a realm with quotes': 'realm holds characters that are not allowed',
  'a realm with a line break': 'realm holds characters that are not allowed',
  'revocations that are no list': 'revocationList is what createRevocationList() makes',
  'revocations that are null': 'revocationList is what createRevocationList() makes',
  'a limit that is none': 'failureLimit is what failureLimit() makes',
  'a limit that is null': 'failureLimit is what failureLimit() makes',
  'a listener that is no function': 'onRefusal and fetch are functions',
  'a fetch that is no function': 'onRefusal and fetch are functions',
  'authenticators that are no list': 'authenticators is a list',
  'an authenticator that is null': 'an authenticator is an object',
  'another framework to be compatible with': 'compat is drf',
  'an undefined scope': 'scope of a policy is undefined',
  'a list of policies that is none': 'and is a list of policies that is not empty',
  'hiding that is a text': 'hide is a boolean beside a rule',
  'a negative tolerance': 'clockTolerance is a number of seconds, not negative',
  'a scope with quotes': 'scope is a name, or a list of names that is not empty',
  'an empty scope': 'scope is a name, or a list of names that is not empty',
  'no kinds': 'kinds is a name, or a list of names that is not empty',
  'a negative age': 'maxAge is a whole number of seconds, not negative',
  'an age as text': 'maxAge is a whole number of seconds, not negative',
  'an age with a fraction': 'maxAge is a whole number of seconds, not negative',
  'a kind that does not exist': 'kinds are user, device, service, api_key',
  'a member that is misspelt': 'a policy has no option "scopes"; the nearest is "scope"',
  'a policy that is text': 'a policy takes options as an object',
  'no policy': 'a policy takes options as an object',
  'a rule that is none': 'a rule is a function of the principal and the request',
  'something hidden without a rule': 'hide is a boolean beside a rule',
  'nothing to combine': 'or is a list of policies that is not empty',
  'a wrong policy inside': 'scope is a name, or a list of names that is not empty',
  'leniency where a token is needed': 'a policy has no option "lenient"; the nearest is "not"',
  'strangers where a token is needed': 'a policy has no option "anonymous"; the nearest is "anyScope"',
  'three secrets': 'a secret is one, or two while one takes the place of the other: [current, previous]',
  'an empty list of secrets':
    'a secret is one, or two while one takes the place of the other: [current, previous]',
  'a short secret beside a good one':
    'a secret for HS256 has at least 32 bytes; insecureShortSecret: true allows fewer',
  'a public key as a secret': 'a secret is bytes, or what secretKey makes of them',
  'no issuers': 'issuers is a list that is not empty',
  'an issuer beside issuers': 'of several issuers, issuer is said of each',
  'one issuer twice': 'one issuer is there twice',
  'one of several issuers without a name': 'of several issuers, each has a name',
  'a resource that is no URL': 'Invalid URL',
  'a resource over http': 'the URL must be https, or http to loopback if allowed, without a password',
  'a resource with a fragment': 'a resource has no fragment',
  'a cache that is text': 'cache takes options as an object',
}

for (const { name, options: given, policy } of wrongOptions) {
  test(`a guard is a TypeError with ${name}`, () => {
    const create = () => createGuard(given as GuardOptions).required(policy as Policy)
    assert.throws(create, { name: 'TypeError', message: told[name] })
    if (policy !== undefined) assert.doesNotThrow(() => createGuard(given as GuardOptions).required())
  })
}

test('a guard that remembers tokens still hears of a revocation', () => {
  const list = createRevocationList({ now })
  const guard = createCoreGuard({ secret, audience, cache: true, revocationList: list, now })
  const decide = guard.required()
  const request = new FetchRequest(new Request(audience, { headers: { authorization: `Bearer ${token()}` } }))
  for (const _ of [1, 2]) assert.equal((decide(request) as Decision).kind, 'allowed')
  list.add({ key: revocationKey('session', 'ses_1'), revokedAtMs: nowMs, expiresAtMs: nowMs + 300_000 })
  assert.equal((decide(request) as Decision).kind, 'refused')
})
