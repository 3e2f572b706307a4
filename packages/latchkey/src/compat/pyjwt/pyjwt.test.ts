import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createSecretKey, generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, test } from 'node:test'
import {
  createVerifier,
  generateKey,
  type PrivateKey,
  publicKeyOf,
  secretKey,
  toJwk,
} from '../../token/index.ts'
import { type RawToken, rawToken, segment } from '../../token/raw-token.test-support.ts'
import * as jwt from './index.ts'

const warnings: jwt.InsecureKeyLengthWarning[] = []
const now = 1_800_000_000
/** PyJWT with a clock that stands still, and quiet. */
const py = new jwt.PyJWT({}, { now: () => now * 1000, onWarning: (warning) => warnings.push(warning) })
const secret = 'a secret that is longer than 32 bytes'
const talk =
  'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJwYXlsb2FkIjoicHljb250dyAyMDE2In0.TRRENrqd8lc3_AQeo3IRheVkZpMkcqXqYQi891pFL6w'
const byHand =
  'eyJ0eXAiOiAiSldUIiwgImFsZyI6ICJIUzI1NiJ9.eyJ1c2VyX2lkIjogInB5dGhvbnR3MjAxNiJ9.qhevGfl16LBHjRG2wb6xDitbGt3lDK-2iUYCsLseCJY='

type Class = abstract new (...given: never[]) => Error
function throwsExactly(run: () => unknown, Kind: Class, message: string | RegExp) {
  assert.throws(run, like(Kind, message))
}
function like(Kind: Class, message: string | RegExp) {
  return (error: unknown) => {
    assert(error instanceof Error)
    assert.equal(error.constructor, Kind, `${error.constructor.name}: ${error.message}`)
    if (typeof message === 'string') assert.equal(error.message, message)
    else assert.match(error.message, message)
    return true
  }
}

/** A token signed well, whatever stands in it. */
const sealed = (token: RawToken) => rawToken({ payload: {}, ...token, secret: Buffer.from(secret) })
const claiming = (payload: unknown) => sealed({ payload })
const headed = (header: object) => sealed({ header: { alg: 'HS256', ...header } })

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

const { privateKey: rsa, publicKey: rsaPublic } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const { privateKey: ec } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const rsaPem = rsaPublic.export({ format: 'pem', type: 'spki' }).toString()
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
    message: /PEM block/,
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

