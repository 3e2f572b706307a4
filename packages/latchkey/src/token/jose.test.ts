import assert from 'node:assert/strict'
import { createPublicKey, type KeyObject } from 'node:crypto'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import fc from 'fast-check'
import { refused } from '../../test/token/hostile/refused.ts'
import { asymmetric, pairs } from '../../test/token/key-pairs.ts'
import { nowMs, secretBytes } from '../../test/token/raw-token.ts'
import type { AsymmetricAlgorithm } from './algorithms.ts'
import {
  createSigner,
  createVerifier,
  generateKey,
  privateKey,
  publicKey,
  publicKeyOf,
  type SecretKey,
  secretKey,
  signJws,
  thumbprint,
  toJwk,
  verifyJws,
} from './index.ts'

// jose is another's reading of the same specifications. What one of us signs the other must read, and what it refuses
// we must not take. It is a peer of the benchmarks, so it is not always there.

type JoseKey = KeyObject | Uint8Array
interface Jose {
  readonly SignJWT: new (
    claims: object,
  ) => { setProtectedHeader(header: object): { sign(key: JoseKey): Promise<string> } }
  readonly FlattenedSign: new (
    payload: Uint8Array,
  ) => { setProtectedHeader(header: object): { sign(key: JoseKey): Promise<Flattened> } }
  jwtVerify(
    token: string,
    key: JoseKey,
    options: object,
  ): Promise<{ payload: object; protectedHeader: object }>
  flattenedVerify(jws: object, key: JoseKey): Promise<{ payload: Uint8Array }>
  calculateJwkThumbprint(jwk: object): Promise<string>
}
interface Flattened {
  readonly payload: string
  readonly protected: string
  readonly signature: string
}

const peers = join(import.meta.dirname, '../../../../bench/peers')
const skip = existsSync(join(peers, 'node_modules/jose'))
  ? false
  : 'jose is not there: npm ci --prefix bench/peers'
const jose: Jose = skip
  ? (undefined as never) // no test runs
  : await import(pathToFileURL(createRequire(join(peers, 'package.json')).resolve('jose')).href)

const now = () => nowMs
const currentDate = new Date(nowMs)
const claims = {
  sub: 'usr_1',
  iss: 'I',
  aud: 'A',
  iat: nowMs / 1000,
  exp: nowMs / 1000 + 60,
  x: ['é', { y: null }],
}
const policy = { issuer: 'I', audience: 'A' }

for (const algorithm of asymmetric) {
  test(`jose and we read each other: ${algorithm}`, { skip }, async () => {
    const pair = pairs[algorithm]()
    const key = privateKey(pair.privateKey, { algorithm, keyId: 'k' })
    const verify = createVerifier({ keys: publicKeyOf(key), ...policy, now })

    const ours = createSigner({ key, now })(claims)
    const read = await jose.jwtVerify(ours, pair.publicKey, {
      ...policy,
      currentDate,
      algorithms: [algorithm],
    })
    assert.deepEqual(read.payload, claims)
    assert.deepEqual(read.protectedHeader, { alg: algorithm, typ: 'JWT', kid: 'k' })

    const theirs = await new jose.SignJWT(claims).setProtectedHeader({ alg: algorithm }).sign(pair.privateKey)
    assert.deepEqual(verify(theirs), claims)
    assert.equal(await jose.calculateJwkThumbprint(toJwk(key)), thumbprint(key))

    const [, , signature = ''] = theirs.split('.')
    for (const at of [0, 10, signature.length >> 1, signature.length - 5]) {
      const changed = signature.slice(0, at) + (signature[at] === 'A' ? 'B' : 'A') + signature.slice(at + 1)
      const token = theirs.replace(/[^.]*$/, changed)
      assert.throws(() => verify(token), { code: 'signature_invalid' })
      await assert.rejects(jose.jwtVerify(token, pair.publicKey, { currentDate }))
    }
  })

  test(`a key of one algorithm is none of another, for jose's tokens too: ${algorithm}`, {
    skip,
  }, async () => {
    const pair = pairs[algorithm]()
    const token = await new jose.SignJWT(claims).setProtectedHeader({ alg: algorithm }).sign(pair.privateKey)
    for (const other of asymmetric) {
      if (other === algorithm || !sameKind(pair.privateKey, other)) continue
      const keys = publicKey(createPublicKey(pair.privateKey), { algorithm: other })
      assert.throws(() => createVerifier({ keys, ...policy, now })(token), { code: 'algorithm_not_allowed' })
    }
  })
}

