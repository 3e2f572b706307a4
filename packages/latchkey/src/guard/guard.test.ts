import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createServer, request as httpRequest } from 'node:http'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { createSigner, secretKey, type VerifiedClaims } from '../token/index.ts'
import { createGuard as createCoreGuard, type Decision } from './guard.ts'
import type { GuardOptions, Policy, Principal, Refusal } from './index.ts'
import { createRevocationList, FetchRequest, revocationKey } from './index.ts'
import { audience, entry, listen, revocation, startIssuer, until } from './issuer.test-support.ts'
import { createGuard, type Guarded, type NodeGuard } from './node.ts'

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

interface Answer {
  readonly status: number
  readonly headers: Record<string, string | string[] | undefined>
  readonly text: string
  readonly body: Record<string, unknown>
}

/** An API on loopback behind a guard; its handler says who came. */
async function startApi(
  t: TestContext,
  guard: NodeGuard,
  policy?: Policy | { optional: boolean; lenient?: boolean },
) {
  const middleware =
    policy !== undefined && 'optional' in policy ? guard.optional(policy) : guard.required(policy)
  const seen: (Principal | undefined)[] = []
  const url = await listen(
    t,
    createServer((request, response) => {
      middleware(request, response, (error) => {
        assert.equal(error, undefined)
        const { auth } = request as Guarded<Principal | undefined>
        seen.push(auth)
        response.end(JSON.stringify({ subject: auth?.subject ?? null }))
      })
    }),
  )
  const ask = (authorization?: string | string[], method = 'GET', headers: Record<string, string> = {}) =>
    new Promise<Answer>((resolve, reject) => {
      const request = httpRequest(url, { method, headers }, async (response) => {
        let text = ''
        for await (const chunk of response.setEncoding('utf8')) text += chunk
        const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body })
      })
      if (authorization !== undefined) request.setHeader('authorization', authorization)
      request.on('error', reject).end()
    })
  return { ask, seen }
}

const C = 'Bearer realm="api"'
const invalidRequest = `${C}, error="invalid_request", error_description="The Authorization header is malformed"`
const invalid = (description: string) => `${C}, error="invalid_token", error_description="${description}"`