const refused: readonly {
  name: string
  token: unknown
  kind: Class
  message: string | RegExp
  with?: jwt.DecodeOptions
}[] = [
  {
    name: 'what is no text',
    token: 5,
    kind: jwt.DecodeError,
    message: "Invalid token type. Token must be a <class 'bytes'>",
  },
  { name: 'one segment', token: 'abc', kind: jwt.DecodeError, message: 'Not enough segments' },
  { name: 'two segments', token: 'abc.def', kind: jwt.DecodeError, message: 'Not enough segments' },
  {
    name: 'four segments',
    token: `${claiming({})}.a`,
    kind: jwt.DecodeError,
    message: 'Invalid payload padding',
  },
  {
    name: 'a header that is not base64url',
    token: 'abcde.e30.',
    kind: jwt.DecodeError,
    message: 'Invalid header padding',
  },
  {
    name: 'a header that is no JSON',
    token: 'YWJj.e30.',
    kind: jwt.DecodeError,
    message: /^Invalid header string: /,
  },
  {
    name: 'a header that is a list',
    token: 'W10.e30.',
    kind: jwt.DecodeError,
    message: 'Invalid header string: must be a json object',
  },
  {
    name: 'alg twice',
    token: sealed({ header: '{"alg":"HS256","alg":"HS256"}' }),
    kind: jwt.DecodeError,
    message: /^Invalid header string: must be strict/,
  },
  {
    name: 'a payload that is not base64url',
    token: `${talk.split('.')[0]}.abcde.AA`,
    kind: jwt.DecodeError,
    message: 'Invalid payload padding',
  },
  {
    name: 'a signature that is not base64url',
    token: `${talk.slice(0, -43)}abcde`,
    kind: jwt.DecodeError,
    message: 'Invalid crypto padding',
  },
  {
    name: 'bits that do not count in the signature',
    token: `${talk.slice(0, -1)}x`,
    kind: jwt.DecodeError,
    message: 'Invalid crypto padding',
  },
  {
    name: 'a token of a megabyte',
    token: 'a'.repeat(1 << 20),
    kind: jwt.DecodeError,
    message: 'Token is too long',
  },
  {
    name: 'a payload that is a list',
    token: claiming([]),
    kind: jwt.DecodeError,
    message: 'Invalid payload string: must be a json object',
  },
  {
    name: 'a payload that is no JSON',
    token: claiming('{x'),
    kind: jwt.DecodeError,
    message: /^Invalid payload string: /,
  },
  {
    name: 'a claim twice',
    token: claiming('{"a":1,"a":2}'),
    kind: jwt.DecodeError,
    message: /must be strict json/,
  },
  {
    name: 'the signature of another secret',
    token: talk,
    kind: jwt.InvalidSignatureError,
    message: 'Signature verification failed',
  },
  {
    name: 'no signature',
    token: `${talk.slice(0, -43)}`,
    kind: jwt.InvalidSignatureError,
    message: 'Signature verification failed',
  },
  {
    name: 'no algorithm',
    token: sealed({ header: {} }),
    kind: jwt.InvalidAlgorithmError,
    message: 'Algorithm not specified',
  },
  {
    name: 'another algorithm',
    token: headed({ alg: 'HS512' }),
    kind: jwt.InvalidAlgorithmError,
    message: 'The specified alg value is not allowed',
  },
  {
    name: 'none',
    token: `${segment({ alg: 'none' })}.e30.`,
    kind: jwt.InvalidAlgorithmError,
    message: 'The specified alg value is not allowed',
  },
  {
    name: 'none, though it is in the list',
    token: `${segment({ alg: 'none' })}.e30.`,
    with: { algorithms: ['none'] },
    kind: jwt.InvalidAlgorithmError,
    message: 'Algorithm not supported',
  },
  {
    name: 'an algorithm that is a list',
    token: headed({ alg: ['HS256'] }),
    kind: jwt.InvalidAlgorithmError,
    message: 'The specified alg value is not allowed',
  },
  {
    name: 'a key id that is no text',
    token: headed({ kid: 5 }),
    kind: jwt.InvalidTokenError,
    message: 'Key ID header parameter must be a string',
  },
  {
    name: 'a critical extension',
    token: headed({ crit: ['x'], x: 1 }),
    kind: jwt.InvalidTokenError,
    message: /^Unsupported critical extension/,
  },
  {
    name: 'an empty crit',
    token: headed({ crit: [] }),
    kind: jwt.InvalidTokenError,
    message: "Invalid 'crit' header: must be a non-empty list",
  },
  {
    name: 'crit as text',
    token: headed({ crit: 'exp' }),
    kind: jwt.InvalidTokenError,
    message: "Invalid 'crit' header: must be a non-empty list",
  },
  {
    name: 'crit of numbers',
    token: headed({ crit: [5] }),
    kind: jwt.InvalidTokenError,
    message: "Invalid 'crit' header: values must be strings",
  },
  {
    name: 'an unencoded payload',
    token: headed({ b64: false }),
    kind: jwt.InvalidTokenError,
    message: 'Unsupported critical extension: b64',
  },
  {
    name: 'any, where no algorithms are given',
    token: claiming({}),
    with: { algorithms: undefined as never },
    kind: jwt.DecodeError,
    message: 'It is required that you pass in a value for the "algorithms" argument when calling decode().',
  },
  {
    name: 'any, where the list of algorithms is empty',
    token: claiming({}),
    with: { algorithms: [] },
    kind: jwt.DecodeError,
    message: /^It is required/,
  },

  // Claims
  {
    name: 'one that expired',
    token: claiming({ exp: now - 1 }),
    kind: jwt.ExpiredSignatureError,
    message: 'Signature has expired',
  },
  {
    name: 'one that expires this very second',
    token: claiming({ exp: now }),
    kind: jwt.ExpiredSignatureError,
    message: 'Signature has expired',
  },
  {
    name: 'expired, though for less than the leeway less',
    token: claiming({ exp: now - 10 }),
    with: { leeway: 10 },
    kind: jwt.ExpiredSignatureError,
    message: 'Signature has expired',
  },
  {
    name: 'an expiry that is text',
    token: claiming({ exp: '9999999999' }),
    kind: jwt.DecodeError,
    message: 'Expiration Time claim (exp) must be an integer.',
  },
  {
    name: 'an expiry that is true',
    token: claiming({ exp: true }),
    kind: jwt.DecodeError,
    message: 'Expiration Time claim (exp) must be an integer.',
  },
  {
    name: 'an expiry that is null',
    token: claiming({ exp: null }),
    kind: jwt.DecodeError,
    message: 'Expiration Time claim (exp) must be an integer.',
  },
  {
    name: 'an expiry beyond all time',
    token: claiming('{"exp":1e300}'),
    kind: jwt.DecodeError,
    message: 'Expiration Time claim (exp) must be an integer.',
  },
  {
    name: 'one that is not valid yet',
    token: claiming({ nbf: now + 2 }),
    kind: jwt.ImmatureSignatureError,
    message: 'The token is not yet valid (nbf)',
  },
  {
    name: 'a start that is text',
    token: claiming({ nbf: '1' }),
    kind: jwt.DecodeError,
    message: 'Not Before claim (nbf) must be an integer.',
  },
  {
    name: 'one issued in the future',
    token: claiming({ iat: now + 2 }),
    kind: jwt.ImmatureSignatureError,
    message: 'The token is not yet valid (iat)',
  },
  {
    name: 'an issue time that is text',
    token: claiming({ iat: '1' }),
    kind: jwt.InvalidIssuedAtError,
    message: 'Issued At claim (iat) must be an integer.',
  },
  {
    name: 'an audience where none is expected',
    token: claiming({ aud: 'a' }),
    kind: jwt.InvalidAudienceError,
    message: 'Invalid audience',
  },
  {
    name: 'another audience',
    token: claiming({ aud: 'a' }),
    with: { audience: 'b' },
    kind: jwt.InvalidAudienceError,
    message: "Audience doesn't match",
  },
  {
    name: 'no audience',
    token: claiming({}),
    with: { audience: 'b' },
    kind: jwt.MissingRequiredClaimError,
    message: 'Token is missing the "aud" claim',
  },
  {
    name: 'an audience that is a number',
    token: claiming({ aud: 5 }),
    with: { audience: 'b' },
    kind: jwt.InvalidAudienceError,
    message: 'Invalid claim format in token',
  },
  {
    name: 'an audience of mixed types',
    token: claiming({ aud: ['b', 5] }),
    with: { audience: 'b' },
    kind: jwt.InvalidAudienceError,
    message: 'Invalid claim format in token',
  },
  {
    name: 'a list, where strict',
    token: claiming({ aud: ['b'] }),
    with: { audience: 'b', options: { strict_aud: true } },
    kind: jwt.InvalidAudienceError,
    message: 'Invalid claim format in token (strict)',
  },
  {
    name: 'another audience, where strict',
    token: claiming({ aud: 'a' }),
    with: { audience: 'b', options: { strict_aud: true } },
    kind: jwt.InvalidAudienceError,
    message: "Audience doesn't match (strict)",
  },
  {
    name: 'a list of expected audiences, where strict',
    token: claiming({ aud: 'a' }),
    with: { audience: ['a'], options: { strict_aud: true } },
    kind: jwt.InvalidAudienceError,
    message: 'Invalid audience (strict)',
  },
  {
    name: 'no issuer',
    token: claiming({}),
    with: { issuer: 'i' },
    kind: jwt.MissingRequiredClaimError,
    message: 'Token is missing the "iss" claim',
  },
  {
    name: 'another issuer',
    token: claiming({ iss: 'j' }),
    with: { issuer: ['h', 'i'] },
    kind: jwt.InvalidIssuerError,
    message: 'Invalid issuer',
  },
  {
    name: 'an issuer within the expected one (CVE-2024-53861)',
    token: claiming({ iss: 'acc' }),
    with: { issuer: 'acct' },
    kind: jwt.InvalidIssuerError,
    message: 'Invalid issuer',
  },
  {
    name: 'a list of issuers',
    token: claiming({ iss: ['i'] }),
    with: { issuer: 'i' },
    kind: jwt.InvalidIssuerError,
    message: 'Payload Issuer (iss) must be a string',
  },
  {
    name: 'any, where the issuer is a number',
    token: claiming({ iss: 'i' }),
    with: { issuer: 5 as never },
    kind: jwt.InvalidIssuerError,
    message: 'Issuer param must be "str" or "Container[str]"',
  },
  {
    name: 'a subject that is a number',
    token: claiming({ sub: 5 }),
    kind: jwt.InvalidSubjectError,
    message: 'Subject must be a string',
  },
  {
    name: 'another subject',
    token: claiming({ sub: 'x' }),
    with: { subject: 'y' },
    kind: jwt.InvalidSubjectError,
    message: 'Invalid subject',
  },
  {
    name: 'no subject where one is expected',
    token: claiming({}),
    with: { subject: 'y' },
    kind: jwt.MissingRequiredClaimError,
    message: 'Token is missing the "sub" claim',
  },
  {
    name: 'an id that is a number',
    token: claiming({ jti: 5 }),
    kind: jwt.InvalidJTIError,
    message: 'JWT ID must be a string',
  },
  {
    name: 'no claim that is required',
    token: claiming({}),
    with: { options: { require: ['exp'] } },
    kind: jwt.MissingRequiredClaimError,
    message: 'Token is missing the "exp" claim',
  },
  {
    name: 'null where a claim is required',
    token: claiming({ exp: null }),
    with: { options: { require: ['exp'] } },
    kind: jwt.MissingRequiredClaimError,
    message: 'Token is missing the "exp" claim',
  },
  {
    name: 'a claim of every prototype where it is required',
    token: claiming({}),
    with: { options: { require: ['constructor'] } },
    kind: jwt.MissingRequiredClaimError,
    message: 'Token is missing the "constructor" claim',
  },
  // The order of the checks: the first that fails speaks.
  {
    name: 'iat before nbf and exp',
    token: claiming({ iat: now + 9, nbf: now + 9, exp: 1 }),
    kind: jwt.ImmatureSignatureError,
    message: 'The token is not yet valid (iat)',
  },
  {
    name: 'nbf before exp',
    token: claiming({ nbf: now + 9, exp: 1 }),
    kind: jwt.ImmatureSignatureError,
    message: 'The token is not yet valid (nbf)',
  },
  {
    name: 'exp before iss',
    token: claiming({ exp: 1, iss: 'j' }),
    with: { issuer: 'i' },
    kind: jwt.ExpiredSignatureError,
    message: 'Signature has expired',
  },
  {
    name: 'iss before aud',
    token: claiming({ iss: 'j', aud: 'a' }),
    with: { issuer: 'i' },
    kind: jwt.InvalidIssuerError,
    message: 'Invalid issuer',
  },
  {
    name: 'aud before sub',
    token: claiming({ aud: 'a', sub: 5 }),
    kind: jwt.InvalidAudienceError,
    message: 'Invalid audience',
  },
  {
    name: 'sub before jti',
    token: claiming({ sub: 5, jti: 5 }),
    kind: jwt.InvalidSubjectError,
    message: 'Subject must be a string',
  },
  // Wrong use
  {
    name: 'any, where algorithms is text',
    token: claiming({}),
    with: { algorithms: 'HS256' as never },
    kind: TypeError,
    message: 'algorithms is a list of names',
  },
  {
    name: 'any, where an option is misspelt',
    token: claiming({}),
    with: { options: { verify_expiry: false } as never },
    kind: TypeError,
    message: 'there is no option verify_expiry',
  },
  {
    name: 'any, where an option is no boolean',
    token: claiming({}),
    with: { options: { verify_exp: 0 } as never },
    kind: TypeError,
    message: 'the option verify_exp is true or false',
  },
  {
    name: 'any, where leeway is no number',
    token: claiming({}),
    with: { leeway: Number.NaN },
    kind: TypeError,
    message: /^leeway/,
  },
  {
    name: 'any, where the audience is a number',
    token: claiming({}),
    with: { audience: 5 as never },
    kind: TypeError,
    message: 'audience must be a string, iterable or None',
  },
]
for (const { name, token, kind, message, with: options } of refused) {
  test(`decode refuses ${name}`, () =>
    throwsExactly(
      () => py.decode(token as string, secret, { algorithms: ['HS256'], ...options }),
      kind,
      message,
    ))
}

