import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nowMs, nowSeconds, rawToken, secretBytes } from '../../test/token/raw-token.ts'
import {
  type ClaimsToSign,
  createSigner,
  createVerifier,
  decodeUnverified,
  generateKey,
  publicKeyOf,
  type SignerOptions,
  secretKey,
  TokenError,
} from './index.ts'

const key = secretKey(secretBytes, { algorithm: 'HS256', keyId: 'k' })
const now = () => nowMs + 999

test('a signer writes what its options say', () => {
  const sign = createSigner({
    key,
    now,
    expiresIn: 300,
    notBefore: 0,
    issuer: 'I',
    audience: ['A', 'B'],
    subject: 'S',
    type: 'at+jwt',
    header: { x5t: 'y' },
  })
  const { header, claims } = decodeUnverified(sign({ scope: 'a' }))
  assert.deepEqual(header, { x5t: 'y', alg: 'HS256', typ: 'at+jwt', kid: 'k' })
  assert.deepEqual(claims, {
    scope: 'a',
    iss: 'I',
    sub: 'S',
    aud: ['A', 'B'],
    iat: nowSeconds,
    nbf: nowSeconds,
    exp: nowSeconds + 300,
  })
})

test('a claim given to the signer wins over its options, but undefined does not', () => {
  const sign = createSigner({ key, now, expiresIn: 300, issuer: 'I' })
  const claims = { iss: 'J', exp: undefined, iat: 5 } as unknown as ClaimsToSign
  assert.deepEqual(decodeUnverified(sign(claims)).claims, { iss: 'J', iat: 5, exp: nowSeconds + 300 })
})

test('a signer without more writes the time of issue and the type JWT', () => {
  const { header, claims } = decodeUnverified(createSigner({ key, now })({}))
  assert.deepEqual([header, claims], [{ alg: 'HS256', typ: 'JWT', kid: 'k' }, { iat: nowSeconds }])
})

test('token ids are 128 random bits', () => {
  const sign = createSigner({ key, withTokenId: true })
  const ids = new Set(Array.from({ length: 100 }, () => decodeUnverified(sign({})).claims.jti))
  assert.equal(ids.size, 100)
  assert.match(String([...ids][0]), /^[\w-]{22}$/)
})

test('signing does not change the claims that it was given', () => {
  const claims = Object.freeze({ sub: 'x' })
  createSigner({ key, expiresIn: 60 })(claims)
  assert.deepEqual(claims, { sub: 'x' })
})

const wrongOptions: readonly { name: string; options: object }[] = [
  { name: 'no key', options: { key: undefined } },
  { name: 'text as a key', options: { key: 'secret' } },
  { name: 'an object like a key', options: { key: { kind: 'secret', algorithm: 'HS256' } } },
  { name: 'a negative life', options: { expiresIn: -1 } },
  { name: 'a life that is not a number', options: { expiresIn: Number.NaN } },
  { name: 'a life as text', options: { expiresIn: '5m' } },
  { name: 'a start without end', options: { notBefore: Number.POSITIVE_INFINITY } },
  { name: 'an issuer as a number', options: { issuer: 1 } },
  { name: 'an audience with a number', options: { audience: ['A', 1] } },
  { name: 'a subject as a number', options: { subject: 1 } },
  { name: 'an empty type', options: { type: '' } },
  { name: 'a header that is a list', options: { header: ['x'] } },
  { name: 'a header that is text', options: { header: 'x' } },
  { name: 'a header that is null', options: { header: null } },
  ...['alg', 'typ', 'kid', 'crit', 'b64', 'zip', 'enc'].map((name) => ({
    name: `the header parameter ${name}`,
    options: { header: { [name]: 'x' } },
  })),
]

for (const { name, options } of wrongOptions) {
  test(`createSigner throws a TypeError for ${name}`, () => {
    assert.throws(() => createSigner({ key, ...options } as SignerOptions), TypeError)
  })
}

for (const [name, key] of [
  ['a public key', publicKeyOf(generateKey('ES256'))],
  ['no key', undefined],
  ['an object like a key', { kind: 'secret', algorithm: 'HS256' }],
] as const) {
  test(`createSigner says which keys sign if it is given ${name}`, () => {
    assert.throws(() => createSigner({ key: key as never }), { message: 'key is a private or secret key' })
  })
}

const wrongClaims: readonly { name: string; claims: unknown }[] = [
  { name: 'null', claims: null },
  { name: 'a list', claims: [] },
  { name: 'text', claims: 'x' },
  { name: 'expiry as text', claims: { exp: '1' } },
  { name: 'expiry as a Date', claims: { exp: new Date() } },
  { name: 'expiry that is not a number', claims: { exp: Number.NaN } },
  { name: 'expiry beyond 2^53', claims: { exp: 1e300 } },
  { name: 'expiry in milliseconds', claims: { exp: nowMs } },
  { name: 'start in milliseconds', claims: { nbf: nowMs } },
  { name: 'issue in milliseconds', claims: { iat: nowMs } },
  {
    name: 'expiry in the first second of the year 5138 that is taken for milliseconds',
    claims: { exp: 1e11 },
  },
  { name: 'start in negative milliseconds', claims: { nbf: -1e11 } },
  { name: 'subject as a number', claims: { sub: 1 } },
  { name: 'token id null', claims: { jti: 7 } },
  { name: 'audience as an object', claims: { aud: {} } },
]

for (const { name, claims } of wrongClaims) {
  test(`a signer throws a TypeError for ${name}`, () => {
    assert.throws(() => createSigner({ key })(claims as ClaimsToSign), TypeError)
  })
}

test('an expiry far away is signed, as long as it is one in seconds', () => {
  const token = createSigner({ key, now })({ exp: 1e11 - 1 })
  assert.equal(decodeUnverified(token).claims.exp, 1e11 - 1)
})

test('a life that ends beyond all times in seconds is found with the first token', () => {
  assert.throws(() => createSigner({ key, now, expiresIn: 1e11 })({}), { message: /not milliseconds/ })
})

test('decodeUnverified shows what a token says, whoever wrote it', () => {
  const { header, claims, signature } = decodeUnverified(rawToken({ secret: Buffer.alloc(32) }))
  assert.deepEqual([header.alg, claims.sub, signature.length], ['HS256', 'usr_1', 32])
})

const undecodable = [
  '',
  'a',
  'a.b',
  'a.b.c',
  'e30.e30.',
  'e30.e30.A',
  'e30.e30.AB',
  'e30=.e30.AA',
  'e30.W10.AA',
  'e30.e30.AA.AA',
  'e30.e30.AA\n',
]

for (const token of undecodable) {
  test(`decodeUnverified refuses ${JSON.stringify(token)}`, () => {
    assert.throws(() => decodeUnverified(token), { code: 'token_malformed' })
  })
}

test('decodeUnverified and createVerifier refuse the same syntax', () => {
  const verify = createVerifier({ keys: key, now })
  assert.throws(() => decodeUnverified('x'.repeat(16_384)), { code: 'token_malformed' })
  assert.throws(() => decodeUnverified('x'.repeat(16_385)), { code: 'token_too_long' })
  for (const token of undecodable) assert.throws(() => verify(token), TokenError)
})
