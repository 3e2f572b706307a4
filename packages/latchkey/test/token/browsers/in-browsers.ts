import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { test } from 'node:test'
import * as platform from '#platform'
import {
  type AsymmetricAlgorithm,
  type AsyncVerifierOptions,
  createAsyncSigner,
  createAsyncVerifier,
  decodeUnverified,
  type Jwk,
  type KeySet,
  keySet,
  type PrivateKey,
  privateKey,
  publicKey,
  remoteKeySet,
  secretKey,
  TokenError,
} from '../../../src/token/web/index.ts'
import { encode } from '../../../src/token/web/platform.ts'
import { good, key, policy } from '../good-token.ts'
import { accepted } from '../hostile/accepted.ts'
import { refused } from '../hostile/refused.ts'
import { wrongTypes } from '../hostile/type-rows.ts'
import { notSecrets, secrets } from '../key-spellings.ts'
import { goodClaims, nowMs, rawToken, secretBytes } from '../raw-token.ts'

const now = () => nowMs

test('this process resolves as a browser does, and no shared code got a Buffer', () => {
  assert.equal(platform.encode, encode)
  assert.ok(!Buffer.isBuffer(platform.decode('AAAA')))
})

for (const { name, token, code, policy: more } of refused) {
  test(`refuses: ${name}`, async () => {
    const verify = createAsyncVerifier({ ...policy, ...more } as AsyncVerifierOptions)
    await assert.rejects(verify(token as string), { name: 'TokenError', code })
  })
}

for (const { name, token, policy: more = {} } of accepted) {
  test(`accepts: ${name}`, async () => {
    const verify = createAsyncVerifier({ ...policy, ...more } as AsyncVerifierOptions)
    const claims = await verify(rawToken(token))
    assert.equal(claims.sub, 'usr_1')
    assert.ok(Object.isFrozen(claims))
  })
}

test('refuses a token in which any one character is another, or missing', async () => {
  const verify = createAsyncVerifier({ ...policy } as AsyncVerifierOptions)
  for (let index = 0; index < good.length; index++) {
    const other = good[index] === 'A' ? 'B' : 'A'
    for (const text of [
      good.slice(0, index) + other + good.slice(index + 1),
      good.slice(0, index) + good.slice(index + 1),
    ]) {
      await assert.rejects(verify(text), TokenError)
    }
  }
})

const pairs: readonly [AsymmetricAlgorithm, () => { privateKey: ReturnType<typeof createPublicKey> }][] = [
  ['RS256', () => generateKeyPairSync('rsa', { modulusLength: 2048 })],
  ['PS384', () => generateKeyPairSync('rsa', { modulusLength: 2048 })],
  ['ES256', () => generateKeyPairSync('ec', { namedCurve: 'P-256' })],
  ['ES512', () => generateKeyPairSync('ec', { namedCurve: 'P-521' })],
  ['EdDSA', () => generateKeyPairSync('ed25519')],
  ['Ed25519', () => generateKeyPairSync('ed25519')],
  ['ML-DSA-44', () => generateKeyPairSync('ml-dsa-44')],
]
function jwks(algorithm: AsymmetricAlgorithm, pair: { privateKey: ReturnType<typeof createPublicKey> }) {
  const common = { alg: algorithm, kid: 'k' }
  const secret = { ...pair.privateKey.export({ format: 'jwk' }), ...common } as Jwk
  const open = { ...createPublicKey(pair.privateKey).export({ format: 'jwk' }), ...common } as Jwk
  return { secret, open }
}

