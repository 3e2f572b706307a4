import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nowMs, nowSeconds, segment } from '../../../test/token/raw-token.ts'
import { createSigner, generateKey, publicKeyOf, signJws, thumbprint, toJwk } from '../index.ts'
import { describe, type Explanation, explain, type FindingCode } from './index.ts'
import { keysToTry, proofKey } from './keys.ts'

const key = generateKey('ES256')
const { kid: _, alg: __, use: ___, ...jwk } = toJwk(publicKeyOf(key))
const good = { htm: 'GET', htu: 'https://api.example/v1/me', jti: 'one', iat: nowSeconds, ath: 'x' }

/** A proof as it is signed, whatever its header and claims are. */
function proof(header: object = {}, claims: object = {}): string {
  const { kid: _, ...whole } = { typ: 'dpop+jwt', alg: 'ES256', jwk, kid: 0, ...header }
  const input = `${segment(whole)}.${segment({ ...good, ...claims })}`
  const made = signJws(new TextEncoder().encode(JSON.stringify({ ...good, ...claims })), {
    key,
    header: { typ: 'dpop+jwt', jwk },
  })
  const isOurs = Object.keys(header).length === 0
  return isOurs ? String(made) : `${input}.${String(made).split('.')[2]}`
}

const explained = (text: string) => explain(text, { nowMs, proofKey })
const refusals = ({ findings }: Explanation) =>
  findings.filter(({ level }) => level === 'refusal').map(({ code }) => code)

test('a DPoP proof is judged by the key that it brings, whatever other keys are given', () => {
  for (const keys of [[], keysToTry([publicKeyOf(generateKey('ES256', { keyId: 'other' }))])]) {
    const explanation = explain(proof(), { nowMs, proofKey, keys })
    assert.equal(explanation.headline, 'valid', describe(explanation))
    assert.equal(explanation.kind, 'dpop_proof')
    const named = explanation.findings.find(({ code }) => code === 'proof_thumbprint')
    assert.equal(named?.facts.thumbprint, thumbprint(publicKeyOf(key)))
    assert.ok(explanation.findings.some(({ code }) => code === 'proof_with_token'))
    assert.ok(!explanation.findings.some(({ code }) => code === 'key_in_header' || code === 'never_expires'))
  }
})

test('a proof without an access token says so', () => {
  assert.ok(
    explained(proof({}, { ath: undefined })).findings.some(({ code }) => code === 'proof_without_token'),
  )
})

test('without a way to make its key, the signature of a proof is not checked', () => {
  const { headline, findings } = explain(proof(), { nowMs })
  assert.equal(headline, 'not_checked')
  assert.ok(findings.some(({ code }) => code === 'signature_not_checked'))
})

const wrong: readonly { name: string; text: string; codes: readonly FindingCode[] }[] = [
  {
    name: 'whose claims were changed',
    text: `${proof().split('.')[0]}.${segment({ ...good, htm: 'PUT' })}.${proof().split('.')[2]}`,
    codes: ['signature_wrong'],
  },
  { name: 'without a key', text: proof({ jwk: undefined }), codes: ['proof_key_missing'] },
  { name: 'with a key that is text', text: proof({ jwk: 'x' }), codes: ['proof_key_missing'] },
  { name: 'with its private key', text: proof({ jwk: toJwk(key) }), codes: ['proof_key_private'] },
  {
    name: 'with a key of another curve',
    text: proof({ jwk: { ...jwk, crv: 'P-384' } }),
    codes: ['proof_key_unusable'],
  },
  { name: 'by a secret', text: proof({ alg: 'HS256' }), codes: ['proof_symmetric'] },
  { name: 'by none', text: proof({ alg: 'none' }), codes: ['algorithm_none'] },
  { name: 'without a method', text: proof({}, { htm: undefined }), codes: ['claim_missing'] },
  { name: 'without an address', text: proof({}, { htu: undefined }), codes: ['claim_missing'] },
  { name: 'without an id', text: proof({}, { jti: undefined }), codes: ['claim_missing'] },
  { name: 'without a time', text: proof({}, { iat: undefined }), codes: ['claim_missing'] },
  { name: 'with a method that is a number', text: proof({}, { htm: 1 }), codes: ['claim_not_text'] },
  { name: 'from the future', text: proof({}, { iat: nowSeconds + 600 }), codes: ['issued_in_future'] },
]
for (const { name, text, codes } of wrong) {
  test(`explain refuses a proof ${name}`, () => {
    const explanation = explained(text)
    assert.deepEqual(refusals(explanation), codes)
    assert.equal(explanation.headline, 'refused')
    assert.doesNotMatch(describe(explanation), /\{\w+\}|undefined/)
  })
}

const warned: readonly { name: string; claims: object; code: FindingCode }[] = [
  { name: 'an old one', claims: { iat: nowSeconds - 600 }, code: 'proof_old' },
  { name: 'an address with a query', claims: { htu: 'https://a.example/?b' }, code: 'proof_url_query' },
]
for (const { name, claims, code } of warned) {
  test(`explain warns of a proof: ${name}`, () => {
    const explanation = explained(proof({}, claims))
    assert.ok(explanation.findings.some((one) => one.code === code && one.level === 'warning'))
  })
}

test('a token of another type that brings a key is not judged by it', () => {
  const token = createSigner({ key, expiresIn: 60, header: { jwk }, now: () => nowMs })({ sub: 'ada' })
  const { headline, findings } = explained(token)
  assert.equal(headline, 'not_checked')
  assert.ok(findings.some(({ code }) => code === 'key_in_header'))
})
