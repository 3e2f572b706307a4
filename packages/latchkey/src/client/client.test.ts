import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { ada, type Given, serve, startIssuer } from '../../test/client/issuer.ts'
import { type ClientOptions, createClient } from './client.ts'
import type { SessionStorage } from './storage.ts'

test('who has signed in is known, and their requests carry a token', async (t) => {
  const issuer = await startIssuer(t)
  const client = issuer.open()
  const told: unknown[] = []
  client.on('signed-in', ({ subject }) => told.push(subject))
  assert.equal(await client.restore(), undefined)
  const session = await client.signIn(ada)
  assert.deepEqual(
    { ...session },
    {
      subject: 'usr_ada',
      sessionId: 'ses_1',
      username: 'ada',
      userType: 'customer',
      scopes: ['devices:view'],
      authTimeMs: undefined,
    },
  )
  assert.ok(Object.isFrozen(session) && Object.isFrozen(session.scopes) && Object.isFrozen(client))
  const response = await client.fetch(`${issuer.url}/me?a=b`, {
    method: 'POST',
    headers: { 'x-mine': '1' },
    body: 'hello',
  })
  assert.equal(response.status, 200)
  const { method, path, headers, body } = issuer.asked[1]!
  assert.deepEqual([method, path, headers['x-mine'], body], ['POST', '/me?a=b', '1', 'hello'])
  assert.match(headers.authorization ?? '', /^Bearer e30\./)
  assert.deepEqual(told, ['usr_ada'])
})

const goodTokens = {
  access_token: `e30.${Buffer.from('{"sub":"usr_1"}').toString('base64url')}.AA`,
  token_type: 'Bearer',
  expires_in: 1,
  refresh_token: 'r',
  session_id: 's',
}

const signInRefusals: readonly { name: string; given: Given; expected: object }[] = [
  {
    name: 'a wrong password',
    given: { status: 401, body: { code: 'credentials_invalid' } },
    expected: { code: 'credentials_invalid', status: 401 },
  },
  {
    name: 'a disabled account',
    given: { status: 403, body: { code: 'account_disabled' } },
    expected: { code: 'issuer_refused', status: 403, issuerCode: 'account_disabled' },
  },
  {
    name: 'too many guesses',
    given: { status: 429, headers: { 'retry-after': '7' }, body: {} },
    expected: { code: 'issuer_unavailable', retryAfterMs: 7000 },
  },
  {
    name: 'a server under load that says when as a date',
    given: { status: 503, headers: { 'retry-after': 'Fri, 31 Dec 2027 23:59:59 GMT' }, body: {} },
    expected: { code: 'issuer_unavailable', retryAfterMs: undefined },
  },
  { name: 'a hotspot', given: { status: 200, body: '<p>Hello' }, expected: { code: 'answer_invalid' } },
  {
    name: 'a redirect',
    given: { status: 302, headers: { location: '/x' } },
    expected: { code: 'issuer_unreachable' },
  },
  { name: 'an empty answer', given: { status: 204 }, expected: { code: 'answer_invalid' } },
  {
    name: 'a token that is no JWT',
    given: {
      status: 200,
      body: { access_token: 'opaque', refresh_token: 'r', session_id: 's', expires_in: 300 },
    },
    expected: { code: 'answer_invalid' },
  },
  {
    name: 'a token without a life',
    given: { status: 200, body: { ...goodTokens, expires_in: 0 } },
    expected: { code: 'answer_invalid' },
  },
  ...Object.keys(goodTokens).map((member) => ({
    name: `tokens without ${member}`,
    given: { status: 200, body: { ...goodTokens, [member]: undefined } },
    expected: { code: 'answer_invalid', status: 200 },
  })),
  {
    name: 'a refusal whose code is a sentence',
    given: { status: 403, body: { code: 'not today' } },
    expected: { code: 'issuer_refused', status: 403, issuerCode: undefined },
  },
  {
    name: 'a refusal whose code has 64 letters',
    given: { status: 403, body: { code: 'x'.repeat(64) } },
    expected: { code: 'issuer_refused', issuerCode: 'x'.repeat(64) },
  },
  {
    name: 'a refusal whose code has 65 letters',
    given: { status: 403, body: { code: 'x'.repeat(65) } },
    expected: { code: 'issuer_refused', issuerCode: undefined },
  },
  {
    name: 'the first status that refuses',
    given: { status: 400, body: {} },
    expected: { code: 'issuer_refused', status: 400 },
  },
  {
    name: 'the last status that refuses and is no fault of the issuer',
    given: { status: 499, body: {} },
    expected: { code: 'issuer_refused', status: 499 },
  },
  {
    name: 'the first status that is a fault of the issuer',
    given: { status: 500, body: {} },
    expected: { code: 'issuer_unavailable', status: 500 },
  },
  {
    name: 'a server that says when in words after the number',
    given: { status: 503, headers: { 'retry-after': '7 s' }, body: {} },
    expected: { code: 'issuer_unavailable', retryAfterMs: undefined },
  },
  {
    name: 'a server that says when with a sign',
    given: { status: 503, headers: { 'retry-after': '+7' }, body: {} },
    expected: { code: 'issuer_unavailable', retryAfterMs: undefined },
  },
  {
    name: 'a server that says when in nine digits',
    given: { status: 503, headers: { 'retry-after': '999999999' }, body: {} },
    expected: { code: 'issuer_unavailable', retryAfterMs: 300_000 },
  },
  {
    name: 'a server that says when in ten digits',
    given: { status: 503, headers: { 'retry-after': '1000000000' }, body: {} },
    expected: { code: 'issuer_unavailable', retryAfterMs: undefined },
  },
  {
    name: 'good tokens in an answer of 65,537 characters',
    given: { status: 200, body: tokensIn(65_537) },
    expected: { code: 'answer_invalid' },
  },
  {
    name: 'an answer of a megabyte',
    given: { status: 200, body: { pad: 'x'.repeat(1 << 20) } },
    expected: { code: 'answer_invalid' },
  },
]

