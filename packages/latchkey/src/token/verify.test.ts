import assert from 'node:assert/strict'
import { createHmac, createPrivateKey, generateKeyPairSync, sign as rawSign } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  createSigner,
  createVerifier,
  generateKey,
  type KeySet,
  keySet,
  keySetOf,
  publicKey,
  publicKeyOf,
  secretKey,
  TokenError,
  type TokenErrorCode,
  toJwk,
  type VerificationKey,
  type VerifierOptions,
} from './index.ts'
import {
  goodClaims,
  goodHeader,
  nowMs,
  nowSeconds,
  type RawToken,
  rawToken,
  secretBytes,
  segment,
} from './raw-token.test-support.ts'

const key = secretKey(secretBytes, { algorithm: 'HS256' })
const now = () => nowMs
const policy: VerifierOptions = { keys: key, issuer: 'I', audience: 'A', now }
const verify = createVerifier(policy)

const withHeader = (more: object): RawToken => ({ header: { ...goodHeader, ...more } })
const withClaims = (more: object): RawToken => ({ payload: { ...goodClaims, ...more } })
const without = (name: string): RawToken => ({
  payload: Object.fromEntries(Object.entries(goodClaims).filter(([claim]) => claim !== name)),
})
const good = rawToken()
const [goodHead = '', goodBody = '', goodMac = ''] = good.split('.')

/** Case numbers are those of the hostile list that the library is built against. */
interface Refused {
  readonly name: string
  readonly token: unknown
  readonly code: TokenErrorCode
  readonly policy?: Partial<VerifierOptions>
}

