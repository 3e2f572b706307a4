import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { nowMs, secretBytes } from '../token/raw-token.test-support.ts'
import { resource, signed } from './conformance-rows.test-support.ts'
import { csrfTokenFor } from './csrf.ts'
import { clientKey } from './dpop.test-support.ts'
import { createGuard } from './guard.ts'
import { type GuardRequest, type SessionCookieOptions, sessionCookie, tokenCookie } from './index.ts'

const csrfSecret = new Uint8Array(32).fill(9)
const found: string[] = []
const options: SessionCookieOptions = {
  find(value) {
    found.push(value)
    if (value === 'fault') throw new Error('the database is away')
    if (value === 'late') return Promise.resolve({ subject: 'usr_late' })
    if (value === 'over') return { subject: 'usr_1', expiresAt: nowMs }
    if (value === 'bad') return { subject: '' }
    return value === 'good'
      ? { subject: 'usr_1', sessionId: 'ses_1', scopes: ['a'], expiresAt: nowMs + 1 }
      : undefined
  },
  csrf: { origins: ['https://app.example.com'], secret: csrfSecret },
}
const session = sessionCookie(options)
const tokens = tokenCookie({ csrf: { origins: ['https://app.example.com'] } })

type Headers = Readonly<Record<string, string | readonly string[]>>

async function ask(
  headers: Headers,
  { method = 'GET', isPrivate = false, authenticators = [session, tokens] } = {},
) {
  const request: GuardRequest = {
    method,
    url: '/me',
    header: (name) => [headers[name] ?? []].flat(),
    remoteAddress: undefined,
    isPrivate,
    source: undefined,
  }
  const guard = createGuard({
    secret: secretBytes,
    issuer: 'I',
    audience: resource,
    now: () => nowMs,
    authenticators,
  })
  const decision = await guard.required()(request)
  if (decision.kind === 'allowed') return { subject: decision.auth?.subject, auth: decision.auth }
  const { status, error, reason, headers: answered } = decision.refusal
  return { status, error, reason, cleared: answered['set-cookie'] }
}

const cookie = '__Host-lk=good'
const read: readonly { name: string; headers: Headers; subject: string }[] = [
  { name: 'alone', headers: { cookie }, subject: 'usr_1' },
  { name: 'among others', headers: { cookie: `a=b; ${cookie}; lk=x;c` }, subject: 'usr_1' },
  { name: 'without blanks', headers: { cookie: `a=b;${cookie};c=d` }, subject: 'usr_1' },
  { name: 'in the second line of HTTP/2', headers: { cookie: ['a=b', cookie] }, subject: 'usr_1' },
  {
    name: 'beside one whose name only ends alike',
    headers: { cookie: `x__Host-lk=evil; ${cookie}` },
    subject: 'usr_1',
  },
  { name: 'of a store that takes its time', headers: { cookie: '__Host-lk=late' }, subject: 'usr_late' },
  { name: 'a token', headers: { cookie: `__Host-lk_at=${signed()}` }, subject: 'usr_1' },
]
for (const { name, headers, subject } of read) {
  test(`a cookie says who it is: ${name}`, async () => assert.equal((await ask(headers)).subject, subject))
}

