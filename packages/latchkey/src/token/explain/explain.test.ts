import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { generateKeyPairSync, sign as rawSign } from 'node:crypto'
import { describe as suite, test } from 'node:test'
import fc from 'fast-check'
import {
  goodClaims,
  goodHeader,
  nowMs,
  nowSeconds,
  rawToken,
  secretBytes,
  segment,
} from '../../../test/token/raw-token.ts'
import { algorithms, isSigningAlgorithm, schemes } from '../algorithms.ts'
import {
  createSigner,
  createVerifier,
  generateKey,
  publicKeyOf,
  secretKey,
  TokenError,
  type VerificationKey,
} from '../index.ts'
import { handleOf } from '../keys/keys.ts'
import { families } from './check-header.ts'
import { describe, type Explanation, explain, type FindingCode, sentence, words } from './index.ts'
import { keysToTry } from './keys.ts'

const key = secretKey(secretBytes, { algorithm: 'HS256' })
const ecPrivate = generateKey('ES256', { keyId: 'one' })
const ec = publicKeyOf(ecPrivate)
const other = publicKeyOf(generateKey('ES256', { keyId: 'two' }))
const policy = { issuer: 'I', audience: 'A' }
const good = rawToken()
const [head = '', body = '', mac = ''] = good.split('.')
const talk =
  'eyJ0eXAiOiAiSldUIiwgImFsZyI6ICJIUzI1NiJ9.eyJ1c2VyX2lkIjogInB5dGhvbnR3MjAxNiJ9.qhevGfl16LBHjRG2wb6xDitbGt3lDK-2iUYCsLseCJY='

const header = (more: object) => rawToken({ header: { ...goodHeader, ...more } })
const claims = (more: object) => rawToken({ payload: { ...goodClaims, ...more } })
const signedByEc = createSigner({ key: ecPrivate, now: () => nowMs })({ ...goodClaims })
const derSigned = (() => {
  const input = signedByEc.slice(0, signedByEc.lastIndexOf('.'))
  return `${input}.${rawSign('sha256', Buffer.from(input), handleOf(ecPrivate)).toString('base64url')}`
})()

interface Row {
  readonly name: string
  readonly text: string
  /** Codes of the refusals in their order; none where the token is good. */
  readonly codes: readonly FindingCode[]
  readonly headline?: Explanation['headline']
  readonly keys?: readonly VerificationKey[]
  readonly policy?: object
}

/** Faults that `explain` looks through and a verifier does not: what comes after them it cannot compare. */
const pasted: readonly Row[] = [
  {
    name: 'after Bearer',
    text: `Bearer ${good}`,
    codes: ['bearer_pasted'],
    headline: 'right_but_for_spelling',
  },
  {
    name: 'after its header line',
    text: `Authorization: Bearer ${good}`,
    codes: ['bearer_pasted'],
    headline: 'right_but_for_spelling',
  },
  { name: 'in quotation marks', text: `"${good}"`, codes: ['quoted'], headline: 'right_but_for_spelling' },
  { name: 'with a line end', text: `${good}\n`, codes: ['space_around'], headline: 'right_but_for_spelling' },
  {
    name: 'broken into lines',
    text: `${good.slice(0, 50)}\n${good.slice(50)}`,
    codes: ['space_inside'],
    headline: 'right_but_for_spelling',
  },
  {
    name: 'after a byte order mark',
    text: `\ufeff${good}`,
    codes: ['byte_order_mark'],
    headline: 'right_but_for_spelling',
  },
  {
    name: 'percent-encoded',
    text: good.replaceAll('.', '%2E'),
    codes: ['percent_encoded'],
    headline: 'right_but_for_spelling',
  },
  {
    name: 'within the answer of a token endpoint',
    text: JSON.stringify({ access_token: good }),
    codes: ['wrapped_in_json'],
    headline: 'right_but_for_spelling',
  },
  {
    name: 'all at once',
    text: ` "Bearer ${good}=" `,
    codes: ['space_around', 'quoted', 'bearer_pasted', 'padding'],
    headline: 'right_but_for_spelling',
  },
  {
    name: 'shortened',
    text: `${head}...`,
    codes: ['shortened', 'parts_too_many', 'part_empty', 'part_empty'],
  },
]

