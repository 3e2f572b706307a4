/**
 * The tokens that a verifier refuses, and those that it must not, for every platform: `#keys` makes keys that fit
 * where this runs.
 */
import { secretKey } from '#keys'
import type { TokenErrorCode } from './errors.ts'
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
import type { VerifierOptions } from './verifier-policy.ts'

export const key = secretKey(secretBytes, { algorithm: 'HS256' })
export const now = () => nowMs
export const policy: VerifierOptions = { keys: key, issuer: 'I', audience: 'A', now }

export const withHeader = (more: object): RawToken => ({ header: { ...goodHeader, ...more } })
export const withClaims = (more: object): RawToken => ({ payload: { ...goodClaims, ...more } })
export const without = (name: string): RawToken => ({
  payload: Object.fromEntries(Object.entries(goodClaims).filter(([claim]) => claim !== name)),
})
export const good = rawToken()
export const [goodHead = '', goodBody = '', goodMac = ''] = good.split('.')

/** Case numbers are those of the hostile list that the library is built against. */
export interface Refused {
  readonly name: string
  readonly token: unknown
  readonly code: TokenErrorCode
  readonly policy?: Partial<VerifierOptions>
}

export const refused: readonly Refused[] = [
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
    name: 'every unused bit set in a payload of 4n+2 characters',
    token: rawToken({ encodedPayload: `${segment('{"a":"bc"}').slice(0, -1)}_` }),
    code: 'token_malformed',
  },
  {
    name: 'a hyphen where the last character has unused bits',
    token: rawToken({ encodedPayload: `${segment('{"a":"bc"} ').slice(0, -1)}-` }),
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

export const accepted: readonly { name: string; token: RawToken; policy?: Partial<VerifierOptions> }[] = [
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

/** The good claims and one more member, written as it is. */
export function rawJson(member: string): RawToken {
  return { payload: `${JSON.stringify(goodClaims).slice(0, -1)},${member}}` }
}

/** Replace the character at `index` by one with the same low byte. */
function wide(token: string, index: number): string {
  return token.slice(0, index) + String.fromCharCode(token.charCodeAt(index) + 0x100) + token.slice(index + 1)
}
