import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  good,
  key,
  now,
  policy,
  rawJson,
  withClaims,
  withHeader,
  without,
} from '../../test/token/good-token.ts'
import { accepted } from '../../test/token/hostile/accepted.ts'
import { refused } from '../../test/token/hostile/refused.ts'
import { wrongTypes } from '../../test/token/hostile/type-rows.ts'
import { goodClaims, nowMs, nowSeconds, rawToken, secretBytes } from '../../test/token/raw-token.ts'
import {
  createSigner,
  createVerifier,
  generateKey,
  type KeySet,
  keySet,
  keySetOf,
  publicKeyOf,
  secretKey,
  TokenError,
  toJwk,
  type VerificationKey,
  type VerifierOptions,
} from './index.ts'

const verify = createVerifier(policy)

for (const { name, token, code, policy: more } of refused) {
  test(`verify refuses: ${name}`, () => {
    const verifier = more === undefined ? verify : createVerifier({ ...policy, ...more })
    assert.throws(() => verifier(token as string), { name: 'TokenError', code })
    // A second time, when whatever is remembered is remembered.
    assert.throws(() => verifier(token as string), { code })
  })
}

for (const { name, token, policy: more = {} } of accepted) {
  test(`verify accepts: ${name}`, () => {
    const verifier = createVerifier({ ...policy, ...more })
    const text = rawToken(token)
    const claims = verifier(text)
    assert.equal(claims.sub, 'usr_1')
    assert.deepEqual(verifier(text), claims)
  })
}

test('claims are frozen to the bottom, and those of one call are not those of another', () => {
  const token = rawToken(withClaims({ x: { y: [1, { z: 2 }] } }))
  const first = verify(token) as unknown as { x: { y: [number, { z: number }] } } & typeof goodClaims
  for (const held of [first, first.x, first.x.y, first.x.y[1]]) assert.ok(Object.isFrozen(held))
  assert.throws(() => {
    first.sub = 'somebody else'
  }, TypeError)
  assert.notEqual(verify(token), first)
})

test('a claim named __proto__ or constructor is a claim like any other', () => {
  const claims = verify(rawToken(rawJson('"__proto__":{"admin":true},"constructor":1')))
  assert.deepEqual(Object.getOwnPropertyDescriptor(claims, '__proto__')?.value, { admin: true })
  assert.equal(claims.admin, undefined)
  assert.equal(claims.constructor, 1)
  assert.equal(({} as Record<string, unknown>).admin, undefined)
})

test('a polluted Object.prototype does not lend a token the claims that it lacks', () => {
  const prototype = Object.prototype as { exp?: number; alg?: string }
  const forever = rawToken(without('exp'))
  const nameless = rawToken({ header: { typ: 'JWT' } })
  prototype.exp = nowSeconds + 60
  prototype.alg = 'HS256'
  try {
    assert.throws(() => verify(forever), { code: 'claim_missing', claim: 'exp' })
    assert.throws(() => createVerifier(policy)(nameless), { code: 'token_malformed' })
  } finally {
    delete prototype.exp
    delete prototype.alg
  }
})

test('complete gives the header and the key besides the claims', () => {
  const {
    header,
    claims,
    key: used,
  } = createVerifier({ ...policy, complete: true })(rawToken(withHeader({ kid: 'k' })))
  assert.deepEqual(header, { alg: 'HS256', typ: 'JWT', kid: 'k' })
  assert.deepEqual(claims, goodClaims)
  assert.equal(used, key)
})

test('the signature is checked before any claim is read, and no message repeats the token', () => {
  const forged = rawToken({ ...withClaims({ exp: 1, iss: 'sesame' }), secret: Buffer.alloc(32, 1) })
  assert.throws(() => verify(forged), { code: 'signature_invalid' })
  const garbage = rawToken({ payload: 'sesame', secret: Buffer.alloc(32, 1) })
  assert.throws(() => verify(garbage), { code: 'signature_invalid' })
  for (const token of [rawToken(withClaims({ iss: 'sesame' })), rawToken(withHeader({ alg: 'sesame' }))]) {
    assert.throws(
      () => verify(token),
      (error: Error) => !`${error.message}${error.stack}${JSON.stringify(error)}`.includes('sesame'),
    )
  }
})

