import assert from 'node:assert/strict'
import { test } from 'node:test'
import { claiming, ec, now, py, rsa, rsaPublic, secret } from '../../../test/compat/pyjwt/pyjwt.ts'
import { generateKey, type PublicKey, publicKeyOf, toJwk } from '../../token/index.ts'
import * as jwt from './index.ts'

const rsaJwk = rsa.export({ format: 'jwk' }) as { kty: 'RSA' }
const rsaPublicJwk = rsaPublic.export({ format: 'jwk' }) as { kty: 'RSA' }
const octJwk = { kty: 'oct' as const, k: Buffer.from(secret).toString('base64url') }
const claims = { a: 1 }

test('a token is decoded with the key of a signing key, as most programs for PyJWT do', async () => {
  const token = py.encode(claims, rsa, 'RS256', { headers: { kid: 'k' } })
  const client = new jwt.PyJWKClient('https://a.example/keys', {
    fetch: async () => Response.json({ keys: [{ ...rsaPublicJwk, kid: 'k' }] }),
  })
  const signing_key = await client.get_signing_key_from_jwt(token)
  assert.deepEqual(py.decode(token, signing_key.key, { algorithms: ['RS256'] }), claims)
  assert.deepEqual(py.decode(token, signing_key, { algorithms: ['RS256'] }), claims)
})

const unbound = new jwt.PyJWK(rsaPublicJwk)
const bound = new jwt.PyJWK({ ...rsaPublicJwk, alg: 'RS256' })
const keys: readonly {
  name: string
  token: string
  key: jwt.KeyInput
  algorithms: string[]
  error?: string
}[] = [
  {
    name: 'RS256 by its key',
    token: py.encode(claims, rsa, 'RS256'),
    key: unbound.key,
    algorithms: ['RS256'],
  },
  {
    name: 'PS256 by the key of a JWK that does not say which algorithm it is for',
    token: py.encode(claims, rsa, 'PS256'),
    key: unbound.key,
    algorithms: ['PS256'],
  },
  {
    name: 'RS512 by the key of a JWK that is for RS256',
    token: py.encode(claims, rsa, 'RS512'),
    key: bound.key,
    algorithms: ['RS512'],
    error: 'InvalidKeyError',
  },
  {
    name: 'RS256 by the public half of a private JWK',
    token: py.encode(claims, rsa, 'RS256'),
    key: new jwt.PyJWK(rsaJwk).key,
    algorithms: ['RS256'],
  },
  {
    name: 'HS512 by the key of a secret JWK',
    token: py.encode(claims, secret, 'HS512'),
    key: new jwt.PyJWK(octJwk).key,
    algorithms: ['HS512'],
  },
  {
    name: 'HS256 by a public key, the classic confusion',
    token: claiming(claims),
    key: unbound.key,
    algorithms: ['HS256', 'RS256'],
    error: 'InvalidKeyError',
  },
  {
    name: 'what the list does not name',
    token: py.encode(claims, rsa, 'RS256'),
    key: unbound.key,
    algorithms: ['PS256'],
    error: 'InvalidAlgorithmError',
  },
  {
    name: 'no algorithms',
    token: claiming(claims),
    key: new jwt.PyJWK(octJwk).key,
    algorithms: [],
    error: 'DecodeError',
  },
]
for (const { name, token, key, algorithms, error } of keys) {
  test(`decode ${error === undefined ? 'takes' : 'refuses'} a key of a JWK: ${name}`, () => {
    const run = () => py.decode(token, key, { algorithms })
    if (error === undefined) assert.deepEqual(run(), claims)
    else assert.throws(run, { name: error })
  })
}

test('a key of latchkey/token keeps its one algorithm', () => {
  const key = generateKey('ES256')
  const token = py.encode(claims, key, 'ES256')
  assert.deepEqual(py.decode(token, publicKeyOf(key), ['ES256']), claims)
  assert.throws(() => py.encode(claims, key, 'ES384'), { name: 'InvalidKeyError' })
  assert.throws(() => py.encode(claims, publicKeyOf(key), 'ES256'), { name: 'InvalidKeyError' })
  const forged = { ...publicKeyOf(key) } as PublicKey
  assert.throws(() => py.decode(token, forged, ['ES256']))
})

test('what from_jwk gives signs, and verifies', () => {
  for (const [name, jwk] of [
    ['RS256', rsaJwk],
    ['RS512', rsaJwk],
    ['HS256', octJwk],
    ['ES256', ec.export({ format: 'jwk' }) as { kty: 'EC' }],
  ] as const) {
    const key = jwt.get_algorithm_by_name(name).from_jwk(jwk)
    assert.deepEqual(py.decode(py.encode(claims, key, name), key, [name]), claims)
    assert.deepEqual(toJwk(key).kty, jwk.kty)
  }
})