const accepted: readonly { name: string; claims: object; with?: jwt.DecodeOptions }[] = [
  { name: 'no claims at all', claims: {} },
  { name: 'expired within the leeway', claims: { exp: now - 9 }, with: { leeway: 10 } },
  { name: 'a fractional time', claims: { exp: now + 1.5 } },
  { name: 'an audience that is empty where none is expected', claims: { aud: [] } },
  { name: 'one of several audiences', claims: { aud: ['a', 'b'] }, with: { audience: ['b', 'c'] } },
  {
    name: 'the one audience, where strict',
    claims: { aud: 'a' },
    with: { audience: 'a', options: { strict_aud: true } },
  },
  { name: 'one of several issuers', claims: { iss: 'i' }, with: { issuer: ['h', 'i'] } },
  { name: 'the expected subject', claims: { sub: 's' }, with: { subject: 's' } },
  {
    name: 'expired, where that is not looked at',
    claims: { exp: 'x' },
    with: { options: { verify_exp: false } },
  },
  {
    name: 'another audience, where that is not looked at',
    claims: { aud: 'a' },
    with: { options: { verify_aud: false } },
  },
]
for (const { name, claims, with: options } of accepted) {
  test(`decode accepts ${name}`, () =>
    assert.deepEqual(py.decode(claiming(claims), secret, { algorithms: ['HS256'], ...options }), claims))
}

