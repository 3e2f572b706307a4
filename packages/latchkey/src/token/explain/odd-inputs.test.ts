import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  goodClaims,
  goodHeader,
  nowMs,
  nowSeconds,
  rawToken,
  segment,
} from '../../../test/token/raw-token.ts'
import { generateKey, publicKeyOf } from '../index.ts'
import { describe, type Explanation, explain, type FindingCode } from './index.ts'
import { keysToTry } from './keys.ts'

// What is pasted is seldom a good token. Each of these is a thing that somebody will paste.

const kinds: readonly { name: string; header?: object; claims: object; kind: Explanation['kind'] }[] = [
  { name: 'nothing that tells', claims: { sub: 'x' }, kind: 'jwt' },
  { name: 'a type of ours', header: { typ: 'AT+JWT' }, claims: {}, kind: 'access_token' },
  {
    name: 'a type that is a member of every object',
    header: { typ: 'constructor' },
    claims: {},
    kind: 'jwt',
  },
  { name: 'a nonce of the messaging flow', claims: { nce: '1' }, kind: 'identity_token' },
  { name: 'its content type', header: { cty: 'diuit-eit;v=1' }, claims: {}, kind: 'identity_token' },
  { name: 'events and a session', claims: { events: {}, sid: 's' }, kind: 'logout_token' },
  { name: 'events and a subject', claims: { events: {}, sub: 's' }, kind: 'logout_token' },
  { name: 'events of nobody', claims: { events: {} }, kind: 'jwt' },
  { name: 'a method and a URL', claims: { htm: 'GET', htu: 'https://a' }, kind: 'dpop_proof' },
  { name: 'a method alone', claims: { htm: 'GET' }, kind: 'jwt' },
  { name: 'the hash of an access token', claims: { at_hash: 'x' }, kind: 'id_token' },
  { name: 'the hash of a code', claims: { c_hash: 'x' }, kind: 'id_token' },
  { name: 'a nonce for an audience', claims: { nonce: 'x', aud: 'A' }, kind: 'id_token' },
  { name: 'a nonce for nobody', claims: { nonce: 'x' }, kind: 'jwt' },
  { name: 'a time of authentication', claims: { auth_time: 1, aud: 'A' }, kind: 'id_token' },
  { name: 'a time of authentication for nobody', claims: { auth_time: 1 }, kind: 'jwt' },
  { name: 'a scope', claims: { scope: 'a' }, kind: 'access_token' },
  { name: 'a scope as Microsoft spells it', claims: { scp: 'a' }, kind: 'access_token' },
  { name: 'a client for an audience', claims: { client_id: 'a', aud: 'A' }, kind: 'access_token' },
  { name: 'a client for nobody', claims: { client_id: 'a' }, kind: 'jwt' },
]
for (const { name, header = {}, claims, kind } of kinds) {
  test(`a token with ${name} is taken for: ${kind}`, () => {
    const token = rawToken({ header: { alg: 'HS256', ...header }, payload: claims })
    assert.equal(explain(token, { nowMs }).kind, kind)
  })
}

const secret = 'lk_rt_'.padEnd(6 + 49, 'x')
const others: readonly { name: string; text: string; kind: Explanation['kind']; about: RegExp }[] = [
  { name: 'a secret of ours', text: secret, kind: 'opaque_secret', about: /^a refresh token$/ },
  {
    name: 'half of one',
    text: secret.slice(0, 30),
    kind: 'opaque_secret',
    about: /refresh token, and not whole/,
  },
  {
    name: 'one of no kind',
    text: 'lk_what_x',
    kind: 'opaque_secret',
    about: /^of an unknown kind, and not whole$/,
  },
  {
    name: 'a private key',
    text: '-----BEGIN PRIVATE KEY-----\nAAAA',
    kind: 'key',
    about: /keep it to yourself/,
  },
  {
    name: 'a certificate',
    text: '-----BEGIN CERTIFICATE-----\nAAAA',
    kind: 'key',
    about: /public key or certificate/,
  },
  { name: 'a public JWK', text: '{"kty":"EC","x":"AA"}', kind: 'key', about: /^a public JWK/ },
  { name: 'a private JWK', text: '{"kty":"EC","d":"AA"}', kind: 'key', about: /^a private or secret JWK/ },
  {
    name: 'a JWK Set of a secret',
    text: '[{"kty":"oct","k":"AA"}]',
    kind: 'key',
    about: /^a private or secret/,
  },
  { name: 'PASETO', text: 'v4.public.AAAA', kind: 'paseto', about: /^$/ },
  { name: 'a word', text: 'correcthorse', kind: 'opaque', about: /^$/ },
  { name: 'an identifier of nothing', text: `abc_${'0'.repeat(26)}`, kind: 'opaque', about: /^$/ },
]
for (const { name, text, kind, about } of others) {
  test(`${name} is no token, and what it says is not repeated`, () => {
    const explanation = explain(text, { nowMs })
    assert.equal(explanation.kind, kind)
    assert.equal(explanation.headline, 'not_a_token')
    assert.match(explanation.about, about)
    assert.ok(!JSON.stringify(explanation).includes(text))
  })
}