const token = claiming({ ...claims, aud: 'a', iss: 'i', exp: now + 5 })
const nothing: readonly { name: string; run: () => unknown }[] = [
  { name: 'options', run: () => py.decode(claiming(claims), secret, ['HS256'], { options: null }) },
  { name: 'audience', run: () => py.decode(claiming(claims), secret, ['HS256'], { audience: null }) },
  { name: 'issuer', run: () => py.decode(claiming({ iss: 'x' }), secret, ['HS256'], { issuer: null }) },
  { name: 'subject', run: () => py.decode(claiming({ sub: 'x' }), secret, ['HS256'], { subject: null }) },
  { name: 'leeway', run: () => py.decode(claiming(claims), secret, ['HS256'], { leeway: null }) },
  { name: 'algorithms, with a PyJWK', run: () => py.decode(claiming(claims), new jwt.PyJWK(octJwk), null) },
  {
    name: 'algorithms by name, with a PyJWK',
    run: () => py.decode(claiming(claims), new jwt.PyJWK(octJwk), { algorithms: null }),
  },
  {
    name: 'algorithms and key, where nothing is verified',
    run: () => py.decode(token, null, null, { options: { verify_signature: false } }),
  },
  { name: 'headers', run: () => py.encode(claims, secret, 'HS256', { headers: null }) },
  { name: 'algorithm, with a PyJWK', run: () => py.encode(claims, new jwt.PyJWK(octJwk), null) },
  { name: 'the options of an object', run: () => new jwt.PyJWT(null).encode(claims, secret) },
  { name: 'the algorithm of a JWK', run: () => new jwt.PyJWK(octJwk, null) },
  { name: 'the alg of a JWK', run: () => new jwt.PyJWK({ ...octJwk, alg: null as never }) },
  { name: 'the headers of a client', run: () => new jwt.PyJWKClient('https://a.example', { headers: null }) },
]
for (const { name, run } of nothing) test(`null is None: ${name}`, () => assert.doesNotThrow(run))

test('null for algorithms or a key verifies nothing away', () => {
  assert.throws(() => py.decode(token, secret, null), { name: 'DecodeError' })
  assert.throws(() => py.decode(token, secret, { algorithms: null }), { name: 'DecodeError' })
  assert.throws(() => py.decode(token, null, ['HS256']), { name: 'TypeError' })
})

const sets: readonly { name: string; with: jwt.DecodeOptions; error?: string }[] = [
  { name: 'issuers', with: { audience: 'a', issuer: new Set(['j', 'i']) } },
  {
    name: 'issuers that lack it',
    with: { audience: 'a', issuer: new Set(['j']) },
    error: 'InvalidIssuerError',
  },
  { name: 'no issuers', with: { audience: 'a', issuer: new Set() }, error: 'InvalidIssuerError' },
  { name: 'audiences', with: { audience: new Set(['b', 'a']) } },
  { name: 'audiences that lack it', with: { audience: new Set(['b']) }, error: 'InvalidAudienceError' },
  { name: 'no audiences', with: { audience: new Set() }, error: 'InvalidAudienceError' },
  {
    name: 'one audience, which is strict',
    with: { audience: new Set(['a']), options: { strict_aud: true } },
    error: 'InvalidAudienceError',
  },
]
for (const { name, with: options, error } of sets) {
  test(`a Set is taken for a list: ${name}`, () => {
    for (const algorithms of [['HS256'], new Set(['HS256'])]) {
      const run = () => py.decode(token, secret, algorithms, options)
      if (error === undefined) assert.doesNotThrow(run)
      else assert.throws(run, { name: error })
    }
  })
}

for (const aud of [null, '', 0, false, [], {}]) {
  test(`an audience that is nothing to Python is none: ${JSON.stringify(aud)}`, () => {
    assert.deepEqual(py.decode(claiming({ aud }), secret, ['HS256']), { aud })
    assert.throws(() => py.decode(claiming({ aud }), secret, ['HS256'], { audience: 'a' }), {
      name: 'MissingRequiredClaimError',
    })
  })
}

const integers: readonly { written: string; holds: boolean }[] = [
  { written: '9007199254740991', holds: true },
  { written: '9007199254740992', holds: true },
  { written: '9007199254740993', holds: false },
  { written: '-9007199254740993', holds: false },
  { written: '1152921504606846976', holds: true },
  { written: '1152921504606846977', holds: false },
  { written: '12345678901234567890', holds: false },
  { written: '9007199254740993.0', holds: true },
  { written: '1e300', holds: true },
  { written: '"9007199254740993"', holds: true },
]
for (const { written, holds } of integers) {
  test(`an integer is ${holds ? 'read' : 'refused'}, and never changed: ${written}`, () => {
    for (const payload of [`{"id":${written}}`, `{"deep":[{"id":${written}}]}`]) {
      const run = () => py.decode(claiming(payload), secret, ['HS256'])
      if (holds) assert.doesNotThrow(run)
      else assert.throws(run, { name: 'DecodeError', message: /^Invalid payload string/ })
    }
  })
}