const bound = signed({ payload: clientKey.bound })
const refused: readonly {
  name: string
  headers: Headers
  status: number
  error: string
  cleared?: boolean
}[] = [
  {
    name: 'of no session',
    headers: { cookie: '__Host-lk=other' },
    status: 401,
    error: 'invalid_credentials',
    cleared: true,
  },
  {
    name: 'of a session that has ended',
    headers: { cookie: '__Host-lk=over' },
    status: 401,
    error: 'invalid_credentials',
    cleared: true,
  },
  {
    name: 'that is there twice',
    headers: { cookie: `${cookie}; ${cookie}` },
    status: 400,
    error: 'invalid_request',
  },
  {
    name: 'that is there twice, once empty',
    headers: { cookie: `${cookie}; __Host-lk=` },
    status: 400,
    error: 'invalid_request',
  },
  {
    name: 'in two lines',
    headers: { cookie: [cookie, '__Host-lk=other'] },
    status: 400,
    error: 'invalid_request',
  },
  { name: 'in quotes', headers: { cookie: '__Host-lk="good"' }, status: 400, error: 'invalid_request' },
  {
    name: 'with a blank within',
    headers: { cookie: '__Host-lk=go od' },
    status: 400,
    error: 'invalid_request',
  },
  {
    name: 'with a letter that is not ASCII',
    headers: { cookie: '__Host-lk=göod' },
    status: 400,
    error: 'invalid_request',
  },
  {
    name: 'too long',
    headers: { cookie: `__Host-lk=${'a'.repeat(3585)}` },
    status: 400,
    error: 'invalid_request',
  },
  { name: 'that is empty', headers: { cookie: '__Host-lk=' }, status: 401, error: 'unauthorized' },
  { name: 'without the prefix', headers: { cookie: 'lk=good' }, status: 401, error: 'unauthorized' },
  { name: 'in small letters', headers: { cookie: '__host-lk=good' }, status: 401, error: 'unauthorized' },
  { name: 'without a name', headers: { cookie: '__Host-lk' }, status: 401, error: 'unauthorized' },
  {
    name: 'beside a token in the header',
    headers: { cookie, authorization: `Bearer ${signed()}` },
    status: 400,
    error: 'invalid_request',
  },
  {
    name: 'beside a token in a cookie',
    headers: { cookie: `${cookie}; __Host-lk_at=${signed()}` },
    status: 400,
    error: 'invalid_request',
  },
  {
    name: 'with a token of another audience',
    headers: { cookie: `__Host-lk_at=${signed({ payload: { aud: 'B' } })}` },
    status: 401,
    error: 'invalid_token',
  },
  {
    name: 'with a token that is bound to a key',
    headers: { cookie: `__Host-lk_at=${bound}` },
    status: 401,
    error: 'invalid_token',
  },
  {
    name: 'with what is no token',
    headers: { cookie: '__Host-lk_at=a/b' },
    status: 400,
    error: 'invalid_request',
  },
]
for (const { name, headers, status, error, cleared = false } of refused) {
  test(`a cookie is refused: ${name}`, async () => {
    const answer = await ask(headers)
    assert.deepEqual([answer.status, answer.error], [status, error])
    const forget = '__Host-lk=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0'
    assert.equal(answer.cleared, cleared ? forget : undefined)
  })
}

test('a session is a principal like any other, without a token', async () => {
  const { auth } = await ask({ cookie })
  assert.deepEqual(
    { ...auth },
    {
      subject: 'usr_1',
      kind: 'user',
      sessionId: 'ses_1',
      scopes: ['a'],
      userType: undefined,
      clientId: undefined,
      expiresAt: nowMs + 1,
      authTime: undefined,
      acr: undefined,
      amr: [],
      claims: {},
      token: '',
    },
  )
  assert.ok(Object.isFrozen(auth) && Object.isFrozen(auth?.scopes) && Object.isFrozen(auth?.claims))
})

test('an error of the store, and a session of nobody, are the framework’s to answer', async () => {
  await assert.rejects(ask({ cookie: '__Host-lk=fault' }), /the database is away/)
  await assert.rejects(ask({ cookie: '__Host-lk=bad' }), TypeError)
})