for (const { name, given, expected } of signInRefusals) {
  test(`nobody is signed in after ${name}`, async (t) => {
    const issuer = await startIssuer(t)
    issuer.instead.set('/v1/login', () => given)
    const client = issuer.open()
    await assert.rejects(client.signIn(ada), { name: 'ClientError', ...expected })
    assert.equal(client.session, undefined)
    await assert.rejects(client.fetch(`${issuer.url}/me`), { code: 'signed_out' })
    assert.deepEqual(issuer.paths(), ['/v1/login'])
  })
}

const confirmations: readonly { cnf: unknown; isTaken: boolean }[] = [
  { cnf: undefined, isTaken: true },
  { cnf: null, isTaken: true },
  { cnf: 'jkt', isTaken: true },
  { cnf: { 'x5t#S256': 'a' }, isTaken: true },
  { cnf: { jkt: 'a' }, isTaken: false },
]
for (const { cnf, isTaken } of confirmations) {
  test(`a client without a key ${isTaken ? 'takes' : 'does not take'} a token with the confirmation ${JSON.stringify(cnf)}`, async (t) => {
    const issuer = await startIssuer(t)
    const payload = Buffer.from(JSON.stringify({ sub: 'usr_1', cnf })).toString('base64url')
    const body = { ...goodTokens, access_token: `e30.${payload}.AA` }
    issuer.instead.set('/v1/login', () => ({ status: 200, body }))
    const signingIn = issuer.open().signIn(ada)
    if (isTaken) assert.equal((await signingIn).subject, 'usr_1')
    else await assert.rejects(signingIn, { code: 'answer_invalid' })
  })
}

test('an answer of 65,536 characters is read, and signs in', async (t) => {
  const issuer = await startIssuer(t)
  issuer.instead.set('/v1/login', () => ({ status: 200, body: tokensIn(65_536) }))
  assert.equal((await issuer.open().signIn(ada)).subject, 'usr_1')
})

/** Good tokens, in an answer of so many characters. */
function tokensIn(length: number): string {
  return JSON.stringify(goodTokens).padEnd(length)
}

const elsewhere: readonly { name: string; url: (own: string) => string }[] = [
  { name: 'another host', url: () => 'https://evil.example/me' },
  { name: 'another port', url: () => 'http://127.0.0.1:1/me' },
  { name: 'another scheme', url: (own) => own.replace('http:', 'https:') },
  { name: 'a host that begins alike', url: () => 'http://127.0.0.1.evil.example/' },
  { name: 'the host as a user name', url: (own) => `http://${new URL(own).host}@evil.example/` },
]

for (const { name, url } of elsewhere) {
  test(`a token does not go to an origin that is not listed: ${name}`, async (t) => {
    const issuer = await startIssuer(t)
    const client = await issuer.signedIn()
    await assert.rejects(client.fetch(url(issuer.url)), { code: 'origin_not_listed' })
    await assert.rejects(client.fetch(new URL(url(issuer.url))), { code: 'origin_not_listed' })
    assert.deepEqual(issuer.paths(), ['/v1/login'])
  })
}

