import type { VerifierOptions } from '../../../src/token/verifier-policy.ts'
import { good, rawJson, withClaims, withHeader, without } from '../good-token.ts'
import { goodClaims, nowSeconds, type RawToken } from '../raw-token.ts'

/** Tokens that must not be refused: good at the very edge, or strange in what nobody reads. */
export const accepted: readonly { name: string; token: RawToken; policy?: Partial<VerifierOptions> }[] = [
  { name: 'good in every way', token: {} },
  { name: 'expires in the next millisecond', token: withClaims({ exp: nowSeconds + 0.001 }) },
  {
    name: 'expired less long ago than clocks may differ',
    token: withClaims({ exp: nowSeconds - 29 }),
    policy: { clockTolerance: 30 },
  },
  { name: 'not before, this very second', token: withClaims({ nbf: nowSeconds }) },
  { name: 'the last time that a number can hold', token: withClaims({ exp: 2 ** 53 }) },
  { name: 'the first time that a number can hold', token: withClaims({ nbf: -(2 ** 53) }) },
  {
    name: 'not before, as far ahead as clocks may differ',
    token: withClaims({ nbf: nowSeconds + 30 }),
    policy: { clockTolerance: 30 },
  },
  {
    name: 'issued as far ahead as clocks may differ',
    token: withClaims({ iat: nowSeconds + 30 }),
    policy: { clockTolerance: 30 },
  },
  {
    name: 'less old than it may be',
    token: withClaims({ iat: nowSeconds - 59.999 }),
    policy: { maxAge: 60 },
  },
  { name: 'an algorithm of the list', token: {}, policy: { algorithms: ['RS256', 'HS256'] } },
  { name: 'as long as the limit allows', token: {}, policy: { maxLength: good.length } },
  {
    name: 'no expiry, where it need not be',
    token: without('exp'),
    policy: { requiredClaims: { exp: false } },
  },
  { name: 'one audience of several', token: withClaims({ aud: ['B', 'A'] }) },
  { name: 'several audiences configured', token: {}, policy: { audience: ['B', 'A'] } },
  { name: 'several issuers configured', token: {}, policy: { issuer: ['J', 'I'] } },
  {
    name: 'type in other letters, with application/',
    token: withHeader({ typ: 'Application/AT+JWT' }),
    policy: { type: 'at+jwt' },
  },
  ...[
    'JWT',
    'jwt',
    'Jwt',
    'application/jwt',
    'APPLICATION/JWT',
    'at+jwt',
    'AT+JWT',
    'application/at+jwt',
  ].map((typ) => ({ name: `type ${typ} where none is asked for`, token: withHeader({ typ }) })),
  { name: 'no type where none is asked for', token: { header: { alg: 'HS256' } } },
  {
    name: 'no type, where the list says so',
    token: { header: { alg: 'HS256' } },
    policy: { type: ['at+jwt', null] },
  },
  {
    name: 'no type, where there must be none',
    token: { header: { alg: 'HS256' } },
    policy: { type: [null] },
  },
  {
    name: 'one type of several, whatever its letters',
    token: withHeader({ typ: 'Logout+JWT' }),
    policy: { type: ['at+jwt', 'application/LOGOUT+jwt'] },
  },
  { name: 'key id like a path, for a key without id', token: withHeader({ kid: '../../etc/passwd' }) },
  { name: 'key id of ten thousand characters', token: withHeader({ kid: 'x'.repeat(8000) }) },
  {
    name: 'keys and addresses in the header, which nobody reads',
    token: withHeader({
      jwk: { kty: 'oct', k: 'AA' },
      jku: 'https://evil.example',
      x5u: 'https://evil.example',
      x5c: ['AA'],
    }),
  },
  { name: 'white space in the JSON', token: { payload: JSON.stringify(goodClaims, null, '\t') } },
  { name: 'colons, quotes and braces in a text', token: withClaims({ x: '{"a":1,"a":[]}\\":\\' }) },
  { name: 'the same name in two objects', token: withClaims({ x: [{ a: 1 }, { a: { a: 2 } }] }) },
  { name: 'an escaped lone surrogate', token: rawJson('"x":"\\ud800"') },
  { name: 'a replacement character that was meant', token: withClaims({ x: '\ufffd é ✓ 🔑' }) },
  { name: 'longer than what is kept ready', token: withClaims({ x: 'y'.repeat(11_000) }) },
  {
    name: 'longer than the usual limit, where that is allowed',
    token: withClaims({ x: 'y'.repeat(60_000) }),
    policy: { maxLength: 100_000 },
  },
  { name: 'nested 31 deep', token: rawJson(`"x":${'['.repeat(31)}${']'.repeat(31)}`) },
]
