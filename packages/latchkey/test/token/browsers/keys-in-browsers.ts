import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, webcrypto } from 'node:crypto'
import { test } from 'node:test'
import type { Algorithm } from '../../../src/token/algorithms.ts'
import {
  createAsyncSigner,
  createAsyncVerifier,
  generateKey,
  type Jwk,
  type PrivateKey,
  type PublicKey,
  privateKey,
  publicKey,
  publicKeyOf,
  type SecretKey,
  secretKey,
  thumbprint,
  toJwk,
  toPem,
} from '../../../src/token/web/index.ts'
import { parametersOf } from '../../../src/token/web/material.ts'
import { asymmetric, pairs } from '../key-pairs.ts'
import { certificate, notSecrets } from '../key-spellings.ts'
import { pemRows } from '../pem-rows.ts'
import { nowMs } from '../raw-token.ts'

const { subtle } = webcrypto
const now = () => nowMs

/** The token that `signing` makes is good by `verifying`. */
async function fit(signing: PrivateKey | SecretKey, verifying: PublicKey | SecretKey): Promise<void> {
  const token = await createAsyncSigner({ key: signing, expiresIn: 60, now })({ sub: 'x' })
  assert.equal((await createAsyncVerifier({ keys: verifying, now })(token)).sub, 'x')
}

for (const algorithm of asymmetric) {
  const pair = pairs[algorithm]()
  const pem = {
    secret: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    open: pair.publicKey.export({ type: 'spki', format: 'pem' }) as string,
  }
  const der = {
    secret: pair.privateKey.export({ type: 'pkcs8', format: 'der' }),
    open: pair.publicKey.export({ type: 'spki', format: 'der' }),
  }
  const jwk = {
    secret: { ...pair.privateKey.export({ format: 'jwk' }) } as Jwk,
    open: { ...pair.publicKey.export({ format: 'jwk' }) } as Jwk,
  }

  test(`${algorithm}: a key is read from PEM, from its bytes, from DER and from a JWK`, async () => {
    const options = { algorithm, keyId: 'k' }
    for (const { secret, open } of [
      pem,
      { secret: Buffer.from(pem.secret), open: Buffer.from(` ${pem.open.replaceAll('\n', '\r\n')}`) },
      der,
      jwk,
    ]) {
      const [signing, verifying] = [privateKey(secret, options), publicKey(open, options)]
      await fit(signing, verifying)
      assert.equal(verifying.keyId, 'k')
      assert.equal((await toPem(signing)).trim(), pem.secret.trim())
      assert.equal((await toPem(verifying)).trim(), pem.open.trim())
      assert.equal(await thumbprint(signing), await thumbprint(verifying))
      assert.deepEqual(await toJwk(await publicKeyOf(signing)), await toJwk(verifying))
      const { kid, alg, use, ...members } = await toJwk(verifying)
      assert.deepEqual([kid, alg, use], ['k', algorithm, 'sig'])
      const { alg: _, ...expected } = jwk.open
      if (members.kty !== 'AKP') assert.deepEqual(members, expected)
    }
  })

  test(`${algorithm}: a CryptoKey is used, though it may not leave`, async () => {
    for (const extractable of [true, false]) {
      const form = parametersOf(algorithm)
      const secret = await subtle.importKey('pkcs8', der.secret, form, extractable, ['sign'])
      const open = await subtle.importKey('spki', der.open, form, extractable, ['verify'])
      const [signing, verifying] = [privateKey(secret, { algorithm }), publicKey(open, { algorithm })]
      await fit(signing, verifying)
      if (extractable) assert.equal((await toPem(signing)).trim(), pem.secret.trim())
      else for (const show of [toJwk, toPem, thumbprint]) await assert.rejects(show(signing), TypeError)
      if (!extractable) await assert.rejects(publicKeyOf(signing), TypeError)
    }
  })

  test(`${algorithm}: what is generated signs, and is named by its thumbprint`, async () => {
    const key = await generateKey(algorithm)
    const jwk = await toJwk(key)
    // 65,537, which every library takes.
    if (jwk.kty === 'RSA') assert.equal(jwk.e, 'AQAB')
    await fit(key, await publicKeyOf(key))
    assert.equal(key.keyId, await thumbprint(key))
    await fit(
      privateKey(await toJwk(key), { algorithm }),
      publicKey(await toPem(await publicKeyOf(key)), { algorithm }),
    )
    assert.equal((await generateKey(algorithm, { keyId: 'mine' })).keyId, 'mine')
  })
}