test('a token goes to the origins that are listed, and a redirect takes it to no other', async (t) => {
  const issuer = await startIssuer(t)
  const stranger = await serve(t, () => ({ status: 200 }))
  const api = await serve(t, ({ path }) =>
    path === '/away' ? { status: 302, headers: { location: `${stranger.url}/caught` } } : { status: 200 },
  )
  const client = await issuer.signedIn({ resources: [api.url] })
  await client.fetch(`${api.url}/me`)
  await client.fetch(`${api.url}/away`)
  assert.deepEqual(
    [...api.asked, ...stranger.asked].map(({ path, headers }) => [path, headers.authorization !== undefined]),
    [
      ['/me', true],
      ['/away', true],
      ['/caught', false],
    ],
  )
})

test('metadata in which a stranger names our issuer brings them no token', async (t) => {
  const issuer = await startIssuer(t)
  const stranger = await serve(t, () => ({
    status: 401,
    headers: { 'www-authenticate': `Bearer resource_metadata="${stranger.url}/metadata"` },
  }))
  const client = await issuer.signedIn()
  await assert.rejects(client.fetch(`${stranger.url}/me`), { code: 'origin_not_listed' })
  assert.deepEqual(stranger.asked, [])
})

const wrong: readonly { name: string; options: Record<string, unknown> }[] = [
  { name: 'an issuer over http', options: { issuer: 'http://id.example.com' } },
  { name: 'an issuer that is no URL', options: { issuer: 'id.example.com' } },
  { name: 'an issuer with a query', options: { issuer: 'https://id.example.com?a' } },
  { name: 'an issuer with a password', options: { issuer: 'https://a:b@id.example.com' } },
  { name: 'a resource over http', options: { resources: ['http://api.example.com'] } },
  { name: 'a resource with a path', options: { resources: ['https://api.example.com/v1'] } },
  { name: 'a client id with a blank', options: { clientId: 'my app' } },
  { name: 'a client id that is empty', options: { clientId: '' } },
  { name: 'a client id of 65 characters', options: { clientId: 'a'.repeat(65) } },
]

test('a client id may have 64 characters', () => {
  createClient({ issuer: 'https://id.example.com', clientId: 'a'.repeat(64), locks: false }).close()
})

for (const { name, options } of wrong) {
  test(`createClient is a TypeError with ${name}`, () => {
    assert.throws(
      () => createClient({ issuer: 'https://id.example.com', ...options } as ClientOptions),
      TypeError,
    )
  })
}

const ofPages: readonly { name: string; page: string; issuer: string; isTaken: boolean }[] = [
  {
    name: 'its own origin',
    page: 'http://192.168.1.5:8484',
    issuer: 'http://192.168.1.5:8484',
    isTaken: true,
  },
  {
    name: 'another port of its host',
    page: 'http://192.168.1.5',
    issuer: 'http://192.168.1.5:8484',
    isTaken: false,
  },
  {
    name: 'its host over http, itself over https',
    page: 'https://id.example.com',
    issuer: 'http://id.example.com',
    isTaken: false,
  },
  {
    name: 'its own origin with a password',
    page: 'http://192.168.1.5:8484',
    issuer: 'http://a:b@192.168.1.5:8484',
    isTaken: false,
  },
  { name: 'a file, itself a file', page: 'file:///a', issuer: 'file:///a', isTaken: false },
]

for (const { name, page, issuer, isTaken } of ofPages) {
  test(`a page ${isTaken ? 'may' : 'may not'} name an issuer over http: ${name}`, (t) => {
    Object.defineProperty(globalThis, 'location', { value: new URL(page), configurable: true })
    t.after(() => Reflect.deleteProperty(globalThis, 'location'))
    if (isTaken) createClient({ issuer, locks: false }).close()
    else assert.throws(() => createClient({ issuer, locks: false }), TypeError)
  })
}

test('a request may not bring its own Authorization', async (t) => {
  const issuer = await startIssuer(t)
  const client = await issuer.signedIn()
  const headers = { authorization: 'Bearer x' }
  await assert.rejects(client.fetch(`${issuer.url}/me`, { headers }), TypeError)
  await assert.rejects(client.fetch(new Request(`${issuer.url}/me`, { headers })), TypeError)
})

test('a relative URL has no meaning outside of a page', async (t) => {
  const client = await (await startIssuer(t)).signedIn()
  await assert.rejects(client.fetch('/me'), TypeError)
})

