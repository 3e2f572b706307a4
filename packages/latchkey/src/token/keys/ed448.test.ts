import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { test } from 'node:test'
import { goodClaims, nowMs, segment } from '../../../test/token/raw-token.ts'
import {
  type AsymmetricAlgorithm,
  createVerifier,
  generateKey,
  type Jwk,
  keySet,
  privateKey,
  publicKey,
  publicKeyOf,
  thumbprint,
  toJwk,
  toPem,
} from '../index.ts'

// Ed448 is verified and not signed (RFC 9864 section 2.2 has the name), so node:crypto signs here.
const pair = generateKeyPairSync('ed448')
const jwk = jwkOf(pair.publicKey)
const spki = pair.publicKey.export({ format: 'pem', type: 'spki' }).toString()
const keys = publicKey(spki, { algorithm: 'Ed448' })
const policy = { issuer: 'I', audience: 'A', now: () => nowMs }
const verify = createVerifier({ ...policy, keys })

function jwkOf(key: KeyObject): Jwk {
  const { kty, ...members } = key.export({ format: 'jwk' })
  return { ...members, kty: String(kty) }
}

function signed(header: object, key: KeyObject = pair.privateKey): string {
  const input = `${segment(header)}.${segment(goodClaims)}`
  return `${input}.${sign(null, Buffer.from(input), key).toString('base64url')}`
}

const good = signed({ alg: 'Ed448' })

const forms: readonly { name: string; key: Parameters<typeof publicKey>[0] }[] = [
  { name: 'PEM', key: spki },
  { name: 'DER', key: pair.publicKey.export({ format: 'der', type: 'spki' }) },
  { name: 'a JWK', key: jwk },
  { name: 'a KeyObject', key: pair.publicKey },
]

for (const { name, key } of forms) {
  test(`an Ed448 token is verified with ${name}`, () => {
    const verifyBy = createVerifier({ ...policy, keys: publicKey(key, { algorithm: 'Ed448' }) })
    assert.equal(verifyBy(good).sub, goodClaims.sub)
  })
}

test('a key set tells an Ed448 key by its curve, and goes out as it came in', () => {
  const set = keySet({ keys: [{ ...jwk, kid: 'k' }, toJwk(publicKeyOf(generateKey('EdDSA')))] })
  assert.equal(
    createVerifier({ ...policy, keys: set })(signed({ alg: 'Ed448', kid: 'k' })).sub,
    goodClaims.sub,
  )
  assert.deepEqual(toJwk(keys), { ...jwk, alg: 'Ed448', use: 'sig' })
  assert.equal(toPem(keys), spki)
  assert.equal(thumbprint(keys).length, 43)
})

const other = generateKeyPairSync('ed448').privateKey
const ed25519 = generateKeyPairSync('ed25519')
const refused = [
  { name: 'of another key', token: signed({ alg: 'Ed448' }, other), code: 'signature_invalid' },
  { name: 'with a shorter signature', token: good.slice(0, -2), code: 'signature_invalid' },
  {
    name: 'with the signature of Ed25519',
    token: signed({ alg: 'Ed448' }, ed25519.privateKey),
    code: 'signature_invalid',
  },
  { name: 'that calls itself EdDSA', token: signed({ alg: 'EdDSA' }), code: 'algorithm_not_allowed' },
  { name: 'that calls itself Ed25519', token: signed({ alg: 'Ed25519' }), code: 'algorithm_not_allowed' },
]

for (const { name, token, code } of refused) {
  test(`a verifier with an Ed448 key refuses a token ${name}`, () => {
    assert.throws(() => verify(token), { code })
  })
}

const coordinate = (first: number, rest: number, last: number) =>
  Buffer.from([first, ...Array(55).fill(rest), last]).toString('base64url')
// p = 2^448 - 2^224 - 1 in 56 bytes, then the byte of the sign.
const prime = (lowest: number, sign: number) => {
  const bytes = Buffer.alloc(57, 0xff)
  bytes[0] = lowest
  bytes[28] = 0xfe
  bytes[56] = sign
  return bytes.toString('base64url')
}
const wrongKeys: readonly { name: string; jwk: Jwk; algorithm: 'Ed448' | 'Ed25519' | 'EdDSA' }[] = [
  { name: 'for Ed25519', jwk, algorithm: 'Ed25519' },
  { name: 'for EdDSA', jwk, algorithm: 'EdDSA' },
  { name: 'of Ed25519', jwk: jwkOf(ed25519.publicKey), algorithm: 'Ed448' },
  { name: 'of 56 bytes', jwk: { ...jwk, x: Buffer.alloc(56, 1).toString('base64url') }, algorithm: 'Ed448' },
  { name: 'that is private', jwk: jwkOf(pair.privateKey), algorithm: 'Ed448' },
  { name: 'of order 1', jwk: { ...jwk, x: coordinate(1, 0, 0) }, algorithm: 'Ed448' },
  { name: 'of order 4', jwk: { ...jwk, x: coordinate(0, 0, 0) }, algorithm: 'Ed448' },
  { name: 'of order 4, with the other sign', jwk: { ...jwk, x: coordinate(0, 0, 0x80) }, algorithm: 'Ed448' },
  { name: 'of order 2', jwk: { ...jwk, x: prime(0xfe, 0) }, algorithm: 'Ed448' },
  { name: 'of order 4, not reduced', jwk: { ...jwk, x: prime(0xff, 0) }, algorithm: 'Ed448' },
]

for (const { name, jwk: wrong, algorithm } of wrongKeys) {
  test(`publicKey refuses an Ed448 key ${name}`, () => {
    assert.throws(() => publicKey(wrong, { algorithm }), TypeError)
  })
}

test('nothing of ours signs with Ed448', () => {
  const algorithm = 'Ed448' as AsymmetricAlgorithm // the types say no
  assert.throws(() => generateKey(algorithm), TypeError)
  assert.throws(() => privateKey(pair.privateKey, { algorithm }), TypeError)
  assert.throws(() => privateKey(jwkOf(pair.privateKey), { algorithm }), TypeError)
})
