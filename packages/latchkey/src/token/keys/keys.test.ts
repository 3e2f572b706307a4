import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { inspect } from 'node:util'
import {
  type Algorithm,
  createAsyncSigner,
  createSigner,
  createVerifier,
  generateKey,
  type Jwk,
  keySet,
  type PrivateKey,
  privateKey,
  publicKey,
  publicKeyOf,
  type SecretKey,
  secretKey,
  thumbprint,
  toJwk,
  type VerificationKey,
} from '../index.ts'

const every: readonly Algorithm[] = [
  'HS256',
  'HS384',
  'HS512',
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
  'ML-DSA-44',
  'ML-DSA-65',
  'ML-DSA-87',
]

const verifying = (key: PrivateKey | SecretKey): VerificationKey =>
  key.kind === 'secret' ? key : publicKeyOf(key)

for (const algorithm of every) {
  test(`${algorithm}: a generated key signs, verifies, and comes back from its JWK`, async () => {
    const key = generateKey(algorithm)
    assert.equal(key.keyId, thumbprint(key))
    const keys = keySet({ keys: [toJwk(verifying(key))] })
    const verify = createVerifier({ keys, audience: 'A' })
    for (const sign of [createSigner, createAsyncSigner]) {
      const token = await sign({ key, expiresIn: 60, audience: 'A' })({ sub: 'x' })
      assert.equal(verify(token).sub, 'x')
      const changed = token.replace(/.(.)$/, (end) => (end[0] === 'A' ? `B${end[1]}` : `A${end[1]}`))
      assert.throws(() => verify(changed), { code: 'signature_invalid' })
    }
  })
}

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' })
const k256 = generateKeyPairSync('ec', { namedCurve: 'secp256k1' })
const ed25519 = generateKeyPairSync('ed25519')
const ed448 = generateKeyPairSync('ed448')
const rsaJwk = jwkOf(rsa.publicKey)
const ecJwk = jwkOf(p256.publicKey)
const edJwk = jwkOf(ed25519.publicKey)
const pem = (key: KeyObject, type: 'spki' | 'pkcs1' | 'pkcs8' | 'sec1') =>
  key.export({ type: type as 'spki', format: 'pem' }) as string
const der = (key: KeyObject, type: 'spki' | 'pkcs1' | 'pkcs8' | 'sec1') =>
  key.export({ type: type as 'spki', format: 'der' }) as Buffer

/** A self-signed certificate (ES256), valid once, with the key below. */
const certificate = `-----BEGIN CERTIFICATE-----
MIIBeDCCAR2gAwIBAgIUQAlsA5dEBN0qgzIQNhT0eQpeFTUwCgYIKoZIzj0EAwIw
ETEPMA0GA1UEAwwGZGV2aWNlMB4XDTI2MTEyMzE2MjUxMloXDTI2MTEyNDE2MjUx
MlowETEPMA0GA1UEAwwGZGV2aWNlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
trSJ4Er6p8F+D4RwFI0UszreB07lABvdjE8AU868GxVLGXbcMrUVLpOIViBfgPBW
VkLUQAsI/fVMhUGxEIpx2KNTMFEwHQYDVR0OBBYEFMjfSuLNEoo/4M82R4uwCgHM
gvRtMB8GA1UdIwQYMBaAFMjfSuLNEoo/4M82R4uwCgHMgvRtMA8GA1UdEwEB/wQF
MAMBAf8wCgYIKoZIzj0EAwIDSQAwRgIhAORFsuDHUuVMeSDLSlzC75WC1ncPAI8l
Dus4lI4wRAUJAiEA4km2eu6ooXFVgWX7V5LDqn1x38ASBYa6LOCtMzAQQoU=
-----END CERTIFICATE-----
`