test('signing out forgets the session and ends it at the issuer', async (t) => {
  const issuer = await startIssuer(t)
  const client = await issuer.signedIn()
  const token = await issuer.tokenOf(client)
  const told: unknown[] = []
  client.on('signed-out', ({ reason }) => told.push(reason))
  await client.signOut()
  assert.equal(client.session, undefined)
  assert.deepEqual(issuer.ended, [`Bearer ${token}`])
  assert.deepEqual(told, ['signed_out'])
  await assert.rejects(client.fetch(`${issuer.url}/me`), { code: 'signed_out' })
  await client.signOut()
  assert.deepEqual(issuer.ended.length, 1)
})

test('signing out with a token that has not expired renews nothing', async (t) => {
  const issuer = await startIssuer(t)
  const client = await issuer.signedIn()
  issuer.nowMs += 299_999
  await client.signOut()
  assert.deepEqual(issuer.paths(), ['/v1/login', '/v1/logout'])
})

test('what ends a session is sent to its end, also when its page goes away', async (t) => {
  const issuer = await startIssuer(t)
  const { mock } = t.mock.method(globalThis, 'fetch')
  const client = await issuer.signedIn()
  await client.signOut()
  assert.deepEqual(
    mock.calls.map(({ arguments: [url, init] }) => [String(url).replace(issuer.url, ''), init?.keepalive]),
    [
      ['/v1/login', false],
      ['/v1/logout', true],
    ],
  )
})

/** It keeps nothing, and says so when that is resolved. */
const removedLate = (removed: Promise<void>): SessionStorage => ({
  read: async () => undefined,
  write: async () => {},
  remove: () => removed,
})

test('the end of a session is asked for before anything is waited for: the page may be left in that moment', async (t) => {
  const issuer = await startIssuer(t)
  const removed = Promise.withResolvers<void>()
  const client = await issuer.signedIn({ storage: () => removedLate(removed.promise) })
  const { mock } = t.mock.method(globalThis, 'fetch')
  const done = client.signOut()
  // No turn of the event loop, in which a browser may leave the page.
  for (let at = 0; at < 20; at += 1) await undefined
  assert.deepEqual(
    mock.calls.map(({ arguments: [url] }) => String(url).replace(issuer.url, '')),
    ['/v1/logout'],
  )
  removed.resolve()
  await done
  assert.equal(issuer.ended.length, 1)
})

test('signing out is told as refused where the issuer cannot be told, and nobody else hears of it', async (t) => {
  const issuer = await startIssuer(t)
  const removed = Promise.withResolvers<void>()
  const client = await issuer.signedIn({ storage: () => removedLate(removed.promise) })
  t.mock.method(globalThis, 'fetch', () => Promise.reject(new Error('no network')))
  const done = client.signOut()
  // An error that nobody has caught yet would end the process here.
  await setImmediate()
  removed.resolve()
  await assert.rejects(done, { code: 'issuer_unreachable' })
  assert.equal(client.session, undefined)
})

test('signing out with an expired token renews it, for otherwise nothing would be ended', async (t) => {
  const issuer = await startIssuer(t)
  const client = await issuer.signedIn()
  issuer.expire()
  await client.signOut()
  assert.deepEqual(issuer.paths(), ['/v1/login', '/v1/refresh', '/v1/logout'])
})

test('signing out of a session that is over, with an expired token, is done', async (t) => {
  const issuer = await startIssuer(t)
  const client = await issuer.signedIn()
  issuer.expire()
  issuer.isOver = true
  await client.signOut()
  assert.equal(client.session, undefined)
  assert.deepEqual(issuer.paths(), ['/v1/login', '/v1/refresh'])
})

for (const { name, given, isTold } of [
  { name: 'that took the token', given: { status: 204 }, isTold: true },
  {
    name: 'for which the token is over',
    given: { status: 401, body: { code: 'token_revoked' } },
    isTold: true,
  },
  { name: 'that knows no such token', given: { status: 401, body: { code: 'token_invalid' } }, isTold: true },
  { name: 'that says 401 in no words of its own', given: { status: 401, body: {} }, isTold: false },
  {
    name: 'that says so by another status',
    given: { status: 403, body: { code: 'token_revoked' } },
    isTold: false,
  },
  { name: 'that answers like a page', given: { status: 200, body: '<p>Hello' }, isTold: false },
]) {
  test(`signing out by an issuer ${name} ${isTold ? 'is done' : 'rejects'}`, async (t) => {
    const issuer = await startIssuer(t)
    const client = await issuer.signedIn()
    issuer.instead.set('/v1/logout', () => given)
    if (isTold) await client.signOut()
    else await assert.rejects(client.signOut(), { name: 'ClientError', status: given.status })
    assert.equal(client.session, undefined)
  })
}

