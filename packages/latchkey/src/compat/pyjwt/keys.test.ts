import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import { describe, test } from 'node:test'
import {
  type Class,
  now,
  py,
  rsa,
  rsaPem,
  rsaPublic,
  secret,
  talk,
  throwsExactly,
  warnings,
} from '../../../test/compat/pyjwt/pyjwt.ts'
import { segment } from '../../../test/token/raw-token.ts'
import {
  createVerifier,
  generateKey,
  type PrivateKey,
  publicKeyOf,
  secretKey,
  toJwk,
} from '../../token/index.ts'
import * as jwt from './index.ts'

const jwk = rsaPublic.export({ format: 'jwk' })
const pkcs1 = rsaPublic.export({ format: 'pem', type: 'pkcs1' }).toString()

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