const readPublic = [
  { name: 'SPKI as PEM', input: pem(rsa.publicKey, 'spki'), algorithm: 'RS256' },
  {
    name: 'SPKI as PEM with CRLF',
    input: pem(rsa.publicKey, 'spki').replaceAll('\n', '\r\n'),
    algorithm: 'PS512',
  },
  { name: 'PEM in bytes', input: Buffer.from(pem(rsa.publicKey, 'spki')), algorithm: 'RS256' },
  { name: 'PKCS#1 as PEM', input: pem(rsa.publicKey, 'pkcs1'), algorithm: 'RS256' },
  { name: 'SPKI as DER', input: der(p256.publicKey, 'spki'), algorithm: 'ES256' },
  { name: 'PKCS#1 as DER', input: der(rsa.publicKey, 'pkcs1'), algorithm: 'RS256' },
  { name: 'DER in a Uint8Array', input: new Uint8Array(der(ed25519.publicKey, 'spki')), algorithm: 'EdDSA' },
  { name: 'X.509 as PEM', input: certificate, algorithm: 'ES256' },
  { name: 'X.509 as DER', input: new X509Certificate(certificate).raw, algorithm: 'ES256' },
  { name: 'JWK', input: ecJwk, algorithm: 'ES256' },
  {
    name: 'JWK for signatures by this algorithm',
    input: { ...ecJwk, use: 'sig', key_ops: ['verify'], alg: 'ES256', kid: 'k', x5u: 'https://evil.example' },
    algorithm: 'ES256',
  },
] as const

for (const { name, input, algorithm } of readPublic) {
  test(`publicKey reads ${name}`, () => {
    const key = publicKey(input, { algorithm })
    assert.deepEqual([key.kind, key.algorithm], ['public', algorithm])
  })
}

const readPrivate = [
  { name: 'PKCS#8 as PEM', input: pem(rsa.privateKey, 'pkcs8'), algorithm: 'RS256' },
  { name: 'PKCS#1 as PEM', input: pem(rsa.privateKey, 'pkcs1'), algorithm: 'RS256' },
  { name: 'SEC1 as PEM', input: pem(p256.privateKey, 'sec1'), algorithm: 'ES256' },
  { name: 'PKCS#8 as DER', input: der(ed25519.privateKey, 'pkcs8'), algorithm: 'EdDSA' },
  { name: 'PKCS#1 as DER', input: der(rsa.privateKey, 'pkcs1'), algorithm: 'RS256' },
  { name: 'SEC1 as DER', input: der(p256.privateKey, 'sec1'), algorithm: 'ES256' },
  { name: 'JWK', input: jwkOf(rsa.privateKey), algorithm: 'RS256' },
] as const

for (const { name, input, algorithm } of readPrivate) {
  test(`privateKey reads ${name}`, () => {
    const key = privateKey(input, { algorithm })
    const verify = createVerifier({ keys: publicKeyOf(key) })
    assert.equal(verify(createSigner({ key, expiresIn: 60 })({ sub: 'x' })).sub, 'x')
  })
}

/** The product of two primes as the faulty Infineon generator makes them: 65537^a mod M, plus a multiple of M. */
const rocaModulus = rocaLike()