const judged: readonly Row[] = [
  { name: 'a good token', text: good, codes: [], headline: 'valid' },
  { name: 'a good token by EC', text: signedByEc, codes: [], headline: 'valid', keys: [ec, other] },

  // Shape and spelling
  { name: 'one part', text: head, codes: ['parts_missing'] },
  { name: 'two parts', text: `${head}.${body}`, codes: ['parts_missing'] },
  { name: 'four parts', text: `${good}.x`, codes: ['parts_too_many'] },
  { name: 'no signature', text: `${head}.${body}.`, codes: ['part_empty'] },
  { name: 'no payload', text: `${head}..${mac}`, codes: ['part_empty', 'signature_wrong'] },
  {
    name: 'padding after the signature',
    text: `${good}=`,
    codes: ['padding'],
    headline: 'right_but_for_padding',
  },
  {
    name: 'padding after the payload',
    text: rawToken({ encodedPayload: `${segment({ ...goodClaims, a: 1 })}=` }),
    codes: ['padding'],
    headline: 'right_but_for_padding',
  },
  {
    name: 'the standard alphabet',
    text: claims({ a: '???>>>~~~' }).replaceAll('-', '+').replaceAll('_', '/'),
    codes: ['standard_alphabet', 'standard_alphabet'],
    headline: 'right_but_for_spelling',
  },
  {
    name: 'a character that no alphabet has',
    text: `${head}.${body}.${mac.slice(0, 10)}!${mac.slice(11)}`,
    codes: ['not_base64url'],
  },
  { name: 'a letter of another script', text: good.replace('e', '\u0435'), codes: ['not_base64url'] },
  { name: 'a letter lost', text: good.slice(0, -2), codes: ['length_impossible'] },
  {
    name: 'half of the signature',
    text: `${head}.${body}.${mac.slice(0, 24)}`,
    codes: ['signature_wrong', 'signature_length'],
  },
  { name: 'more than a verifier reads', text: claims({ pad: 'x'.repeat(20_000) }), codes: ['too_long'] },

  // JSON
  { name: 'a header that is no JSON', text: rawToken({ header: "{'alg':'HS256'}" }), codes: ['json_broken'] },
  { name: 'a header that is a list', text: rawToken({ header: '[]' }), codes: ['not_object'] },
  {
    name: 'alg twice',
    text: rawToken({ header: '{"alg":"HS256","alg":"HS256"}' }),
    codes: ['duplicate_member'],
  },
  { name: 'claims that are no JSON', text: rawToken({ payload: '{"a":1,}' }), codes: ['json_broken'] },
  { name: 'claims that are text', text: rawToken({ payload: '"x"' }), codes: ['not_object'] },
  {
    name: 'a claim twice',
    text: rawToken({ payload: JSON.stringify(goodClaims).replace('{', '{"sub":"x",') }),
    codes: ['duplicate_member'],
  },
  {
    name: 'claims after a byte order mark',
    text: rawToken({ payload: `\ufeff${JSON.stringify(goodClaims)}` }),
    codes: ['json_byte_order_mark'],
  },
  {
    name: 'claims that are not UTF-8',
    text: rawToken({ payload: Buffer.from(JSON.stringify({ ...goodClaims, a: 'é' }), 'latin1') }),
    codes: ['not_utf8'],
  },
  {
    name: 'claims that are too deep',
    text: rawToken({ payload: `{"a":${'['.repeat(40)}${']'.repeat(40)}}` }),
    codes: ['too_deep', 'claim_missing', 'claim_missing', 'claim_missing'],
  },
  { name: 'claims bottomless', text: rawToken({ payload: '['.repeat(5000) }), codes: ['too_deep'] },
  {
    name: 'a number that is none',
    text: rawToken({ payload: JSON.stringify(goodClaims).replace('{', '{"n":1e999,') }),
    codes: ['number_too_large'],
  },

  // The header
  { name: 'alg none', text: header({ alg: 'none' }), codes: ['algorithm_none'] },
  { name: 'alg NoNe', text: header({ alg: 'NoNe' }), codes: ['algorithm_none'] },
  { name: 'alg in small letters', text: header({ alg: 'hs256' }), codes: ['algorithm_spelling'] },
  { name: 'an unknown alg', text: header({ alg: 'ES256K' }), codes: ['algorithm_unknown'] },
  { name: 'an alg of every prototype', text: header({ alg: 'constructor' }), codes: ['algorithm_unknown'] },
  { name: 'no alg', text: rawToken({ header: { typ: 'JWT' } }), codes: ['algorithm_missing'] },
  { name: 'a kid that is a number', text: header({ kid: 5 }), codes: ['parameter_not_text'] },
  { name: 'a critical extension', text: header({ crit: ['b64'], b64: false }), codes: ['critical_unknown'] },
  { name: 'a compressed payload', text: header({ zip: 'DEF' }), codes: ['jwe_parameter'] },
  { name: 'a token within', text: header({ cty: 'JWT' }), codes: ['nested'] },
  { name: 'another type', text: good, codes: ['type_mismatch'], policy: { type: 'at+jwt' } },
  {
    name: 'a type that is not in the list',
    text: header({ typ: 'logout+jwt' }),
    codes: ['type_mismatch'],
    policy: { type: [null, 'JWT'] },
  },
  {
    name: 'no type where the list has no null',
    text: rawToken({ header: { alg: 'HS256' } }),
    codes: ['type_mismatch'],
    policy: { type: ['JWT', 'at+jwt'] },
  },
  {
    name: 'a logout token where no type is asked for',
    text: header({ typ: 'logout+jwt' }),
    codes: ['type_unexpected'],
  },
  { name: 'an empty type where no type is asked for', text: header({ typ: '' }), codes: ['type_unexpected'] },
  {
    name: 'an algorithm that is not allowed',
    text: good,
    codes: ['algorithm_not_listed'],
    policy: { algorithms: ['ES256'] },
  },

  // The key
  {
    name: 'HS256 where a public key is (RFC 8725 section 2.1)',
    text: good,
    codes: ['hmac_with_public_key'],
    keys: [publicKeyOf(generateKey('RS256', { keyId: 'r' }))],
    policy: {},
  },
  { name: 'RS256 where a secret is', text: header({ alg: 'RS256' }), codes: ['public_with_secret'] },
  {
    name: 'HS512 where the key is for HS256',
    text: header({ alg: 'HS512' }),
    codes: ['key_other_algorithm'],
  },
  {
    name: 'an unknown kid',
    text: createSigner({ key: generateKey('ES256', { keyId: 'gone' }), now: () => nowMs })({ ...goodClaims }),
    codes: ['key_unknown'],
    keys: [ec, other],
  },
  { name: 'two keys of one id', text: signedByEc, codes: ['key_ambiguous'], keys: [ec, ec] },
  { name: 'another key', text: rawToken({ secret: Buffer.alloc(32, 7) }), codes: ['signature_wrong'] },
  {
    name: 'claims changed after signing',
    text: `${head}.${segment({ ...goodClaims, sub: 'root' })}.${mac}`,
    codes: ['signature_wrong'],
  },
  { name: 'a signature in DER', text: derSigned, codes: ['signature_wrong', 'signature_der'], keys: [ec] },

  // Claims
  { name: 'expired', text: claims({ exp: nowSeconds - 180 }), codes: ['expired'] },
  { name: 'expires this very second', text: claims({ exp: nowSeconds }), codes: ['expired'] },
  { name: 'no exp', text: claims({ exp: undefined }), codes: ['claim_missing'] },
  { name: 'exp as ISO text', text: claims({ exp: '2030-01-01T00:00:00Z' }), codes: ['time_as_text'] },
  { name: 'exp true', text: claims({ exp: true }), codes: ['claim_wrong'] },
  { name: 'not valid yet', text: claims({ nbf: nowSeconds + 60 }), codes: ['not_yet_valid'] },
  { name: 'issued in the future', text: claims({ iat: nowSeconds + 60 }), codes: ['issued_in_future'] },
  { name: 'too old', text: claims({ iat: nowSeconds - 600 }), codes: ['too_old'], policy: { maxAge: 300 } },
  { name: 'another issuer', text: claims({ iss: 'J' }), codes: ['issuer_wrong'] },
  { name: 'another audience', text: claims({ aud: 'B' }), codes: ['audience_wrong'] },
  {
    name: 'an audience where none is configured',
    text: good,
    codes: ['audience_unexpected'],
    policy: { audience: undefined },
  },
  { name: 'a subject that is a number', text: claims({ sub: 5 }), codes: ['subject_not_text'] },
  { name: 'an id that is a number', text: claims({ jti: 5 }), codes: ['token_id_not_text'] },
  {
    name: 'a required claim missing',
    text: good,
    codes: ['claim_missing'],
    policy: { requiredClaims: ['sid'] },
  },
  {
    name: 'several faults, each told',
    text: claims({ iss: 'J', aud: 'B', exp: 1 }),
    codes: ['issuer_wrong', 'audience_wrong', 'expired'],
  },
]

