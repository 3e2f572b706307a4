import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { good, goodBody, goodHead, goodMac, key, now, policy } from '../../test/token/good-token.ts'
import { rawToken, segment } from '../../test/token/raw-token.ts'
import { createSigner, createVerifier, generateKey, publicKeyOf, TokenError } from './index.ts'

const verify = createVerifier(policy)

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