describe('verify_signature: false', () => {
  const options = { verify_signature: false }
  test('turns off every other check, and needs no key', () => {
    assert.deepEqual(py.decode(claiming({ exp: 1, aud: 'x' }), '', { options, audience: 'y' }), {
      exp: 1,
      aud: 'x',
    })
  })
  test('leaves on what is asked for by name', () => {
    const run = () => py.decode(claiming({ exp: 1 }), '', { options: { ...options, verify_exp: true } })
    throwsExactly(run, jwt.ExpiredSignatureError, 'Signature has expired')
    const require = () => py.decode(claiming({}), '', { options: { ...options, require: ['nbf'] } })
    throwsExactly(require, jwt.MissingRequiredClaimError, 'Token is missing the "nbf" claim')
  })
})

/** Row 61 of the hostile list, and what surrounds it: the public key, which everybody has, as an HMAC secret. */
const der = rsaPublic.export({ format: 'der', type: 'spki' })
const pkcs1 = rsaPublic.export({ format: 'pem', type: 'pkcs1' }).toString()
const jwk = rsaPublic.export({ format: 'jwk' })
const inner = rsaPem.replaceAll(/-----.*-----\n/g, '')
const ssh = (() => {
  const part = (bytes: Uint8Array) =>
    Buffer.concat([Buffer.from([0, 0, bytes.length >> 8, bytes.length & 255]), bytes])
  const parts = [
    Buffer.from('ssh-rsa'),
    Buffer.from(jwk.e!, 'base64url'),
    Buffer.from(`00${Buffer.from(jwk.n!, 'base64url').toString('hex')}`, 'hex'),
  ]
  return Buffer.concat(parts.map(part)).toString('base64')
})()
/** Its first line alone: the label tells what it is, whether or not it can be read. */
const certificate = `-----BEGIN CERTIFICATE-----
MIIBfTCCASOgAwIBAgIUQVt6yJ0mS0lQm0G3J8o0yYJt0jkwCgYIKoZIzj0EAwIw
-----END CERTIFICATE-----
`
const spellings: readonly { name: string; key: string | Uint8Array; words: RegExp }[] = [
  { name: 'PEM', key: rsaPem },
  { name: 'PEM as bytes', key: Buffer.from(rsaPem) },
  { name: 'PEM, trimmed', key: rsaPem.trim() },
  { name: 'PEM with CRLF', key: rsaPem.replaceAll('\n', '\r\n') },
  { name: 'PEM in one line', key: rsaPem.replaceAll('\n', '\\n') },
  { name: 'PEM after white space', key: ` \t\n${rsaPem}` },
  { name: 'PEM after text', key: `my key:\n${rsaPem}` },
  { name: 'PEM after a byte order mark', key: `\ufeff${rsaPem}` },
  { name: 'PEM in UTF-16', key: Buffer.from(`\ufeff${rsaPem}`, 'utf16le') },
  { name: 'PKCS#1', key: pkcs1 },
  { name: 'a PEM certificate', key: certificate },
  { name: 'a private key', key: rsa.export({ format: 'pem', type: 'pkcs8' }).toString() },
  { name: 'DER', key: der },
  { name: 'DER of PKCS#1', key: rsaPublic.export({ format: 'der', type: 'pkcs1' }) },
  { name: 'DER of a private key', key: ec.export({ format: 'der', type: 'sec1' }) },
  { name: 'base64 of DER', key: der.toString('base64') },
  { name: 'base64url of DER', key: der.toString('base64url') },
  { name: 'base64 of DER after a byte order mark', key: `\ufeff${der.toString('base64')}` },
  { name: 'hex of DER', key: der.toString('hex') },
  { name: 'PEM without its first and last line', key: inner },
  { name: 'the same with CRLF', key: inner.replaceAll('\n', '\r\n') },
  { name: 'base64 of PEM', key: Buffer.from(rsaPem).toString('base64') },
  { name: 'OpenSSH', key: `ssh-rsa ${ssh} me@here` },
  { name: 'OpenSSH after options', key: `no-pty ssh-rsa ${ssh}` },
  { name: 'OpenSSH after a byte order mark', key: `\ufeffssh-rsa ${ssh}` },
  { name: 'the base64 of OpenSSH alone', key: ssh },
  { name: 'SSH2', key: `---- BEGIN SSH2 PUBLIC KEY ----\n${ssh}\n---- END SSH2 PUBLIC KEY ----` },
].map((row) => ({ ...row, words: /^The specified key is an asymmetric key or x509 certificate/ }))
const jwkSpellings = [
  { name: 'a JWK', key: JSON.stringify(jwk) },
  { name: 'a JWK with blanks', key: JSON.stringify(jwk, null, 2) },
  { name: 'a JWK after text', key: `public key = ${JSON.stringify(jwk)}` },
  { name: 'a JWK after a byte order mark', key: `\ufeff${JSON.stringify(jwk)}` },
  { name: 'a JWK with escapes in its names', key: JSON.stringify(jwk).replace('kty', '\\u006bty') },
  { name: 'a JWK of a secret', key: '{"kty":"oct","k":"AA"}' },
  { name: 'a JWKS', key: JSON.stringify({ keys: [jwk] }) },
  { name: 'base64 of a JWK', key: Buffer.from(JSON.stringify(jwk)).toString('base64') },
].map((row) => ({ ...row, words: /^The specified key looks like a JWK/ }))
for (const { name, key, words } of [...spellings, ...jwkSpellings]) {
  test(`a secret is not ${name}: RFC 8725 section 2.1`, () => {
    const token = rawToken({ secret: Buffer.from(key as string) })
    for (const algorithms of [['HS256'], ['RS256', 'HS256']]) {
      throwsExactly(() => py.decode(token, key, { algorithms }), jwt.InvalidKeyError, words)
    }
    throwsExactly(() => py.encode({}, key), jwt.InvalidKeyError, words)
  })
}