const site = 'sec-fetch-site'
const token = session.csrfToken('good')
const [random = '', mac = ''] = token.split('.')
const csrf: readonly { name: string; method?: string; headers?: Headers; passes: boolean }[] = [
  {
    name: 'GET from anywhere',
    method: 'GET',
    headers: { [site]: 'cross-site', origin: 'null' },
    passes: true,
  },
  { name: 'HEAD from anywhere', method: 'HEAD', headers: { [site]: 'cross-site' }, passes: true },
  { name: 'POST from the same origin', headers: { [site]: 'same-origin' }, passes: true },
  { name: 'POST by the hand of the user', headers: { [site]: 'none' }, passes: true },
  {
    name: 'POST from an origin of the list',
    headers: { [site]: 'same-site', origin: 'https://app.example.com' },
    passes: true,
  },
  {
    name: 'POST from its own origin',
    headers: { host: 'api.example.com', origin: 'https://api.example.com' },
    passes: true,
  },
  {
    name: 'the same by HTTP/2',
    headers: { ':authority': 'api.example.com', origin: 'https://api.example.com' },
    passes: true,
  },
  { name: 'POST with a token', headers: { 'x-csrf-token': token }, passes: true },
  {
    name: 'POST with a token as Django calls it',
    headers: { [site]: 'cross-site', 'x-csrftoken': session.csrfToken('good') },
    passes: true,
  },
  {
    name: 'a WebSocket from its own origin',
    method: 'GET',
    headers: { upgrade: 'websocket', host: 'a.example', origin: 'https://a.example' },
    passes: true,
  },
  { name: 'POST without a word', passes: false },
  {
    name: 'POST from another site',
    headers: { [site]: 'cross-site', origin: 'https://evil.example' },
    passes: false,
  },
  {
    name: 'POST from a sibling',
    headers: { [site]: 'same-site', origin: 'https://evil.example.com' },
    passes: false,
  },
  { name: 'PUT without a word', method: 'PUT', passes: false },
  { name: 'PATCH without a word', method: 'PATCH', passes: false },
  { name: 'DELETE without a word', method: 'DELETE', passes: false },
  { name: 'a method of nobody', method: 'FROB', passes: false },
  { name: 'a method in small letters', method: 'get', passes: false },
  {
    name: 'a WebSocket from another site',
    method: 'GET',
    headers: { upgrade: 'websocket', origin: 'https://evil.example' },
    passes: false,
  },
  { name: 'a WebSocket without an origin', method: 'GET', headers: { upgrade: 'websocket' }, passes: false },
  { name: 'an origin of the list, over http', headers: { origin: 'http://app.example.com' }, passes: false },
  {
    name: 'an origin of the list, another port',
    headers: { origin: 'https://app.example.com:8443' },
    passes: false,
  },
  {
    name: 'an origin that begins as one of the list',
    headers: { origin: 'https://app.example.com.evil.example' },
    passes: false,
  },
  {
    name: 'its own host over http',
    headers: { host: 'api.example.com', origin: 'http://api.example.com' },
    passes: false,
  },
  { name: 'an origin of no page', headers: { host: 'null', origin: 'null' }, passes: false },
  {
    name: 'two origins',
    headers: { origin: ['https://app.example.com', 'https://evil.example'] },
    passes: false,
  },
  { name: 'two words about the site', headers: { [site]: ['same-origin', 'cross-site'] }, passes: false },
  { name: 'a referrer only', headers: { referer: 'https://app.example.com/' }, passes: false },
  {
    name: 'the token of another session',
    headers: { 'x-csrf-token': session.csrfToken('late') },
    passes: false,
  },
  {
    name: 'a token by another secret',
    headers: { 'x-csrf-token': csrfTokenFor(new Uint8Array(32), 'good') },
    passes: false,
  },
  {
    name: 'a token of which the random part was changed',
    headers: { 'x-csrf-token': `${'A'.repeat(22)}.${mac}` },
    passes: false,
  },
  { name: 'half a token', headers: { 'x-csrf-token': `${random}.` }, passes: false },
  { name: 'the cookie as a token', headers: { 'x-csrf-token': 'good' }, passes: false },
  { name: 'an empty token', headers: { 'x-csrf-token': '' }, passes: false },
  { name: 'two tokens', headers: { 'x-csrf-token': token, 'x-csrftoken': token }, passes: false },
]
for (const { name, method = 'POST', headers = {}, passes } of csrf) {
  test(`a cookie ${passes ? 'may be used' : 'is not enough'}: ${name}`, async () => {
    found.length = 0
    const answer = await ask({ cookie, ...headers }, { method })
    if (passes) assert.equal(answer.subject, 'usr_1')
    else assert.deepEqual([answer.status, answer.error, answer.cleared], [403, 'csrf_failed', undefined])
    assert.deepEqual(found, passes ? ['good'] : [])
  })
}

const withCsrf = `__Host-lk_at=${signed({ payload: { csrf: 'a text of enough letters' } })}`
const byClaim: readonly { name: string; headers: Headers; passes: boolean }[] = [
  {
    name: 'with the text of its claim',
    headers: { cookie: withCsrf, 'x-csrf-token': 'a text of enough letters' },
    passes: true,
  },
  { name: 'from its own page', headers: { cookie: withCsrf, [site]: 'same-origin' }, passes: true },
  { name: 'without it', headers: { cookie: withCsrf }, passes: false },
  {
    name: 'with another text',
    headers: { cookie: withCsrf, 'x-csrf-token': 'a text of enough Letters' },
    passes: false,
  },
  {
    name: 'where the claim is short',
    headers: { cookie: `__Host-lk_at=${signed({ payload: { csrf: 'a' } })}`, 'x-csrf-token': 'a' },
    passes: false,
  },
  {
    name: 'where there is no claim',
    headers: { cookie: `__Host-lk_at=${signed()}`, 'x-csrf-token': 'undefined' },
    passes: false,
  },
]
for (const { name, headers, passes } of byClaim) {
  test(`a token in a cookie ${passes ? 'may be used' : 'is not enough'} for a POST ${name}`, async () => {
    const answer = await ask(headers, { method: 'POST' })
    assert.deepEqual(
      passes ? answer.subject : [answer.status, answer.error],
      passes ? 'usr_1' : [403, 'csrf_failed'],
    )
  })
}

