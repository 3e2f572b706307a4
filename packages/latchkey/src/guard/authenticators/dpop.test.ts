import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type ClientKey,
  clientKey,
  clientKeyFor,
  nonceAt,
  nonceSecret,
  otherKey,
  proofOf,
} from '../../../test/guard/dpop.ts'
import { type Asked, ask, claims, good, guardWith, token } from '../../../test/guard/dpop-requests.ts'
import { resource, signed } from '../../../test/guard/guarded-api.ts'
import { nowMs, nowSeconds, secretBytes, segment } from '../../../test/token/raw-token.ts'
import { createGuard } from '../guard.ts'
import type { DpopOptions } from '../index.ts'

const accepted: readonly ({ name: string } & Asked)[] = [
  { name: 'a good proof', proofs: [good()] },
  { name: 'the type with its prefix', proofs: [good({ header: { typ: 'application/dpop+jwt' } })] },
  { name: 'the scheme in small letters', authorization: `dpop ${token}`, proofs: [good()] },
  { name: 'another method', method: 'POST', proofs: [good({ claims: { htm: 'POST' } })] },
  { name: 'a query that the proof does not have', url: '/me?a=b', proofs: [good()] },
  { name: 'a query and fragment in the proof', proofs: [good({ claims: { htu: `${resource}/me?x#y` } })] },
  { name: 'a host in capitals', proofs: [good({ claims: { htu: 'HTTPS://API.example.com/me' } })] },
  { name: 'the port that https has anyway', proofs: [good({ claims: { htu: `${resource}:443/me` } })] },
  { name: 'dots in the path', proofs: [good({ claims: { htu: `${resource}/a/../me` } })] },
  { name: 'a letter that is escaped', proofs: [good({ claims: { htu: `${resource}/%6de` } })] },
  {
    name: 'an escape in small letters',
    url: '/a%c3%a9',
    proofs: [good({ claims: { htu: `${resource}/a%C3%A9` } })],
  },
  { name: 'the root without a path', url: '/', proofs: [good({ claims: { htu: resource } })] },
  { name: 'the whole URL as the target', url: 'http://inside.example/me', proofs: [good()] },
  {
    name: 'a proof for what a proxy in front is called',
    dpop: { baseUrl: 'https://example.com/api/' },
    proofs: [good({ claims: { htu: 'https://example.com/api/me' } })],
  },
  {
    name: 'one of several names',
    dpop: { baseUrl: ['https://a.example', 'https://b.example:8443'] },
    proofs: [good({ claims: { htu: 'https://b.example:8443/me' } })],
  },
  { name: 'as old as it may be', proofs: [good({ claims: { iat: nowSeconds - 89 } })] },
  { name: 'a clock that is ahead', proofs: [good({ claims: { iat: nowSeconds + 30 } })] },
  {
    name: 'a wrong clock, where a nonce tells the time',
    dpop: { nonce: { secret: nonceSecret } },
    proofs: [good({ claims: { iat: 0 } })],
  },
  { name: 'claims that nobody knows', proofs: [good({ claims: { aud: 'x', exp: 1, crit: true } })] },
]
for (const { name, ...asked } of accepted) {
  test(`a proof is taken: ${name}`, async () => assert.equal((await ask(asked)).subject, 'usr_1'))
}

for (const algorithm of ['ES256', 'ES384', 'EdDSA', 'Ed25519', 'RS256'] as const) {
  test(`a proof by ${algorithm} is taken where it is allowed`, async () => {
    const key = clientKeyFor(algorithm)
    const bound = signed({ payload: key.bound })
    const proofs = [proofOf({ key, token: bound })]
    const answer = await ask({ dpop: { algorithms: [algorithm] }, authorization: `DPoP ${bound}`, proofs })
    assert.equal(answer.subject, 'usr_1')
  })
}