const refused: readonly Refused[] = [
  // The algorithm and the signature (RFC 8725 sections 2.1 and 3.1)
  {
    name: 'algorithm none and no signature',
    token: `${segment({ alg: 'none' })}.${goodBody}.`,
    code: 'token_malformed',
  },
  {
    name: 'algorithm none and a signature',
    token: rawToken(withHeader({ alg: 'none' })),
    code: 'algorithm_not_allowed',
  },
  { name: 'algorithm NoNe', token: rawToken(withHeader({ alg: 'NoNe' })), code: 'algorithm_not_allowed' },
  { name: 'algorithm NONE', token: rawToken(withHeader({ alg: 'NONE' })), code: 'algorithm_not_allowed' },
  {
    name: 'algorithm in small letters',
    token: rawToken(withHeader({ alg: 'hs256' })),
    code: 'algorithm_not_allowed',
  },
  {
    name: 'algorithm of a longer hash',
    token: rawToken({ ...withHeader({ alg: 'HS512' }), hash: 'sha512' }),
    code: 'algorithm_not_allowed',
  },
  {
    name: 'algorithm of an object prototype member',
    token: rawToken(withHeader({ alg: 'constructor' })),
    code: 'algorithm_not_allowed',
  },
  { name: 'algorithm as a list', token: rawToken(withHeader({ alg: ['HS256'] })), code: 'token_malformed' },
  { name: 'no algorithm', token: rawToken({ header: { typ: 'JWT' } }), code: 'token_malformed' },
  {
    name: 'algorithm through __proto__',
    token: rawToken({ header: '{"__proto__":{"alg":"HS256"}}' }),
    code: 'token_malformed',
  },
  { name: 'empty signature', token: `${goodHead}.${goodBody}.`, code: 'token_malformed' },
  {
    name: 'signature of another secret',
    token: rawToken({ secret: Buffer.alloc(32, 7) }),
    code: 'signature_invalid',
  },
  {
    name: 'first half of the signature',
    token: `${goodHead}.${goodBody}.${goodMac.slice(0, 22)}`,
    code: 'signature_invalid',
  },
  { name: 'signature and more', token: `${good}AAAA`, code: 'signature_invalid' },
  {
    name: 'signature of another payload',
    token: rawToken(withClaims({ sub: 'x' })).replace(/[^.]*$/, goodMac),
    code: 'signature_invalid',
  },

  // Segments
  { name: 'no text', token: undefined, code: 'token_malformed' },
  { name: 'bytes', token: Buffer.from(good), code: 'token_malformed' },
  { name: 'an object that turns into a token', token: { toString: () => good }, code: 'token_malformed' },
  { name: 'empty text', token: '', code: 'token_malformed' },
  { name: 'dots alone', token: '..', code: 'token_malformed' },
  { name: 'one segment', token: goodHead, code: 'token_malformed' },
  { name: 'two segments', token: `${goodHead}.${goodBody}`, code: 'token_malformed' },
  { name: 'four segments', token: `${good}.${goodMac}`, code: 'token_malformed' },
  { name: 'five segments, as a JWE has', token: `${good}.a.b`, code: 'token_malformed' },
  { name: 'a dot at the end', token: `${good}.`, code: 'token_malformed' },
  { name: 'a dot at the start', token: `.${good}`, code: 'token_malformed' },
  { name: 'empty payload segment', token: rawToken({ encodedPayload: '' }), code: 'token_malformed' },
  {
    name: 'JSON serialisation',
    token: JSON.stringify({ protected: goodHead, payload: goodBody, signature: goodMac }),
    code: 'token_malformed',
  },
  { name: 'a megabyte', token: rawToken(withClaims({ pad: 'x'.repeat(1 << 20) })), code: 'token_too_long' },
  { name: 'a hundred thousand dots', token: '.'.repeat(100_000), code: 'token_too_long' },
  {
    name: 'one character over the limit',
    token: good,
    code: 'token_too_long',
    policy: { maxLength: good.length - 1 },
  },

  // Base64url has one spelling (RFC 7515 section 2, RFC 4648 section 3.5)
  { name: 'padding after the signature', token: `${good}=`, code: 'signature_invalid' },
  {
    name: 'newline in the signature',
    token: `${good.slice(0, -5)}\n${good.slice(-5)}`,
    code: 'signature_invalid',
  },
  { name: 'newline after the token', token: `${good}\n`, code: 'signature_invalid' },
  { name: 'space before the token', token: ` ${good}`, code: 'token_malformed' },
  { name: 'standard alphabet in the signature', token: `${good.slice(0, -1)}+`, code: 'token_malformed' },
  {
    name: 'a slash in the payload',
    token: rawToken({ encodedPayload: `${goodBody.slice(0, 8)}/${goodBody.slice(9)}` }),
    code: 'token_malformed',
  },
  {
    name: 'space in the payload, under the MAC',
    token: rawToken({ encodedPayload: `${goodBody.slice(0, 8)} ${goodBody.slice(8)}` }),
    code: 'token_malformed',
  },
  {
    name: 'padding after the payload, under the MAC',
    token: rawToken({ encodedPayload: `${segment({ ...goodClaims, p: '' })}=` }),
    code: 'token_malformed',
  },
  {
    name: 'padding after the header, under the MAC',
    token: rawToken({ encodedHeader: `${segment('{"alg":"HS256" }')}=` }),
    code: 'token_malformed',
  },
  {
    name: 'payload of 4n+1 characters',
    token: rawToken({ encodedPayload: `${segment('{"a":"bc"}  ')}A` }),
    code: 'token_malformed',
  },
  {
    name: 'unused bits set in a payload of 4n+2 characters',
    token: rawToken({ encodedPayload: `${segment('{"a":"bc"}').slice(0, -1)}R` }),
    code: 'token_malformed',
  },
  {
    name: 'unused bits set in a payload of 4n+3 characters',
    token: rawToken({ encodedPayload: `${segment('{"a":"bc"} ').slice(0, -1)}B` }),
    code: 'token_malformed',
  },
  {
    name: 'unused bits set in the header',
    token: rawToken({ encodedHeader: `${segment('{"alg":"HS256"}  ').slice(0, -1)}B` }),
    code: 'token_malformed',
  },
  {
    name: 'a letter replaced by one with the same low byte, in the header',
    token: wide(good, 3),
    code: 'token_malformed',
  },
  {
    name: 'a letter replaced by one with the same low byte, in the payload',
    token: wide(good, goodHead.length + 5),
    code: 'token_malformed',
  },
  {
    name: 'a letter replaced by one with the same low byte, in the signature',
    token: wide(good, good.length - 5),
    code: 'token_malformed',
  },
  { name: 'a letter of latin1', token: `${good.slice(0, -1)}\u00e9`, code: 'token_malformed' },

  // The header
  {
    name: 'crit with an unknown name',
    token: rawToken(withHeader({ crit: ['x'], x: 1 })),
    code: 'critical_unknown',
  },
  { name: 'crit empty', token: rawToken(withHeader({ crit: [] })), code: 'critical_unknown' },
  { name: 'crit as text', token: rawToken(withHeader({ crit: 'exp' })), code: 'critical_unknown' },
  { name: 'crit null', token: rawToken(withHeader({ crit: null })), code: 'critical_unknown' },
  {
    name: 'crit naming what is absent',
    token: rawToken(withHeader({ crit: ['exp'] })),
    code: 'critical_unknown',
  },
  { name: 'crit naming alg', token: rawToken(withHeader({ crit: ['alg'] })), code: 'critical_unknown' },
  {
    name: 'crit naming one twice',
    token: rawToken(withHeader({ crit: ['x', 'x'], x: 1 })),
    code: 'critical_unknown',
  },
  { name: 'crit with a number', token: rawToken(withHeader({ crit: [1] })), code: 'critical_unknown' },
  {
    name: 'b64 false with crit',
    token: rawToken(withHeader({ crit: ['b64'], b64: false })),
    code: 'critical_unknown',
  },
  { name: 'b64 false without crit', token: rawToken(withHeader({ b64: false })), code: 'critical_unknown' },
  { name: 'alg twice', token: rawToken({ header: '{"alg":"none","alg":"HS256"}' }), code: 'token_malformed' },
  {
    name: 'alg twice, once with an escape',
    token: rawToken({ header: '{"\\u0061lg":"none","alg":"HS256"}' }),
    code: 'token_malformed',
  },
  {
    name: 'alg twice with white space',
    token: rawToken({ header: '{"alg" : "HS256", "alg"\n:\t"HS256"}' }),
    code: 'token_malformed',
  },
  { name: 'zip', token: rawToken(withHeader({ zip: 'DEF' })), code: 'token_malformed' },
  { name: 'enc', token: rawToken(withHeader({ enc: 'A128GCM' })), code: 'token_malformed' },
  { name: 'header as a list', token: rawToken({ header: '[]' }), code: 'token_malformed' },
  { name: 'header as text', token: rawToken({ header: '"HS256"' }), code: 'token_malformed' },
  { name: 'header null', token: rawToken({ header: 'null' }), code: 'token_malformed' },
  { name: 'header that is not JSON', token: rawToken({ header: '{' }), code: 'token_malformed' },
  {
    name: 'header with a byte order mark',
    token: rawToken({ header: '\ufeff{"alg":"HS256"}' }),
    code: 'token_malformed',
  },
  { name: 'kid as a number', token: rawToken(withHeader({ kid: 1 })), code: 'token_malformed' },
  { name: 'kid null', token: rawToken(withHeader({ kid: null })), code: 'token_malformed' },
  { name: 'typ as a number', token: rawToken(withHeader({ typ: 1 })), code: 'token_malformed' },
  { name: 'cty JWT', token: rawToken(withHeader({ cty: 'JWT' })), code: 'type_mismatch' },
  {
    name: 'cty application/jwt',
    token: rawToken(withHeader({ cty: 'application/jwt' })),
    code: 'type_mismatch',
  },
  { name: 'type JWT for at+jwt', token: good, code: 'type_mismatch', policy: { type: 'at+jwt' } },
  {
    name: 'type at+jwt for JWT',
    token: rawToken(withHeader({ typ: 'at+jwt' })),
    code: 'type_mismatch',
    policy: { type: 'JWT' },
  },
  {
    name: 'a logout token for an access token',
    token: rawToken(withHeader({ typ: 'logout+jwt' })),
    code: 'type_mismatch',
    policy: { type: 'at+jwt' },
  },
  {
    name: 'no type where one is expected',
    token: rawToken({ header: { alg: 'HS256' } }),
    code: 'type_mismatch',
    policy: { type: 'at+jwt' },
  },
  {
    name: 'key id of no key',
    token: rawToken(withHeader({ kid: 'b' })),
    code: 'key_not_found',
    policy: { keys: secretKey(secretBytes, { algorithm: 'HS256', keyId: 'a' }) },
  },
  {
    name: 'algorithm of the key, but not of the list',
    token: good,
    code: 'algorithm_not_allowed',
    policy: { algorithms: ['RS256'] },
  },

  // The payload
  { name: 'payload as a list', token: rawToken({ payload: '[]' }), code: 'token_malformed' },
  { name: 'payload null', token: rawToken({ payload: 'null' }), code: 'token_malformed' },
  { name: 'payload as text', token: rawToken({ payload: '"x"' }), code: 'token_malformed' },
  {
    name: 'payload with a byte order mark',
    token: rawToken({ payload: `\ufeff${JSON.stringify(goodClaims)}` }),
    code: 'token_malformed',
  },
  {
    name: 'payload with invalid UTF-8',
    token: rawToken({ payload: Buffer.from('7b2261223a22ff227d', 'hex') }),
    code: 'token_malformed',
  },
  {
    name: 'payload with an encoded surrogate',
    token: rawToken({ payload: Buffer.from('7b2261223a22eda080227d', 'hex') }),
    code: 'token_malformed',
  },
  {
    name: 'payload with something after it',
    token: rawToken({ payload: `${JSON.stringify(goodClaims)}x` }),
    code: 'token_malformed',
  },
  {
    name: 'a claim twice',
    token: rawToken({ payload: `{"aud":"B",${JSON.stringify(goodClaims).slice(1)}` }),
    code: 'token_malformed',
  },
  {
    name: 'a member twice, deep inside',
    token: rawToken(rawJson('"x":[{"y":{"a":1,"a":1}}]')),
    code: 'token_malformed',
  },
  {
    name: '__proto__ twice',
    token: rawToken(rawJson('"__proto__":1,"__proto__":2')),
    code: 'token_malformed',
  },
  {
    name: 'nested lists, 5,000 deep',
    token: rawToken(rawJson(`"x":${'['.repeat(5000)}${']'.repeat(5000)}`)),
    code: 'token_malformed',
  },
  {
    name: 'nested objects, 33 deep',
    token: rawToken(rawJson(`"x":${'{"x":'.repeat(32)}1${'}'.repeat(32)}`)),
    code: 'token_malformed',
  },
  {
    name: 'a number that no double holds, in a claim of ours',
    token: rawToken(rawJson('"x":1e999')),
    code: 'token_malformed',
  },

  // Times (RFC 7519 sections 4.1.4 to 4.1.6)
  {
    name: 'expires this very second',
    token: rawToken(withClaims({ exp: nowSeconds })),
    code: 'token_expired',
  },
  {
    name: 'expired a second ago',
    token: rawToken(withClaims({ exp: nowSeconds - 1 })),
    code: 'token_expired',
  },
  {
    name: 'expired as long ago as clocks may differ',
    token: rawToken(withClaims({ exp: nowSeconds - 30 })),
    code: 'token_expired',
    policy: { clockTolerance: 30 },
  },
  { name: 'expired before there was time', token: rawToken(withClaims({ exp: -1 })), code: 'token_expired' },
  { name: 'no expiry', token: rawToken(without('exp')), code: 'claim_missing' },
  {
    name: 'no expiry, where another claim is required',
    token: rawToken(without('exp')),
    code: 'claim_missing',
    policy: { requiredClaims: ['sub'] },
  },
  { name: 'expiry null', token: rawToken(withClaims({ exp: null })), code: 'claim_missing' },
  { name: 'expiry as text', token: rawToken(withClaims({ exp: '9999999999' })), code: 'claim_invalid' },
  { name: 'expiry true', token: rawToken(withClaims({ exp: true })), code: 'claim_invalid' },
  {
    name: 'expiry as a list',
    token: rawToken(withClaims({ exp: [nowSeconds + 60] })),
    code: 'claim_invalid',
  },
  {
    name: 'expiry infinite',
    token: rawToken({ payload: '{"iss":"I","aud":"A","exp":1e999}' }),
    code: 'token_malformed',
  },
  { name: 'expiry beyond 2^53', token: rawToken(withClaims({ exp: 1e300 })), code: 'claim_invalid' },
  {
    name: 'not before, in the future',
    token: rawToken(withClaims({ nbf: nowSeconds + 1 })),
    code: 'token_not_yet_valid',
  },
  { name: 'not before, as text', token: rawToken(withClaims({ nbf: '0' })), code: 'claim_invalid' },
  { name: 'not before, null', token: rawToken(withClaims({ nbf: null })), code: 'claim_invalid' },
  {
    name: 'issued in the future',
    token: rawToken(withClaims({ iat: nowSeconds + 1 })),
    code: 'token_issued_in_future',
  },
  {
    name: 'issued later than clocks may differ',
    token: rawToken(withClaims({ iat: nowSeconds + 31 })),
    code: 'token_issued_in_future',
    policy: { clockTolerance: 30 },
  },
  { name: 'time of issue as text', token: rawToken(withClaims({ iat: '0' })), code: 'claim_invalid' },
  {
    name: 'too old',
    token: rawToken(withClaims({ iat: nowSeconds - 60 })),
    code: 'token_too_old',
    policy: { maxAge: 60 },
  },
  {
    name: 'no time of issue where age matters',
    token: rawToken(without('iat')),
    code: 'claim_missing',
    policy: { maxAge: 60 },
  },

  // Who and for whom
  { name: 'no issuer', token: rawToken(without('iss')), code: 'claim_missing' },
  { name: 'another issuer', token: rawToken(withClaims({ iss: 'J' })), code: 'issuer_mismatch' },
  {
    name: 'a list that holds the issuer',
    token: rawToken(withClaims({ iss: ['I'] })),
    code: 'issuer_mismatch',
  },
  {
    name: 'an issuer that begins as ours does',
    token: rawToken(withClaims({ iss: 'I.evil.example' })),
    code: 'issuer_mismatch',
  },
  {
    name: 'an issuer that is a part of ours',
    token: rawToken(withClaims({ iss: 'I' })),
    code: 'issuer_mismatch',
    policy: { issuer: 'III' },
  },
  {
    name: 'issuer as a number, where any will do',
    token: rawToken(withClaims({ iss: 1, aud: undefined })),
    code: 'claim_invalid',
    policy: { keys: key, issuer: undefined, audience: undefined } as never,
  },
  { name: 'no audience', token: rawToken(without('aud')), code: 'claim_missing' },
  { name: 'another audience', token: rawToken(withClaims({ aud: 'B' })), code: 'audience_mismatch' },
  {
    name: 'an audience where none is configured',
    token: good,
    code: 'audience_mismatch',
    policy: { audience: undefined } as never,
  },
  {
    name: 'an audience list with a number',
    token: rawToken(withClaims({ aud: ['A', 1] })),
    code: 'audience_mismatch',
  },
  {
    name: 'an audience list of others',
    token: rawToken(withClaims({ aud: ['B', 'C'] })),
    code: 'audience_mismatch',
  },
  { name: 'an empty audience list', token: rawToken(withClaims({ aud: [] })), code: 'audience_mismatch' },
  { name: 'audience as a number', token: rawToken(withClaims({ aud: 1 })), code: 'audience_mismatch' },
  {
    name: 'audience as an object',
    token: rawToken(withClaims({ aud: { A: 'A' } })),
    code: 'audience_mismatch',
  },
  {
    name: 'audience that holds ours',
    token: rawToken(withClaims({ aud: 'A B' })),
    code: 'audience_mismatch',
  },
  { name: 'subject as a number', token: rawToken(withClaims({ sub: 1 })), code: 'subject_invalid' },
  { name: 'subject null', token: rawToken(withClaims({ sub: null })), code: 'subject_invalid' },
  { name: 'token id as a number', token: rawToken(withClaims({ jti: 1 })), code: 'token_id_invalid' },
  {
    name: 'a claim of ours missing',
    token: good,
    code: 'claim_missing',
    policy: { requiredClaims: ['sid'] },
  },
  {
    name: 'a claim of ours only in the prototype',
    token: good,
    code: 'claim_missing',
    policy: { requiredClaims: ['constructor'] },
  },
]