test('a secret may look like much else', () => {
  const odd = [
    'secret',
    'ssh',
    '{"a": 1}',
    '0123456789abcdef'.repeat(4),
    'A'.repeat(64),
    'begin',
    '\ufeffsecret',
    '0\x820\x01',
  ]
  for (const key of odd) assert.deepEqual(py.decode(py.encode({ a: 1 }, key), key, ['HS256']), { a: 1 })
})

describe('keys', () => {
  test('PEM, key objects and PyJWK sign and verify with every family', () => {
    for (const algorithm of ['RS256', 'PS384', 'ES256', 'ES512', 'EdDSA', 'Ed25519', 'ML-DSA-44'] as const) {
      const key = generateKey(algorithm, { keyId: 'k' }) as PrivateKey // asymmetric
      const token = py.encode({ a: 1 }, new jwt.PyJWK(toJwk(key)), { headers: { kid: 'k' } })
      assert.deepEqual(py.decode(token, new jwt.PyJWK(toJwk(publicKeyOf(key)))), { a: 1 })
      assert.deepEqual(py.decode(token, new jwt.PyJWK(toJwk(key)), [algorithm]), { a: 1 })
      const verify = createVerifier({ keys: publicKeyOf(key), requiredClaims: { exp: false } })
      assert.deepEqual(verify(token), { a: 1 })
    }
    const pem = rsa.export({ format: 'pem', type: 'pkcs8' }).toString()
    const token = py.encode({ a: 1 }, pem, 'PS256')
    for (const key of [pem, rsaPem, Buffer.from(rsaPem), rsa, rsaPublic, pkcs1]) {
      assert.deepEqual(py.decode(token, key, ['PS256']), { a: 1 })
    }
    const object = createSecretKey(Buffer.from(secret))
    assert.deepEqual(py.decode(py.encode({ a: 1 }, object), secret, ['HS256']), { a: 1 })
    throwsExactly(() => py.encode({}, rsaPublic), jwt.InvalidKeyError, /should not be used as an HMAC secret/)
  })

  test('a token signed here is good for the strict verifier', () => {
    const verify = createVerifier({
      keys: secretKey(Buffer.from(secret), { algorithm: 'HS256' }),
      now: () => now * 1000,
    })
    assert.deepEqual(verify(py.encode({ exp: now + 60 }, secret)), { exp: now + 60 })
  })

  test('a PyJWK decides the algorithm, and the list only narrows it (CVE-2026-48523)', () => {
    const key = new jwt.PyJWK({ kty: 'oct', k: segment(secret), alg: 'HS512' })
    const token = py.encode({}, secret, 'HS256')
    throwsExactly(
      () => py.decode(token, key),
      jwt.InvalidAlgorithmError,
      'The specified alg value is not allowed',
    )
    throwsExactly(
      () => py.decode(token, key, ['HS256']),
      jwt.InvalidAlgorithmError,
      "Token algorithm 'HS256' does not match the key's algorithm 'HS512'",
    )
    const other = new jwt.PyJWK({ kty: 'oct', k: segment(secret) })
    throwsExactly(
      () => py.decode(token, other, ['HS512']),
      jwt.InvalidAlgorithmError,
      'The specified alg value is not allowed',
    )
    assert.equal(jwt.get_unverified_header(py.encode({}, key)).alg, 'HS512')
  })

  test('a short secret warns, and is refused where that is enforced', () => {
    warnings.length = 0
    py.decode(talk, 'secret', ['HS256'])
    assert.equal(warnings[0]?.name, 'InsecureKeyLengthWarning')
    const words =
      'The HMAC key is 6 bytes long, which is below the minimum recommended length of 32 bytes for SHA256. See RFC 7518 Section 3.2.'
    assert.equal(warnings[0]?.message, words)
    const options = { enforce_minimum_key_length: true }
    throwsExactly(
      () => py.decode(talk, 'secret', { algorithms: ['HS256'], options }),
      jwt.InvalidKeyError,
      words,
    )
    throwsExactly(() => new jwt.PyJWT(options).encode({}, 'secret'), jwt.InvalidKeyError, words)
  })

  test('get_algorithm_by_name reads keys', () => {
    const rs256 = jwt.get_algorithm_by_name('RS256')
    assert.equal(rs256.prepare_key(rsaPem).kind, 'public')
    assert.equal(rs256.prepare_key(rsa).kind, 'private')
    assert.equal(rs256.to_jwk(rs256.from_jwk(JSON.stringify(jwk))).n, jwk.n)
    for (const name of ['none', 'foo', 'constructor']) {
      throwsExactly(() => jwt.get_algorithm_by_name(name), jwt.NotImplementedError, 'Algorithm not supported')
    }
  })
})