function given({ keys = [key], policy: more = {} }: Row) {
  const whole = Object.entries({ ...policy, ...more }).filter(([, value]) => value !== undefined)
  return { keys, policy: Object.fromEntries(whole) }
}

function explained(row: Row): Explanation {
  const { keys, policy } = given(row)
  return explain(row.text, { ...policy, keys: keysToTry(keys), nowMs })
}

const refusalsOf = ({ findings }: Explanation) => findings.filter(({ level }) => level === 'refusal')

for (const row of [...pasted, ...judged]) {
  test(`explain names what is wrong: ${row.name}`, () => {
    const explanation = explained(row)
    assert.deepEqual(
      refusalsOf(explanation).map(({ code }) => code),
      row.codes,
    )
    assert.equal(explanation.headline, row.headline ?? 'refused')
    assert.doesNotMatch(describe(explanation), /\{\w+\}|undefined/)
  })
}

for (const row of judged) {
  test(`explain and the verifier agree on the first fault: ${row.name}`, () => {
    const { keys, policy } = given(row)
    let code: string | undefined
    try {
      createVerifier({ ...policy, keys, now: () => nowMs })(row.text)
    } catch (error) {
      assert(error instanceof TokenError)
      code = error.code
    }
    assert.equal(refusalsOf(explained(row))[0]?.error, code)
  })
}