for (const { name, token, code, policy: more } of refused) {
  test(`verify refuses: ${name}`, () => {
    const verifier = more === undefined ? verify : createVerifier({ ...policy, ...more })
    assert.throws(() => verifier(token as string), { name: 'TokenError', code })
    // A second time, when whatever is remembered is remembered.
    assert.throws(() => verifier(token as string), { code })
  })
}

const accepted: readonly { name: string; token: RawToken; policy?: Partial<VerifierOptions> }[] = [
  { name: 'good in every way', token: {} },
  { name: 'expires in the next millisecond', token: withClaims({ exp: nowSeconds + 0.001 }) },
  {
    name: 'expired less long ago than clocks may differ',
    token: withClaims({ exp: nowSeconds - 29 }),
    policy: { clockTolerance: 30 },
  },
  { name: 'not before, this very second', token: withClaims({ nbf: nowSeconds }) },
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

for (const { name, token, policy: more = {} } of accepted) {
  test(`verify accepts: ${name}`, () => {
    const verifier = createVerifier({ ...policy, ...more })
    const text = rawToken(token)
    const claims = verifier(text)
    assert.equal(claims.sub, 'usr_1')
    assert.deepEqual(verifier(text), claims)
  })
}

test('verify refuses a token in which any one character is another, or missing, or doubled', () => {
  const others = ['A', 'B', 'w', '-', '_', '=', '+', '/', '.', ' ', '\n', '\u0141']
  verify(good)
  for (let i = 0; i < good.length; i++) {
    const changed = others.map((other) => good.slice(0, i) + other + good.slice(i + 1))
    for (const token of [
      ...changed,
      good.slice(0, i) + good.slice(i + 1),
      good.slice(0, i) + good[i] + good.slice(i),
    ]) {
      if (token === good) continue
      assert.throws(() => verify(token), TokenError)
    }
  }
})

test('verify refuses an ECDSA token in which any one character of the signature is another', () => {
  const signing = generateKey('ES256')
  const check = createVerifier({ keys: publicKeyOf(signing), now })
  const token = createSigner({ key: signing, now, expiresIn: 60 })({ sub: 'x' })
  check(token)
  for (let i = token.lastIndexOf('.') + 1; i < token.length; i++) {
    for (const other of ['A', 'z', '=', ' ']) {
      if (token[i] === other) continue
      assert.throws(() => check(token.slice(0, i) + other + token.slice(i + 1)), TokenError)
    }
  }
})

test('verify throws nothing but TokenError, whatever the text', () => {
  const part = fc.oneof(
    fc.string(),
    fc.base64String(),
    fc.json().map(segment),
    fc.constantFrom(goodHead, goodBody, goodMac),
  )
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(part, { maxLength: 5 }).map((parts) => parts.join('.')),
  )
  fc.assert(
    fc.property(text, (token) => {
      if (token === good) return
      assert.throws(() => verify(token), TokenError)
    }),
    { numRuns: 2000 },
  )
})