/** The rows of the table that every adapter answers by. */
const answered: readonly {
  name: string
  authorization?: string | string[]
  policy?: Policy
  status: number
  challenge: string | undefined
  body: object
}[] = [
  { name: 'no Authorization', status: 401, challenge: C, body: { error: 'unauthorized' } },
  {
    name: 'an empty Authorization',
    authorization: '',
    status: 401,
    challenge: C,
    body: { error: 'unauthorized' },
  },
  {
    name: 'another scheme',
    authorization: 'Basic dXNlcjpwYXNz',
    status: 401,
    challenge: C,
    body: { error: 'unauthorized' },
  },
  {
    name: 'a scheme that begins as ours does',
    authorization: `Bearers ${token()}`,
    status: 401,
    challenge: C,
    body: { error: 'unauthorized' },
  },
  {
    name: 'Bearer and nothing',
    authorization: 'Bearer',
    status: 400,
    challenge: invalidRequest,
    body: { error: 'invalid_request' },
  },
  {
    name: 'Bearer and two tokens',
    authorization: `Bearer ${token()} ${token()}`,
    status: 400,
    challenge: invalidRequest,
    body: { error: 'invalid_request' },
  },
  {
    name: 'a tab in place of a space',
    authorization: `Bearer\t${token()}`,
    status: 401,
    challenge: C,
    body: { error: 'unauthorized' },
  },
  {
    name: 'a character that no token has',
    authorization: 'Bearer a,b',
    status: 400,
    challenge: invalidRequest,
    body: { error: 'invalid_request' },
  },
  {
    name: 'quotes',
    authorization: `Bearer "${token()}"`,
    status: 400,
    challenge: invalidRequest,
    body: { error: 'invalid_request' },
  },
  {
    name: 'two Authorization lines',
    authorization: [`Bearer ${token()}`, `Bearer ${token()}`],
    status: 400,
    challenge: invalidRequest,
    body: { error: 'invalid_request' },
  },
  {
    name: 'no JWT',
    authorization: 'Bearer abc',
    status: 401,
    challenge: invalid('The token is malformed'),
    body: { error: 'invalid_token' },
  },
  {
    name: 'another key',
    authorization: `Bearer ${token({}, secretKey(Buffer.alloc(32, 1), { algorithm: 'HS256' }))}`,
    status: 401,
    challenge: invalid('The signature is invalid'),
    body: { error: 'invalid_token' },
  },
  {
    name: 'another audience',
    authorization: `Bearer ${token({ aud: 'B' })}`,
    status: 401,
    challenge: invalid('The token is for another audience'),
    body: { error: 'invalid_token' },
  },
  {
    name: 'no audience',
    authorization: `Bearer ${token({ aud: undefined })}`,
    status: 401,
    challenge: invalid('The token lacks a claim'),
    body: { error: 'invalid_token' },
  },
  {
    name: 'no expiry',
    authorization: `Bearer ${token({ exp: undefined })}`,
    status: 401,
    challenge: invalid('The token lacks a claim'),
    body: { error: 'invalid_token' },
  },
  {
    name: 'not valid yet',
    authorization: `Bearer ${token({ nbf: seconds + 60 })}`,
    status: 401,
    challenge: invalid('The token is not valid yet'),
    body: { error: 'invalid_token' },
  },
  {
    name: 'expired',
    authorization: `Bearer ${token({ exp: seconds - 31 })}`,
    status: 401,
    challenge: invalid('The token is expired'),
    body: { error: 'invalid_token', reason: 'expired' },
  },
  {
    name: 'a session that has ended',
    authorization: `Bearer ${token({ sid: 'ses_ended' })}`,
    status: 401,
    challenge: invalid('The token was revoked'),
    body: { error: 'invalid_token', reason: 'revoked' },
  },
  {
    name: 'no subject',
    authorization: `Bearer ${token({ sub: undefined })}`,
    status: 401,
    challenge: invalid('A claim of the token is invalid'),
    body: { error: 'invalid_token' },
  },
  {
    name: 'a kind of caller that does not exist',
    authorization: `Bearer ${token({ kind: 'god' })}`,
    status: 401,
    challenge: invalid('A claim of the token is invalid'),
    body: { error: 'invalid_token' },
  },
  {
    name: 'a scope missing',
    authorization: `Bearer ${token()}`,
    policy: { scope: 'devices:read users:write' },
    status: 403,
    challenge: `${C}, error="insufficient_scope", error_description="The token lacks a scope", scope="devices:read users:write"`,
    body: { error: 'insufficient_scope', scope: 'devices:read users:write' },
  },
  {
    name: 'no scope at all',
    authorization: `Bearer ${token({ scope: undefined })}`,
    policy: { scope: ['devices:read'] },
    status: 403,
    challenge: `${C}, error="insufficient_scope", error_description="The token lacks a scope", scope="devices:read"`,
    body: { error: 'insufficient_scope' },
  },
  {
    name: 'another kind of caller',
    authorization: `Bearer ${token()}`,
    policy: { kinds: ['device', 'service'] },
    status: 403,
    challenge: undefined,
    body: { error: 'forbidden' },
  },
  {
    name: 'another type of user',
    authorization: `Bearer ${token()}`,
    policy: { userType: 'owner' },
    status: 403,
    challenge: undefined,
    body: { error: 'forbidden' },
  },
  {
    name: 'no type of user',
    authorization: `Bearer ${token({ user_type: undefined })}`,
    policy: { userType: 'admin' },
    status: 403,
    challenge: undefined,
    body: { error: 'forbidden' },
  },
  {
    name: 'an authentication too long ago',
    authorization: `Bearer ${token({ auth_time: seconds - 400 })}`,
    policy: { maxAge: 300 },
    status: 401,
    challenge: `${C}, error="insufficient_user_authentication", error_description="A more recent or a stronger authentication is needed", max_age="300"`,
    body: { error: 'insufficient_user_authentication', max_age: '300' },
  },
  {
    name: 'an authentication nobody knows when',
    authorization: `Bearer ${token()}`,
    policy: { maxAge: 300 },
    status: 401,
    challenge: `${C}, error="insufficient_user_authentication", error_description="A more recent or a stronger authentication is needed", max_age="300"`,
    body: { error: 'insufficient_user_authentication' },
  },
  {
    name: 'a weak authentication',
    authorization: `Bearer ${token({ acr: 'low' })}`,
    policy: { acr: ['high', 'higher'] },
    status: 401,
    challenge: `${C}, error="insufficient_user_authentication", error_description="A more recent or a stronger authentication is needed", acr_values="high higher"`,
    body: { error: 'insufficient_user_authentication' },
  },
]

