import assert from 'node:assert/strict'
import { createHmac, createPrivateKey, generateKeyPairSync, sign as rawSign } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { now } from '../../test/token/good-token.ts'
import { goodClaims, rawToken, segment } from '../../test/token/raw-token.ts'
import {
  createSigner,
  createVerifier,
  generateKey,
  publicKey,
  publicKeyOf,
  secretKey,
  toJwk,
} from './index.ts'

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

for (const algorithm of ['ES256', 'EdDSA', 'RS256', 'ES384', 'ES512'] as const) {
  test(`${algorithm}: a signature has one spelling, in which no unused bit is set`, () => {
    const signing = generateKey(algorithm)
    const check = createVerifier({ keys: publicKeyOf(signing), now })
    const token = createSigner({ key: signing, now, expiresIn: 60 })({})
    check(token)
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const signature = Buffer.from(token.slice(token.lastIndexOf('.') + 1), 'base64url')
    for (const last of alphabet) {
      const other = token.slice(0, -1) + last
      if (other === token) continue
      const isSameBytes = Buffer.from(other.slice(other.lastIndexOf('.') + 1), 'base64url').equals(signature)
      assert.throws(() => check(other), { code: 'signature_invalid' }, isSameBytes ? 'the same bytes' : last)
    }
  })
}

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

for (const [algorithm, hash, blockBytes] of [
  ['HS256', 'sha256', 64],
  ['HS384', 'sha384', 128],
  ['HS512', 'sha512', 128],
] as const) {
  test(`${algorithm} by a secret as long as a block of its hash, and one byte more or less, is that of node:crypto`, () => {
    for (const length of [blockBytes - 1, blockBytes, blockBytes + 1]) {
      const bytes = Buffer.alloc(length, 'b')
      const token = createSigner({ key: secretKey(bytes, { algorithm }), now })({})
      const end = token.lastIndexOf('.')
      const expected = createHmac(hash, bytes).update(token.slice(0, end)).digest('base64url')
      assert.equal(token.slice(end + 1), expected)
    }
  })
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
