import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newSecret } from '../secrets/secrets.ts'
import { realWorld } from '../world.ts'
import {
  applicationName,
  createBrowserCookie,
  createFlowCookie,
  createRefreshCookies,
  createSignedInCookie,
} from './cookies.ts'

const kept: readonly { name: string; issuer: string; cookie: string }[] = [
  {
    name: 'https',
    issuer: 'https://id.example.com',
    cookie: '__Host-latchkey_refresh.app=t; Path=/; HttpOnly; SameSite=Strict; Secure',
  },
  {
    name: 'https under a path, of which a prefix __Host- knows nothing',
    issuer: 'https://example.com/id/',
    cookie: '__Host-latchkey_refresh.app=t; Path=/; HttpOnly; SameSite=Strict; Secure',
  },
  {
    name: 'https at a port of its own',
    issuer: 'https://id.example.com:8443',
    cookie: '__Host-latchkey_refresh_8443.app=t; Path=/; HttpOnly; SameSite=Strict; Secure',
  },
  {
    name: 'http on loopback',
    issuer: 'http://127.0.0.1:8484',
    cookie: 'latchkey_refresh_8484.app=t; Path=/; HttpOnly; SameSite=Strict',
  },
  {
    name: 'http on loopback under a path',
    issuer: 'http://localhost/id/',
    cookie: 'latchkey_refresh.app=t; Path=/id/; HttpOnly; SameSite=Strict',
  },
]

for (const { name, issuer, cookie } of kept) {
  test(`a refresh token is kept so: ${name}`, () => {
    const cookies = createRefreshCookies(issuer)
    assert.equal(cookies.keep('app', 't'), cookie)
    const [pair = '', ...attributes] = cookie.split('; ')
    const cookieName = pair.slice(0, -2)
    // Removed with the same attributes, or the browser would keep another cookie of that name.
    assert.equal(cookies.remove(cookieName), [`${cookieName}=`, ...attributes, 'Max-Age=0'].join('; '))
    assert.equal(cookies.tokenOf('app', headers({ cookie: `a=b; ${pair}; c` })), 't')
  })
}

// Each would say something else in a `Set-Cookie`, or be read back as another cookie.
for (const name of [
  '',
  'a;Domain=b',
  'a=b',
  'a b',
  ' a',
  'a ',
  'a\r\nX: y',
  'a\n',
  '\na',
  'ä',
  'a,b',
  'x'.repeat(65),
])
  test(`an application is not named ${JSON.stringify(name.slice(0, 12))}`, () => {
    assert.equal(applicationName.test(name), false)
  })
for (const name of ['a', 'console', 'My-App_1.0~', 'x'.repeat(64)])
  test(`an application may be named ${name.slice(0, 12)}`, () => {
    assert.equal(applicationName.test(name), true)
  })

const own = 'https://id.example.com'
const origins: readonly { name: string; issuer?: string; sent: Record<string, string>; isOwn: boolean }[] = [
  { name: 'the issuer', sent: { origin: own }, isOwn: true },
  { name: 'the issuer, with its site', sent: { origin: own, 'sec-fetch-site': 'same-origin' }, isOwn: true },
  { name: 'no header', sent: {}, isOwn: false },
  { name: 'no origin, same origin', sent: { 'sec-fetch-site': 'same-origin' }, isOwn: false },
  { name: 'an opaque origin', sent: { origin: 'null' }, isOwn: false },
  { name: 'an empty one', sent: { origin: '' }, isOwn: false },
  { name: 'another scheme', sent: { origin: 'http://id.example.com' }, isOwn: false },
  { name: 'another port', sent: { origin: `${own}:8443` }, isOwn: false },
  { name: 'the port that goes without saying', sent: { origin: `${own}:443` }, isOwn: false },
  { name: 'a host beside it', sent: { origin: 'https://shop.example.com' }, isOwn: false },
  { name: 'a host below it', sent: { origin: 'https://a.id.example.com' }, isOwn: false },
  { name: 'a host above it', sent: { origin: 'https://example.com' }, isOwn: false },
  { name: 'a host that begins alike', sent: { origin: `${own}.evil.example` }, isOwn: false },
  { name: 'capitals', sent: { origin: 'https://ID.example.com' }, isOwn: false },
  { name: 'a path', sent: { origin: `${own}/` }, isOwn: false },
  { name: 'two', sent: { origin: `${own}, https://evil.example` }, isOwn: false },
  { name: 'the issuer, from its site', sent: { origin: own, 'sec-fetch-site': 'same-site' }, isOwn: false },
  { name: 'the issuer, across sites', sent: { origin: own, 'sec-fetch-site': 'cross-site' }, isOwn: false },
  { name: 'the issuer, typed in', sent: { origin: own, 'sec-fetch-site': 'none' }, isOwn: false },
  {
    name: 'loopback by its other name',
    issuer: 'http://127.0.0.1:8484',
    sent: { origin: 'http://localhost:8484' },
    isOwn: true,
  },
  {
    name: 'another port of loopback',
    issuer: 'http://127.0.0.1:8484',
    sent: { origin: 'http://127.0.0.1:3000' },
    isOwn: false,
  },
  {
    name: 'http elsewhere, though it is the issuer',
    issuer: 'http://id.example.com',
    sent: { origin: 'http://id.example.com' },
    isOwn: false,
  },
]