const revocations = createRevocationList({ now })
revocations.add(entry('session', 'ses_ended', nowMs, nowMs + 1e6))
const options: GuardOptions = { secret, audience, now, revocationList: revocations }

for (const { name, authorization, policy, status, challenge, body } of answered) {
  test(`a guard answers ${status} to: ${name}`, async (t) => {
    const refusals: Refusal[] = []
    const guard = createGuard({ ...options, onRefusal: (refusal) => refusals.push(refusal) })
    const { ask, seen } = await startApi(t, guard, policy)
    const answer = await ask(authorization)
    assert.deepEqual([answer.status, answer.headers['www-authenticate']], [status, challenge])
    assert.partialDeepStrictEqual(answer.body, { status, ...body })
    assert.equal(answer.headers['content-type'], 'application/problem+json')
    assert.equal(answer.headers['cache-control'], 'no-store')
    assert.equal(seen.length, 0)
    assert.equal(refusals.length, 1)
    const sent = [authorization].flat().join(' ').split(' ').at(-1) ?? ''
    if (sent.length > 6) assert.ok(!JSON.stringify([answer, refusals]).includes(sent.replaceAll('"', '')))

    const head = await ask(authorization, 'HEAD')
    assert.deepEqual([head.status, head.headers['www-authenticate'], head.text], [status, challenge, ''])
    assert.equal(head.headers['content-length'], answer.headers['content-length'])
  })
}

const admitted: readonly { name: string; authorization: string; policy?: Policy }[] = [
  { name: 'a good token', authorization: `Bearer ${token()}` },
  { name: 'a scheme in small letters', authorization: `bearer ${token()}` },
  { name: 'more than one space', authorization: `Bearer   ${token()}` },
  {
    name: 'a token that expired within the tolerance',
    authorization: `Bearer ${token({ exp: seconds - 20 })}`,
  },
  {
    name: 'all that the policy asks',
    authorization: `Bearer ${token({ auth_time: seconds - 300, acr: 'high' })}`,
    policy: {
      scope: ['devices:control', 'devices:read'],
      kinds: ['user'],
      userType: ['owner', 'admin'],
      maxAge: 300,
      acr: 'high',
    },
  },
]

for (const { name, authorization, policy } of admitted) {
  test(`a guard lets through: ${name}`, async (t) => {
    const { ask, seen } = await startApi(t, createGuard(options), policy)
    assert.deepEqual([(await ask(authorization)).status, seen[0]?.subject], [200, 'usr_1'])
  })
}

test('an optional route takes those without a token, not those with a bad one', async (t) => {
  const { ask } = await startApi(t, createGuard(options), { optional: true })
  assert.deepEqual((await ask()).body, { subject: null })
  assert.deepEqual((await ask('Basic x')).body, { subject: null })
  assert.deepEqual((await ask(`Bearer ${token()}`)).body, { subject: 'usr_1' })
  assert.equal((await ask('Bearer abc')).status, 401)
})