for (const algorithm of ['HS256', 'HS384', 'HS512'] as const) {
  test(`${algorithm}: a secret is generated, exported, and held by WebCrypto`, async () => {
    const key = await generateKey(algorithm)
    await fit(key, key)
    const jwk = await toJwk(key)
    const bytes = Buffer.from(String(jwk.k), 'base64url')
    assert.equal(bytes.length, Number(algorithm.slice(2)) / 8)
    assert.deepEqual([jwk.kty, jwk.alg, jwk.kid], ['oct', algorithm, await thumbprint(key)])
    for (const extractable of [true, false]) {
      const form = { name: 'HMAC', hash: `SHA-${algorithm.slice(2)}` }
      const held = secretKey(await subtle.importKey('raw', bytes, form, extractable, ['sign', 'verify']), {
        algorithm,
      })
      await fit(held, key)
      if (extractable) assert.equal((await toJwk(held)).k, jwk.k)
      else await assert.rejects(toJwk(held), TypeError)
    }
  })
}

test('a short secret is accepted by the name of what is wrong with it', async () => {
  const options = { algorithm: 'HS256', insecureShortSecret: true } as const
  const form = { name: 'HMAC', hash: 'SHA-256' }
  const bytes = Buffer.from('short')
  const held = await subtle.importKey('raw', bytes, form, false, ['sign', 'verify'])
  await fit(secretKey(held, options), secretKey(bytes, options))
  assert.throws(() => secretKey(held, { algorithm: 'HS256' }), TypeError)
  assert.throws(() => secretKey(new Uint8Array(), options), TypeError)
})

test('61: an extractable CryptoKey of HMAC whose bytes are a public key is refused where it is used', async () => {
  const form = { name: 'HMAC', hash: 'SHA-256' }
  for (const { name, bytes } of notSecrets.filter((_, index) => index % 40 === 0)) {
    const held = await subtle.importKey('raw', Buffer.from(bytes), form, true, ['sign', 'verify'])
    const key = secretKey(held, { algorithm: 'HS256', insecureShortSecret: true })
    await assert.rejects(createAsyncSigner({ key, now })({}), TypeError, name)
    await assert.rejects(toJwk(key), TypeError, name)
  }
})

const rsa = pairs.RS256()
const ec = pairs.ES256()
// WebCrypto gives a pair for this name; the types do not say so.
const ed = (await subtle.generateKey({ name: 'Ed25519' }, true, [
  'sign',
  'verify',
])) as unknown as webcrypto.CryptoKeyPair
const pss = await subtle.generateKey(
  { name: 'RSA-PSS', hash: 'SHA-256', modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) },
  true,
  ['sign', 'verify'],
)
const small = await subtle.generateKey(
  { name: 'RSA-PSS', hash: 'SHA-256', modulusLength: 1024, publicExponent: Uint8Array.of(1, 0, 1) },
  false,
  ['sign', 'verify'],
)
const p256 = await subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
const mac = await subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, true, ['sign', 'verify'])
const reader = await subtle.importKey('raw', Buffer.alloc(64, 1), { name: 'HMAC', hash: 'SHA-256' }, true, [
  'verify',
])
const spki = rsa.publicKey.export({ type: 'spki', format: 'pem' }) as string
const pkcs8 = rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
const other = (value: unknown) => value as Jwk

for (const { name, kind, text, says } of pemRows) {
  test(`${kind}Key says what is wrong with a file: ${name}`, () => {
    const read = kind === 'public' ? publicKey : privateKey
    assert.throws(() => read(text, { algorithm: 'RS256' }), { name: 'TypeError', message: says })
  })
}

test('a PEM has 65,536 characters at most, as text and as bytes', () => {
  const longest = spki.padEnd(65_536)
  for (const input of [longest, Buffer.from(longest)]) {
    assert.equal(publicKey(input, { algorithm: 'RS256' }).kind, 'public')
  }
  for (const input of [`${longest} `, Buffer.from(`${longest} `)]) {
    assert.throws(() => publicKey(input, { algorithm: 'RS256' }), { message: /at most 65536/ })
  }
})

