import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aSecret } from '../../test/compat/mount/http.ts'
import { createDrfJwt } from './drf-jwt/index.ts'
import { JWT } from './flask-jwt/index.ts'
import type { Ask } from './mount/exchange.ts'
import { decode, encode, get_unverified_header } from './pyjwt/index.ts'
import { cookieOf } from './rest-framework/cookies.ts'
import { jsonError } from './rest-framework/json-error.ts'
import { BasicAuthentication, createSimpleJwt } from './simplejwt/index.ts'

/** Several times what a limit lets in; what is quadratic takes minutes for it. */
const size = 512 * 1024
const patienceMs = 3000

const limit = { maxBodyBytes: 2 * size }
const none = { authenticate: () => null, get_by_natural_key: () => null, get: () => null }
const obtain = createDrfJwt({ JWT_SECRET_KEY: aSecret }, none, limit).obtain_jwt_token
const simple = createSimpleJwt({ SIGNING_KEY: aSecret }, none, limit)

function asking(headers: Readonly<Record<string, string>>, body = '', query = ''): Ask {
  return {
    method: 'POST',
    path: '/',
    query,
    source: {},
    header: (name) => headers[name],
    body: async () => ({ kind: 'bytes', bytes: Buffer.from(body) }),
  }
}
const json = { 'content-type': 'application/json' }
const fill = (piece: string) => piece.repeat(Math.ceil(size / piece.length))
const posting = (headers: Readonly<Record<string, string>>, body = '', query = '') =>
  obtain(asking(headers, body, query))
const claims = (text: string) =>
  `${Buffer.from('{"alg":"HS256"}').toString('base64url')}.${Buffer.from(text).toString('base64url')}.`

const inputs: readonly { readonly name: string; readonly run: () => unknown }[] = [
  { name: 'broken JSON of zeros', run: () => posting(json, `[${fill('0,')}`) },
  { name: 'broken JSON of digits', run: () => posting(json, `[${fill('1')}`) },
  { name: 'broken JSON of escapes', run: () => posting(json, `"${fill('\\u0041')}`) },
  { name: 'broken JSON of lines', run: () => posting(json, fill('\n')) },
  { name: 'broken JSON of brackets', run: () => posting(json, fill('[')) },
  { name: 'broken JSON of members', run: () => posting(json, `{${fill('"a":{},')}`) },
  { name: 'JSON of long numbers', run: () => posting(json, `[${fill('1')}]`) },
  { name: 'JSON that is deep', run: () => posting(json, fill('[') + fill(']')) },
  { name: 'a name of blanks', run: () => posting(json, `{"username":"${fill(' ')}","password":"x"}`) },
  {
    name: 'a name of blanks and letters',
    run: () => posting(json, `{"username":"${fill(' a')}","password":"x"}`),
  },
  {
    name: 'a form of ampersands',
    run: () => posting({ 'content-type': 'application/x-www-form-urlencoded' }, fill('&a')),
  },
  {
    name: 'parts of boundaries',
    run: () => posting({ 'content-type': 'multipart/form-data; boundary=b' }, fill('\r\n--b')),
  },
  {
    name: 'parts that nearly have the boundary',
    run: () =>
      posting({ 'content-type': `multipart/form-data; boundary=${'a'.repeat(199)}` }, `\r\n--${fill('a')}`),
  },
  {
    name: 'a part of headers',
    run: () => posting({ 'content-type': 'multipart/form-data; boundary=b' }, `--b\r\n${fill('a:\r\n')}`),
  },
  {
    name: 'a disposition of parameters',
    run: () =>
      posting(
        { 'content-type': 'multipart/form-data; boundary=b' },
        `--b\r\ncontent-disposition: ${fill(';a=')}\r\n\r\n`,
      ),
  },
  { name: 'a type of semicolons', run: () => posting({ 'content-type': fill(';') }, 'x') },
  { name: 'an Accept of commas', run: () => posting({ ...json, accept: fill(',') }) },
  { name: 'an Accept of parameters', run: () => posting({ ...json, accept: fill(';a="') }) },
  { name: 'a query of formats', run: () => posting(json, '', fill('format=&')) },
  {
    name: 'an Authorization of blanks',
    run: () => simple.authentication.authenticate(asking({ authorization: `Bearer${fill(' ')}x` })),
  },
  {
    name: 'an Authorization of words',
    run: () => simple.authentication.authenticate(asking({ authorization: fill('Bearer ') })),
  },
  {
    name: 'Basic credentials',
    run: () => new BasicAuthentication(none).authenticate(asking({ authorization: `Basic ${fill('=')}` })),
  },
  { name: 'a cookie of semicolons', run: () => cookieOf(asking({ cookie: fill(';a') }), 'a') },
  { name: 'a cookie of quotes', run: () => cookieOf(asking({ cookie: `a="${fill('\\')}"` }), 'a') },
  { name: 'a cookie of blanks', run: () => cookieOf(asking({ cookie: `a=${fill(' ')}x${fill(' ')}` }), 'a') },
  { name: 'a token of dots', run: () => get_unverified_header(fill('.')) },
  { name: 'a token of letters', run: () => get_unverified_header(`${fill('a')}.a.a`) },
  {
    name: 'claims of digits',
    run: () =>
      decode(claims(`{"a":[${'1234567890123456,'.repeat(10_000)}1]}`), aSecret, ['HS256'], {
        options: { verify_signature: false },
      }),
  },
  {
    name: 'a claim of one number',
    run: () => decode(claims(`{"a":${'1'.repeat(150_000)}}`), '', { options: { verify_signature: false } }),
  },
  {
    name: 'an audience of many',
    run: () =>
      decode(claims(`{"aud":[${'"a",'.repeat(30_000)}"b"]}`), '', {
        audience: 'b',
        options: { verify_signature: false, verify_aud: true },
      }),
  },
  { name: 'a payload to encode', run: () => encode({ a: fill('é') }, aSecret) },
  {
    name: 'the JSON of /auth',
    run: () => {
      const app = { fetch: () => new Response('') }
      new JWT(
        app,
        () => null,
        () => null,
        { SECRET_KEY: aSecret },
        limit,
      )
      const request = new Request('http://localhost/auth', { method: 'POST', headers: json, body: fill('[') })
      return Reflect.apply(app.fetch, app, [request])
    },
  },
]
for (const { name, run } of inputs) {
  test(`half a megabyte of input costs no more than its length: ${name}`, async () => {
    // Of the processor, not of the clock: other tests run beside this one.
    const before = process.cpuUsage()
    try {
      await run()
    } catch {
      // Whether it is taken is told elsewhere.
    }
    const { user, system } = process.cpuUsage(before)
    assert((user + system) / 1000 < patienceMs)
  })
}

test('what Python says of a text that is long is said in its time', () => {
  assert.match(jsonError(`${fill('[0,')}`) ?? '', /Expecting value/)
})