const refusedPublic: readonly { name: string; input: unknown; algorithm: Algorithm }[] = [
  { name: 'nothing', input: undefined, algorithm: 'RS256' },
  { name: 'empty text', input: '', algorithm: 'RS256' },
  { name: 'text that is no PEM', input: 'secret', algorithm: 'RS256' },
  { name: 'a JWK as text', input: JSON.stringify(rsaJwk), algorithm: 'RS256' },
  { name: 'a PEM with text before it', input: `x${pem(rsa.publicKey, 'spki')}`, algorithm: 'RS256' },
  { name: 'two PEM blocks', input: pem(rsa.publicKey, 'spki').repeat(2), algorithm: 'RS256' },
  {
    name: 'a PEM with other contents',
    input: '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----',
    algorithm: 'RS256',
  },
  {
    name: 'a PEM of another label',
    input: pem(rsa.publicKey, 'spki').replaceAll('PUBLIC KEY', 'PRIVATE THING'),
    algorithm: 'RS256',
  },
  {
    name: 'a PEM labelled __proto__',
    input: '-----BEGIN CONSTRUCTOR-----\nAAAA\n-----END CONSTRUCTOR-----',
    algorithm: 'RS256',
  },
  { name: 'a private key as PEM', input: pem(rsa.privateKey, 'pkcs8'), algorithm: 'RS256' },
  { name: 'a private key as DER', input: der(rsa.privateKey, 'pkcs8'), algorithm: 'RS256' },
  { name: 'a private key as JWK', input: jwkOf(rsa.privateKey), algorithm: 'RS256' },
  { name: 'a private ML-DSA key as JWK', input: toJwk(generateKey('ML-DSA-44')), algorithm: 'ML-DSA-44' },
  { name: 'bytes that are no key', input: Buffer.from('300100', 'hex'), algorithm: 'RS256' },
  { name: 'an algorithm for secrets', input: rsaJwk, algorithm: 'HS256' },
  { name: 'an algorithm that does not exist', input: rsaJwk, algorithm: 'none' as Algorithm },
  { name: 'no algorithm', input: rsaJwk, algorithm: undefined as unknown as Algorithm },
  { name: 'an RSA key for ES256', input: pem(rsa.publicKey, 'spki'), algorithm: 'ES256' },
  { name: 'an RSA JWK for ES256', input: rsaJwk, algorithm: 'ES256' },
  { name: 'a P-256 key for ES384', input: pem(p256.publicKey, 'spki'), algorithm: 'ES384' },
  { name: 'a P-384 JWK for ES256', input: jwkOf(p384.publicKey), algorithm: 'ES256' },
  { name: 'a secp256k1 key for ES256', input: pem(k256.publicKey, 'spki'), algorithm: 'ES256' },
  { name: 'a secp256k1 JWK for ES256', input: jwkOf(k256.publicKey), algorithm: 'ES256' },
  {
    name: 'a secp256k1 JWK that says P-256',
    input: { ...jwkOf(k256.publicKey), crv: 'P-256' },
    algorithm: 'ES256',
  },
  { name: 'an Ed448 key for EdDSA', input: pem(ed448.publicKey, 'spki'), algorithm: 'EdDSA' },
  { name: 'an Ed448 JWK for Ed25519', input: jwkOf(ed448.publicKey), algorithm: 'Ed25519' },
  { name: 'an X25519 JWK for EdDSA', input: { ...edJwk, crv: 'X25519' }, algorithm: 'EdDSA' },
  {
    name: 'an ML-DSA-44 key for ML-DSA-65',
    input: toJwk(publicKeyOf(generateKey('ML-DSA-44'))),
    algorithm: 'ML-DSA-65',
  },
  {
    name: 'a PSS-only key',
    input: pem(generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey, 'spki'),
    algorithm: 'RS256',
  },
  { name: 'a JWK for encryption', input: { ...rsaJwk, use: 'enc' }, algorithm: 'RS256' },
  { name: 'a JWK that may only sign', input: { ...rsaJwk, key_ops: ['sign'] }, algorithm: 'RS256' },
  { name: 'a JWK with key_ops as text', input: { ...rsaJwk, key_ops: 'verify' }, algorithm: 'RS256' },
  { name: 'a JWK for another algorithm', input: { ...rsaJwk, alg: 'PS256' }, algorithm: 'RS256' },
  { name: 'a JWK with a kid that is a number', input: { ...rsaJwk, kid: 1 }, algorithm: 'RS256' },
  { name: 'a JWK without exponent', input: { ...rsaJwk, e: undefined }, algorithm: 'RS256' },
  {
    name: 'a JWK with a modulus in standard base64',
    input: { ...rsaJwk, n: `+/${String(rsaJwk.n).slice(2)}` },
    algorithm: 'RS256',
  },
  { name: 'a JWK with a padded coordinate', input: { ...ecJwk, x: `${ecJwk.x}=` }, algorithm: 'ES256' },
  { name: 'a JWK with a short coordinate', input: { ...ecJwk, x: 'AA' }, algorithm: 'ES256' },
  { name: 'a JWK with a point off the curve', input: { ...ecJwk, y: ecJwk.x }, algorithm: 'ES256' },
  { name: 'a JWK of a secret', input: { kty: 'oct', k: 'AAAA' }, algorithm: 'RS256' },
  {
    name: 'RSA of 1024 bits',
    input: pem(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey, 'spki'),
    algorithm: 'RS256',
  },
  { name: 'RSA with the exponent 1', input: { ...rsaJwk, e: 'AQ' }, algorithm: 'RS256' },
  { name: 'RSA with an even exponent', input: { ...rsaJwk, e: 'AQAA' }, algorithm: 'RS256' },
  {
    name: 'RSA with a huge exponent',
    input: { ...rsaJwk, e: 'AQAAAAAB'.padEnd(16, 'A').slice(0, 15).concat('B') },
    algorithm: 'RS256',
  },
  {
    name: 'RSA of 16,384 bits',
    input: { ...rsaJwk, n: Buffer.alloc(2048, 0xff).toString('base64url') },
    algorithm: 'RS256',
  },
  {
    name: 'RSA with the weakness of CVE-2017-15361',
    input: { ...rsaJwk, n: rocaModulus },
    algorithm: 'RS256',
  },
  {
    name: 'an Ed25519 point of small order',
    input: { ...edJwk, x: Buffer.from('01'.padEnd(64, '0'), 'hex').toString('base64url') },
    algorithm: 'EdDSA',
  },
  {
    name: 'another Ed25519 point of small order',
    input: { ...edJwk, x: Buffer.alloc(32).toString('base64url') },
    algorithm: 'Ed25519',
  },
]