test('explain and the verifier agree on whatever was done to a token', () => {
  const verify = createVerifier({ ...policy, keys: key, now: () => nowMs })
  const at = fc.nat({ max: good.length - 1 })
  fc.assert(
    fc.property(
      at,
      fc.constantFrom('A', 'z', '-', '_', '.', '=', '+', '/', ' ', '"', 'é', ''),
      (index, letter) => {
        const text = good.slice(0, index) + letter + good.slice(index + 1)
        let isGood = true
        try {
          verify(text)
        } catch {
          isGood = false
        }
        assert.equal(refusalsOf(explained({ name: '', text, codes: [] })).length === 0, isGood, text)
      },
    ),
    { numRuns: 2000 },
  )
})

test('explain never throws, whatever is pasted', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
      describe(explain(text, { nowMs }))
      describe(explain(`${head}.${segment(text)}.${mac}`, { keys: keysToTry([key]), nowMs }))
    }),
  )
})

suite('what a token is', () => {
  const kinds: readonly {
    readonly name: string
    readonly text: string
    readonly kind: Explanation['kind']
    readonly says?: RegExp
  }[] = [
    { name: 'typ at+jwt', text: header({ typ: 'application/AT+JWT' }), kind: 'access_token' },
    { name: 'scope', text: claims({ scope: 'a b' }), kind: 'access_token' },
    { name: 'nonce and audience', text: claims({ nonce: 'n' }), kind: 'id_token' },
    { name: 'typ device+jwt', text: header({ typ: 'device+jwt' }), kind: 'device_token' },
    { name: 'typ logout+jwt', text: header({ typ: 'logout+jwt' }), kind: 'logout_token' },
    { name: 'events', text: claims({ events: {}, sid: 's' }), kind: 'logout_token' },
    { name: 'typ dpop+jwt', text: header({ typ: 'dpop+jwt' }), kind: 'dpop_proof' },
    {
      name: 'the flow of the messaging company',
      text: rawToken({ header: { ...goodHeader, cty: 'diuit-eit;v=1' } }),
      kind: 'identity_token',
    },
    { name: 'nothing special', text: good, kind: 'jwt' },
    {
      name: 'five parts',
      text: `${segment({ alg: 'dir', enc: 'A256GCM' })}..iv.text.tag`,
      kind: 'jwe',
      says: /encrypted/,
    },
    {
      name: 'a refresh token',
      text: `lk_rt_${'x'.repeat(49)}`,
      kind: 'opaque_secret',
      says: /a refresh token\.$/m,
    },
    {
      name: 'half an invitation',
      text: 'lk_invite_abc',
      kind: 'opaque_secret',
      says: /an invitation, and not whole/,
    },
    {
      name: 'a session id',
      text: 'ses_06bphgc0000000000000000000',
      kind: 'identifier',
      says: /a session, made 20\d\d-/,
    },
    {
      name: 'a session id of others',
      text: 'k3j5h2k3j5h2k3j5h2k3j5h2k3j5h2k3',
      kind: 'opaque',
      says: /session id or an API key/,
    },
    { name: 'PEM', text: '-----BEGIN PRIVATE KEY-----', kind: 'key', says: /keep it to yourself/ },
    { name: 'a JWK', text: '{"kty":"oct","k":"AAAA"}', kind: 'key', says: /keep it to yourself/ },
    { name: 'PASETO', text: 'v4.public.abc', kind: 'paseto' },
    { name: 'nothing', text: ' ', kind: 'nothing' },
    { name: 'noise', text: '!?', kind: 'unreadable' },
  ]
  for (const { name, text, kind, says = /./ } of kinds) {
    test(`is told by ${name}`, () => {
      const explanation = explain(text, { nowMs })
      assert.equal(explanation.kind, kind)
      assert.match(describe(explanation), says)
    })
  }
})