const badJwks: readonly { name: string; jwk: object; kind: Class; message: string | RegExp }[] = [
  { name: 'without kty', jwk: {}, kind: jwt.InvalidKeyError, message: /^kty is not found/ },
  {
    name: 'of an unknown type',
    jwk: { kty: 'foo' },
    kind: jwt.InvalidKeyError,
    message: 'Unsupported kty: foo',
  },
  {
    name: 'on an unknown curve',
    jwk: { kty: 'EC', crv: 'foo' },
    kind: jwt.InvalidKeyError,
    message: 'Unsupported crv: foo',
  },
  { name: 'without its curve', jwk: { kty: 'OKP' }, kind: jwt.InvalidKeyError, message: /^crv is not found/ },
  {
    name: 'for an unknown algorithm',
    jwk: { kty: 'oct', k: 'AA', alg: 'foo' },
    kind: jwt.PyJWKError,
    message: /^Unable to find an algorithm for key/,
  },
  {
    name: 'without its members',
    jwk: { kty: 'RSA' },
    kind: jwt.InvalidKeyError,
    message: /lacks the member n/,
  },
  {
    name: 'of an empty secret',
    jwk: { kty: 'oct', k: '' },
    kind: jwt.InvalidKeyError,
    message: 'HMAC key must not be empty.',
  },
  { name: 'for encryption', jwk: { ...jwk, use: 'enc' }, kind: jwt.InvalidKeyError, message: /use/ },
  {
    name: 'for HS256 though it is RSA',
    jwk: { ...jwk, alg: 'HS256' },
    kind: jwt.InvalidKeyError,
    message: 'Not an HMAC key',
  },
]
for (const { name, jwk, kind, message } of badJwks) {
  test(`PyJWK refuses a key ${name}`, () => throwsExactly(() => new jwt.PyJWK(jwk as never), kind, message))
}