const [head = '', body = '', signature = ''] = good().split('.')
const d = clientKey.privateKey.export({ format: 'jwk' })
const { crv, x } = clientKey.jwk
const header = (more: object) => [good({ header: more })]
const keyed = (jwk: unknown) => header({ jwk })
const signedByHand = (key: ClientKey) => [proofOf({ key, token })]
const noncesOn: DpopOptions = { nonce: { secret: nonceSecret } }

/** The steps of RFC 9449 section 4.3, one after the other. */
const refused: readonly ({ step: number; name: string; reason: string; error?: string } & Asked)[] = [
  { step: 1, name: 'two DPoP lines', proofs: [good(), good()], reason: 'proof_ambiguous' },
  {
    step: 1,
    name: 'two lines that arrive as one',
    proofs: [`${good()}, ${good()}`],
    reason: 'proof_ambiguous',
  },
  { step: 1, name: 'no DPoP line', proofs: [], reason: 'proof_missing' },
  { step: 1, name: 'an empty DPoP line', proofs: [' '], reason: 'proof_missing' },
  { step: 2, name: 'no JWT', proofs: ['abc'], reason: 'proof_malformed' },
  { step: 2, name: 'two parts', proofs: [`${head}.${body}`], reason: 'proof_malformed' },
  { step: 2, name: 'four parts', proofs: [`${good()}.a`], reason: 'proof_malformed' },
  { step: 2, name: 'padding', proofs: [`${good()}=`], reason: 'proof_malformed' },
  { step: 2, name: 'a blank within', proofs: [good().replace('.', ' .')], reason: 'proof_malformed' },
  { step: 2, name: 'the JSON serialization', proofs: ['{"payload":"a"}'], reason: 'proof_malformed' },
  {
    step: 2,
    name: 'a header that is a list',
    proofs: [good({ rawHeader: '[]' })],
    reason: 'proof_malformed',
  },
  { step: 2, name: 'claims that are text', proofs: [good({ rawClaims: '"a"' })], reason: 'proof_malformed' },
  {
    step: 2,
    name: 'a claim twice',
    proofs: [good({ rawClaims: '{"htm":"GET","htm":"POST"}' })],
    reason: 'proof_malformed',
  },
  { step: 2, name: 'too long', proofs: claims({ x: 'a'.repeat(16_384) }), reason: 'proof_malformed' },
  ...['jti', 'htm', 'htu', 'iat', 'ath'].flatMap((claim) => [
    { step: 3, name: `no ${claim}`, proofs: claims({ [claim]: undefined }), reason: 'proof_claim_missing' },
    { step: 3, name: `${claim} null`, proofs: claims({ [claim]: null }), reason: 'proof_claim_missing' },
    { step: 3, name: `${claim} a list`, proofs: claims({ [claim]: [1] }), reason: 'proof_claim_invalid' },
  ]),
  { step: 3, name: 'an empty jti', proofs: claims({ jti: '' }), reason: 'proof_claim_invalid' },
  {
    step: 3,
    name: 'a jti too long',
    proofs: claims({ jti: 'a'.repeat(257) }),
    reason: 'proof_claim_invalid',
  },
  {
    step: 3,
    name: 'iat as text',
    proofs: claims({ iat: String(nowSeconds) }),
    reason: 'proof_claim_invalid',
  },
  { step: 3, name: 'iat beyond numbers', proofs: claims({ iat: 1e300 }), reason: 'proof_claim_invalid' },
  { step: 4, name: 'no typ', proofs: header({ typ: undefined }), reason: 'proof_type_mismatch' },
  { step: 4, name: 'typ JWT', proofs: header({ typ: 'JWT' }), reason: 'proof_type_mismatch' },
  { step: 4, name: 'typ a number', proofs: header({ typ: 1 }), reason: 'proof_type_mismatch' },
  { step: 4, name: 'an access token', proofs: [token], reason: 'proof_type_mismatch' },
  { step: 5, name: 'alg none', proofs: header({ alg: 'none' }), reason: 'proof_algorithm_not_allowed' },
  { step: 5, name: 'alg HS256', proofs: header({ alg: 'HS256' }), reason: 'proof_algorithm_not_allowed' },
  { step: 5, name: 'no alg', proofs: header({ alg: undefined }), reason: 'proof_algorithm_not_allowed' },
  {
    step: 5,
    name: 'alg that is not in the list',
    proofs: signedByHand(clientKeyFor('RS256')),
    reason: 'proof_algorithm_not_allowed',
  },
  {
    step: 5,
    name: 'an unknown crit',
    proofs: header({ crit: ['a'], a: 1 }),
    reason: 'proof_critical_unknown',
  },
  { step: 5, name: 'b64', proofs: header({ crit: ['b64'], b64: true }), reason: 'proof_critical_unknown' },
  { step: 6, name: 'no jwk', proofs: keyed(undefined), reason: 'proof_key_invalid' },
  { step: 6, name: 'a jwk that is a list', proofs: keyed([clientKey.jwk]), reason: 'proof_key_invalid' },
  {
    step: 6,
    name: 'a jwk of another type',
    proofs: keyed({ kty: 'oct', k: 'AAAA' }),
    reason: 'proof_key_invalid',
  },
  {
    step: 6,
    name: 'a jwk off the curve',
    proofs: keyed({ kty: 'EC', crv, x, y: x }),
    reason: 'proof_key_invalid',
  },
  {
    step: 6,
    name: 'a jwk for encryption',
    proofs: keyed({ ...clientKey.jwk, use: 'enc' }),
    reason: 'proof_key_invalid',
  },
  {
    step: 6,
    name: 'a jwk elsewhere',
    proofs: header({ jwk: undefined, jku: 'https://a.example' }),
    reason: 'proof_key_invalid',
  },
  { step: 6, name: 'the jwk of another', proofs: keyed(otherKey.jwk), reason: 'proof_signature_invalid' },
  {
    step: 6,
    name: 'claims that were changed',
    proofs: [`${head}.${segment({ htm: 'POST' })}.${signature}`],
    reason: 'proof_signature_invalid',
  },
  { step: 6, name: 'a signature cut off', proofs: [good().slice(0, -2)], reason: 'proof_signature_invalid' },
  {
    step: 7,
    name: 'a private key',
    proofs: keyed({ ...clientKey.jwk, d: d.d }),
    reason: 'proof_key_invalid',
  },
  {
    step: 7,
    name: 'a private member of another type',
    proofs: keyed({ ...clientKey.jwk, priv: 'a' }),
    reason: 'proof_key_invalid',
  },
  { step: 8, name: 'another method', method: 'POST', proofs: [good()], reason: 'proof_method_mismatch' },
  {
    step: 8,
    name: 'the method in small letters',
    proofs: claims({ htm: 'get' }),
    reason: 'proof_method_mismatch',
  },
  { step: 8, name: 'GET for HEAD', method: 'HEAD', proofs: [good()], reason: 'proof_method_mismatch' },
  ...[
    `${resource}/`,
    `${resource}/me/`,
    `${resource}/ME`,
    `${resource}/%2fme`,
    'http://api.example.com/me',
    'https://api.example.com:8443/me',
    'https://api.example.com.evil.example/me',
    'https://api.example.com@evil.example/me',
    'https://user@api.example.com/me',
    'https:\\\\api.example.com\\me',
    ` ${resource}/me`,
    '/me',
    '//api.example.com/me',
    'javascript:alert(1)',
    '',
  ].map((htu) => ({
    step: 9,
    name: `htu ${JSON.stringify(htu)}`,
    proofs: claims({ htu }),
    reason: 'proof_url_mismatch',
  })),
  ...[
    '/admin/../me',
    '/admin/%2e%2e/me',
    '/admin/.%2E/me',
    '/./me',
    '/%2e/me',
    '/me/.',
    '/me/',
    '//me',
    '/admin\\..\\me',
    '/admin/..\\me',
    '/me%00',
    '/me\u00a0',
  ].map((url) => ({
    step: 9,
    name: `a proof for /me with the target ${JSON.stringify(url)}`,
    url,
    proofs: [good()],
    reason: 'proof_url_mismatch',
  })),
  {
    step: 9,
    name: 'a proof with the same dot segments as the target, which clients remove before they send',
    url: '/admin/../me',
    proofs: claims({ htu: `${resource}/admin/../me` }),
    reason: 'proof_url_mismatch',
  },
  {
    step: 9,
    name: 'the asterisk of OPTIONS',
    method: 'OPTIONS',
    url: '*',
    proofs: claims({ htm: 'OPTIONS', htu: resource }),
    reason: 'proof_url_mismatch',
  },
  {
    step: 9,
    name: 'a target that names another host',
    url: '//evil.example/me',
    proofs: [good()],
    reason: 'proof_url_mismatch',
  },
  {
    step: 9,
    name: 'a target that would make another host of ours',
    url: '.evil.example/me',
    proofs: claims({ htu: `${resource}.evil.example/me` }),
    reason: 'proof_url_mismatch',
  },
  {
    step: 10,
    name: 'no nonce',
    dpop: noncesOn,
    proofs: claims({ nonce: undefined }),
    reason: 'proof_nonce_missing',
    error: 'use_dpop_nonce',
  },
  {
    step: 10,
    name: 'a nonce of nobody',
    dpop: noncesOn,
    proofs: claims({ nonce: 'a' }),
    reason: 'proof_nonce_unknown',
    error: 'use_dpop_nonce',
  },
  {
    step: 10,
    name: 'a nonce of before the last window',
    dpop: noncesOn,
    proofs: claims({ nonce: nonceAt(nowMs - 600_000) }),
    reason: 'proof_nonce_unknown',
    error: 'use_dpop_nonce',
  },
  {
    step: 10,
    name: 'a nonce of the next window',
    dpop: noncesOn,
    proofs: claims({ nonce: nonceAt(nowMs + 300_000) }),
    reason: 'proof_nonce_unknown',
    error: 'use_dpop_nonce',
  },
  {
    step: 10,
    name: 'a nonce that is a number',
    dpop: noncesOn,
    proofs: claims({ nonce: 1 }),
    reason: 'proof_claim_invalid',
  },
  { step: 11, name: 'too old', proofs: claims({ iat: nowSeconds - 90 }), reason: 'proof_expired' },
  {
    step: 11,
    name: 'too old for a shorter life',
    dpop: { maxAgeSeconds: 10 },
    proofs: claims({ iat: nowSeconds - 40 }),
    reason: 'proof_expired',
  },
  { step: 11, name: 'ahead', proofs: claims({ iat: nowSeconds + 31 }), reason: 'proof_not_yet_valid' },
  {
    step: 12,
    name: 'the ath of another token',
    proofs: [good({ token: 'other' })],
    reason: 'proof_token_mismatch',
  },
  { step: 12, name: 'ath with padding', proofs: claims({ ath: 'a=' }), reason: 'proof_token_mismatch' },
  {
    step: 12,
    name: 'the key of somebody else',
    proofs: signedByHand(otherKey),
    reason: 'proof_key_mismatch',
    error: 'invalid_token',
  },
]
for (const { step, name, reason, error = 'invalid_dpop_proof', ...asked } of refused) {
  test(`a proof is refused, RFC 9449 section 4.3 step ${step}: ${name}`, async () => {
    const answer = await ask(asked)
    assert.deepEqual([answer.status, answer.error, answer.reason], [401, error, reason])
    assert.match(
      answer.headers['www-authenticate'] ?? '',
      new RegExp(`DPoP .*algs="ES256[^"]*".*error="${error}"`),
    )
    assert.match(answer.headers['www-authenticate'] ?? '', /^Bearer realm="api", DPoP/)
  })
}

