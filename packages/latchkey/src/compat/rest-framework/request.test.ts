import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Ask } from '../mount/exchange.ts'
import { BasicAuthentication } from './authentication.ts'
import { cookieOf } from './cookies.ts'
import { APIException } from './exceptions.ts'
import { charFields } from './fields.ts'
import { negotiate } from './negotiation.ts'
import { parse } from './parse.ts'
import { isActive } from './users.ts'

function asking(headers: Readonly<Record<string, string>>, body: string | Uint8Array = '', query = ''): Ask {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  return {
    method: 'POST',
    path: '/',
    query,
    source: {},
    header: (name) => headers[name],
    body: async () => ({ kind: 'bytes', bytes }),
  }
}

const numbers: readonly (readonly [written: string, text: string])[] = [
  ['7', '7'],
  ['-0', '0'],
  ['7.0', '7.0'],
  ['-0.0', '-0.0'],
  ['1e2', '100.0'],
  ['1E-7', '1e-07'],
  ['0.0001', '0.0001'],
  ['1e16', '1e+16'],
  ['1.5e300', '1.5e+300'],
  ['1e999', 'inf'],
  ['-1e999', '-inf'],
  ['9007199254740993', '9007199254740993'],
  ['123456789012345678901234567890', '123456789012345678901234567890'],
]
for (const [written, text] of numbers) {
  test(`a number for a name is read as Python writes it: ${written}`, async () => {
    const data = await parse(asking({ 'content-type': 'application/json' }, `{"a":${written}}`), 1000)
    assert.deepEqual(charFields(data, ['a']), { a: text })
  })
}

test('a form in parts whose type is not ASCII is refused before it is read', async () => {
  const type = 'multipart/form-data; boundary=é'
  await assert.rejects(parse(asking({ 'content-type': type }, '--é'), 1000), {
    status_code: 400,
    message: `Multipart form parse error - Invalid non-ASCII Content-Type in multipart: ${type}`,
  })
})

for (const [written, is] of [
  [true, true],
  [1, true],
  [false, false],
  [0, false],
  [null, false],
  [undefined, false],
] as const) {
  test(`a user may sign in whose is_active is ${written}: ${is}`, () => {
    assert.equal(isActive({ is_active: written }), is)
  })
}

for (const is_active of ['false', 2, () => false, {}]) {
  test(`is_active that says neither is a TypeError: ${typeof is_active}`, () => {
    assert.throws(() => isActive({ is_active }), TypeError)
  })
}

test('a number whose digits a parser of the app may have lost names nobody', () => {
  assert.deepEqual(charFields({ a: 2 ** 53 - 1 }, ['a']), { a: '9007199254740991' })
  for (const a of [2 ** 53, -(2 ** 60), 1e300]) {
    assert.throws(() => charFields({ a }, ['a']), APIException)
  }
})

const charsets: readonly { charset: string; bytes: Buffer; reads: boolean }[] = [
  { charset: 'utf-8', bytes: Buffer.from('{"a":"é"}'), reads: true },
  { charset: 'utf-8', bytes: Buffer.from('{"a":"é"}', 'latin1'), reads: false },
  { charset: 'latin-1', bytes: Buffer.from('{"a":"é"}', 'latin1'), reads: true },
  { charset: 'ISO_8859-1', bytes: Buffer.from('{"a":"é"}', 'latin1'), reads: true },
  { charset: 'us-ascii', bytes: Buffer.from('{"a":"é"}', 'latin1'), reads: false },
  { charset: 'utf-16-le', bytes: Buffer.from('{"a":"é"}', 'utf16le'), reads: true },
  { charset: 'utf-16', bytes: Buffer.from('\ufeff{"a":"é"}', 'utf16le'), reads: true },
  { charset: 'nobody-knows-it', bytes: Buffer.from('{"a":"é"}'), reads: true },
]
for (const { charset, bytes, reads } of charsets) {
  test(`JSON said to be ${charset} ${reads ? 'is read' : 'is refused'}: ${bytes.toString('hex')}`, async () => {
    const reading = parse(asking({ 'content-type': `application/json; charset=${charset}` }, bytes), 1000)
    if (reads) assert.deepEqual(await reading, { a: 'é' })
    else await assert.rejects(reading, { status_code: 400 })
  })
}

const accepted: readonly { accept?: string; query?: string; indent?: number; refused?: number }[] = [
  {},
  { accept: '*/*' },
  { accept: 'application/*' },
  { accept: 'APPLICATION/JSON' },
  { accept: 'text/html' },
  { accept: 'image/png, */*;q=0.1' },
  { accept: 'application/json; indent=4', indent: 4 },
  { accept: 'application/*; indent=99', indent: 8 },
  { accept: 'application/json; indent=-1' },
  { accept: 'application/json; indent=x' },
  { query: 'format=json' },
  { query: 'format=xml&format=json' },
  { query: 'format=' },
  { accept: 'image/png', refused: 406 },
  { accept: '', refused: 406 },
  { accept: 'json', refused: 406 },
  { accept: 'application/jsonp', refused: 406 },
  { query: 'format=xml', refused: 404 },
  { accept: 'text/html', query: 'format=json', refused: 406 },
]
for (const { accept, query = '', indent, refused } of accepted) {
  test(`what is asked for is ${refused ?? 'given'}: Accept ${accept ?? 'absent'}, query '${query}'`, () => {
    const run = () => negotiate(asking(accept === undefined ? {} : { accept }, '', query))
    if (refused === undefined) assert.deepEqual(run(), { indent })
    else assert.throws(run, { status_code: refused })
  })
}