const shared = 'c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldC0/Pz8+Pg=='
const readings: readonly {
  name: string
  given: string
  signedWith: Buffer
  code?: FindingCode
  spelling?: string
}[] = [
  {
    name: 'base64',
    given: shared,
    signedWith: Buffer.from(shared, 'base64'),
    code: 'secret_spelled',
    spelling: 'base64',
  },
  {
    name: 'base64url',
    given: Buffer.from(shared, 'base64').toString('base64url'),
    signedWith: Buffer.from(shared, 'base64'),
    code: 'secret_spelled',
    spelling: 'base64url',
  },
  {
    name: 'base64 with a line end',
    given: `${shared}\n`,
    signedWith: Buffer.from(shared, 'base64'),
    code: 'secret_spelled',
    spelling: 'base64',
  },
  {
    name: 'hex',
    given: Buffer.from(shared).toString('hex').toUpperCase(),
    signedWith: Buffer.from(shared),
    code: 'secret_spelled',
    spelling: 'hex',
  },
  {
    name: 'with a line end',
    given: `${shared}\n`,
    signedWith: Buffer.from(shared),
    code: 'secret_line_end',
  },
  {
    name: 'with the line end of Windows',
    given: `${shared}\r\n`,
    signedWith: Buffer.from(shared),
    code: 'secret_line_end',
  },
  { name: 'another', given: shared, signedWith: Buffer.alloc(32, 7) },
]
for (const { name, given, signedWith, code, spelling } of readings) {
  test(`explain tries a secret in other readings: it is ${name}`, () => {
    const keys = keysToTry([secretKey(Buffer.from(given), { algorithm: 'HS256' })])
    const explanation = explain(rawToken({ secret: signedWith }), { ...policy, keys, nowMs })
    const refusals = refusalsOf(explanation)
    assert.deepEqual(
      refusals.map((refusal) => refusal.code),
      ['signature_wrong', ...(code === undefined ? [] : [code])],
    )
    assert.equal(refusals.at(-1)?.facts.spelling, spelling)
    assert.ok(!JSON.stringify(explanation).includes(given.trim()))
  })
}