test('verify throws nothing but TokenError for signed JSON of any shape', () => {
  const header = fc.oneof(
    fc.json(),
    fc.dictionary(fc.constantFrom('alg', 'kid', 'typ', 'crit', 'b64', 'cty'), fc.jsonValue()),
  )
  const payload = fc.dictionary(
    fc.constantFrom('iss', 'aud', 'exp', 'nbf', 'iat', 'sub', 'jti', 'x'),
    fc.jsonValue(),
  )
  fc.assert(
    fc.property(header, payload, (anyHeader, anyPayload) => {
      for (const token of [rawToken({ header: anyHeader }), rawToken({ payload: anyPayload })]) {
        try {
          verify(token)
        } catch (error) {
          assert.ok(error instanceof TokenError)
        }
      }
    }),
    { numRuns: 2000 },
  )
})

test('what is signed is what is verified', () => {
  const sign = createSigner({ key, issuer: 'I', audience: 'A', expiresIn: 60, now })
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 5 })), (claims) => {
      const more = JSON.parse(JSON.stringify({ more: claims }))
      assert.deepEqual(verify(sign(more)).more, more.more)
    }),
    { numRuns: 500 },
  )
})

test('claims are frozen to the bottom, and those of one call are not those of another', () => {
  const token = rawToken(withClaims({ x: { y: [1, { z: 2 }] } }))
  const first = verify(token) as unknown as { x: { y: [number, { z: number }] } } & typeof goodClaims
  for (const held of [first, first.x, first.x.y, first.x.y[1]]) assert.ok(Object.isFrozen(held))
  assert.throws(() => {
    first.sub = 'somebody else'
  }, TypeError)
  assert.notEqual(verify(token), first)
})