test('PyJWKSet leaves out what cannot be used, and refuses a set without anything', () => {
  const set = jwt.PyJWKSet.from_json(JSON.stringify({ keys: [{ kty: 'foo' }, { ...jwk, kid: 'a' }] }))
  assert.deepEqual(
    [...set].map(({ key_id }) => key_id),
    ['a'],
  )
  assert.equal(set.get('a').algorithm_name, 'RS256')
  throwsExactly(() => set.get('b'), jwt.PyJWKSetError, 'keyset has no key for kid: b')
  throwsExactly(() => new jwt.PyJWKSet([]), jwt.PyJWKSetError, 'The JWK Set did not contain any keys')
  throwsExactly(() => new jwt.PyJWKSet('x' as never), jwt.PyJWKSetError, 'Invalid JWK Set value')
  throwsExactly(
    () => new jwt.PyJWKSet([{ kty: 'foo' }]),
    jwt.PyJWKSetError,
    /^The JWK Set did not contain any usable keys/,
  )
})

describe('PyJWKClient', () => {
  const key = generateKey('ES256', { keyId: 'one' })
  const document = { keys: [toJwk(publicKeyOf(key)), { kty: 'oct', kid: 'published', k: 'AAAA' }] }
  function client(answer: () => object, options: jwt.PyJWKClientOptions = {}) {
    const seen = { fetches: 0, headers: new Headers(), nowMs: 0 }
    const asked = async (_url: unknown, init?: RequestInit) => {
      seen.fetches += 1
      seen.headers = new Headers(init?.headers)
      return Response.json(answer())
    }
    const made = new jwt.PyJWKClient('https://id.example/jwks', {
      fetch: asked as typeof fetch,
      now: () => seen.nowMs,
      ...options,
    })
    return { made, seen }
  }

  test('finds the key of a token over HTTP', async () => {
    const server = createServer((_request, response) => response.end(JSON.stringify(document))).listen(
      0,
      '127.0.0.1',
    )
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo // it listens on TCP
    const token = py.encode({ a: 1 }, new jwt.PyJWK(toJwk(key)), { headers: { kid: 'one' } })
    const found = await new jwt.PyJWKClient(`http://127.0.0.1:${port}/`).get_signing_key_from_jwt(token)
    server.close()
    assert.deepEqual(py.decode(token, found, ['ES256']), { a: 1 })
  })

  test('fetches once for many, again after its lifespan, and sends the headers', async () => {
    const { made, seen } = client(() => document, { headers: { 'x-key': 'v' } })
    await Promise.all([made.get_signing_key('one'), made.get_signing_key('one'), made.get_jwk_set()])
    assert.equal(seen.fetches, 1)
    assert.equal(seen.headers.get('x-key'), 'v')
    seen.nowMs = 300_000
    await made.get_signing_key('one')
    assert.equal(seen.fetches, 2)
  })

  test('does not let unknown key ids make it fetch each time (CVE-2026-48524)', async () => {
    const { made, seen } = client(() => document)
    for (let i = 0; i < 20; i++) {
      await assert.rejects(
        made.get_signing_key(`x${i}`),
        like(jwt.PyJWKClientError, /^Unable to find a signing key that matches: "x\d+"$/),
      )
    }
    assert.equal(seen.fetches, 2)
    seen.nowMs = 30_000
    await assert.rejects(made.get_signing_key('y'))
    assert.equal(seen.fetches, 3)
  })

  test('keeps its keys where a refresh fails', async () => {
    let broken = false
    const { made, seen } = client(() => (broken ? { keys: 5 } : document))
    await made.get_signing_key('one')
    broken = true
    await assert.rejects(made.get_jwk_set(true), like(jwt.PyJWKSetError, 'Invalid JWK Set value'))
    assert.equal((await made.get_signing_key('one')).key_id, 'one')
    assert.equal(seen.fetches, 2)
  })

  test('never gives out a secret that was published, nor a key to a token without an id', async () => {
    const { made } = client(() => document)
    await assert.rejects(made.get_signing_key('published'), jwt.PyJWKClientError)
    await assert.rejects(made.get_signing_key_from_jwt(talk), /matches: "None"/)
  })

  test('says that it could not fetch', async () => {
    const failing = async () => Promise.reject(new Error('refused'))
    const { made } = client(() => document, { fetch: failing as typeof fetch })
    await assert.rejects(
      made.get_signing_key('one'),
      like(jwt.PyJWKClientConnectionError, 'Fail to fetch data from the url, err: "refused"'),
    )
  })

  test('refuses addresses that no key should come from (CVE-2026-48522)', () => {
    for (const uri of ['file:///etc/passwd', 'ftp://id.example/', 'data:application/json,{}']) {
      throwsExactly(
        () => new jwt.PyJWKClient(uri),
        jwt.PyJWKClientError,
        /^Invalid JWKS URI scheme '\w+': only 'http' and 'https' are supported\.$/,
      )
    }
    throwsExactly(
      () => new jwt.PyJWKClient('http://id.example/'),
      jwt.PyJWKClientError,
      /https, or http to a loopback/,
    )
    throwsExactly(
      () => new jwt.PyJWKClient('https://id.example/', { lifespan: 0 }),
      jwt.PyJWKClientError,
      'Lifespan must be greater than 0, the input is "0"',
    )
  })
})