for (const [algorithm, generate] of pairs) {
  test(`${algorithm}: what is signed verifies, by a key and by a key set, and nothing else does`, async () => {
    const pair = generate()
    const { secret, open } = jwks(algorithm, pair)
    const signToken = createAsyncSigner({
      key: privateKey(secret, { algorithm }),
      expiresIn: 60,
      now,
      audience: 'A',
    })
    const token = await signToken({ sub: 'x' })
    for (const keys of [publicKey(open, { algorithm }), keySet({ keys: [open] })]) {
      const verify = createAsyncVerifier({ keys, audience: 'A', now })
      assert.equal((await verify(token)).sub, 'x')
      const [head, body, signature = ''] = token.split('.')
      const changed = `${signature[0] === 'A' ? 'B' : 'A'}${signature.slice(1)}`
      // What OpenSSL makes if not told otherwise: for ECDSA another encoding of the same numbers.
      const digest = algorithm.startsWith('ES') ? `sha${algorithm.slice(2)}` : undefined
      const der =
        digest && sign(digest, Buffer.from(`${head}.${body}`), pair.privateKey).toString('base64url')
      for (const forged of [changed, signature.slice(4), `${signature}AAAA`, ...(der ? [der] : [])]) {
        await assert.rejects(verify(`${head}.${body}.${forged}`), { code: 'signature_invalid' })
      }
    }
    assert.throws(() => publicKey(secret, { algorithm }), TypeError)
    assert.throws(() => privateKey(open, { algorithm }), TypeError)
  })
}

test('a signer writes what its options say, and refuses what every verifier would', async () => {
  const options = {
    key,
    now,
    issuer: 'I',
    audience: 'A',
    subject: 's',
    expiresIn: 60,
    notBefore: 0,
    withTokenId: true,
  }
  const token = await createAsyncSigner({ ...options, header: { x: 1 } })({ a: 'ü' })
  const { header, claims } = decodeUnverified(token)
  assert.deepEqual(header, { x: 1, alg: 'HS256', typ: 'JWT' })
  const { jti, ...rest } = claims
  assert.match(String(jti), /^[\w-]{22}$/)
  const seconds = nowMs / 1000
  assert.deepEqual(rest, {
    a: 'ü',
    iss: 'I',
    sub: 's',
    aud: 'A',
    iat: seconds,
    nbf: seconds,
    exp: seconds + 60,
  })
  for (const claims of [{ exp: '1' }, { sub: 1 }, { aud: [1] }, [], null]) {
    await assert.rejects(createAsyncSigner({ key })(claims as never), TypeError)
  }
  const { open } = jwks('ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' }))
  const refusedOptions = [
    { key: publicKey(open, { algorithm: 'ES256' }) as unknown as PrivateKey },
    { key: {} as PrivateKey },
    { key, type: '' },
    { key, header: { alg: 'none' } },
    { key, expiresIn: -1 },
    { key, issuer: 1 as unknown as string },
  ]
  for (const options of refusedOptions) assert.throws(() => createAsyncSigner(options), TypeError)
})

test('keys are fetched, and looked for again with the first token of a new one', async () => {
  const [a, b] = [1, 2].map(() => jwks('ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' })))
  const served: Jwk[] = [{ ...a!.open, kid: 'a' }]
  const clock = { ms: nowMs }
  let fetches = 0
  const keys = remoteKeySet('https://keys.example', {
    now: () => clock.ms,
    fetch: async () => {
      fetches++
      return Response.json({ keys: served })
    },
  })
  const verify = createAsyncVerifier({ keys, now })
  const tokenBy = ({ secret }: { secret: Jwk }, kid: string) =>
    createAsyncSigner({ key: privateKey(secret, { algorithm: 'ES256', keyId: kid }), expiresIn: 60, now })({})
  await verify(await tokenBy(a!, 'a'))
  await assert.rejects(verify(await tokenBy(b!, 'b')), { code: 'key_not_found' })
  served.push({ ...b!.open, kid: 'b' })
  clock.ms += 60_000
  await verify(await tokenBy(b!, 'b'))
  assert.equal(fetches, 2)
  const endless = remoteKeySet('https://keys.example', {
    maxBytes: 10,
    fetch: async () => Response.json({ keys: served }),
  })
  await assert.rejects(createAsyncVerifier({ keys: endless, now })(await tokenBy(a!, 'a')), {
    code: 'key_set_unavailable',
  })
})

test('a revocation refuses, and complete gives header and key', async () => {
  const revoking = createAsyncVerifier({ ...policy, isRevoked: () => true } as AsyncVerifierOptions)
  await assert.rejects(revoking(good), { code: 'token_revoked' })
  const whole = createAsyncVerifier({ ...(policy as AsyncVerifierOptions), complete: true })
  const { header, key: used, claims } = await whole(good)
  assert.deepEqual([header.alg, used, claims], ['HS256', key, goodClaims])
})