test('a claim named __proto__ or constructor is a claim like any other', () => {
  const claims = verify(rawToken(rawJson('"__proto__":{"admin":true},"constructor":1')))
  assert.deepEqual(Object.getOwnPropertyDescriptor(claims, '__proto__')?.value, { admin: true })
  assert.equal(claims.admin, undefined)
  assert.equal(claims.constructor, 1)
  assert.equal(({} as Record<string, unknown>).admin, undefined)
})

test('a polluted Object.prototype does not lend a token the claims that it lacks', () => {
  const prototype = Object.prototype as { exp?: number; alg?: string }
  const forever = rawToken(without('exp'))
  const nameless = rawToken({ header: { typ: 'JWT' } })
  prototype.exp = nowSeconds + 60
  prototype.alg = 'HS256'
  try {
    assert.throws(() => verify(forever), { code: 'claim_missing', claim: 'exp' })
    assert.throws(() => createVerifier(policy)(nameless), { code: 'token_malformed' })
  } finally {
    delete prototype.exp
    delete prototype.alg
  }
})

test('complete gives the header and the key besides the claims', () => {
  const {
    header,
    claims,
    key: used,
  } = createVerifier({ ...policy, complete: true })(rawToken(withHeader({ kid: 'k' })))
  assert.deepEqual(header, { alg: 'HS256', typ: 'JWT', kid: 'k' })
  assert.deepEqual(claims, goodClaims)
  assert.equal(used, key)
})

