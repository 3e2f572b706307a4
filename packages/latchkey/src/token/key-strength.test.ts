import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKey, type Jwk, publicKey, publicKeyOf, toJwk } from './index.ts'
import { weaknessOf } from './key-strength.ts'

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
    assert.match(String(weaknessOf(jwkOf(hex))), /small order/)
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
  for (const hex of beside) assert.equal(weaknessOf(jwkOf(hex)), undefined)
  for (let i = 0; i < 20; i++) assert.equal(weaknessOf(toJwk(publicKeyOf(generateKey('EdDSA')))), undefined)
})

const sound = toJwk(publicKeyOf(generateKey('RS256')))
const exponents: readonly { e: string; name: string }[] = [
  { e: '', name: 'none' },
  { e: 'AA', name: '0' },
  { e: 'AQ', name: '1' },
  { e: 'Ag', name: '2' },
  { e: 'AQAA', name: '65536' },
  { e: 'AgAAAAE', name: '2^33 + 1' },
  { e: '=', name: 'what is no base64url' },
]
for (const { e, name } of exponents) {
  test(`an RSA key whose exponent is ${name} is refused`, () => {
    assert.match(String(weaknessOf({ ...sound, e } as object)), /exponent/)
    assert.throws(() => publicKey({ ...sound, e }, { algorithm: 'RS256' }), TypeError)
  })
}

test('an RSA key is as long as may be, and no longer', () => {
  const modulus = (bits: number) => {
    const bytes = Buffer.alloc(Math.ceil(bits / 8), 0xff)
    bytes[0] = 0xff >> (bytes.length * 8 - bits)
    return { kty: 'RSA', n: bytes.toString('base64url'), e: 'AQAB' }
  }
  for (const bits of [512, 1024, 2047]) assert.match(String(weaknessOf(modulus(bits))), /at least 2048 bits/)
  for (const bits of [2048, 3072, 8192]) assert.equal(weaknessOf(modulus(bits)), undefined)
  assert.match(String(weaknessOf(modulus(8193))), /at most 8192 bits/)
  assert.match(String(weaknessOf({ kty: 'RSA', n: '', e: 'AQAB' })), /at least 2048 bits/)
})
