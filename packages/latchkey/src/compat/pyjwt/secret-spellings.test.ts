import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ec, py, rsa, rsaPem, rsaPublic, throwsExactly } from '../../../test/compat/pyjwt/pyjwt.ts'
import { rawToken } from '../../../test/token/raw-token.ts'
import * as jwt from './index.ts'

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