const refused: readonly { name: string; text: string; codes: readonly FindingCode[] }[] = [
  { name: 'a brace and nothing more', text: '{', codes: ['json_without_token'] },
  {
    name: 'the answer of an endpoint with no token in it',
    text: '{"error":"no"}',
    codes: ['json_without_token'],
  },
  { name: 'an answer whose token is no text', text: '{"access_token":1}', codes: ['json_without_token'] },
  {
    name: 'an algorithm of an object prototype member',
    text: rawToken({ header: { alg: 'constructor' } }),
    codes: ['algorithm_unknown'],
  },
]
for (const { name, text, codes } of refused) {
  test(`explain refuses ${name}`, () => {
    const { findings, headline } = explain(text, { nowMs })
    assert.deepEqual(
      findings.filter(({ level }) => level === 'refusal').map(({ code }) => code),
      codes,
    )
    assert.equal(headline, 'refused')
  })
}

test('a token of five parts is a JWE only if its header says so', () => {
  const jwe = (header: object) => explain(`${segment(header)}.a.b.c.d`, { nowMs })
  assert.equal(jwe({ alg: 'dir', enc: 'A128GCM' }).kind, 'jwe')
  assert.equal(jwe({ alg: 'HS256' }).kind, 'jwt')
  assert.equal(explain('.a.b.c.d', { nowMs }).kind, 'unreadable')
  assert.equal(explain('e30x.a.b.c.d', { nowMs }).headline, 'refused')
})

test('a type that is none or no text is told beside the one that was expected', () => {
  for (const typ of [undefined, 1]) {
    const token = rawToken({ header: { ...goodHeader, typ } })
    const { findings } = explain(token, { nowMs, type: 'at+jwt' })
    const finding = findings.find(({ code }) => code === 'type_mismatch')
    assert.deepEqual(finding?.facts, { type: '(none)', expected: 'at+jwt' })
  }
})

test('a time that no calendar has, and one less than a second away, have words too', () => {
  const token = rawToken({
    payload: { ...goodClaims, exp: 1e15, iat: nowSeconds + 0.5, nbf: nowSeconds - 1.5 },
  })
  const { claims } = explain(token, { nowMs })
  const shown = (name: string) => claims.find((claim) => claim.name === name)
  assert.equal(shown('exp')?.time, 'beyond all calendars')
  assert.equal(shown('iat')?.when, 'now')
  assert.equal(shown('nbf')?.when, '1 second ago')
})

test('all that is wrong with an old token from elsewhere is told, each thing once', () => {
  const token = rawToken({ payload: { iss: 'J', aud: 'B', exp: nowSeconds - 1, iat: nowSeconds - 100 } })
  const policy = { issuer: 'I', audience: 'A', maxAge: 60, requiredClaims: { sub: true } }
  const { findings } = explain(token, { nowMs, ...policy })
  const codes = findings.filter(({ level }) => level === 'refusal').map(({ error }) => error)
  assert.deepEqual(codes.sort(), [
    'audience_mismatch',
    'claim_missing',
    'issuer_mismatch',
    'token_expired',
    'token_too_old',
  ])
})

test('a policy that cannot be meant is a TypeError, as a verifier throws it', () => {
  assert.throws(() => explain(rawToken(), { nowMs, clockTolerance: -1 }), TypeError)
  assert.throws(() => explain(rawToken(), { nowMs, issuer: '' }), TypeError)
})

test('a key without an id that fits a token for another id is told', () => {
  const key = generateKey('ES256', { keyId: 'one' })
  const nameless = publicKeyOf(generateKey('ES256', { keyId: 'two' }))
  const token = rawToken({ header: { alg: 'ES256', kid: 'one' } })
  const { findings } = explain(token, { nowMs, keys: keysToTry([publicKeyOf(key), nameless]) })
  assert.ok(findings.some(({ code }) => code === 'signature_wrong'))
  const lenient = [
    { kind: 'public', algorithm: 'ES256', keyId: undefined, fits: () => true },
    { kind: 'public', algorithm: 'ES256', keyId: 'one', fits: () => false },
  ] as const
  const told = explain(token, { nowMs, keys: lenient }).findings.find(
    ({ code }) => code === 'key_by_other_name',
  )
  assert.deepEqual(told?.facts, { kid: '(none)' })
})

test('what a token seems to be without its key is said to be a guess', () => {
  const text = describe(explain(`${rawToken()}=`, { nowMs }))
  assert.match(text, /only its key can tell/)
})