test('the header that is remembered is that of the keys of now', () => {
  const other = secretKey(Buffer.alloc(32, 9), { algorithm: 'HS256', keyId: 'k' })
  const keyed = secretKey(secretBytes, { algorithm: 'HS256', keyId: 'k' })
  let held: VerificationKey[] = [keyed]
  let generation = 1
  const ring: KeySet = {
    get generation() {
      return generation
    },
    find: (header) => keySetOf(held).find(header),
  }
  const check = createVerifier({ ...policy, keys: ring })
  const token = rawToken(withHeader({ kid: 'k' }))
  check(token)
  check(token)
  held = [other]
  generation++
  assert.throws(() => check(token), { code: 'signature_invalid' })
  held = []
  generation++
  assert.throws(() => check(token), { code: 'key_not_found' })
  held = [keyed]
  generation++
  check(token)
})

test('more headers than are remembered are no less right', () => {
  const headers = Array.from({ length: 200 }, (_, i) => rawToken(withHeader({ n: i })))
  for (let round = 0; round < 2; round++)
    for (const token of headers) assert.equal(verify(token).sub, 'usr_1')
  assert.equal(verify(rawToken(withHeader({ long: 'x'.repeat(2000) }))).sub, 'usr_1')
})

/** A verifier by keys that count how often one is looked for: not for a header that is remembered. */
function counting() {
  const seen = { lookups: 0 }
  const keys: KeySet = {
    generation: 0,
    find() {
      seen.lookups++
      return key
    },
  }
  return { seen, verify: createVerifier({ ...policy, keys }) }
}

const headerOf = (length: number) =>
  withHeader({
    pad: 'x'.repeat((length * 3) / 4 - JSON.stringify({ alg: 'HS256', typ: 'JWT', pad: '' }).length),
  })

for (const [length, lookups] of [
  [1024, 2],
  [1028, 4],
] as const) {
  test(`a header of ${length} characters is read ${lookups === 2 ? 'once' : 'each time'} beside another`, () => {
    const { seen, verify } = counting()
    const [long, short] = [rawToken(headerOf(length)), good]
    assert.equal(long.indexOf('.'), length)
    for (const token of [short, long, short, long, short, long]) verify(token)
    assert.equal(seen.lookups, lookups)
  })
}

test('64 headers are remembered, and with one more all are read again', () => {
  const { seen, verify } = counting()
  const tokens = Array.from({ length: 65 }, (_, n) => rawToken(withHeader({ n })))
  for (const _ of [1, 2]) for (const token of tokens.slice(0, 64)) verify(token)
  assert.equal(seen.lookups, 64)
  verify(tokens[64]!)
  verify(tokens[64]!)
  assert.equal(seen.lookups, 65)
  verify(tokens[0]!)
  assert.equal(seen.lookups, 66)
})

test('a token longer than what is kept ready is signed and verified by every kind of algorithm', async () => {
  for (const algorithm of ['HS256', 'ES256', 'EdDSA'] as const) {
    const key = generateKey(algorithm)
    const keys = key.kind === 'private' ? publicKeyOf(key) : key
    const token = createSigner({ key, expiresIn: 60, now })({ pad: 'x'.repeat(40_000) })
    assert.throws(() => createVerifier({ keys, now })(token), { code: 'token_too_long' })
    const verify = createVerifier({ keys, now, maxLength: 100_000 })
    assert.equal(String(verify(token).pad).length, 40_000)
    const end = token.lastIndexOf('.')
    const changed = `${token.slice(0, end - 9)}AAAA${token.slice(end - 5)}`
    assert.throws(() => verify(changed), { code: 'signature_invalid' })
  }
})

test('what a key set of somebody else says is wrong is what the verifier says, with its cause', () => {
  const cause = new Error('the disk is gone')
  const keys: KeySet = {
    generation: 0,
    find() {
      throw new TokenError('key_set_unavailable', { cause })
    },
  }
  assert.throws(() => createVerifier({ ...policy, keys })(good), { code: 'key_set_unavailable', cause })
  assert.ok(!('cause' in new TokenError('token_expired', { claim: 'exp' })))
})