test('the signature is checked before any claim is read, and no message repeats the token', () => {
  const forged = rawToken({ ...withClaims({ exp: 1, iss: 'sesame' }), secret: Buffer.alloc(32, 1) })
  assert.throws(() => verify(forged), { code: 'signature_invalid' })
  const garbage = rawToken({ payload: 'sesame', secret: Buffer.alloc(32, 1) })
  assert.throws(() => verify(garbage), { code: 'signature_invalid' })
  for (const token of [rawToken(withClaims({ iss: 'sesame' })), rawToken(withHeader({ alg: 'sesame' }))]) {
    assert.throws(
      () => verify(token),
      (error: Error) => !`${error.message}${error.stack}${JSON.stringify(error)}`.includes('sesame'),
    )
  }
})

test('a public key cannot become the secret of an HMAC, in whatever spelling (RFC 8725 section 2.1)', () => {
  const { publicKey: handle } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = handle.export({ type: 'spki', format: 'pem' }) as string
  const pkcs1 = handle.export({ type: 'pkcs1', format: 'pem' }) as string
  const jwk = JSON.stringify(handle.export({ format: 'jwk' }))
  const der = handle.export({ type: 'spki', format: 'der' })
  const spellings: readonly (string | Buffer)[] = [
    pem,
    pem.trim(),
    pem.replaceAll('\n', '\r\n'),
    ` \n${pem}`,
    `x${pem}`,
    `\ufeff${pem}`,
    pkcs1,
    der,
    handle.export({ type: 'pkcs1', format: 'der' }),
    der.toString('base64'),
    der.toString('base64url'),
    pem.replaceAll(/-----.*-----/g, ''),
    jwk,
    ` ${jwk}`,
    `{"keys":[${jwk}]}`,
    'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDJ',
  ]
  const check = createVerifier({ keys: publicKey(pem, { algorithm: 'RS256' }), now })
  for (const spelling of spellings) {
    const secret = Buffer.from(spelling)
    assert.throws(() => check(rawToken({ secret })), { code: 'algorithm_not_allowed' })
    assert.throws(() => secretKey(secret, { algorithm: 'HS256' }), TypeError, secret.toString().slice(0, 30))
  }
})

const confused: readonly {
  name: string
  use: 'PS256' | 'ES384' | 'Ed25519' | 'RS512'
  for: 'RS256' | 'ES256' | 'EdDSA'
}[] = [
  { name: 'PS256 for a key for RS256', use: 'PS256', for: 'RS256' },
  { name: 'RS512 for a key for RS256', use: 'RS512', for: 'RS256' },
  { name: 'ES384 for a key for ES256', use: 'ES384', for: 'ES256' },
  { name: 'Ed25519 for a key for EdDSA', use: 'Ed25519', for: 'EdDSA' },
]

