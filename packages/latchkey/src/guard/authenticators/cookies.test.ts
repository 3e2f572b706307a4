import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { ask, cookie, type Headers, options, session, tokens } from '../../../test/guard/cookies.ts'
import { clientKey } from '../../../test/guard/dpop.ts'
import { signed } from '../../../test/guard/guarded-api.ts'
import { nowMs } from '../../../test/token/raw-token.ts'
import { type SessionCookieOptions, sessionCookie } from '../index.ts'

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
  {
    name: 'as long as it may be, and of no session',
    headers: { cookie: `__Host-lk=${'a'.repeat(3584)}` },
    status: 401,
    error: 'invalid_credentials',
    cleared: true,
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
  assert.ok(tokens.write('a'.repeat(3584), { maxAgeSeconds: 1 }).endsWith('; Max-Age=1'))
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
  { name: 'a name that holds the prefix', options: { ...options, name: 'x__Host-lk' } },
  { name: 'a name that ends a cookie', options: { ...options, name: '__Host-lk;' } },
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
    { cookie, 'x-csrf-token': session.csrfToken('good') },
    { method: 'POST', authenticators: [plain, tokens] },
  )
  assert.equal(answer.error, 'csrf_failed')
})
