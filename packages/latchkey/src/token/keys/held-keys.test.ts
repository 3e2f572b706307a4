import assert from 'node:assert/strict'
import { createSecretKey, generateKeyPairSync, KeyObject, webcrypto, X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { certificate } from '../../../test/token/key-spellings.ts'
import { createGuard } from '../../guard/guard.ts'
import {
  type Algorithm,
  type AsymmetricAlgorithm,
  createSigner,
  createVerifier,
  generateKey,
  type HmacAlgorithm,
  keySet,
  privateKey,
  publicKey,
  publicKeyOf,
  remoteKeySet,
  secretKey,
  thumbprint,
  toJwk,
  toPem,
} from '../index.ts'

const { subtle } = webcrypto
const both = ['sign', 'verify'] as const

interface Made {
  readonly privateKey: webcrypto.CryptoKey
  readonly publicKey: webcrypto.CryptoKey
}
const webKeys = (algorithm: object, extractable = true) =>
  subtle.generateKey(algorithm as webcrypto.EcKeyGenParams, extractable, [...both]) as Promise<Made>

const rsa = (name: string, hash: string) => ({
  name,
  hash,
  modulusLength: 2048,
  publicExponent: Uint8Array.of(1, 0, 1),
})
const webForms: readonly { algorithm: AsymmetricAlgorithm; form: object }[] = [
  { algorithm: 'RS256', form: rsa('RSASSA-PKCS1-v1_5', 'SHA-256') },
  { algorithm: 'PS384', form: rsa('RSA-PSS', 'SHA-384') },
  { algorithm: 'ES512', form: { name: 'ECDSA', namedCurve: 'P-521' } },
  { algorithm: 'EdDSA', form: { name: 'Ed25519' } },
  { algorithm: 'Ed25519', form: { name: 'Ed25519' } },
  { algorithm: 'ML-DSA-44', form: { name: 'ML-DSA-44' } },
]

for (const { algorithm, form } of webForms) {
  test(`a CryptoKey signs and verifies: ${algorithm}`, async () => {
    const made = await webKeys(form)
    const signing = privateKey(made.privateKey, { algorithm, keyId: 'web' })
    const verify = createVerifier({ keys: publicKey(made.publicKey, { algorithm, keyId: 'web' }) })
    assert.equal(verify(createSigner({ key: signing, expiresIn: 60 })({ sub: 'x' })).sub, 'x')
  })
}

const pairs: readonly AsymmetricAlgorithm[] = ['RS256', 'PS512', 'ES384', 'EdDSA', 'ML-DSA-44']
for (const algorithm of pairs) {
  test(`a key comes back from its PEM, and from the KeyObject in it: ${algorithm}`, () => {
    const key = generateKey(algorithm)
    const pem = { public: toPem(publicKeyOf(key)), private: toPem(key) }
    assert.match(pem.public, /^-----BEGIN PUBLIC KEY-----\n/)
    assert.match(pem.private, /^-----BEGIN PRIVATE KEY-----\n/)
    const read = privateKey(pem.private, { algorithm })
    assert.equal(thumbprint(read), thumbprint(key))
    assert.equal(read.keyId, undefined)
    assert.equal(thumbprint(publicKey(pem.public, { algorithm })), thumbprint(key))
    const der = Buffer.from(pem.private.replaceAll(/-----.*-----/g, ''), 'base64')
    assert.equal(thumbprint(privateKey(der, { algorithm })), thumbprint(key))
  })
}

test('a KeyObject is taken by each function for what it is', () => {
  const { privateKey: signing, publicKey: verifying } = generateKeyPairSync('ed25519')
  const options = { algorithm: 'EdDSA', keyId: 'held' } as const
  const key = privateKey(signing, options)
  assert.equal(thumbprint(publicKey(verifying, options)), thumbprint(key))
  assert.equal(publicKey(verifying, options).keyId, 'held')
  const secret = createSecretKey(Buffer.alloc(32, 1))
  const bytes = Buffer.from(String(toJwk(secretKey(secret, { algorithm: 'HS256' })).k), 'base64url')
  assert.deepEqual(bytes, Buffer.alloc(32, 1))
})

test('a CryptoKey for HMAC becomes a secret', async () => {
  const form = { name: 'HMAC', hash: 'SHA-256' }
  const bytes = Buffer.alloc(32, 1)
  const held = await subtle.importKey('raw', bytes, form, true, [...both])
  assert.equal(toJwk(secretKey(held, { algorithm: 'HS256' })).k, bytes.toString('base64url'))
  const refused: readonly [webcrypto.CryptoKey, HmacAlgorithm][] = [
    [held, 'HS512'],
    [await subtle.importKey('raw', bytes, form, true, ['verify']), 'HS256'],
    [await subtle.importKey('raw', bytes, form, false, [...both]), 'HS256'],
  ]
  for (const [key, algorithm] of refused) assert.throws(() => secretKey(key, { algorithm }), TypeError)
})

const { privateKey: rsaPrivate, publicKey: rsaPublic } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ed = await webKeys({ name: 'Ed25519' })
const sealed = await webKeys({ name: 'Ed25519' }, false)
const pss = await webKeys(rsa('RSA-PSS', 'SHA-256'))
const p256 = await webKeys({ name: 'ECDSA', namedCurve: 'P-256' })
const opensshPrivate =
  '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjE=\n-----END OPENSSH PRIVATE KEY-----\n'

const refused: readonly { name: string; make: () => unknown }[] = [
  { name: 'a private KeyObject as a public key', make: () => publicKey(rsaPrivate, { algorithm: 'RS256' }) },
  { name: 'a public KeyObject as a private key', make: () => privateKey(rsaPublic, { algorithm: 'RS256' }) },
  {
    name: 'a secret KeyObject as a public key',
    make: () => publicKey(createSecretKey(Buffer.alloc(32)), { algorithm: 'RS256' }),
  },
  { name: 'a KeyObject for another algorithm', make: () => publicKey(rsaPublic, { algorithm: 'ES256' }) },
  {
    name: 'a weak KeyObject',
    make: () =>
      publicKey(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey, { algorithm: 'RS256' }),
  },
  {
    name: 'a private CryptoKey as a public key',
    make: () => publicKey(ed.privateKey, { algorithm: 'EdDSA' }),
  },
  {
    name: 'a CryptoKey for PSS as one for PKCS#1',
    make: () => publicKey(pss.publicKey, { algorithm: 'RS256' }),
  },
  { name: 'a CryptoKey with another hash', make: () => publicKey(pss.publicKey, { algorithm: 'PS512' }) },
  { name: 'a CryptoKey on another curve', make: () => publicKey(p256.publicKey, { algorithm: 'ES384' }) },
  {
    name: 'a CryptoKey that may not leave',
    make: () => privateKey(sealed.privateKey, { algorithm: 'EdDSA' }),
  },
  {
    name: 'the PEM of a secret',
    make: () => toPem(secretKey(Buffer.alloc(32, 1), { algorithm: 'HS256' }) as never),
  },
]
for (const { name, make } of refused) {
  test(`${name} is a TypeError`, () => {
    assert.throws(make, TypeError)
  })
}

const openssh = [
  { name: 'a private key', text: opensshPrivate },
  { name: 'a public key', text: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1 a@b' },
  { name: 'an ECDSA public key', text: 'ecdsa-sha2-nistp256 AAAAE2VjZHNh a@b' },
  { name: 'the SSH2 form', text: '---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n---- END SSH2 PUBLIC KEY ----' },
]
for (const { name, text } of openssh) {
  test(`OpenSSH is refused with a word on how to convert: ${name}`, () => {
    for (const input of [text, Buffer.from(text)]) {
      for (const read of [publicKey, privateKey]) {
        assert.throws(() => read(input, { algorithm: 'EdDSA' }), { name: 'TypeError', message: /ssh-keygen/ })
      }
    }
  })
}

const pem = rsaPublic.export({ type: 'spki', format: 'pem' }) as string
const der = rsaPublic.export({ type: 'spki', format: 'der' })
const jwk = JSON.stringify(rsaPublic.export({ format: 'jwk' }))
/** Case 61 of the hostile list: what everybody may know, in each spelling in which it stands in a file. */
const spellings: readonly { name: string; bytes: Buffer<ArrayBuffer> }[] = Object.entries({
  PEM: pem,
  'PEM without the last newline': pem.trim(),
  'PEM with CRLF': pem.replaceAll('\n', '\r\n'),
  'PEM after white space': ` \n${pem}`,
  'PEM after text': `x${pem}`,
  'PEM after a byte order mark': `\ufeff${pem}`,
  'PKCS#1 as PEM': rsaPublic.export({ type: 'pkcs1', format: 'pem' }),
  'PKCS#1 as DER': rsaPublic.export({ type: 'pkcs1', format: 'der' }),
  DER: der,
  'DER as base64': der.toString('base64'),
  'DER as base64url': der.toString('base64url'),
  'PEM without its lines': pem.replaceAll(/-----.*-----/g, ''),
  'a JWK': jwk,
  'a JWK Set': `{"keys":[${jwk}]}`,
  OpenSSH: 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDJ',
  'OpenSSH of a private key': opensshPrivate,
  'X.509 as PEM': certificate,
  'X.509 as DER': new X509Certificate(certificate).raw,
  'X.509 as base64': new X509Certificate(certificate).raw.toString('base64'),
  'PKCS#8 as DER': rsaPrivate.export({ type: 'pkcs8', format: 'der' }),
}).map(([name, text]) => ({ name, bytes: Buffer.from(text as string) }))

for (const { name, bytes } of spellings) {
  test(`61: no way in makes a secret of a key that is ${name}`, async () => {
    const refusal = { name: 'TypeError' }
    const algorithm: Algorithm = 'HS256'
    assert.throws(() => secretKey(bytes, { algorithm }), refusal)
    assert.throws(() => secretKey(new Uint8Array(bytes), { algorithm, insecureShortSecret: true }), refusal)
    assert.throws(() => secretKey(createSecretKey(bytes), { algorithm }), refusal)
    const web = await subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, true, [...both])
    assert.throws(() => secretKey(web, { algorithm }), refusal)
    const oct = { kty: 'oct', alg: algorithm, k: Buffer.from(bytes).toString('base64url') }
    assert.throws(() => keySet({ keys: [oct] }), refusal)
    assert.throws(() => createGuard({ secret: bytes, audience: 'A' }), refusal)
    const fetched = remoteKeySet('https://keys.example', {
      fetch: async () => Response.json({ keys: [oct] }),
    })
    await fetched.ready()
    assert.equal(fetched.current.find({ alg: algorithm }), undefined)
  })
}

test('a public KeyObject is no secret, in whatever way it is handed over', () => {
  for (const input of [rsaPublic, rsaPrivate, KeyObject.from(ed.publicKey), ed.publicKey]) {
    assert.throws(() => secretKey(input, { algorithm: 'HS256' }), TypeError)
  }
})