/** Whether `algorithm` could use this very key, as its type is the same. */
function sameKind(handle: KeyObject, algorithm: AsymmetricAlgorithm): boolean {
  try {
    privateKey(handle, { algorithm })
    return true
  } catch {
    return false
  }
}

for (const algorithm of ['HS256', 'HS384', 'HS512'] as const) {
  test(`jose and we read each other, and write the same: ${algorithm}`, { skip }, async () => {
    const key = generateKey(algorithm, { keyId: 'k' }) as SecretKey
    const bytes = Buffer.from(String(toJwk(key).k), 'base64url')
    const ours = createSigner({ key, now })(claims)
    const header = { alg: algorithm, typ: 'JWT', kid: 'k' }
    assert.equal(ours, await new jose.SignJWT(claims).setProtectedHeader(header).sign(bytes))
    const read = await jose.jwtVerify(ours, bytes, { ...policy, currentDate, algorithms: [algorithm] })
    assert.deepEqual(read.payload, claims)
    assert.deepEqual(createVerifier({ keys: key, ...policy, now })(ours), claims)
  })
}

test('any payload that one of us signs as a JWS is read by the other', { skip }, async () => {
  const key = secretKey(secretBytes, { algorithm: 'HS256' })
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ minLength: 1, maxLength: 100 }),
      fc.boolean(),
      async (payload, encodePayload) => {
        const detached = true
        const options = { key, serialization: 'flattened', encodePayload } as const
        const ours = encodePayload
          ? signJws(payload, options)
          : { ...signJws(payload, { ...options, detached }), payload }
        const read = await jose.flattenedVerify(ours, secretBytes)
        assert.deepEqual(Buffer.from(read.payload), Buffer.from(payload))
        const header = encodePayload ? { alg: 'HS256' } : { alg: 'HS256', b64: false, crit: ['b64'] }
        const { payload: written, ...theirs } = await new jose.FlattenedSign(payload)
          .setProtectedHeader(header)
          .sign(secretBytes)
        const verified = encodePayload
          ? verifyJws({ ...theirs, payload: written }, { keys: key })
          : verifyJws(theirs, { keys: key, detachedPayload: payload })
        assert.deepEqual(Buffer.from(verified.payload), Buffer.from(payload))
      },
    ),
    { numRuns: 50 },
  )
})

test('claims of any shape that one of us signs are read by the other', { skip }, async () => {
  const key = secretKey(secretBytes, { algorithm: 'HS256' })
  const sign = createSigner({ key, now })
  const verify = createVerifier({ keys: key, now })
  const member = fc
    .string({ unit: 'grapheme' })
    .filter((name) => !/^(iss|sub|aud|exp|nbf|iat|jti|__proto__)$/.test(name))
  await fc.assert(
    fc.asyncProperty(fc.dictionary(member, fc.jsonValue({ maxDepth: 4 })), async (more) => {
      const all = JSON.parse(JSON.stringify({ ...more, exp: claims.exp, iat: claims.iat }))
      const ours = sign(all)
      assert.deepEqual({ ...(await jose.jwtVerify(ours, secretBytes, { currentDate })).payload }, all)
      const theirs = await new jose.SignJWT(all).setProtectedHeader({ alg: 'HS256' }).sign(secretBytes)
      assert.deepEqual({ ...verify(theirs) }, all)
    }),
    { numRuns: 50 },
  )
})

test('some of the hostile tokens are such as jose takes', {
  skip,
}, async () => {
  const taken: string[] = []
  for (const { name, token, policy: more = {} } of refused) {
    if (typeof token !== 'string' || Object.keys(more).length > 0) continue
    const read = jose.jwtVerify(token, secretBytes, { ...policy, currentDate, requiredClaims: ['exp'] })
    if (
      await read.then(
        () => true,
        () => false,
      )
    )
      taken.push(name)
  }
  // Each is a way in which one token has several spellings, or two readers see two tokens.
  assert.ok(taken.includes('padding after the signature'))
  assert.ok(taken.includes('alg twice'))
  assert.ok(taken.includes('a claim twice'))
})
