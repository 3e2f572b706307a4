import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ask,
  cookie,
  found,
  type Headers,
  requestWith,
  session,
  tokens,
} from '../../../test/guard/cookies.ts'
import { signed } from '../../../test/guard/guarded-api.ts'
import { csrfTokenFor, prepareCsrf } from './csrf.ts'

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
    name: 'POST to no host from a page whose name is as if it were one',
    headers: { origin: 'https://undefined' },
    passes: false,
  },
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
  { name: 'a token behind a letter', headers: { 'x-csrf-token': `a${token}` }, passes: false },
  { name: 'a token before a letter', headers: { 'x-csrf-token': `${token}a` }, passes: false },
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

const signIns: readonly { name: string; headers: Headers; passes: boolean }[] = [
  { name: 'a page of the same origin', headers: { [site]: 'same-origin' }, passes: true },
  { name: 'the hand of the user', headers: { [site]: 'none' }, passes: true },
  { name: 'a page of the list', headers: { origin: 'https://app.example.com' }, passes: true },
  {
    name: 'its own page in an old browser',
    headers: { host: 'api.example.com', origin: 'https://api.example.com' },
    passes: true,
  },
  { name: 'nobody who says so', headers: {}, passes: false },
  { name: 'another site', headers: { [site]: 'cross-site', origin: 'https://evil.example' }, passes: false },
  { name: 'a sibling', headers: { [site]: 'same-site', origin: 'https://evil.example.com' }, passes: false },
  {
    name: 'its own host without TLS',
    headers: { host: 'a.example', origin: 'http://a.example' },
    passes: false,
  },
  { name: 'a page in a sandbox', headers: { host: 'null', origin: 'null' }, passes: false },
  {
    name: 'two origins',
    headers: { origin: ['https://app.example.com', 'https://evil.example'] },
    passes: false,
  },
  { name: 'somebody with the token of a session', headers: { 'x-csrf-token': token }, passes: false },
]
for (const { name, headers, passes } of signIns) {
  test(`${name} ${passes ? 'may' : 'may not'} sign somebody in`, () => {
    for (const cookies of [session, tokens]) {
      assert.equal(cookies.maySignIn(requestWith(headers, { method: 'POST' })), passes)
      // By whatever method: a sign-in changes something.
      assert.equal(cookies.maySignIn(requestWith(headers)), passes)
    }
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
    name: 'where the claim has 16 characters',
    headers: {
      cookie: `__Host-lk_at=${signed({ payload: { csrf: 'a'.repeat(16) } })}`,
      'x-csrf-token': 'a'.repeat(16),
    },
    passes: true,
  },
  {
    name: 'where the claim has 15 characters',
    headers: {
      cookie: `__Host-lk_at=${signed({ payload: { csrf: 'a'.repeat(15) } })}`,
      'x-csrf-token': 'a'.repeat(15),
    },
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

for (const origins of [
  undefined,
  null,
  'https://app.example.com',
  new Set(['https://app.example.com']),
  {},
]) {
  test(`origins that are no list are wrong use, and said to be: ${String(origins)}`, () => {
    const given = { origins } as unknown as { origins: string[] }
    assert.throws(() => prepareCsrf(given, false), {
      name: 'TypeError',
      message: 'csrf names the origins that may, or an empty list',
    })
  })
}