const refusedAtOnce: readonly { name: string; make: () => unknown }[] = [
  { name: 'a private PEM as a public key', make: () => publicKey(pkcs8, { algorithm: 'RS256' }) },
  { name: 'a public PEM as a private key', make: () => privateKey(spki, { algorithm: 'RS256' }) },
  {
    name: 'private DER as a public key',
    make: () => publicKey(rsa.privateKey.export({ type: 'pkcs8', format: 'der' }), { algorithm: 'RS256' }),
  },
  {
    name: 'public DER as a private key',
    make: () => privateKey(rsa.publicKey.export({ type: 'spki', format: 'der' }), { algorithm: 'RS256' }),
  },
  {
    name: 'a JWK of a private key as a public key',
    make: () => publicKey({ ...rsa.privateKey.export({ format: 'jwk' }) } as Jwk, { algorithm: 'RS256' }),
  },
  {
    name: 'PKCS#1',
    make: () =>
      publicKey(rsa.publicKey.export({ type: 'pkcs1', format: 'pem' }) as string, { algorithm: 'RS256' }),
  },
  { name: 'a certificate', make: () => publicKey(certificate, { algorithm: 'ES256' }) },
  {
    name: 'a private RSA key of three primes',
    make: () =>
      privateKey({ ...rsa.privateKey.export({ format: 'jwk' }), oth: [{}] } as unknown as Jwk, {
        algorithm: 'RS256',
      }),
  },
  { name: 'two PEM blocks', make: () => publicKey(spki + spki, { algorithm: 'RS256' }) },
  { name: 'PEM after text', make: () => publicKey(`x${spki}`, { algorithm: 'RS256' }) },
  {
    name: 'PEM of what is no base64',
    make: () =>
      publicKey('-----BEGIN PUBLIC KEY-----\nA=BC\n-----END PUBLIC KEY-----', { algorithm: 'RS256' }),
  },
  {
    name: 'PEM of nothing much',
    make: () =>
      publicKey('-----BEGIN PUBLIC KEY-----\nMA==\n-----END PUBLIC KEY-----', { algorithm: 'RS256' }),
  },
  { name: 'text', make: () => publicKey('secret', { algorithm: 'RS256' }) },
  { name: 'no bytes', make: () => publicKey(new Uint8Array(), { algorithm: 'RS256' }) },
  { name: 'null', make: () => publicKey(other(null), { algorithm: 'RS256' }) },
  { name: 'a number', make: () => publicKey(other(1), { algorithm: 'RS256' }) },
  { name: 'an HMAC for a public key', make: () => publicKey(spki, { algorithm: 'HS256' as 'RS256' }) },
  { name: 'an empty key id', make: () => publicKey(spki, { algorithm: 'RS256', keyId: '' }) },
  {
    name: 'a private CryptoKey as a public key',
    make: () => publicKey(ed.privateKey, { algorithm: 'EdDSA' }),
  },
  {
    name: 'a public CryptoKey as a private key',
    make: () => privateKey(ed.publicKey, { algorithm: 'EdDSA' }),
  },
  { name: 'a CryptoKey of another algorithm', make: () => publicKey(ed.publicKey, { algorithm: 'ES256' }) },
  { name: 'a CryptoKey of PSS for PKCS#1', make: () => publicKey(pss.publicKey, { algorithm: 'RS256' }) },
  { name: 'a CryptoKey with another hash', make: () => publicKey(pss.publicKey, { algorithm: 'PS512' }) },
  { name: 'a CryptoKey on another curve', make: () => publicKey(p256.publicKey, { algorithm: 'ES384' }) },
  {
    name: 'a sealed CryptoKey of 1024 bits',
    make: () => privateKey(small.privateKey, { algorithm: 'PS256' }),
  },
  { name: 'a CryptoKey of HMAC as a public key', make: () => publicKey(mac, { algorithm: 'RS256' }) },
  { name: 'a public CryptoKey as a secret', make: () => secretKey(p256.publicKey, { algorithm: 'HS256' }) },
  { name: 'a secret CryptoKey with another hash', make: () => secretKey(mac, { algorithm: 'HS512' }) },
  { name: 'a secret CryptoKey that may only verify', make: () => secretKey(reader, { algorithm: 'HS256' }) },
  {
    name: 'a CryptoKey for an algorithm of key pairs',
    make: () => secretKey(mac, { algorithm: 'RS256' as 'HS256' }),
  },
]
for (const { name, make } of refusedAtOnce) {
  test(`a TypeError at once: ${name}`, () => {
    assert.throws(make, TypeError)
  })
}