test('whoever brings a bearer token needs no word about the page', async () => {
  assert.equal(
    (await ask({ authorization: `Bearer ${signed()}`, [site]: 'cross-site' }, { method: 'POST' })).subject,
    'usr_1',
  )
})

test('the cookies are written so that neither scripts nor other sites nor other hosts get them', () => {
  assert.equal(
    session.write('abc', { maxAgeSeconds: 60 }),
    '__Host-lk=abc; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=60',
  )
  assert.equal(session.write('abc'), '__Host-lk=abc; Path=/; Secure; HttpOnly; SameSite=Lax')
  assert.equal(session.clear(), '__Host-lk=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0')
  assert.match(tokens.write(signed()), /^__Host-lk_at=[\w\-.]+; Path=\/; Secure; HttpOnly; SameSite=Lax$/)
  for (const bad of ['', 'a;b', 'a b', 'a,b', 'a\r\nb', 'ü', '"a"'])
    assert.throws(() => session.write(bad), TypeError)
  for (const maxAgeSeconds of [0, -1, 1.5, Number.NaN])
    assert.throws(() => session.write('a', { maxAgeSeconds }), TypeError)
  assert.throws(() => tokens.write('a'.repeat(3585)), RangeError)
})

test('for development the cookie has no prefix, is read from this machine only, and a warning is given', async () => {
  const warned = once(process, 'warning')
  const development = sessionCookie({ ...options, development: true })
  const [warning] = await warned
  assert.equal(warning.code, 'LATCHKEY_DEVELOPMENT_COOKIE')
  assert.equal(development.write('good'), 'lk=good; Path=/; HttpOnly; SameSite=Lax')
  const authenticators = [development, tokens]
  const headers = { cookie: 'lk=good', host: '127.0.0.1:3000', origin: 'http://127.0.0.1:3000' }
  assert.equal((await ask(headers, { method: 'POST', isPrivate: true, authenticators })).subject, 'usr_1')
  assert.equal((await ask(headers, { method: 'POST', authenticators })).status, 401)
  assert.equal(
    (
      await ask(
        { ...headers, origin: 'http://evil.example' },
        { method: 'POST', isPrivate: true, authenticators },
      )
    ).status,
    403,
  )
})

const wrong: readonly { name: string; options: unknown }[] = [
  { name: 'no find', options: { csrf: options.csrf } },
  { name: 'no csrf', options: { find: options.find } },
  { name: 'a name without the prefix', options: { ...options, name: 'lk' } },
  { name: 'a name that is only the prefix', options: { ...options, name: '__Host-' } },
  { name: 'an origin with a path', options: { ...options, csrf: { origins: ['https://a.example/'] } } },
  {
    name: 'an origin that is a pattern',
    options: { ...options, csrf: { origins: ['https://*.example.com/x'] } },
  },
  { name: 'the origin null', options: { ...options, csrf: { origins: ['null'] } } },
  { name: 'a short secret', options: { ...options, csrf: { origins: [], secret: new Uint8Array(31) } } },
]
for (const { name, options: given } of wrong) {
  test(`a session cookie is a TypeError with ${name}`, () => {
    assert.throws(() => sessionCookie(given as SessionCookieOptions), TypeError)
  })
}

test('without a secret there are no tokens', async () => {
  const plain = sessionCookie({ ...options, csrf: { origins: [] } })
  assert.throws(() => plain.csrfToken('good'), TypeError)
  const answer = await ask(
    { cookie, 'x-csrf-token': token },
    { method: 'POST', authenticators: [plain, tokens] },
  )
  assert.equal(answer.error, 'csrf_failed')
})