for (const { name, issuer = own, sent, isOwn } of origins) {
  test(`a page of this origin ${isOwn ? 'is served' : 'is refused'}: ${name}`, () => {
    const cookies = createRefreshCookies(issuer)
    const foreign = sent.origin === undefined ? 'origin_missing' : 'origin_foreign'
    assert.equal(cookies.foreignOrigin(headers(sent)), isOwn ? undefined : foreign)
  })
}

const unread: readonly { name: string; cookie?: string }[] = [
  { name: 'none' },
  { name: 'one of another application', cookie: '__Host-latchkey_refresh.other=t' },
  { name: 'one without the prefix', cookie: 'latchkey_refresh.app=t' },
  { name: 'one in other case', cookie: '__host-latchkey_refresh.app=t' },
  { name: 'two', cookie: '__Host-latchkey_refresh.app=t; __Host-latchkey_refresh.app=u' },
  { name: 'a name that only begins alike', cookie: '__Host-latchkey_refresh.app2=t' },
]

for (const { name, cookie } of unread) {
  test(`no refresh token is found in the cookies: ${name}`, () => {
    assert.equal(createRefreshCookies(own).tokenOf('app', headers({ ...(cookie && { cookie }) })), undefined)
  })
}

function headers(sent: Readonly<Record<string, string>>) {
  return (name: string) => sent[name]
}

const [secret, other] = [newSecret('flow', realWorld), newSecret('flow', realWorld)]

test('the cookie of a way to another site and back comes with a navigation that begins there', () => {
  const flow = createFlowCookie(own)
  assert.equal(
    flow.keep(secret),
    `__Host-latchkey_flow.id=${secret}; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=600`,
  )
  assert.equal(flow.secretOf(headers({ cookie: `a=b; __Host-latchkey_flow.id=${secret}` })), secret)
})

for (const [name, cookie] of [
  ['nothing', ''],
  ['one without the prefix', `latchkey_flow.id=${secret}`],
  ['two', `__Host-latchkey_flow.id=${secret}; __Host-latchkey_flow.id=${other}`],
  ['an empty one', '__Host-latchkey_flow.id='],
  ['a secret that was cut off', `__Host-latchkey_flow.id=${secret.slice(0, -1)}`],
  ['a secret of another kind', `__Host-latchkey_flow.id=${newSecret('browser', realWorld)}`],
] as const) {
  test(`no secret of a browser is found in ${name}`, () => {
    assert.equal(createFlowCookie(own).secretOf(headers({ cookie })), undefined)
  })
}

test('the other cookies of a browser are read by the kinds of their secrets', () => {
  for (const [kind, create] of [
    ['browser', createBrowserCookie],
    ['signedin', createSignedInCookie],
  ] as const) {
    const held = newSecret(kind, realWorld)
    const sent = (token: string) => create(own).secretOf(headers({ cookie: create(own).keep(token) }))
    assert.deepEqual([sent(held), sent(secret)], [held, undefined])
  }
})
