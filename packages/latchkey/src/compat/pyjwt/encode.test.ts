import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  byHand,
  type Class,
  ec,
  py,
  rsaPem,
  secret,
  talk,
  throwsExactly,
} from '../../../test/compat/pyjwt/pyjwt.ts'
import * as jwt from './index.ts'

describe("the talk's lines", () => {
  test('encode gives the very token, by name and by position', () => {
    assert.equal(py.encode({ payload: 'pycontw 2016' }, 'secret', { algorithm: 'HS256' }), talk)
    assert.equal(py.encode({ payload: 'pycontw 2016' }, 'secret', 'HS256'), talk)
    assert.equal(py.encode({ payload: 'pycontw 2016' }, 'secret'), talk)
  })

  test('decode gives the claims back, by name and by position', () => {
    assert.deepEqual(py.decode(talk, 'secret', { algorithms: ['HS256'] }), { payload: 'pycontw 2016' })
    assert.deepEqual(py.decode(talk, 'secret', ['HS256']), { payload: 'pycontw 2016' })
    assert.deepEqual(py.decode(Buffer.from(talk), 'secret', ['HS256']), { payload: 'pycontw 2016' })
  })

  test('the token made by hand is read without its padding, and refused with it', () => {
    assert.deepEqual(py.decode(byHand.slice(0, -1), 'secret', ['HS256']), { user_id: 'pythontw2016' })
    throwsExactly(() => py.decode(byHand, 'secret', ['HS256']), jwt.DecodeError, 'Invalid crypto padding')
  })

  test('the functions of the module do the same', () => {
    const token = jwt.encode({ a: 1 }, secret, 'HS256')
    assert.deepEqual(jwt.decode(token, secret, ['HS256']), { a: 1 })
    assert.deepEqual(jwt.decode_complete(token, secret, { algorithms: ['HS256'] }).header, {
      alg: 'HS256',
      typ: 'JWT',
    })
    assert.deepEqual(jwt.get_unverified_header(token), { alg: 'HS256', typ: 'JWT' })
  })
})

/** What PyJWT 2.15.1 gives for the same call. */
const encoded: readonly { name: string; payload: object; options: jwt.EncodeOptions; token: string }[] = [
  {
    name: 'text that is not ASCII, and header parameters in order',
    payload: { a: 1, é: 'é😀', '\x7f': '\x1f"\\/\n\b\f\u2028' },
    options: { headers: { zz: 1, aa: 2, kid: 'x' } },
    token:
      'eyJhYSI6MiwiYWxnIjoiSFMyNTYiLCJraWQiOiJ4IiwidHlwIjoiSldUIiwienoiOjF9.eyJhIjoxLCJcdTAwZTkiOiJcdTAwZTlcdWQ4M2RcdWRlMDAiLCJcdTAwN2YiOiJcdTAwMWZcIlxcL1xuXGJcZlx1MjAyOCJ9.RMn8teUkANUpqrOeyfB_3hmm_Zx2zGrOmEp7uZcc4lQ',
  },
  {
    name: 'no typ',
    payload: {},
    options: { headers: { typ: null } },
    token: 'eyJhbGciOiJIUzI1NiJ9.e30.XmNK3GpH3Ys_7wsYBfq4C3M6goz71I7dTgUkuIa5lyQ',
  },
  {
    name: 'the algorithm of the header wins',
    payload: {},
    options: { algorithm: 'HS256', headers: { alg: 'HS512' } },
    token:
      'eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9.e30.dGumW8J3t2BlAwqqoisyWDC6ov2hRtjTAFHzd-Tlr4DUScaHG4OYqTHXLHEzd3hU5wy5xs87vRov6QzZnj410g',
  },
  {
    name: 'a Date becomes whole seconds',
    payload: { exp: new Date('2020-01-01T00:00:00.900Z') },
    options: {},
    token:
      'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJleHAiOjE1Nzc4MzY4MDB9.iVmywheZDK8ySfZZTZscqjUvff6LLehT_M4ajisQaq8',
  },
]
for (const { name, payload, options, token } of encoded) {
  test(`encode writes what PyJWT writes: ${name}`, () =>
    assert.equal(py.encode(payload, 'secret', options), token))
}