for (const { name, use, for: algorithm } of confused) {
  test(`the key decides the algorithm: verify refuses ${name}`, () => {
    const signing = generateKey(algorithm)
    const head = segment({ alg: use, kid: signing.keyId })
    const handle = createPrivateKey({ key: toJwk(signing) as never, format: 'jwk' })
    const input = `${head}.${segment(goodClaims)}`
    const signature = rawSign(algorithm === 'EdDSA' ? null : 'sha256', Buffer.from(input), handle)
    const check = createVerifier({ keys: publicKeyOf(signing), issuer: 'I', audience: 'A', now })
    assert.throws(() => check(`${input}.${signature.toString('base64url')}`), {
      code: 'algorithm_not_allowed',
    })
  })
}

test('an ECDSA signature is two coordinates, neither 0 nor the order of the curve nor DER (RFC 7518 section 3.4)', () => {
  const signing = generateKey('ES256')
  const check = createVerifier({ keys: publicKeyOf(signing), issuer: 'I', audience: 'A', now })
  const input = `${segment({ alg: 'ES256' })}.${segment(goodClaims)}`
  const handle = createPrivateKey({ key: toJwk(signing) as never, format: 'jwk' })
  const right = rawSign('sha256', Buffer.from(input), { key: handle, dsaEncoding: 'ieee-p1363' })
  const der = rawSign('sha256', Buffer.from(input), handle)
  const zero = Buffer.alloc(32)
  const order = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex')
  const r = right.subarray(0, 32)
  const s = right.subarray(32)
  check(`${input}.${right.toString('base64url')}`)
  for (const signature of [
    Buffer.concat([zero, zero]),
    Buffer.concat([zero, s]),
    Buffer.concat([r, zero]),
    Buffer.concat([order, s]),
    Buffer.concat([r, order]),
    Buffer.concat([order, order]),
    der,
    Buffer.concat([zero.subarray(1), right]),
    right.subarray(1),
  ]) {
    assert.throws(() => check(`${input}.${signature.toString('base64url')}`), { code: 'signature_invalid' })
  }
})

