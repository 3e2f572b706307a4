import { good, goodBody, goodHead, goodMac, withClaims } from '../good-token.ts'
import { goodClaims, rawToken, segment } from '../raw-token.ts'
import type { Refused } from './row.ts'

/** Segments, and their one spelling in base64url (RFC 7515 section 2, RFC 4648 section 3.5). */
export const segmentRows: readonly Refused[] = [
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
  { name: 'an empty header under the MAC', token: rawToken({ encodedHeader: '' }), code: 'token_malformed' },
  {
    name: 'an empty payload, whose signature is not good',
    token: `${goodHead}..${goodMac}`,
    code: 'token_malformed',
  },
  {
    name: 'a payload of one character, whose signature is not good',
    token: `${goodHead}.A.${goodMac}`,
    code: 'signature_invalid',
  },
  {
    name: 'a character of no alphabet in the header',
    token: rawToken({ encodedHeader: `*${goodHead}` }),
    code: 'token_malformed',
  },
  {
    name: 'a character of no alphabet in the payload, under the MAC',
    token: rawToken({ encodedPayload: `${goodBody}*` }),
    code: 'token_malformed',
  },
  {
    name: 'a character of no alphabet before the payload, under the MAC',
    token: rawToken({ encodedPayload: `*${goodBody}` }),
    code: 'token_malformed',
  },
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
]

/** Replace the character at `index` by one with the same low byte. */
function wide(token: string, index: number): string {
  return token.slice(0, index) + String.fromCharCode(token.charCodeAt(index) + 0x100) + token.slice(index + 1)
}