for (const { name, input, algorithm } of refusedPublic) {
  test(`publicKey refuses ${name}`, () => {
    assert.throws(() => publicKey(input as Jwk, { algorithm: algorithm as 'RS256' }), TypeError)
  })
}

const refusedPrivate: readonly { name: string; input: unknown; algorithm: Algorithm }[] = [
  { name: 'a public key as PEM', input: pem(rsa.publicKey, 'spki'), algorithm: 'RS256' },
  { name: 'a public key as DER', input: der(rsa.publicKey, 'spki'), algorithm: 'RS256' },
  { name: 'a public key as JWK', input: rsaJwk, algorithm: 'RS256' },
  {
    name: 'an encrypted key',
    input: rsa.privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }),
    algorithm: 'RS256',
  },
  {
    name: 'a JWK that may only verify',
    input: { ...jwkOf(rsa.privateKey), key_ops: ['verify'] },
    algorithm: 'RS256',
  },
  { name: 'a P-256 key for ES384', input: pem(p256.privateKey, 'pkcs8'), algorithm: 'ES384' },
  { name: 'an RSA key of three primes', input: { ...jwkOf(rsa.privateKey), oth: [{}] }, algorithm: 'RS256' },
  {
    name: 'an RSA key whose third prime is undefined',
    input: { ...jwkOf(rsa.privateKey), oth: undefined },
    algorithm: 'RS256',
  },
  { name: 'an algorithm for secrets', input: jwkOf(rsa.privateKey), algorithm: 'HS256' },
]

for (const { name, input, algorithm } of refusedPrivate) {
  test(`privateKey refuses ${name}`, () => {
    assert.throws(() => privateKey(input as Jwk, { algorithm: algorithm as 'RS256' }), TypeError)
  })
}

const refusedSecrets: readonly { name: string; make: () => unknown }[] = [
  { name: 'text', make: () => secretKey('x'.repeat(32) as unknown as Uint8Array, { algorithm: 'HS256' }) },
  { name: 'nothing', make: () => secretKey(undefined as unknown as Uint8Array, { algorithm: 'HS256' }) },
  {
    name: 'no bytes',
    make: () => secretKey(Buffer.alloc(0), { algorithm: 'HS256', insecureShortSecret: true }),
  },
  { name: '31 bytes for HS256', make: () => secretKey(Buffer.alloc(31), { algorithm: 'HS256' }) },
  { name: '47 bytes for HS384', make: () => secretKey(Buffer.alloc(47), { algorithm: 'HS384' }) },
  { name: '63 bytes for HS512', make: () => secretKey(Buffer.alloc(63), { algorithm: 'HS512' }) },
  {
    name: '31 bytes where the opt-out is not exactly true',
    make: () =>
      secretKey(Buffer.alloc(31), { algorithm: 'HS256', insecureShortSecret: 1 as unknown as true }),
  },
  {
    name: 'an algorithm of key pairs',
    make: () => secretKey(Buffer.alloc(64), { algorithm: 'RS256' as 'HS256' }),
  },
  { name: 'an empty key id', make: () => secretKey(Buffer.alloc(64), { algorithm: 'HS256', keyId: '' }) },
  {
    name: 'a certificate',
    make: () => secretKey(new X509Certificate(certificate).raw, { algorithm: 'HS256' }),
  },
]