test('an Ed25519 signature whose S is not reduced is refused (RFC 8032 section 5.1.7)', () => {
  const signing = generateKey('EdDSA')
  const check = createVerifier({ keys: publicKeyOf(signing), now })
  const token = createSigner({ key: signing, now, expiresIn: 60 })({})
  const end = token.lastIndexOf('.')
  const signature = Buffer.from(token.slice(end + 1), 'base64url')
  const order = 2n ** 252n + 27742317777372353535851937790883648493n
  const s = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString('hex')}`) + order
  Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse().copy(signature, 32)
  check(token)
  assert.throws(() => check(`${token.slice(0, end)}.${signature.toString('base64url')}`), {
    code: 'signature_invalid',
  })
})

test('a PSS signature with a salt of another length is refused (RFC 7518 section 3.5)', () => {
  const signing = generateKey('PS256')
  const handle = createPrivateKey({ key: toJwk(signing) as never, format: 'jwk' })
  const check = createVerifier({ keys: publicKeyOf(signing), issuer: 'I', audience: 'A', now })
  const input = `${segment({ alg: 'PS256' })}.${segment(goodClaims)}`
  for (const [saltLength, isGood] of [
    [32, true],
    [0, false],
    [20, false],
    [64, false],
  ] as const) {
    const signature = rawSign('sha256', Buffer.from(input), { key: handle, padding: 6, saltLength })
    const token = `${input}.${signature.toString('base64url')}`
    if (isGood) check(token)
    else assert.throws(() => check(token), { code: 'signature_invalid' })
  }
})

test('the header that is remembered is that of the keys of now', () => {
  const other = secretKey(Buffer.alloc(32, 9), { algorithm: 'HS256', keyId: 'k' })
  const keyed = secretKey(secretBytes, { algorithm: 'HS256', keyId: 'k' })
  let held: VerificationKey[] = [keyed]
  let generation = 1
  const ring: KeySet = {
    get generation() {
      return generation
    },
    find: (header) => keySetOf(held).find(header),
  }
  const check = createVerifier({ ...policy, keys: ring })
  const token = rawToken(withHeader({ kid: 'k' }))
  check(token)
  check(token)
  held = [other]
  generation++
  assert.throws(() => check(token), { code: 'signature_invalid' })
  held = []
  generation++
  assert.throws(() => check(token), { code: 'key_not_found' })
  held = [keyed]
  generation++
  check(token)
})

test('more headers than are remembered are no less right', () => {
  const headers = Array.from({ length: 200 }, (_, i) => rawToken(withHeader({ n: i })))
  for (let round = 0; round < 2; round++)
    for (const token of headers) assert.equal(verify(token).sub, 'usr_1')
  assert.equal(verify(rawToken(withHeader({ long: 'x'.repeat(2000) }))).sub, 'usr_1')
})

test('a key set whose answer does not fit the header is not believed', () => {
  const careless: KeySet = { generation: 0, find: () => secretKey(Buffer.alloc(64), { algorithm: 'HS512' }) }
  assert.throws(() => createVerifier({ ...policy, keys: careless })(good), { code: 'algorithm_not_allowed' })
  const promising = { generation: 0, find: () => Promise.resolve(key) } as unknown as KeySet
  assert.throws(() => createVerifier({ ...policy, keys: promising })(good), { code: 'algorithm_not_allowed' })
  const lying = { generation: 0, find: () => ({ ...key }) } as unknown as KeySet
  assert.throws(() => createVerifier({ ...policy, keys: lying })(good), TypeError)
})

const wrongOptions: readonly { name: string; options: object }[] = [
  { name: 'no keys', options: { keys: undefined } },
  { name: 'an empty list of keys', options: { keys: [] } },
  { name: 'text as a key', options: { keys: 'secret' } },
  { name: 'bytes as a key', options: { keys: secretBytes } },
  { name: 'an object like a key', options: { keys: { kind: 'secret', algorithm: 'HS256' } } },
  { name: 'a list with an object like a key', options: { keys: [{ kind: 'secret', algorithm: 'HS256' }] } },
  { name: 'a private key', options: { keys: generateKey('ES256') } },
  { name: 'a function as a key', options: { keys: () => key } },
  { name: 'no algorithms', options: { algorithms: [] } },
  { name: 'algorithms as text', options: { algorithms: 'HS256' } },
  { name: 'an algorithm that does not exist', options: { algorithms: ['none'] } },
  { name: 'tolerance that is not a number', options: { clockTolerance: Number.NaN } },
  { name: 'tolerance without end', options: { clockTolerance: Number.POSITIVE_INFINITY } },
  { name: 'negative tolerance', options: { clockTolerance: -1 } },
  { name: 'tolerance as text', options: { clockTolerance: '5s' } },
  { name: 'negative age', options: { maxAge: -1 } },
  { name: 'an empty issuer', options: { issuer: '' } },
  { name: 'no issuers', options: { issuer: [] } },
  { name: 'an issuer as a pattern', options: { issuer: /I/ } },
  { name: 'an audience as a pattern', options: { audience: [/A/] } },
  { name: 'an empty type', options: { type: '' } },
  { name: 'a type as a number', options: { type: 1 } },
  { name: 'a limit of 0', options: { maxLength: 0 } },
  { name: 'a limit without end', options: { maxLength: Number.POSITIVE_INFINITY } },
  { name: 'required claims as numbers', options: { requiredClaims: [1] } },
  { name: 'required claims by number', options: { requiredClaims: { exp: 0 } } },
  { name: 'a time in place of a clock', options: { now: nowMs } },
]

for (const { name, options } of wrongOptions) {
  test(`createVerifier throws a TypeError for ${name}`, () => {
    assert.throws(() => createVerifier({ ...policy, ...options } as VerifierOptions), TypeError)
  })
}

test('two keys that fit are an ambiguity, not a choice', () => {
  const a = generateKey('ES256', { keyId: 'a' })
  const b = generateKey('ES256', { keyId: 'a' })
  const c = generateKey('EdDSA', { keyId: 'a' })
  const set = keySet({ keys: [a, b, c].map((one) => toJwk(publicKeyOf(one))) })
  const check = createVerifier({ keys: set, now })
  assert.throws(() => check(createSigner({ key: a, now, expiresIn: 60 })({})), { code: 'key_ambiguous' })
  assert.equal(check(createSigner({ key: c, now, expiresIn: 60 })({ sub: 'x' })).sub, 'x')
})

/** The good claims and one more member, written as it is. */
function rawJson(member: string): RawToken {
  return { payload: `${JSON.stringify(goodClaims).slice(0, -1)},${member}}` }
}

/** Replace the character at `index` by one with the same low byte. */
function wide(token: string, index: number): string {
  return token.slice(0, index) + String.fromCharCode(token.charCodeAt(index) + 0x100) + token.slice(index + 1)
}

test('HMACs of any length of text and secret are those of node:crypto', () => {
  for (const [algorithm, hash] of [
    ['HS256', 'sha256'],
    ['HS384', 'sha384'],
    ['HS512', 'sha512'],
  ] as const) {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 64, maxLength: 300 }), fc.nat(20_000), (bytes, length) => {
        const sign = createSigner({ key: secretKey(bytes, { algorithm }), now })
        const token = sign({ x: 'y'.repeat(length) })
        const end = token.lastIndexOf('.')
        const expected = createHmac(hash, bytes).update(token.slice(0, end)).digest('base64url')
        assert.equal(token.slice(end + 1), expected)
      }),
      { numRuns: 50 },
    )
  }
})