const cookies: readonly { cookie: string; value: string | undefined }[] = [
  { cookie: 'a=1', value: '1' },
  { cookie: 'a=1; a=2', value: '2' },
  { cookie: 'b=x, a=1', value: undefined },
  { cookie: 'a=1, a=2', value: '1, a=2' },
  { cookie: ' a = 1 ', value: '1' },
  { cookie: 'a="1 2"', value: '1 2' },
  { cookie: 'a="1\\"\\073"', value: '1";' },
  { cookie: 'a="1', value: '"1' },
  { cookie: 'a=', value: '' },
  { cookie: 'a', value: undefined },
  { cookie: 'A=1', value: undefined },
]
for (const { cookie, value } of cookies) {
  test(`a cookie is read as Django reads it: ${cookie}`, () => {
    assert.equal(cookieOf(asking({ cookie }), 'a'), value)
  })
}

const basics: readonly { credentials: string; user?: string; detail?: string }[] = [
  { credentials: 'am86cGFzcw==', user: 'jo/pass' },
  { credentials: Buffer.from('é:ü:x').toString('base64'), user: 'é/ü:x' },
  { credentials: Buffer.from('é:ü', 'latin1').toString('base64'), user: 'é/ü' },
  { credentials: Buffer.from('jo').toString('base64'), user: 'jo/' },
  ...[
    'am86cGFzcw',
    'am86cGFzcw=',
    'am86cGFzcw====',
    'am86%cGFzcw==',
    '=',
    'w6k6w7w6eA-_',
    'am86cGFzcx==',
  ].map((credentials) => ({
    credentials,
    detail: 'Invalid basic header. Credentials not correctly base64 encoded.',
  })),
]
for (const { credentials, user, detail } of basics) {
  test(`Basic credentials are strict base64: ${credentials}`, async () => {
    const basic = new BasicAuthentication({
      authenticate: (username, password) => ({ username: `${username}/${password}`, is_active: true }),
    })
    const run = basic.authenticate(asking({ authorization: `Basic ${credentials}` }))
    if (user === undefined) await assert.rejects(run, { message: detail })
    else assert.deepEqual(await run, { user: { username: user, is_active: true }, auth: null })
  })
}

const part = (name: string, value: string, more = '') =>
  `--b\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`
const multiparts: readonly { name: string; type?: string; body: string; data?: object; status?: number }[] = [
  { name: 'two fields', body: `${part('a', '1')}${part('b', 'é')}--b--\r\n`, data: { a: '1', b: 'é' } },
  { name: 'without an end', body: part('a', '1'), data: { a: '1\r\n' } },
  { name: 'with lines in a value', body: `${part('a', '1\r\n2')}--b--`, data: { a: '1\r\n2' } },
  { name: 'a name twice', body: `${part('a', '1')}${part('a', '2')}--b--`, data: { a: '2' } },
  { name: 'a file', body: `${part('a', '1', '; filename="f"')}--b--`, data: { a: {} } },
  { name: 'nothing behind the end', body: `--b--\r\n${part('a', '1')}`, data: {} },
  {
    name: 'the name __proto__',
    body: `${part('__proto__', '1')}--b--`,
    data: JSON.parse('{"__proto__":"1"}'),
  },
  { name: 'no boundary', type: 'multipart/form-data', body: part('a', '1'), status: 400 },
  {
    name: 'an endless boundary',
    type: `multipart/form-data; boundary=${'b'.repeat(300)}`,
    body: '',
    status: 400,
  },
]
for (const { name, type = 'multipart/form-data; boundary=b', body, data, status } of multiparts) {
  test(`a form in parts is read as Django reads it: ${name}`, async () => {
    const run = parse(asking({ 'content-type': type }, body === '' ? 'x' : body), 1000)
    if (status === undefined) assert.deepEqual(await run, data)
    else await assert.rejects(run, { status_code: status })
  })
}

test('a form has no more fields than Django takes', async () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  assert.deepEqual(await parse(asking(form, `a=1${'&b'.repeat(1000)}`), 9000), { a: '1', b: '' })
  await assert.rejects(parse(asking(form, `a=1${'&b'.repeat(1001)}`), 9000), { status_code: 400 })
  const parts = { 'content-type': 'multipart/form-data; boundary=b' }
  await assert.rejects(parse(asking(parts, part('a', '1').repeat(1001)), 99_000), { status_code: 400 })
})