test('encode writes an unsorted header as PyJWT does, typ first', () => {
  const token = py.encode({}, secret, { sort_headers: false, headers: { zz: 1, aa: 2, kid: 'x' } })
  assert.equal(
    Buffer.from(token.split('.')[0]!, 'base64url').toString(),
    '{"typ":"JWT","alg":"HS256","zz":1,"aa":2,"kid":"x"}',
  )
})

const circle: { self?: object } = {}
circle.self = circle

const notEncoded: readonly { name: string; run: () => unknown; kind: Class; message: string | RegExp }[] = [
  {
    name: 'a payload that is a list',
    run: () => py.encode([], secret),
    kind: TypeError,
    message: 'Expecting a dict object, as JWT only supports JSON objects as payloads.',
  },
  {
    name: 'a payload that is text',
    run: () => py.encode('x' as never, secret),
    kind: TypeError,
    message: /^Expecting a dict object/,
  },
  {
    name: 'a payload that is a Map',
    run: () => py.encode(new Map(), secret),
    kind: TypeError,
    message: /^Expecting a dict/,
  },
  {
    name: 'an issuer that is no text',
    run: () => py.encode({ iss: 4 }, secret),
    kind: TypeError,
    message: 'Issuer (iss) must be a string.',
  },
  {
    name: 'a Date in another claim',
    run: () => py.encode({ at: new Date() }, secret),
    kind: TypeError,
    message: 'Object of type Date is not JSON serializable',
  },
  {
    name: 'a bigint',
    run: () => py.encode({ a: 1n }, secret),
    kind: TypeError,
    message: /bigint is not JSON/,
  },
  {
    name: 'a number that is none',
    run: () => py.encode({ a: Number.NaN }, secret),
    kind: TypeError,
    message: /^Out of range/,
  },
  {
    name: 'a payload that holds itself',
    run: () => py.encode(circle, secret),
    kind: TypeError,
    message: /32 levels/,
  },
  {
    name: 'an unknown algorithm',
    run: () => py.encode({}, secret, 'foo'),
    kind: jwt.NotImplementedError,
    message: 'Algorithm not supported',
  },
  {
    name: 'none',
    run: () => py.encode({}, secret, 'none'),
    kind: jwt.NotImplementedError,
    message: 'Algorithm not supported',
  },
  {
    name: 'none as Python says it',
    run: () => py.encode({}, secret, { algorithm: null as never }),
    kind: jwt.NotImplementedError,
    message: 'Algorithm not supported',
  },
  {
    name: 'a key id that is no text',
    run: () => py.encode({}, secret, { headers: { kid: 4 } }),
    kind: jwt.InvalidTokenError,
    message: 'Key ID header parameter must be a string',
  },
  {
    name: 'an extension that nobody here understands',
    run: () => py.encode({}, secret, { headers: { b64: false } }),
    kind: jwt.InvalidTokenError,
    message: 'Unsupported critical extension: b64',
  },
  {
    name: 'an empty secret',
    run: () => py.encode({}, ''),
    kind: jwt.InvalidKeyError,
    message: 'HMAC key must not be empty.',
  },
  {
    name: 'no key',
    run: () => py.encode({}, undefined as never),
    kind: TypeError,
    message: 'Expected a string or bytes value',
  },
  {
    name: 'a public key to sign RS256',
    run: () => py.encode({}, rsaPem, 'RS256'),
    kind: jwt.InvalidKeyError,
    message: /public key/,
  },
  {
    name: 'text to sign RS256',
    run: () => py.encode({}, secret, 'RS256'),
    kind: jwt.InvalidKeyError,
    message: /PEM block/,
  },
  {
    name: 'an EC key to sign RS256',
    run: () => py.encode({}, ec, 'RS256'),
    kind: jwt.InvalidKeyError,
    message: /RS256/,
  },
]
for (const { name, run, kind, message } of notEncoded) {
  test(`encode refuses ${name}`, () => throwsExactly(run, kind, message))
}