for (const { name, make } of refusedSecrets) {
  test(`secretKey refuses ${name}`, () => {
    assert.throws(make, TypeError)
  })
}

test('a short secret is accepted by the name of what is wrong with it', () => {
  assert.equal(
    secretKey(Buffer.from('short'), { algorithm: 'HS256', insecureShortSecret: true }).kind,
    'secret',
  )
})

test('a secret whose bytes are random is never taken for a key', () => {
  for (let i = 0; i < 200; i++) {
    const bytes = createHash('sha512').update(`${i}`).digest()
    bytes[0] = 0x30
    secretKey(bytes, { algorithm: 'HS256' })
    secretKey(Buffer.from(bytes.toString('base64')), { algorithm: 'HS256' })
  }
})

const wrongUse: readonly { name: string; make: () => unknown }[] = [
  {
    name: 'publicKeyOf a public key',
    make: () => publicKeyOf(publicKey(ecJwk, { algorithm: 'ES256' }) as unknown as PrivateKey),
  },
  {
    name: 'publicKeyOf an object like a key',
    make: () => publicKeyOf({ kind: 'private', algorithm: 'ES256' } as PrivateKey),
  },
  { name: 'thumbprint of nothing', make: () => thumbprint(undefined as unknown as PrivateKey) },
  { name: 'toJwk of a KeyObject', make: () => toJwk(rsa.publicKey as unknown as PrivateKey) },
  { name: 'generateKey of none', make: () => generateKey('none' as 'HS256') },
  { name: 'generateKey of 1024 bits', make: () => generateKey('RS256', { modulusLength: 1024 }) },
  {
    name: 'a signer with a public key',
    make: () => createSigner({ key: publicKey(ecJwk, { algorithm: 'ES256' }) as unknown as PrivateKey }),
  },
]

for (const { name, make } of wrongUse) {
  test(`${name} is a TypeError`, () => {
    assert.throws(make, TypeError)
  })
}

test('printing or serialising a key shows nothing of it', () => {
  const secret = secretKey(Buffer.alloc(32, 'A'), { algorithm: 'HS256', keyId: 'k' })
  for (const text of [
    inspect(secret, { showHidden: true, depth: 9 }),
    JSON.stringify(secret),
    String(secret),
  ]) {
    assert.ok(!/AAAA|41 41|QUFB/.test(text))
  }
  assert.throws(() => {
    ;(secret as { algorithm: string }).algorithm = 'none'
  }, TypeError)
})

test('a public key exported from a private one holds nothing private', () => {
  for (const algorithm of ['RS256', 'ES256', 'EdDSA', 'ML-DSA-44'] as const) {
    const key = generateKey(algorithm, { keyId: 'k' })
    const exported = toJwk(publicKeyOf(key))
    for (const name of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'priv', 'k']) assert.ok(!(name in exported))
    assert.deepEqual([exported.kid, exported.alg, exported.use], ['k', algorithm, 'sig'])
    assert.equal(thumbprint(publicKeyOf(key)), thumbprint(key))
    assert.equal(privateKey(toJwk(key), { algorithm }).keyId, 'k')
  }
})

function jwkOf(key: KeyObject): Jwk {
  return { ...key.export({ format: 'jwk' }) } as Jwk
}

/** Not a product of primes, which nobody checks: only a number with the fingerprint. */
function rocaLike(): string {
  let product = 1n
  for (let n = 2n; n <= 167n; n++)
    if ([2n, 3n, 5n, 7n, 11n].every((p) => n === p || n % p !== 0n)) product *= n
  let power = 1n
  for (let i = 0; i < 12345; i++) power = (power * 65537n) % product
  const modulus = power + product * ((1n << 2047n) / product + 1n)
  return Buffer.from(modulus.toString(16), 'hex').toString('base64url')
}