const badTokens: readonly { name: string; payload: object; reason: string }[] = [
  { name: 'is bound to nothing', payload: {}, reason: 'token_not_bound' },
  { name: 'is bound to a certificate', payload: { cnf: { 'x5t#S256': 'a' } }, reason: 'token_not_bound' },
  { name: 'is bound to an empty thumbprint', payload: { cnf: { jkt: '' } }, reason: 'token_not_bound' },
  { name: 'is bound to a number', payload: { cnf: { jkt: 1 } }, reason: 'token_not_bound' },
  { name: 'has text for cnf', payload: { cnf: 'jkt' }, reason: 'token_not_bound' },
  { name: 'is expired', payload: { ...clientKey.bound, exp: 1 }, reason: 'token_expired' },
]
for (const { name, payload, reason } of badTokens) {
  test(`a good proof does not help a token that ${name}`, async () => {
    const bad = signed({ payload })
    const answer = await ask({ authorization: `DPoP ${bad}`, proofs: [proofOf({ token: bad })] })
    assert.deepEqual([answer.status, answer.error, answer.reason], [401, 'invalid_token', reason])
  })
}

for (const cnf of [clientKey.bound.cnf, { 'x5t#S256': 'a' }, {}, null, 'jkt']) {
  test(`a token with cnf ${Object.keys(cnf ?? {})} is no bearer token, with DPoP or without`, async () => {
    const authorization = `Bearer ${signed({ payload: { cnf } })}`
    for (const dpop of [true, false]) {
      const answer = await ask({ authorization, proofs: [good()] }, guardWith(dpop))
      assert.deepEqual([answer.status, answer.reason], [401, 'token_bound'])
      const told = answer.headers['www-authenticate']?.match(/(Bearer|DPoP)|error="invalid_token"/g)
      const both = ['Bearer', 'error="invalid_token"', 'DPoP', 'error="invalid_token"']
      assert.deepEqual(told, dpop ? both : both.slice(0, 2))
    }
  })
}

