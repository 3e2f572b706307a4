import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bearing, seconds, start } from '../../../test/compat/flask-jwt/app.ts'
import { claimsOf, type Sending } from '../../../test/compat/mount/http.ts'

test('the token of /auth opens a protected route, whose handler finds the current identity', async (t) => {
  const send = await start(t)
  const obtained = await send('/auth', { json: { username: 'user1', password: 'abcxyz' } })
  assert.equal(obtained.status, 200)
  assert.equal(obtained.headers.get('content-type'), 'application/json')
  const { access_token } = obtained.json as { access_token: string }
  assert.equal(obtained.text, `{"access_token":"${access_token}"}\n`)
  assert.deepEqual(claimsOf(access_token), { exp: seconds + 300, iat: seconds, nbf: seconds, identity: 1 })
  for (const scheme of ['JWT', 'jwt', 'Jwt']) {
    const opened = await send('/protected', bearing(`${scheme} ${access_token}`))
    assert.deepEqual([opened.status, opened.json], [200, { id: 1, username: 'user1' }])
  }
  assert.deepEqual((await send('/open')).json, { identity: null })
})

const invalidCredentials = { status_code: 401, error: 'Bad Request', description: 'Invalid credentials' }
const notObtained: readonly { name: string; json: unknown }[] = [
  { name: 'a wrong password', json: { username: 'user1', password: 'abc' } },
  { name: 'a name that nobody has', json: { username: 'user9', password: 'abcxyz' } },
  { name: 'no password', json: { username: 'user1' } },
  { name: 'no name', json: { password: 'abcxyz' } },
  { name: 'an empty password', json: { username: 'user1', password: '' } },
  { name: 'an empty name', json: { username: '', password: 'abcxyz' } },
  { name: 'an empty object', json: {} },
  { name: 'a third member', json: { username: 'user1', password: 'abcxyz', remember: true } },
  { name: 'a password that is a list', json: { username: 'user1', password: ['abcxyz'] } },
  { name: 'a name that is a number', json: { username: 1, password: 'abcxyz' } },
  { name: 'a list', json: ['user1', 'abcxyz'] },
  { name: 'a text', json: 'user1:abcxyz' },
  { name: 'null', json: null },
]
for (const { name, json } of notObtained) {
  test(`/auth gives no token for ${name}`, async (t) => {
    const { status, json: body, headers } = await (await start(t))('/auth', { json })
    assert.deepEqual([status, body], [401, invalidCredentials])
    assert.equal(headers.get('www-authenticate'), null)
  })
}

const pages: readonly { name: string; sending: Sending; status: number; text: RegExp }[] = [
  {
    name: 'a form',
    sending: { form: { username: 'user1', password: 'abcxyz' } },
    status: 400,
    text: /<title>400 Bad Request</,
  },
  {
    name: 'broken JSON',
    sending: { body: '{"username":', headers: { 'content-type': 'application/json' } },
    status: 400,
    text: /<h1>Bad Request</,
  },
  {
    name: 'no body',
    sending: { method: 'POST', headers: { 'content-type': 'application/json' } },
    status: 400,
    text: /<h1>Bad Request</,
  },
  {
    name: 'bytes that are not UTF-8',
    sending: { body: Buffer.from([0x22, 0xff, 0x22]), headers: { 'content-type': 'application/json' } },
    status: 400,
    text: /<h1>Bad Request</,
  },
  {
    name: 'a body beyond the limit',
    sending: { json: { username: 'u'.repeat(65_536), password: 'p' } },
    status: 413,
    text: /<title>413 Request Entity Too Large</,
  },
  { name: 'GET', sending: {}, status: 405, text: /<title>405 Method Not Allowed</ },
]
for (const { name, sending, status, text } of pages) {
  test(`/auth answers ${name} with the page that Flask has for ${status}`, async (t) => {
    const answered = await (await start(t))('/auth', sending)
    assert.equal(answered.status, status)
    assert.equal(answered.headers.get('content-type'), 'text/html; charset=utf-8')
    assert.match(answered.text, text)
    assert.equal(answered.headers.get('allow'), status === 405 ? 'OPTIONS, POST' : null)
  })
}

test('/auth says to OPTIONS which methods there are', async (t) => {
  const { status, headers, text } = await (await start(t))('/auth', { method: 'OPTIONS' })
  assert.deepEqual([status, headers.get('allow'), text], [200, 'OPTIONS, POST', ''])
})

test('/auth takes JSON under any name that ends in +json', async (t) => {
  const body = credentialsText
  const headers = { 'content-type': 'application/vnd.api+json; charset=utf-8' }
  assert.equal((await (await start(t))('/auth', { body, headers })).status, 200)
})

const credentialsText = JSON.stringify({ username: 'user1', password: 'abcxyz' })
for (const [name, bytes] of [
  ['UTF-16 with a mark, the lower byte first', [0xff, 0xfe, ...Buffer.from(credentialsText, 'utf16le')]],
  [
    'UTF-16 with a mark, the higher byte first',
    [0xfe, 0xff, ...Buffer.from(credentialsText, 'utf16le').swap16()],
  ],
  ['UTF-16 without a mark, the lower byte first', [...Buffer.from(credentialsText, 'utf16le')]],
  ['UTF-16 without a mark, the higher byte first', [...Buffer.from(credentialsText, 'utf16le').swap16()]],
  ['UTF-8 with a mark', [0xef, 0xbb, 0xbf, ...Buffer.from(credentialsText)]],
] as const) {
  test(`/auth reads JSON as Python does: ${name}`, async (t) => {
    const sending = { body: Buffer.from(bytes), headers: { 'content-type': 'application/json' } }
    const { status, json } = await (await start(t))('/auth', sending)
    assert.deepEqual([status, Object.keys(json as object)], [200, ['access_token']])
  })
}