test('a key set whose answer does not fit the header is not believed', () => {
  const careless: KeySet = { generation: 0, find: () => secretKey(Buffer.alloc(64), { algorithm: 'HS512' }) }
  assert.throws(() => createVerifier({ ...policy, keys: careless })(good), { code: 'algorithm_not_allowed' })
  const promising = { generation: 0, find: () => Promise.resolve(key) } as unknown as KeySet
  assert.throws(() => createVerifier({ ...policy, keys: promising })(good), { code: 'algorithm_not_allowed' })
  const lying = { generation: 0, find: () => ({ ...key }) } as unknown as KeySet
  assert.throws(() => createVerifier({ ...policy, keys: lying })(good), TypeError)
})

const wrongOptions: readonly { name: string; options: object }[] = [
  { name: 'no keys', options: { keys: undefined } },
  { name: 'an empty list of keys', options: { keys: [] } },
  { name: 'text as a key', options: { keys: 'secret' } },
  { name: 'bytes as a key', options: { keys: secretBytes } },
  { name: 'an object like a key', options: { keys: { kind: 'secret', algorithm: 'HS256' } } },
  { name: 'a list with an object like a key', options: { keys: [{ kind: 'secret', algorithm: 'HS256' }] } },
  { name: 'a private key', options: { keys: generateKey('ES256') } },
  { name: 'a function as a key', options: { keys: () => key } },
  { name: 'no algorithms', options: { algorithms: [] } },
  { name: 'algorithms as text', options: { algorithms: 'HS256' } },
  { name: 'an algorithm that does not exist', options: { algorithms: ['none'] } },
  { name: 'tolerance that is not a number', options: { clockTolerance: Number.NaN } },
  { name: 'tolerance without end', options: { clockTolerance: Number.POSITIVE_INFINITY } },
  { name: 'negative tolerance', options: { clockTolerance: -1 } },
  { name: 'tolerance as text', options: { clockTolerance: '5s' } },
  { name: 'negative age', options: { maxAge: -1 } },
  { name: 'an empty issuer', options: { issuer: '' } },
  { name: 'no issuers', options: { issuer: [] } },
  { name: 'an issuer as a pattern', options: { issuer: /I/ } },
  { name: 'an audience as a pattern', options: { audience: [/A/] } },
  ...wrongTypes.map(({ name, type }) => ({ name: `a type that is ${name}`, options: { type } })),
  { name: 'required claims as a number', options: { requiredClaims: 1 } },
  { name: 'required claims as a boolean', options: { requiredClaims: true } },
  { name: 'a limit of 0', options: { maxLength: 0 } },
  { name: 'a limit without end', options: { maxLength: Number.POSITIVE_INFINITY } },
  { name: 'required claims as numbers', options: { requiredClaims: [1] } },
  { name: 'required claims by number', options: { requiredClaims: { exp: 0 } } },
  { name: 'a time in place of a clock', options: { now: nowMs } },
]

for (const { name, options } of wrongOptions) {
  test(`createVerifier throws a TypeError for ${name}`, () => {
    assert.throws(() => createVerifier({ ...policy, ...options } as VerifierOptions), TypeError)
  })
}

test('two keys that fit are an ambiguity, not a choice', () => {
  const a = generateKey('ES256', { keyId: 'a' })
  const b = generateKey('ES256', { keyId: 'a' })
  const c = generateKey('EdDSA', { keyId: 'a' })
  const set = keySet({ keys: [a, b, c].map((one) => toJwk(publicKeyOf(one))) })
  const check = createVerifier({ keys: set, now })
  assert.throws(() => check(createSigner({ key: a, now, expiresIn: 60 })({})), { code: 'key_ambiguous' })
  assert.equal(check(createSigner({ key: c, now, expiresIn: 60 })({ sub: 'x' })).sub, 'x')
})

test('what a caller does to a list afterwards changes no policy', () => {
  const issuer = ['I']
  const audience = ['A']
  const verify = createVerifier({
    keys: secretKey(secretBytes, { algorithm: 'HS256' }),
    issuer,
    audience,
    now: () => nowMs,
  })
  audience.push('B')
  issuer.push('J')
  assert.throws(() => verify(rawToken({ payload: { ...goodClaims, aud: 'B' } })), {
    code: 'audience_mismatch',
  })
  assert.throws(() => verify(rawToken({ payload: { ...goodClaims, iss: 'J' } })), { code: 'issuer_mismatch' })
  assert.equal(verify(rawToken()).sub, 'usr_1')
})
