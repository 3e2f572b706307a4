import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  createSigner,
  createVerifier,
  generateKey,
  type Jwk,
  type Jwks,
  type KeySetOptions,
  keySet,
  privateKey,
  publicKeyOf,
  toJwk,
} from '../index.ts'

const rsa = generateKey('RS256', { keyId: 'rsa' })
const ec = generateKey('ES256', { keyId: 'ec' })
const ed = generateKey('EdDSA', { keyId: 'ed' })
const secret = generateKey('HS256', { keyId: 'secret' })
const published = (key: typeof rsa): Jwk => toJwk(publicKeyOf(key))
const bare = (jwk: Jwk): Jwk => {
  const { alg, use, kid, ...members } = jwk
  return { ...members, kty: jwk.kty }
}

const refused: readonly { name: string; jwks: unknown }[] = [
  { name: 'nothing', jwks: undefined },
  { name: 'text', jwks: '{"keys":[]}' },
  { name: 'a list', jwks: [published(rsa)] },
  { name: 'keys that are no list', jwks: { keys: {} } },
  { name: 'a key that is null', jwks: { keys: [null] } },
  { name: 'a private key', jwks: { keys: [toJwk(rsa)] } },
  {
    name: 'secret and public keys together (RFC 8725 section 2.1)',
    jwks: { keys: [published(rsa), toJwk(secret)] },
  },
  { name: '101 keys', jwks: { keys: Array.from({ length: 101 }, () => published(ec)) } },
  { name: 'no key that can be used', jwks: { keys: [{ kty: 'future' }] } },
  { name: 'keys for encryption alone', jwks: { keys: [{ ...published(rsa), use: 'enc' }] } },
  { name: 'a short secret', jwks: { keys: [{ kty: 'oct', alg: 'HS256', k: 'AAAA' }] } },
  {
    name: 'a secret in standard base64',
    jwks: { keys: [{ kty: 'oct', alg: 'HS256', k: `${'+'.repeat(42)}8=` }] },
  },
  { name: 'a secret without an algorithm', jwks: { keys: [bare(toJwk(secret))] } },
  { name: 'an unknown algorithm', jwks: { keys: [{ ...published(ec), alg: 'ES521' }] } },
  { name: 'an algorithm that does not fit the curve', jwks: { keys: [{ ...published(ec), alg: 'ES384' }] } },
]

for (const { name, jwks } of refused) {
  test(`keySet refuses ${name}`, () => {
    assert.throws(() => keySet(jwks as Jwks), TypeError)
  })
}

test('keys that cannot be used are left out, and the others serve (RFC 7517 section 5)', () => {
  const keys = keySet({
    keys: [
      { kty: 'future' },
      { ...published(rsa), use: 'enc' },
      { ...published(ed), crv: 'Ed448' },
      published(ec),
    ],
  })
  const verify = createVerifier({ keys })
  assert.equal(verify(createSigner({ key: ec, expiresIn: 60 })({ sub: 'x' })).sub, 'x')
  assert.throws(() => verify(createSigner({ key: rsa, expiresIn: 60 })({})), { code: 'key_not_found' })
})

test('a set may have 100 keys', () => {
  const others = Array.from({ length: 99 }, (_, index) => ({ ...published(rsa), kid: `${index}` }))
  const verify = createVerifier({ keys: keySet({ keys: [...others, published(ec)] }) })
  assert.equal(verify(createSigner({ key: ec, expiresIn: 60 })({ sub: 'x' })).sub, 'x')
})

for (const algorithms of [[], 'RS256', ['RS256', 'none'], [undefined], {}, null]) {
  test(`keySet takes no algorithms that are ${JSON.stringify(algorithms)}`, () => {
    assert.throws(() => keySet({ keys: [published(ec)] }, { algorithms } as never), TypeError)
  })
}

test('an empty set is a set that has no key yet', () => {
  const verify = createVerifier({ keys: keySet({ keys: [] }) })
  assert.throws(() => verify(createSigner({ key: ec, expiresIn: 60 })({})), { code: 'key_not_found' })
})

test('secrets may form a set, for their rotation', () => {
  const next = generateKey('HS256', { keyId: 'next' })
  const verify = createVerifier({ keys: keySet({ keys: [toJwk(secret), toJwk(next)] }) })
  for (const key of [secret, next])
    assert.equal(verify(createSigner({ key, expiresIn: 60 })({ sub: 'x' })).sub, 'x')
})

test('what has the members of another kind of key is none: only its type says what it is', () => {
  const { k } = toJwk(secret)
  for (const kty of ['EC', 'OKP', 'RSA', 'AKP', 'future']) {
    const options: KeySetOptions = { algorithms: ['HS256'] }
    assert.throws(() => keySet({ keys: [{ kty, k } as Jwk] }, options), TypeError, kty)
    const set = keySet({ keys: [{ kty, k } as Jwk, bare(toJwk(secret))] }, options)
    assert.equal(
      createVerifier({ keys: set })(createSigner({ key: secret, expiresIn: 60 })({ sub: 'x' })).sub,
      'x',
    )
  }
})

const withoutAlg: readonly { name: string; key: typeof rsa; options?: KeySetOptions; code?: string }[] = [
  { name: 'RSA is for RS256', key: rsa },
  { name: 'P-256 is for ES256', key: ec },
  { name: 'Ed25519 is for EdDSA', key: ed },
  {
    name: 'Ed25519 is for Ed25519',
    key: privateKey({ ...toJwk(ed), alg: 'Ed25519' }, { algorithm: 'Ed25519' }),
  },
  { name: 'RSA is for PS256 where that is configured', key: as('PS256'), options: { algorithms: ['PS256'] } },
  { name: 'RSA is not for PS256', key: as('PS256'), code: 'algorithm_not_allowed' },
  { name: 'RSA is not for RS512', key: as('RS512'), code: 'algorithm_not_allowed' },
  {
    name: 'RSA is not for RS256 where PS256 is configured',
    key: rsa,
    options: { algorithms: ['PS256'] },
    code: 'algorithm_not_allowed',
  },
]

for (const { name, key, options, code } of withoutAlg) {
  test(`a JWK without alg: ${name}`, () => {
    const verify = createVerifier({ keys: keySet({ keys: [bare(published(key))] }, options) })
    const token = createSigner({ key, expiresIn: 60 })({ sub: 'x' })
    if (code === undefined) assert.equal(verify(token).sub, 'x')
    else assert.throws(() => verify(token), { code })
  })
}

test('a token without key id fits the only key of its algorithm, and is ambiguous among two', () => {
  const nameless = privateKey(bare(toJwk(ec)), { algorithm: 'ES256' })
  const token = createSigner({ key: nameless, expiresIn: 60 })({ sub: 'x' })
  const other = generateKey('ES256')
  assert.equal(createVerifier({ keys: [publicKeyOf(ec), publicKeyOf(rsa)] })(token).sub, 'x')
  assert.throws(() => createVerifier({ keys: [publicKeyOf(ec), publicKeyOf(other)] })(token), {
    code: 'key_ambiguous',
  })
})

function as(algorithm: 'PS256' | 'RS512') {
  return privateKey({ ...toJwk(rsa), alg: algorithm }, { algorithm })
}