const cut: readonly { name: string; text: string; present: string; missing: string }[] = [
  { name: 'the header alone', text: head, present: 'the header', missing: 'the payload and the signature' },
  { name: 'the payload alone', text: body, present: 'the payload', missing: 'the header and the signature' },
  {
    name: 'header and payload',
    text: `${head}.${body}`,
    present: 'the header and the payload',
    missing: 'the signature',
  },
  {
    name: 'payload and signature',
    text: `${body}.${mac}`,
    present: 'the payload and the signature',
    missing: 'the header',
  },
]
for (const { name, text, present, missing } of cut) {
  test(`explain says what is there of a token that was cut: ${name}`, () => {
    const explanation = explain(text, { nowMs })
    const [first, ...others] = refusalsOf(explanation)
    assert.deepEqual(first?.facts, { present, missing })
    assert.deepEqual(others, [])
    // And what the part says.
    assert.equal(explanation.header.length > 0, present.includes('header'))
    assert.equal(explanation.claims.length > 0, present.includes('payload'))
  })
}

const encryptedHeader = segment({ alg: 'dir', enc: 'A128GCM' })
for (const parts of [1, 2, 3, 4, 6]) {
  test(`an encrypted token of ${parts} parts is told as one`, () => {
    const text = [encryptedHeader, ...Array.from({ length: parts - 1 }, () => 'AAAA')].join('.')
    const explanation = explain(text, { nowMs })
    assert.equal(explanation.kind, 'jwe')
    assert.deepEqual(
      refusalsOf(explanation).map(({ code }) => code),
      ['jwe_parts'],
    )
  })
}

test('a signed token with two parts too many is not called unreadable', () => {
  const explanation = explain(`${good}.${mac}.${mac}`, { nowMs })
  assert.equal(explanation.kind, 'jwt')
  assert.equal(refusalsOf(explanation)[0]?.code, 'parts_too_many')
})

for (const claim of ['exp', 'iat', 'nbf'] as const) {
  test(`a time in milliseconds is said before all: ${claim}`, () => {
    const explanation = explain(claims({ [claim]: nowMs }), { nowMs, keys: keysToTry([key]), ...policy })
    assert.deepEqual(
      [explanation.findings[0]?.code, explanation.findings[0]?.facts.claim],
      ['time_in_milliseconds', claim],
    )
    const [, , , line = ''] = describe(explanation).split('\n')
    assert.match(line, /^First of all$/)
  })
}

test('a type that nobody asked about is a note', () => {
  const { findings, headline } = explain(header({ typ: 'device+jwt' }), { nowMs })
  assert.equal(headline, 'not_checked')
  assert.ok(findings.some(({ code, level }) => code === 'type_unexpected' && level === 'note'))
})

suite('a secret is never said', () => {
  const hidden = 'correct-horse-battery'
  const texts = [
    `lk_rt_${hidden}`,
    claims({ password: hidden }),
    claims({ user: { client_secret: hidden } }),
    claims({ refresh: `lk_rt_${hidden}` }),
    header({ jwk: { kty: 'oct', k: hidden } }),
    JSON.stringify({ kty: 'oct', k: hidden }),
  ]
  for (const [index, text] of texts.entries()) {
    test(`case ${index + 1}`, () => {
      const explanation = explain(text, { nowMs, keys: keysToTry([key]) })
      assert(!describe(explanation).includes(hidden))
      assert(!JSON.stringify(explanation).includes(hidden))
    })
  }
})

