import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKey, type Jwk, publicKey, publicKeyOf, toJwk } from '../index.ts'
import { checkStrength } from './key-strength.ts'

/** All encodings of the points whose order divides 8 ("Taming the many EdDSAs", 2020, table 6), canonical or not. */
const smallOrder = [
  '0100000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000080',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0000000000000000000000000000000000000000000000000000000000000080',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
]
const jwkOf = (hex: string): Jwk => ({
  kty: 'OKP',
  crv: 'Ed25519',
  x: Buffer.from(hex, 'hex').toString('base64url'),
})

for (const hex of smallOrder) {
  test(`an Ed25519 key that everybody can sign for is refused: ${hex.slice(0, 4)}…${hex.slice(-4)}`, () => {
    assert.throws(() => checkStrength(jwkOf(hex)), /small order/)
    for (const algorithm of ['EdDSA', 'Ed25519'] as const) {
      assert.throws(() => publicKey(jwkOf(hex), { algorithm }), TypeError)
    }
  })
}

test('points beside those, and keys that are made here, are of no small order', () => {
  const beside = [
    '0200000000000000000000000000000000000000000000000000000000000000',
    'ebffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'efffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'c6176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
    '7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7',
  ]
  for (const hex of beside) checkStrength(jwkOf(hex))
  for (let i = 0; i < 20; i++) checkStrength(toJwk(publicKeyOf(generateKey('EdDSA'))))
})

test('a point of Ed448 whose y is the root of 2 is of no small order, beside those whose square is 0 or 1', () => {
  const prime = 2n ** 448n - 2n ** 224n - 1n
  let root = 1n
  // By Fermat, as the prime is 3 modulo 4: 2 ^ ((p + 1) / 4), bit by bit.
  for (const bit of ((prime + 1n) / 4n).toString(2)) root = (root * root * (bit === '1' ? 2n : 1n)) % prime
  assert.equal((root * root) % prime, 2n)
  const point = (y: bigint) => ({
    kty: 'OKP',
    crv: 'Ed448',
    x: Buffer.from(y.toString(16).padStart(114, '0'), 'hex').reverse().toString('base64url'),
  })
  checkStrength(point(root))
  for (const y of [0n, 1n, prime - 1n]) assert.throws(() => checkStrength(point(y)), /small order/)
})

const sound = toJwk(publicKeyOf(generateKey('RS256')))
const exponents: readonly { e: string; name: string }[] = [
  { e: '', name: 'none' },
  { e: 'AA', name: '0' },
  { e: 'AQ', name: '1' },
  { e: 'Ag', name: '2' },
  { e: 'AQAA', name: '65536' },
  { e: 'AgAAAAA', name: '2^33' },
  { e: 'AgAAAAE', name: '2^33 + 1' },
  { e: 'AQAAAAAAAQ', name: '2^48 + 1' },
  { e: 'A'.repeat(4000), name: '3,000 zeros' },
  { e: '=', name: 'what is no base64url' },
]
for (const { e, name } of exponents) {
  test(`an RSA key whose exponent is ${name} is refused`, () => {
    assert.throws(() => checkStrength({ ...sound, e } as object), /exponent/)
    assert.throws(() => publicKey({ ...sound, e }, { algorithm: 'RS256' }), TypeError)
  })
}

for (const [e, name] of [
  ['Aw', '3'],
  ['Af____8', '2^33 - 1'],
] as const) {
  test(`an RSA key whose exponent is ${name} is taken`, () => checkStrength({ ...sound, e } as object))
}

test('what an RSA key would say of more primes is nothing to a key of a curve', () => {
  const jwk = { ...toJwk(publicKeyOf(generateKey('ES256'))), oth: [] }
  assert.equal(publicKey(jwk, { algorithm: 'ES256' }).kind, 'public')
})

test('the shortest modulus is that of 2048 bits of which only the first is set', () => {
  const bytes = Buffer.alloc(256)
  bytes[0] = 0x80
  checkStrength({ kty: 'RSA', n: bytes.toString('base64url'), e: 'AQAB' })
})

test('a member of a JWK has 4,096 characters at most', () => {
  const withExponent = (length: number) => () =>
    publicKey({ ...sound, e: 'A'.repeat(length) }, { algorithm: 'RS256' })
  assert.throws(withExponent(4096), { name: 'TypeError', message: /^the exponent/ })
  assert.throws(withExponent(4098), { name: 'TypeError', message: /member e\b/ })
})

test('an RSA key is as long as may be, and no longer', () => {
  const modulus = (bits: number) => {
    const bytes = Buffer.alloc(Math.ceil(bits / 8), 0xff)
    bytes[0] = 0xff >> (bytes.length * 8 - bits)
    return { kty: 'RSA', n: bytes.toString('base64url'), e: 'AQAB' }
  }
  for (const bits of [512, 1024, 2047])
    assert.throws(() => checkStrength(modulus(bits)), /at least 2048 bits/)
  for (const bits of [2048, 3072, 8192]) checkStrength(modulus(bits))
  assert.throws(() => checkStrength(modulus(8193)), /at most 8192 bits/)
  assert.throws(() => checkStrength({ kty: 'RSA', n: '', e: 'AQAB' }), /at least 2048 bits/)
})

/** Numbers that nobody computes with: what is refused before arithmetic is refused at once, whatever its size. */
const endless = '_'.repeat(4_000_000)
const oversize: readonly { name: string; refuse: () => unknown; message: RegExp }[] = [
  {
    name: 'the modulus of a key',
    refuse: () => checkStrength({ kty: 'RSA', n: endless, e: 'AQAB' }),
    message: /at most 8192 bits/,
  },
  {
    name: 'the exponent of a key',
    refuse: () => checkStrength({ ...sound, e: endless } as object),
    message: /exponent/,
  },
  {
    name: 'the modulus of a JWK',
    refuse: () => publicKey({ ...sound, n: endless }, { algorithm: 'RS256' }),
    message: /member n\b/,
  },
  {
    name: 'the exponent of a JWK',
    refuse: () => publicKey({ ...sound, e: endless }, { algorithm: 'RS256' }),
    message: /member e\b/,
  },
  {
    name: 'the coordinate of a JWK',
    refuse: () => publicKey({ kty: 'EC', crv: 'P-256', x: endless, y: endless }, { algorithm: 'ES256' }),
    message: /member x\b/,
  },
  {
    name: 'the curve of a JWK',
    refuse: () => publicKey({ kty: 'OKP', crv: endless, x: '' }, { algorithm: 'EdDSA' }),
    message: /member crv\b/,
  },
  {
    name: 'the public key of ML-DSA in a JWK',
    refuse: () => publicKey({ kty: 'AKP', alg: 'ML-DSA-44', pub: endless }, { algorithm: 'ML-DSA-44' }),
    message: /member pub\b/,
  },
]
for (const { name, refuse, message } of oversize) {
  test(`${name} is refused by its length, before it is decoded`, () => {
    assert.throws(refuse, { name: 'TypeError', message })
  })
}