test('where bound tokens are required, bearer tokens are not read, and the metadata says so', async () => {
  const guard = guardWith({ required: true, algorithms: ['ES256'] })
  const answer = await ask({ authorization: `Bearer ${signed()}` }, guard)
  assert.deepEqual([answer.status, answer.error], [401, 'unauthorized'])
  assert.equal(answer.headers['www-authenticate'], 'DPoP realm="api", algs="ES256"')
  const document = JSON.parse(guard.metadata().text)
  assert.deepEqual(document.dpop_signing_alg_values_supported, ['ES256'])
  assert.equal(document.dpop_bound_access_tokens_required, true)
})

const wrong: readonly { name: string; dpop: unknown; audience?: string }[] = [
  { name: 'no URL of its own', dpop: true, audience: 'devices' },
  { name: 'a shared secret', dpop: { algorithms: ['HS256'] } },
  { name: 'no algorithm', dpop: { algorithms: [] } },
  { name: 'a base with a query', dpop: { baseUrl: 'https://a.example/?b' } },
  { name: 'a base that is no URL', dpop: { baseUrl: 'a.example' } },
  { name: 'an age below zero', dpop: { maxAgeSeconds: -1 } },
  { name: 'a short nonce secret', dpop: { nonce: { secret: new Uint8Array(31) } } },
  { name: 'a window of nothing', dpop: { nonce: { windowSeconds: 0 } } },
  { name: 'a misspelt option', dpop: { nonces: true } },
]
for (const { name, dpop, audience = resource } of wrong) {
  test(`DPoP is a TypeError with ${name}`, () => {
    assert.throws(() => createGuard({ secret: secretBytes, audience, dpop: dpop as DpopOptions }), TypeError)
  })
}