test('a lenient route treats a bad token as none, and tells the log', async (t) => {
  const reasons: unknown[] = []
  const guard = createGuard({ ...options, onRefusal: ({ reason }) => reasons.push(reason) })
  const { ask } = await startApi(t, guard, { optional: true, lenient: true })
  assert.deepEqual((await ask('Bearer abc')).body, { subject: null })
  assert.deepEqual((await ask(`Bearer ${token({ exp: 1 })}`)).body, { subject: null })
  assert.deepEqual(reasons, ['token_malformed', 'token_expired'])
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

test('with an issuer alone, keys are found at the first request and kept while it is away', async (t) => {
  const issuer = await startIssuer(t, { withFeed: false })
  const clock = { nowMs: Date.now() }
  const guard = createGuard({ issuer: issuer.url, audience, now: () => clock.nowMs, revocations: false })
  t.after(() => guard.close())
  const { ask } = await startApi(t, guard)
  const good = `Bearer ${issuer.sign({}, { expiresIn: 1e6 })}`
  assert.deepEqual([issuer.fetches.length, guard.state().keys], [0, 'none'])
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask(good)))
  assert.ok(answers.every(({ status }) => status === 200))
  assert.deepEqual(issuer.fetches, ['/.well-known/openid-configuration', '/keys'])
  issuer.up = false
  clock.nowMs += 3_600_000
  for (let i = 0; i < 5; i++) assert.equal((await ask(good)).status, 200)
  assert.equal(guard.state().keys, 'stale')
})

test('an issuer that is away at the start is 503, not 401, and comes back by itself', async (t) => {
  const issuer = await startIssuer(t, { withFeed: false })
  issuer.up = false
  const clock = { nowMs: Date.now() }
  const guard = createGuard({ issuer: issuer.url, audience, now: () => clock.nowMs, revocations: false })
  const { ask } = await startApi(t, guard)
  const answer = await ask(`Bearer ${issuer.sign()}`)
  assert.deepEqual(
    [answer.status, answer.headers['retry-after'], answer.headers['www-authenticate']],
    [503, '5', undefined],
  )
  assert.equal(answer.body.error, 'temporarily_unavailable')
  issuer.up = true
  clock.nowMs += 1000
  assert.equal((await ask(`Bearer ${issuer.sign()}`)).status, 200)
})

const wrongForIssuer = [
  { name: 'an ID token', options: { type: 'JWT' }, detail: 'The token is of another type' },
  { name: 'a device token', options: { type: 'device+jwt' }, detail: 'The token is of another type' },
  {
    name: 'another issuer',
    options: { issuer: 'https://evil.example' },
    detail: 'The token is from another issuer',
  },
  { name: 'another audience', options: { audience: 'B' }, detail: 'The token is for another audience' },
] as const

test('with an issuer alone, only its access tokens for this audience are let through', async (t) => {
  const issuer = await startIssuer(t, { withFeed: false })
  const { ask } = await startApi(t, createGuard({ issuer: issuer.url, audience, revocations: false }))
  for (const { name, options: signer, detail } of wrongForIssuer) {
    const answer = await ask(`Bearer ${issuer.sign({}, signer)}`)
    assert.deepEqual([answer.status, answer.body.error_description], [401, detail], name)
  }
  const other = await startIssuer(t)
  const stranger = other.sign({}, { issuer: issuer.url })
  assert.equal((await ask(`Bearer ${stranger}`)).body.error_description, 'The key of the token is not known')
})

test('metadata that speaks for another issuer is not believed (RFC 8414 section 3.3)', async (t) => {
  const issuer = await startIssuer(t)
  const { ask } = await startApi(t, createGuard({ issuer: `${issuer.url}/`, audience, revocations: false }))
  assert.equal((await ask(`Bearer ${issuer.sign({}, { issuer: `${issuer.url}/` })}`)).status, 503)
})

