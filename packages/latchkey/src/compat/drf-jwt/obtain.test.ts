import assert from 'node:assert/strict'
import { test } from 'node:test'
import { credentials, good, nonField, people, start, tokenOf } from '../../../test/compat/drf-jwt/project.ts'
import { claimsOf, type Sending } from '../../../test/compat/mount/http.ts'

test('a token is obtained, opens a protected view, and verifies', async (t) => {
  const send = await start(t)
  for (const sending of [{ json: credentials }, { form: credentials }]) {
    const obtained = await send('/api-token-auth/', sending)
    const token = tokenOf(obtained)
    assert.deepEqual([obtained.status, obtained.text], [200, `{"token":"${token}"}`])
    assert.equal(obtained.headers.get('content-type'), 'application/json')
    assert.equal(obtained.headers.get('set-cookie'), null)
    assert.deepEqual(claimsOf(token), good)
    for (const scheme of ['JWT', 'jwt']) {
      const opened = await send('/', { headers: { authorization: `${scheme} ${token}` } })
      assert.deepEqual([opened.status, opened.json], [200, { user: people[0] }])
    }
    const verified = await send('/api-token-verify/', { json: { token } })
    assert.deepEqual([verified.status, verified.json], [200, { token }])
  }
})

test('a form in parts is read too', async (t) => {
  const body = new FormData()
  for (const [name, value] of Object.entries(credentials)) body.set(name, value)
  const send = await start(t)
  assert.equal((await send('/api-token-auth/', { body })).status, 200)
  const broken = await send('/api-token-auth/', {
    body: 'x',
    headers: { 'content-type': 'multipart/form-data' },
  })
  assert.equal(broken.status, 400)
})

const json = { 'content-type': 'application/json' }
const required = ['This field is required.']
const disabled = nonField('User account is disabled.')
const wrong = nonField('Unable to log in with provided credentials.')
const notObtained: readonly { name: string; sending: Sending; status: number; body: unknown }[] = [
  {
    name: 'a wrong password',
    sending: { json: { ...credentials, password: 'x' } },
    status: 400,
    body: wrong,
  },
  {
    name: 'a name that nobody has',
    sending: { json: { ...credentials, username: 'x' } },
    status: 400,
    body: wrong,
  },
  {
    name: 'a user who is disabled',
    sending: { json: { ...credentials, username: 'gone' } },
    status: 400,
    body: disabled,
  },
  { name: 'no password', sending: { json: { username: 'jo' } }, status: 400, body: { password: required } },
  { name: 'no field', sending: { json: {} }, status: 400, body: { username: required, password: required } },
  {
    name: 'nothing',
    sending: { method: 'POST' },
    status: 400,
    body: { username: required, password: required },
  },
  {
    name: 'an empty form',
    sending: { form: {} },
    status: 400,
    body: { username: required, password: required },
  },
  {
    name: 'a blank password',
    sending: { json: { ...credentials, password: ' ' } },
    status: 400,
    body: { password: ['This field may not be blank.'] },
  },
  {
    name: 'a null name',
    sending: { json: { ...credentials, username: null } },
    status: 400,
    body: { username: ['This field may not be null.'] },
  },
  {
    name: 'a name that is a list',
    sending: { json: { ...credentials, username: ['jo'] } },
    status: 400,
    body: { username: ['Not a valid string.'] },
  },
  {
    name: 'a password that is true',
    sending: { json: { ...credentials, password: true } },
    status: 400,
    body: { password: ['Not a valid string.'] },
  },
  {
    name: 'a null character',
    sending: { json: { ...credentials, username: 'j\0o' } },
    status: 400,
    body: { username: ['Null characters are not allowed.'] },
  },
  {
    name: 'half a character',
    sending: { body: '{"username":"\\ud800","password":"p"}', headers: json },
    status: 400,
    body: { username: ['Surrogate characters are not allowed: U+D800.'] },
  },
  {
    name: 'a list',
    sending: { json: [] },
    status: 400,
    body: nonField('Invalid data. Expected a dictionary, but got list.'),
  },
  {
    name: 'a number',
    sending: { json: 5 },
    status: 400,
    body: nonField('Invalid data. Expected a dictionary, but got int.'),
  },
  {
    name: 'a text',
    sending: { json: 'jo' },
    status: 400,
    body: nonField('Invalid data. Expected a dictionary, but got str.'),
  },
  {
    name: 'true',
    sending: { json: true },
    status: 400,
    body: nonField('Invalid data. Expected a dictionary, but got bool.'),
  },
  {
    name: 'a number with a point',
    sending: { json: 1.5 },
    status: 400,
    body: nonField('Invalid data. Expected a dictionary, but got float.'),
  },
  { name: 'null', sending: { json: null }, status: 400, body: nonField('No data provided') },
  {
    name: 'broken JSON',
    sending: { body: '{', headers: json },
    status: 400,
    body: {
      detail:
        'JSON parse error - Expecting property name enclosed in double quotes: line 1 column 2 (char 1)',
    },
  },
  {
    name: 'JSON that is not UTF-8',
    sending: { body: Buffer.from([0x22, 0xff, 0x22]), headers: json },
    status: 400,
    body: { detail: "JSON parse error - 'utf-8' codec can't decode the body" },
  },
  {
    name: 'XML',
    sending: { body: '<a/>', headers: { 'content-type': 'text/xml' } },
    status: 415,
    body: { detail: 'Unsupported media type "text/xml" in request.' },
  },
  {
    name: 'a body without a type',
    sending: { body: '{}' },
    status: 415,
    body: { detail: 'Unsupported media type "" in request.' },
  },
  {
    name: 'a body beyond the limit',
    sending: { json: { ...credentials, password: 'p'.repeat(65_536) } },
    status: 413,
    body: { detail: 'The request body is too large.' },
  },
  { name: 'GET', sending: {}, status: 405, body: { detail: 'Method "GET" not allowed.' } },
  {
    name: 'DELETE',
    sending: { method: 'DELETE' },
    status: 405,
    body: { detail: 'Method "DELETE" not allowed.' },
  },
]
for (const { name, sending, status, body } of notObtained) {
  test(`no token is obtained with ${name}`, async (t) => {
    const answered = await (await start(t))('/api-token-auth/', sending)
    assert.deepEqual([answered.status, answered.json], [status, body])
    assert.equal(answered.headers.get('www-authenticate'), null)
    assert.equal(answered.headers.get('allow'), 'POST, OPTIONS')
  })
}

test('numbers are taken as text, and blanks around are cut off', async (t) => {
  const send = await start(t)
  assert.equal(
    (await send('/api-token-auth/', { json: { username: ' jo ', password: 'pass ' } })).status,
    200,
  )
  assert.deepEqual((await send('/api-token-auth/', { json: { username: 5, password: 1 } })).json, wrong)
})

test('OPTIONS describes a view', async (t) => {
  const { status, json: body } = await (await start(t))('/api-token-auth/', { method: 'OPTIONS' })
  assert.equal(status, 200)
  assert.deepEqual((body as { parses: unknown }).parses, [
    'application/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
  ])
})
