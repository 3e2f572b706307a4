import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openTestApp, type TestApp, testIssuer } from '../../test/app.ts'
import { readConfig } from '../config/config.ts'

let open: TestApp
let closed: TestApp
before(async () => {
  open = await openTestApp()
  closed = await openTestApp('sqlite', { LATCHKEY_DEBUGGER: 'signed-in' })
})
after(() => Promise.all([open.close(), closed.close()]))

test('everybody may open the debugger in development, and people who are signed in otherwise, unless it is set', () => {
  const debuggerOf = (mode: 'development' | 'production', set?: string) =>
    readConfig({ LATCHKEY_ISSUER: 'https://id.example', ...(set && { LATCHKEY_DEBUGGER: set }) }, mode)
      .debugger
  assert.equal(debuggerOf('development'), 'public')
  assert.equal(debuggerOf('production'), 'signed-in')
  assert.equal(debuggerOf('development', 'signed-in'), 'signed-in')
  assert.equal(debuggerOf('production', 'public'), 'public')
  assert.throws(() => debuggerOf('production', 'everybody'), /LATCHKEY_DEBUGGER must be public or signed-in/)
})

const reached = (policy: string | null) => /connect-src ([^;]+)/.exec(policy ?? '')?.[1]?.split(' ')
const own = ['127.0.0.1:8484/.well-known/jwks.json', '127.0.0.1:8484/v1/verify']

for (const [name, host, expected] of [
  ['the name of the issuer', '127.0.0.1:8484', own],
  [
    'another name of the same host',
    'localhost:8484',
    [...own, 'localhost:8484/.well-known/jwks.json', 'localhost:8484/v1/verify'],
  ],
  ['an address of IPv6', '[::1]:8484', [...own, '[::1]:8484/.well-known/jwks.json', '[::1]:8484/v1/verify']],
  ['no name', 'a.example; script-src *', own],
  ['every name', '*', own],
  ['a name with a path', 'a.example/x', own],
] as const) {
  test(`the page may reach the keys and the question of this server and nothing else, asked by ${name}`, async () => {
    const { status, headers } = await open.call('GET', '/debugger', { headers: { host } })
    assert.equal(status, 200)
    const policy = headers.get('content-security-policy')
    assert.deepEqual(reached(policy), expected)
    assert.match(policy ?? '', /^default-src 'none'; script-src 'self';/)
    assert.match(policy ?? '', /require-trusted-types-for 'script'; trusted-types 'none'$/)
  })
}

test('the page is in the language of the browser, and what it names is there', async () => {
  for (const [accepted, lang] of [
    ['zh-TW', 'zh-Hant'],
    ['en', 'en'],
  ] as const) {
    const headers = { 'accept-language': accepted }
    const { text } = await open.call('GET', '/debugger', { headers })
    assert.match(text, new RegExp(`<html lang="${lang}">`))
    assert.doesNotMatch(text, /<style|\sstyle=|\son\w+=|javascript:|<script[^>]*>[^<]/)
    for (const [, path = ''] of text.matchAll(/"(\/console\/[^"]+)"/g)) {
      assert.equal((await open.call('GET', path)).status, 200, path)
    }
    const again = await open.call('GET', '/debugger', {
      headers: {
        ...headers,
        'if-none-match': (await open.call('GET', '/debugger', { headers })).headers.get('etag') ?? '',
      },
    })
    assert.equal(again.status, 304)
  }
})

test('what the page needs to stand is less than 25 kB of script, in either language', async () => {
  for (const language of ['en', 'zh-TW']) {
    const { text } = await open.call('GET', '/debugger', { headers: { 'accept-language': language } })
    const scripts = [...text.matchAll(/"(\/console\/[^"]+\.js)"/g)].map(([, path = '']) => path)
    assert.ok(scripts.length > 2)
    let bytes = 0
    for (const path of scripts) {
      const response = await open.app.edge.request(path, { headers: { 'accept-encoding': 'gzip' } })
      bytes += (await response.arrayBuffer()).byteLength
    }
    assert.ok(bytes <= 25_000, `${language}: ${bytes} bytes`)
  }
})

/** The status of the page with these cookies. */
const openedWith = async (cookie: string) =>
  (await closed.call('GET', '/debugger', { headers: { cookie } })).status

async function signIn(application = 'console'): Promise<{ cookie: string; token: string }> {
  const name = `ada${Math.random()}`
  const { username, password } = await closed.signedIn(name)
  const { headers, body } = await closed.call('POST', '/v1/login', {
    body: { username, password, cookie: application },
    headers: { origin: testIssuer },
  })
  return { cookie: headers.get('set-cookie')?.split(';')[0] ?? '', token: body.access_token }
}

test('where people have to be signed in, a stranger gets a page that says so', async () => {
  const { status, text, headers } = await closed.call('GET', '/debugger')
  assert.equal(status, 401)
  assert.match(text, /<a href="\/console">Sign in at the console<\/a>/)
  assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'/)
  const chinese = await closed.call('GET', '/debugger', { headers: { 'accept-language': 'zh-TW' } })
  assert.match(chinese.text, /請到主控台登入/)
})

test('whoever is signed in to the console opens it, until they sign out', async () => {
  const { cookie, token } = await signIn()
  assert.equal(await openedWith(cookie), 200)
  // Opening it uses nothing up.
  assert.equal(await openedWith(cookie), 200)
  await closed.call('POST', '/v1/logout', { token, headers: { origin: testIssuer } })
  assert.equal(await openedWith(cookie), 401)
})

test('a cookie that brings no session opens nothing', async () => {
  const { cookie } = await signIn()
  const [name = '', secret = ''] = cookie.split('=')
  const { cookie: other } = await signIn('another')
  for (const sent of [
    other,
    `${name}=`,
    `${name}=${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`,
    `${name}=lk_rt_nothing`,
    `${cookie}; ${name}=x`,
  ]) {
    assert.equal(await openedWith(sent), 401, sent.replace(secret, '…'))
  }
})

test('a cookie whose token was used up opens it for ten seconds, as it refreshes, and one that is too old never', async () => {
  const { cookie } = await signIn()
  const { status, headers } = await closed.call('POST', '/v1/refresh', {
    body: { cookie: 'console' },
    headers: { origin: testIssuer, cookie },
  })
  assert.equal(status, 200)
  const next = headers.get('set-cookie')?.split(';')[0] ?? ''
  assert.equal(await openedWith(cookie), 200)
  closed.world.advance(10_001)
  assert.equal(await openedWith(cookie), 401)
  assert.equal(await openedWith(next), 200)
  closed.world.advance(31 * 86_400_000)
  assert.equal(await openedWith(next), 401)
})