test('a session that ends is refused as soon as the feed says so', async (t) => {
  const issuer = await startIssuer(t)
  issuer.snapshot = [revocation('token', 'jti_old', Date.now(), Date.now() + 1e6)]
  const guard = createGuard({ issuer: issuer.url, audience })
  t.after(() => guard.close())
  const { ask } = await startApi(t, guard)
  // The first request waits for the first snapshot: what was revoked before this service began is revoked.
  assert.equal((await ask(`Bearer ${issuer.sign({ jti: 'jti_old' })}`)).body.reason, 'revoked')
  const mine = `Bearer ${issuer.sign({ sid: 'ses_1' })}`
  assert.equal((await ask(mine)).status, 200)
  assert.equal(guard.state().revocations.connected, true)
  const { lastEventAtMs } = guard.state().revocations
  issuer.send('revocation', revocation('session', 'ses_1', Date.now(), Date.now() + 1e6), 'rev_2')
  await until(() => guard.state().revocations.lastEventAtMs !== lastEventAtMs)
  assert.equal((await ask(mine)).body.reason, 'revoked')
})

test('a guard that must not serve without its feed refuses once that is lost for too long', async (t) => {
  const issuer = await startIssuer(t)
  const clock = { nowMs: Date.now() }
  const guard = createGuard({
    issuer: issuer.url,
    audience,
    now: () => clock.nowMs,
    revocations: { onStale: 'refuse', maxStale: 60 },
  })
  t.after(() => guard.close())
  const { ask } = await startApi(t, guard)
  const good = `Bearer ${issuer.sign({}, { expiresIn: 1e5 })}`
  assert.equal((await ask(good)).status, 200)
  clock.nowMs += 59_000
  assert.equal((await ask(good)).status, 200)
  clock.nowMs += 2_000
  assert.equal((await ask(good)).status, 503)
  assert.equal(guard.state().revocations.connected, false)
  issuer.send('heartbeat', {})
  await until(() => guard.state().revocations.connected)
  assert.equal((await ask(good)).status, 200)
})

test('LATCHKEY_ISSUER and LATCHKEY_AUDIENCE configure a guard without arguments', async (t) => {
  const issuer = await startIssuer(t, { withFeed: false })
  process.env.LATCHKEY_ISSUER = issuer.url
  process.env.LATCHKEY_AUDIENCE = audience
  t.after(() => {
    delete process.env.LATCHKEY_ISSUER
    delete process.env.LATCHKEY_AUDIENCE
  })
  const guard = createGuard()
  t.after(() => guard.close())
  const { ask } = await startApi(t, guard)
  assert.equal((await ask(`Bearer ${issuer.sign()}`)).status, 200)
})

test('a guard that listens to a feed is no reason for a process not to end, nor to end too early', async (t) => {
  const issuer = await startIssuer(t)
  const script = `
    import { createGuard, FetchRequest } from '${new URL('./index.ts', import.meta.url)}'
    const guard = createGuard({ issuer: '${issuer.url}', audience: '${audience}' })
    const headers = { authorization: 'Bearer ${issuer.sign()}' }
    const { kind } = await guard.required()(new FetchRequest(new Request('${audience}', { headers })))
    console.log(kind, guard.state().revocations.connected)`
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--conditions=latchkey-source',
    '--input-type=module',
    '--eval',
    script,
  ])
  assert.equal(stdout, 'allowed true\n')
})

const wrongOptions: readonly { name: string; options: object; policy?: object }[] = [
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
  { name: 'a negative tolerance', options: { secret, audience, clockTolerance: -1 } },
  { name: 'a scope with quotes', options: { secret, audience }, policy: { scope: 'a"' } },
  { name: 'an empty scope', options: { secret, audience }, policy: { scope: '' } },
  { name: 'no kinds', options: { secret, audience }, policy: { kinds: [] } },
  { name: 'a negative age', options: { secret, audience }, policy: { maxAge: -1 } },
  { name: 'an age as text', options: { secret, audience }, policy: { maxAge: '5m' } },
]

for (const { name, options: given, policy } of wrongOptions) {
  test(`a guard is a TypeError with ${name}`, () => {
    assert.throws(() => createGuard(given as GuardOptions).required(policy as Policy), TypeError)
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
