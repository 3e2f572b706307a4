import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  type Class,
  claiming,
  headed,
  now,
  py,
  sealed,
  secret,
  talk,
  throwsExactly,
} from '../../../test/compat/pyjwt/pyjwt.ts'
import { segment } from '../../../test/token/raw-token.ts'
import * as jwt from './index.ts'

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
    message: 'options has no option "verify_expiry"; the nearest is "verify_exp"',
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