for (const { name, bytes } of secrets) {
  test(`a secret may be ${name}`, () => {
    assert.equal(secretKey(bytes, { algorithm: 'HS256' }).kind, 'secret')
  })
}

test(`61: no spelling of a public or private key is a secret, of ${notSecrets.length}`, () => {
  for (const { name, bytes } of notSecrets) {
    assert.throws(() => secretKey(bytes, { algorithm: 'HS256', insecureShortSecret: true }), TypeError, name)
  }
})

const { publicKey: rsa } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const rsaJwk = { ...rsa.export({ format: 'jwk' }) } as Jwk
const small = generateKeyPairSync('rsa', { modulusLength: 1024 })
const weak = { ...small.publicKey.export({ format: 'jwk' }) } as Jwk
const wrongUse: readonly { name: string; make: () => unknown }[] = [
  { name: 'a weak key', make: () => publicKey(weak, { algorithm: 'RS256' }) },
  {
    name: 'an empty modulus',
    make: () => publicKey({ kty: 'RSA', n: '', e: 'AQAB' }, { algorithm: 'RS256' }),
  },
  { name: 'another algorithm', make: () => publicKey(rsaJwk, { algorithm: 'ES256' }) },
  { name: 'an HMAC', make: () => publicKey(rsaJwk, { algorithm: 'HS256' as 'RS256' }) },
  { name: 'a secret as text', make: () => secretKey('x'.repeat(32) as never, { algorithm: 'HS256' }) },
  { name: 'a short secret', make: () => secretKey(secretBytes.subarray(1), { algorithm: 'HS256' }) },
  { name: 'a secret for RS256', make: () => secretKey(secretBytes, { algorithm: 'RS256' as 'HS256' }) },
  ...[
    { keys: undefined },
    { keys: [] },
    { keys: {} },
    { algorithms: [] },
    { algorithms: 'HS256' },
    ...wrongTypes.map(({ type }) => ({ type })),
    { maxLength: Number.NaN },
    { isRevoked: true },
    { clockTolerance: -1 },
  ].map((options) => ({
    name: `createAsyncVerifier ${JSON.stringify(options)}`,
    make: () => createAsyncVerifier({ ...policy, ...options } as unknown as AsyncVerifierOptions),
  })),
]
for (const { name, make } of wrongUse) {
  test(`a TypeError: ${name}`, () => {
    assert.throws(make, TypeError)
  })
}

test('of several keys the one that fits is used, and a key set whose answer does not fit is not believed', async () => {
  const other = secretKey(Buffer.alloc(64, 1), { algorithm: 'HS512' })
  const verify = createAsyncVerifier({ ...policy, keys: [other, key] } as AsyncVerifierOptions)
  assert.equal((await verify(good)).sub, 'usr_1')
  for (const answer of [other, Promise.resolve(key)]) {
    const keys = { generation: 0, find: () => answer } as unknown as KeySet
    const careless = createAsyncVerifier({ ...policy, keys } as AsyncVerifierOptions)
    await assert.rejects(careless(good), { code: 'algorithm_not_allowed' })
  }
  const lying = { generation: 0, find: () => ({ ...key }) } as unknown as KeySet
  const believing = createAsyncVerifier({ ...policy, keys: lying } as AsyncVerifierOptions)
  await assert.rejects(believing(good), TypeError)
})

test('a key that WebCrypto cannot import is a TypeError where it is used', async () => {
  const off = {
    kty: 'EC',
    crv: 'P-256',
    x: encode(new Uint8Array(32).fill(1)),
    y: encode(new Uint8Array(32).fill(1)),
  }
  const verify = createAsyncVerifier({ keys: publicKey(off, { algorithm: 'ES256' }), now })
  const { secret } = jwks('ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' }))
  const token = await createAsyncSigner({ key: privateKey(secret, { algorithm: 'ES256' }), now })({})
  await assert.rejects(verify(token), TypeError)
})