test("the talk's token is right but for its padding", () => {
  const keys = keysToTry([
    secretKey(Buffer.from('secret'), { algorithm: 'HS256', insecureShortSecret: true }),
  ])
  assert.equal(explain(talk, { nowMs }).headline, 'right_but_for_padding')
  const explanation = explain(talk, { nowMs, keys })
  assert.equal(
    describe(explanation),
    `Right but for its padding.
This is a signed JSON Web Token.

What fails, first things first
  1. The signature ends in "=". Base64url in a token has no padding (RFC 7515 section 2). Cut the "=" off. Python: base64.urlsafe_b64encode(b).rstrip(b"=") (Character 122.)
  2. The claim "exp" is missing, and required. Ask the issuer for it, or do not require it.

Header
  typ: "JWT"  what kind of token
  alg: "HS256"  how it is signed

Claims
  user_id: "pythontw2016"

Key
  HS256 wants the secret shared with the issuer.
  the key for HS256: the signature belongs to the token under this key

Worth knowing
  - The secret has 6 bytes; HS256 wants at least 32 (RFC 7518 section 3.2). Short ones are guessed. Use a random secret of 32 bytes.
  - It never expires. Give it "exp".`,
  )
  const others = keysToTry([
    secretKey(Buffer.from('Secret'), { algorithm: 'HS256', insecureShortSecret: true }),
  ])
  assert.equal(explain(talk, { nowMs, keys: others }).headline, 'refused')
})

test('times are told in words', () => {
  const [expired] = refusalsOf(explained({ name: '', text: claims({ exp: nowSeconds - 180 }), codes: [] }))
  assert(expired !== undefined)
  assert.equal(sentence(expired).says, 'It expired 3 minutes ago (2027-01-15 07:57:00 UTC).')
  const { claims: members } = explain(good, { nowMs })
  assert.deepEqual(
    members.find(({ name }) => name === 'exp'),
    {
      name: 'exp',
      value: nowSeconds + 60,
      time: '2027-01-15 08:01:00 UTC',
      when: 'in 1 minute',
    },
  )
})

test('what is unwise is remarked', () => {
  const remarks = (more: object) =>
    explain(claims(more), { nowMs })
      .findings.filter(({ level }) => level === 'warning')
      .map(({ code }) => code)
  assert(remarks({ exp: nowMs }).includes('time_in_milliseconds'))
  assert(remarks({ exp: nowSeconds + 86_400 * 365 }).includes('long_lived'))
  assert(remarks({ exp: undefined }).includes('never_expires'))
  assert(remarks({ password: 'x' }).includes('secret_in_payload'))
  const swapped = createSigner({ key: ecPrivate, now: () => nowMs })(goodClaims).split('.')
  swapped[0] = segment({ alg: 'ES256', typ: 'JWT', kid: 'two' })
  assert.equal(explain(swapped.join('.'), { nowMs, keys: keysToTry([ec, other]) }).headline, 'refused')
})

test('explain turns no text around and moves no cursor', () => {
  const spoken = describe(explain(claims({ a: '\u202e\u009b2J\u2028', '\u001b[2J': 1 }), { nowMs }))
  assert.doesNotMatch(spoken.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Zl}]/u)
})

test('the table of algorithms is that of the library', () => {
  assert.deepEqual(Object.keys(families), algorithms)
  for (const name of algorithms) {
    const scheme = schemes[name]
    assert.equal(families[name]?.key === 'secret', scheme.kty === 'oct', name)
    if (scheme.kty === 'oct') assert.equal(families[name]?.secretBytes, scheme.hashBytes)
    const { signatureLength } = families[name] ?? {}
    const made = isSigningAlgorithm(name)
      ? createSigner({ key: generateKey(name) })({}).split('.')[2]
      : rawSign(null, Buffer.from(''), generateKeyPairSync('ed448').privateKey).toString('base64url')
    if (signatureLength !== undefined) assert.equal(made?.length, signatureLength, name)
  }
})

test('every code has words, and explain loads no node:crypto', () => {
  for (const [code, [says]] of Object.entries(words)) assert(says.endsWith('.'), code)
  const program = `import { registerHooks } from 'node:module'
registerHooks({ resolve(specifier, context, next) {
  if (specifier.startsWith('node:') && context.parentURL?.startsWith('file:')) throw new Error(specifier)
  return next(specifier, context)
} })
await import('latchkey/token/explain')`
  const { stderr, status } = spawnSync(process.execPath, [
    '--conditions=latchkey-source',
    '--input-type=module',
    '-e',
    program,
  ])
  assert.equal(status, 0, String(stderr))
})