test('signing out while the issuer is away forgets the session, and says that it could not be told', async (t) => {
  const issuer = await startIssuer(t)
  const client = await issuer.signedIn()
  issuer.stop()
  await assert.rejects(client.signOut(), { code: 'issuer_unreachable' })
  assert.equal(client.session, undefined)
})

for (const { name, agoMs, isEnded } of [
  { name: 'ends the session of before until its token has expired', agoMs: 299_999, isEnded: true },
  { name: 'does not ask for the end of a session whose token has expired', agoMs: 300_000, isEnded: false },
]) {
  test(`signing in again ${name}`, async (t) => {
    const issuer = await startIssuer(t)
    const client = await issuer.signedIn()
    const before = await issuer.tokenOf(client)
    issuer.nowMs += agoMs
    const session = await client.signIn({ username: 'ben', password: 'right' })
    assert.equal(session.subject, 'usr_ben')
    assert.deepEqual(issuer.ended, isEnded ? [`Bearer ${before}`] : [])
  })
}

test('of an answer that is too long no more is read', async (t) => {
  const issuer = await startIssuer(t)
  let isCancelled = false
  const body = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(1024)),
    cancel() {
      isCancelled = true
    },
  })
  const client = issuer.open({ fetch: async () => new Response(body) })
  await assert.rejects(client.signIn(ada), { code: 'answer_invalid' })
  assert.equal(isCancelled, true)
})

test('the answer that led to a second request is not read, and lets its connection go', async (t) => {
  const issuer = await startIssuer(t)
  const client = await issuer.signedIn({
    fetch: async (input, init) => {
      if (!String(input).endsWith('/me') || refusal.isCancelled) return fetch(input, init)
      const headers = { 'www-authenticate': 'Bearer error="invalid_token"' }
      return new Response(refusal.body, { status: 401, headers })
    },
  })
  const refusal = {
    isCancelled: false,
    body: new ReadableStream({
      cancel() {
        refusal.isCancelled = true
      },
    }),
  }
  assert.equal((await client.fetch(`${issuer.url}/me`)).status, 200)
  assert.equal(refusal.isCancelled, true)
})

const closings: readonly { name: string; answer: { status: number }; code: string }[] = [
  { name: 'is refused', answer: { status: 403 }, code: 'issuer_refused' },
  { name: 'is to be asked a second time', answer: { status: 503 }, code: 'closed' },
]
for (const { name, answer, code } of closings) {
  test(`a client that is closed while its refresh ${name} asks no more`, async (t) => {
    const issuer = await startIssuer(t)
    const client = await issuer.signedIn()
    issuer.expire()
    issuer.instead.set('/v1/refresh', () => {
      client.close()
      return answer
    })
    await assert.rejects(client.fetch(`${issuer.url}/me`), { code })
    assert.deepEqual(issuer.paths(), ['/v1/login', '/v1/refresh'])
  })
}

test('a request whose client is closed while it waits for its token is not sent', async (t) => {
  const issuer = await startIssuer(t)
  const client = await issuer.signedIn()
  const asking = client.fetch(`${issuer.url}/me`)
  client.close()
  await assert.rejects(asking, { code: 'closed' })
  assert.deepEqual(issuer.paths(), ['/v1/login'])
})

test('a client that is closed sends nothing', async (t) => {
  const issuer = await startIssuer(t)
  const client = await issuer.signedIn()
  client.close()
  for (const act of [
    () => client.fetch(`${issuer.url}/me`),
    () => client.signIn(ada),
    () => client.signOut(),
    () => client.restore(),
  ]) {
    await assert.rejects(act, { code: 'closed' })
  }
  assert.deepEqual(issuer.paths(), ['/v1/login'])
})

test('no error of the client tells a password, a token or an address', async (t) => {
  const issuer = await startIssuer(t)
  const client = issuer.open()
  const secret = { username: 'ada', password: 'a secret of hers' }
  const texts: string[] = []
  const note = (error: unknown) =>
    texts.push(error instanceof Error ? `${error.message} ${JSON.stringify(error)}` : '')
  await client.signIn(secret).catch(note)
  await client.signIn(ada)
  const token = await issuer.tokenOf(client)
  issuer.stop()
  issuer.expire()
  await client.fetch(`${issuer.url}/me`).catch(note)
  await client.fetch('https://elsewhere.example/').catch(note)
  assert.equal(texts.length, 3)
  for (const text of texts) {
    assert.doesNotMatch(text, /secret|127\.0\.0\.1|example/)
    assert.ok(!text.includes(token))
  }
})