test('the exceptions inherit as they do in PyJWT', () => {
  const parents: Readonly<Record<string, Class>> = {
    InvalidTokenError: jwt.PyJWTError,
    DecodeError: jwt.InvalidTokenError,
    InvalidSignatureError: jwt.DecodeError,
    ExpiredSignatureError: jwt.InvalidTokenError,
    InvalidAudienceError: jwt.InvalidTokenError,
    InvalidIssuerError: jwt.InvalidTokenError,
    InvalidIssuedAtError: jwt.InvalidTokenError,
    ImmatureSignatureError: jwt.InvalidTokenError,
    InvalidAlgorithmError: jwt.InvalidTokenError,
    MissingRequiredClaimError: jwt.InvalidTokenError,
    InvalidSubjectError: jwt.InvalidTokenError,
    InvalidJTIError: jwt.InvalidTokenError,
    InvalidKeyError: jwt.PyJWTError,
    PyJWKError: jwt.PyJWTError,
    MissingCryptographyError: jwt.PyJWKError,
    PyJWKSetError: jwt.PyJWTError,
    PyJWKClientError: jwt.PyJWTError,
    PyJWKClientConnectionError: jwt.PyJWKClientError,
  }
  const all: Readonly<Record<string, unknown>> = { ...jwt }
  for (const [name, parent] of Object.entries(parents)) {
    assert.equal(Object.getPrototypeOf(all[name]), parent, name)
  }
  assert.equal(new jwt.DecodeError('x').name, 'DecodeError')
  assert.equal(new jwt.MissingRequiredClaimError('exp').claim, 'exp')
})

/** Debian's Python, whatever else is called python3 here. */
const python = '/usr/bin/python3'
const hasPyJwt = spawnSync(python, ['-c', 'import jwt']).status === 0
test('tokens and verdicts are those of Python', {
  skip: hasPyJwt ? false : 'python3-jwt is not installed',
}, () => {
  const payloads: readonly Record<string, unknown>[] = [
    {},
    { payload: 'pycontw 2016' },
    { a: 1, b: [1, 2.5, -0.25, 1e-7, 0.00012], c: { d: null, e: true }, f: 'é😀\u2028</>"\\' },
    { exp: 1 },
    { exp: 9_999_999_999, nbf: 1, iat: 1 },
    { exp: 'x' },
    { nbf: 9_999_999_999 },
    { iat: 9_999_999_999 },
    { aud: 'a' },
    { aud: ['b', 'c'] },
    { iss: 'i' },
  ]
  const program = `
import json, sys, warnings
warnings.simplefilter('ignore')
import jwt
out = []
for claims in json.load(sys.stdin):
    token = jwt.encode(claims, '${secret}', algorithm='HS384', headers={'kid': 'k', 'a': 1})
    verdicts = []
    for more in ({}, {'audience': 'b'}, {'issuer': 'i'}, {'options': {'require': ['exp']}}, {'options': {'verify_exp': False}}):
        try:
            jwt.decode(token, '${secret}', algorithms=['HS384'], **more)
            verdicts.append('good')
        except jwt.PyJWTError as error:
            verdicts.append(type(error).__name__)
    out.append([token, verdicts])
print(json.dumps(out))`
  const { stdout, stderr } = spawnSync(python, ['-c', program], { input: JSON.stringify(payloads) })
  assert.equal(String(stderr), '')
  const wanted = JSON.parse(String(stdout)) as [string, string[]][]
  const today = new jwt.PyJWT({}, { onWarning() {} })
  const policies: readonly jwt.DecodeOptions[] = [
    {},
    { audience: 'b' },
    { issuer: 'i' },
    { options: { require: ['exp'] } },
    { options: { verify_exp: false } },
  ]
  payloads.forEach((payload, index) => {
    const [token, verdicts] = wanted[index]!
    assert.equal(today.encode(payload, secret, 'HS384', { headers: { kid: 'k', a: 1 } }), token)
    const ours = policies.map((policy) => {
      try {
        today.decode(token, secret, ['HS384'], policy)
        return 'good'
      } catch (error) {
        return (error as Error).name
      }
    })
    assert.deepEqual(ours, verdicts, JSON.stringify(payload))
  })
})
