import assert from 'node:assert/strict'
import { createHmac, createPrivateKey, generateKeyPairSync, sign as rawSign } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  accepted,
  good,
  goodBody,
  goodHead,
  goodMac,
  key,
  now,
  policy,
  rawJson,
  refused,
  withClaims,
  withHeader,
  without,
} from './hostile-tokens.test-support.ts'
import {
  createSigner,
  createVerifier,
  generateKey,
  type KeySet,
  keySet,
  keySetOf,
  publicKey,
  publicKeyOf,
  secretKey,
  TokenError,
  toJwk,
  type VerificationKey,
  type VerifierOptions,
} from './index.ts'
import { goodClaims, nowMs, nowSeconds, rawToken, secretBytes, segment } from './raw-token.test-support.ts'

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

test('verify refuses a token in which any one character is another, or missing, or doubled', () => {
  const others = ['A', 'B', 'w', '-', '_', '=', '+', '/', '.', ' ', '\n', '\u0141']
  verify(good)
  for (let i = 0; i < good.length; i++) {
    const changed = others.map((other) => good.slice(0, i) + other + good.slice(i + 1))
    for (const token of [
      ...changed,
      good.slice(0, i) + good.slice(i + 1),
      good.slice(0, i) + good[i] + good.slice(i),
    ]) {
      if (token === good) continue
      assert.throws(() => verify(token), TokenError)
    }
  }
})

test('verify refuses an ECDSA token in which any one character of the signature is another', () => {
  const signing = generateKey('ES256')
  const check = createVerifier({ keys: publicKeyOf(signing), now })
  const token = createSigner({ key: signing, now, expiresIn: 60 })({ sub: 'x' })
  check(token)
  for (let i = token.lastIndexOf('.') + 1; i < token.length; i++) {
    for (const other of ['A', 'z', '=', ' ']) {
      if (token[i] === other) continue
      assert.throws(() => check(token.slice(0, i) + other + token.slice(i + 1)), TokenError)
    }
  }
})

test('verify throws nothing but TokenError, whatever the text', () => {
  const part = fc.oneof(
    fc.string(),
    fc.base64String(),
    fc.json().map(segment),
    fc.constantFrom(goodHead, goodBody, goodMac),
  )
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(part, { maxLength: 5 }).map((parts) => parts.join('.')),
  )
  fc.assert(
    fc.property(text, (token) => {
      if (token === good) return
      assert.throws(() => verify(token), TokenError)
    }),
    { numRuns: 2000 },
  )
})

test('verify throws nothing but TokenError for signed JSON of any shape', () => {
  const header = fc.oneof(
    fc.json(),
    fc.dictionary(fc.constantFrom('alg', 'kid', 'typ', 'crit', 'b64', 'cty'), fc.jsonValue()),
  )
  const payload = fc.dictionary(
    fc.constantFrom('iss', 'aud', 'exp', 'nbf', 'iat', 'sub', 'jti', 'x'),
    fc.jsonValue(),
  )
  fc.assert(
    fc.property(header, payload, (anyHeader, anyPayload) => {
      for (const token of [rawToken({ header: anyHeader }), rawToken({ payload: anyPayload })]) {
        try {
          verify(token)
        } catch (error) {
          assert.ok(error instanceof TokenError)
        }
      }
    }),
    { numRuns: 2000 },
  )
})

test('what is signed is what is verified', () => {
  const sign = createSigner({ key, issuer: 'I', audience: 'A', expiresIn: 60, now })
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 5 })), (claims) => {
      const more = JSON.parse(JSON.stringify({ more: claims }))
      assert.deepEqual(verify(sign(more)).more, more.more)
    }),
    { numRuns: 500 },
  )
})

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
  { name: 'an empty type', options: { type: '' } },
  { name: 'a type as a number', options: { type: 1 } },
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