const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({
  type: 'spki',
  format: 'pem',
}) as string
const smallOrder = Buffer.concat([
  Buffer.from('302a300506032b6570032100', 'hex'),
  Buffer.from([1]),
  Buffer.alloc(31),
])
const refusedInUse: readonly { name: string; key: PublicKey }[] = [
  { name: 'RSA of 1024 bits in PEM', key: publicKey(weak, { algorithm: 'RS256' }) },
  { name: 'PEM of RSA for ES256', key: publicKey(spki, { algorithm: 'ES256' }) },
  {
    name: 'PEM of P-256 for ES384',
    key: publicKey(ec.publicKey.export({ type: 'spki', format: 'pem' }) as string, { algorithm: 'ES384' }),
  },
  { name: 'a point of small order in DER', key: publicKey(smallOrder, { algorithm: 'EdDSA' }) },
  { name: 'DER that is cut off', key: publicKey(smallOrder.subarray(0, 20), { algorithm: 'EdDSA' }) },
]
for (const { name, key } of refusedInUse) {
  test(`a TypeError where the key is first used: ${name}`, async () => {
    const head = Buffer.from(JSON.stringify({ alg: key.algorithm })).toString('base64url')
    await assert.rejects(createAsyncVerifier({ keys: key, now })(`${head}.e30.AAAA`), TypeError)
    await assert.rejects(toJwk(key), TypeError)
    await assert.rejects(toPem(key), TypeError)
  })
}

const wrongUse: readonly { name: string; make: () => Promise<unknown> }[] = [
  { name: 'generateKey of none', make: () => generateKey('none' as Algorithm) },
  { name: 'generateKey of 1024 bits', make: () => generateKey('RS256', { modulusLength: 1024 }) },
  { name: 'generateKey of 8193 bits', make: () => generateKey('RS256', { modulusLength: 8193 }) },
  { name: 'generateKey with an empty key id', make: () => generateKey('ES256', { keyId: '' }) },
  {
    name: 'toPem of a secret',
    make: async () => toPem((await generateKey('HS256')) as unknown as PublicKey),
  },
  {
    name: 'publicKeyOf a secret',
    make: async () => publicKeyOf((await generateKey('HS256')) as unknown as PrivateKey),
  },
  {
    name: 'publicKeyOf a public key',
    make: () => publicKeyOf(publicKey(spki, { algorithm: 'RS256' }) as unknown as PrivateKey),
  },
  { name: 'thumbprint of nothing', make: () => thumbprint(undefined as unknown as PublicKey) },
  {
    name: 'toJwk of an object like a key',
    make: () => toJwk({ kind: 'public', algorithm: 'RS256' } as PublicKey),
  },
  { name: 'toJwk of a promise', make: () => toJwk(generateKey('ES256') as unknown as PublicKey) },
]
for (const { name, make } of wrongUse) {
  test(`a TypeError: ${name}`, async () => {
    await assert.rejects(make(), TypeError)
  })
}

test('an algorithm that this platform lacks is a TypeError by name', async (context) => {
  context.mock.method(crypto.subtle, 'generateKey', async () => {
    throw new DOMException('no such algorithm', 'NotSupportedError')
  })
  await assert.rejects(generateKey('ML-DSA-44'), { name: 'TypeError', message: /ML-DSA-44/ })
})

test('a public key is the same as its PEM in Node', async () => {
  const key = await generateKey('ES256')
  const pem = await toPem(await publicKeyOf(key))
  assert.equal(createPublicKey(pem).export({ type: 'spki', format: 'pem' }), pem)
})

test('printing or serialising a key shows nothing of it', async () => {
  const key = secretKey(Buffer.alloc(32, 'A'), { algorithm: 'HS256' })
  assert.equal(JSON.stringify(key), '{"kind":"secret","algorithm":"HS256"}')
})
