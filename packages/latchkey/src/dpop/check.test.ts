import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  clientKey,
  clientKeyFor,
  nonceAt,
  nonceSecret,
  type ProofParts,
  proofOf,
} from '../../test/guard/dpop.ts'
import { nowMs, nowSeconds } from '../../test/token/raw-token.ts'
import { type ProofPolicy, type ProofReason, prepareProofCheck } from './index.ts'

const resource = 'https://api.example.com'
const text = 'an access token'
const { jkt } = clientKey.bound.cnf

interface Asked {
  readonly policy?: Partial<ProofPolicy>
  readonly parts?: ProofParts
  /** In place of the one that `parts` say. */
  readonly proofs?: readonly string[]
  readonly url?: string
  readonly token?: { readonly text: string; readonly boundTo: string } | undefined
}

/** A check with a memory of its own, which says until when each proof must be remembered. */
async function ask({
  policy = {},
  parts = {},
  proofs = [proofOf({ token: text, ...parts })],
  url = '/me',
  ...more
}: Asked) {
  const remembered: number[] = []
  const replayStore = {
    take(_: string, untilMs: number) {
      remembered.push(untilMs)
      return 'first' as const
    },
  }
  const { check } = prepareProofCheck(
    { baseUrl: resource, replayStore, ...policy },
    { now: () => nowMs, toleranceSeconds: 30 },
  )
  const token = 'token' in more ? more.token : { text, boundTo: jkt }
  const verdict = await check({ proofs, method: 'GET', url, ...(token && { token }) })
  return { ...verdict, remembered }
}

const claims = (more: object): Asked => ({ parts: { claims: more } })
const typ = (value: string): Asked => ({ parts: { header: { typ: value } } })
/** A request of `url` with a proof that names `htu`. */
const at = (url: string, htu: string): Asked => ({ url, ...claims({ htu }) })
const longPath = (length: number) => `/${'a'.repeat(length - resource.length - 1)}`
const nonce = { secret: nonceSecret }

const proven: readonly ({ name: string } & Asked)[] = [
  { name: 'issued as far ahead as clocks may differ', ...claims({ iat: nowSeconds + 30 }) },
  { name: 'in its last millisecond', ...claims({ iat: nowSeconds - 89.999 }) },
  { name: 'an id of 256 characters', ...claims({ jti: 'a'.repeat(256) }) },
  { name: 'an id of one character', ...claims({ jti: 'a' }) },
  { name: 'the type with its prefix', ...typ('application/dpop+jwt') },
  { name: 'the type in capitals', ...typ('DPOP+JWT') },
  { name: 'a URL of 8,192 characters', ...at(longPath(8192), `${resource}${longPath(8192)}`) },
  { name: 'another URL in the query', ...at(`/me?next=https://app.example/me`, `${resource}/me`) },
  { name: 'a query and nothing before it', ...at('?a=b', resource) },
  { name: 'a fragment', ...at('/me#a', `${resource}/me`) },
  { name: 'a line end in the query, which no proof has', ...at('/me?a\nb', `${resource}/me`) },
  { name: 'a whole URL without a path', ...at('https://inside.example', `${resource}/`) },
  { name: 'a whole URL with a query and no path', ...at('https://inside.example?a', `${resource}/`) },
  { name: 'a whole URL in capitals', ...at('HTTP://INSIDE.EXAMPLE/me', `${resource}/me`) },
  { name: 'an escape that needs none, in the target', ...at('/%6D%65', `${resource}/me`) },
  { name: 'blanks around the line', proofs: [` ${proofOf({ token: text })}\t`] },
  { name: 'an age of no seconds', policy: { maxAgeSeconds: 0 }, ...claims({ iat: nowSeconds - 29.999 }) },
  { name: 'a base with a path', policy: { baseUrl: `${resource}/v1/` }, ...at('/me', `${resource}/v1/me`) },
  { name: 'no token, and no hash of one', token: undefined, ...claims({ ath: undefined }) },
  { name: 'no token, and a hash that is null', token: undefined, ...claims({ ath: null }) },
  { name: 'no token, and a hash of one', token: undefined },
  { name: 'the nonce of this window', policy: { nonce }, ...claims({ nonce: nonceAt(nowMs) }) },
  { name: 'the nonce of the last window', policy: { nonce }, ...claims({ nonce: nonceAt(nowMs - 300_000) }) },
]
for (const { name, ...asked } of proven) {
  test(`a proof is good: ${name}`, async () => {
    const { kind, ...rest } = await ask(asked)
    assert.equal(kind, 'proven', JSON.stringify(rest))
  })
}

const refused: readonly ({ name: string; reason: ProofReason } & Asked)[] = [
  {
    name: 'issued a millisecond further ahead than clocks may differ',
    reason: 'proof_not_yet_valid',
    ...claims({ iat: nowSeconds + 30.001 }),
  },
  { name: 'in its first millisecond too late', reason: 'proof_expired', ...claims({ iat: nowSeconds - 90 }) },
  {
    name: 'an age of no seconds, and clocks that differ too far',
    reason: 'proof_expired',
    policy: { maxAgeSeconds: 0 },
    ...claims({ iat: nowSeconds - 30 }),
  },
  { name: 'an id of 257 characters', reason: 'proof_claim_invalid', ...claims({ jti: 'a'.repeat(257) }) },
  { name: 'an id that is empty', reason: 'proof_claim_invalid', ...claims({ jti: '' }) },
  {
    name: 'the last time that a number can hold',
    reason: 'proof_not_yet_valid',
    ...claims({ iat: 2 ** 53 }),
  },
  { name: 'a time that no number holds', reason: 'proof_claim_invalid', ...claims({ iat: 2 ** 53 + 2 }) },
  { name: 'the first time that a number can hold', reason: 'proof_expired', ...claims({ iat: -(2 ** 53) }) },
  { name: 'a time before all numbers', reason: 'proof_claim_invalid', ...claims({ iat: -(2 ** 53) - 2 }) },
  { name: 'letters before the type', reason: 'proof_type_mismatch', ...typ('xdpop+jwt') },
  { name: 'letters after the type', reason: 'proof_type_mismatch', ...typ('dpop+jwtx') },
  {
    name: 'letters before the prefix of the type',
    reason: 'proof_type_mismatch',
    ...typ('xapplication/dpop+jwt'),
  },
  {
    name: 'a URL of 8,193 characters',
    reason: 'proof_url_mismatch',
    ...at(longPath(8193), `${resource}${longPath(8193)}`),
  },
  ...[` ${resource}/me`, `\n${resource}/me`, `x${resource}/me`, `${resource}/me `, `${resource}/me\n`].map(
    (htu) => ({
      name: `the URL ${JSON.stringify(htu)}`,
      reason: 'proof_url_mismatch' as const,
      ...at('/me', htu),
    }),
  ),
  ...[
    ['.evil.example/me', `${resource}.evil.example/me`],
    ['x/me', `${resource}x/me`],
    ['xhttps://inside.example/me', `${resource}/me`],
    ['#a', `${resource}/`],
    ['https://inside.example#a', `${resource}/`],
    ['/me\u00a0', `${resource}/me`],
    ['/m e', `${resource}/m%20e`],
    ['/m\\e', `${resource}/m/e`],
  ].map(([url = '', htu = '']) => ({
    name: `the target ${JSON.stringify(url)} for ${htu}`,
    reason: 'proof_url_mismatch' as const,
    ...at(url, htu),
  })),
  { name: 'no hash of the token', reason: 'proof_claim_missing', ...claims({ ath: undefined }) },
  {
    name: 'a hash that is a number, without a token',
    reason: 'proof_claim_invalid',
    token: undefined,
    ...claims({ ath: 1 }),
  },
  {
    name: 'a nonce that is a number, where none is asked for',
    reason: 'proof_claim_invalid',
    ...claims({ nonce: 1 }),
  },
  {
    name: 'the nonce of the window before the last',
    reason: 'proof_nonce_unknown',
    policy: { nonce },
    ...claims({ nonce: nonceAt(nowMs - 600_000) }),
  },
  {
    name: 'an algorithm that is not among those of the default',
    reason: 'proof_algorithm_not_allowed',
    parts: { key: clientKeyFor('ES384') },
  },
  { name: 'b64 without crit', reason: 'proof_critical_unknown', parts: { header: { b64: true } } },
  { name: 'crit without b64', reason: 'proof_critical_unknown', parts: { header: { crit: ['a'], a: 1 } } },
  { name: 'a key that is null', reason: 'proof_key_invalid', parts: { header: { jwk: null } } },
  { name: 'a key that is text', reason: 'proof_key_invalid', parts: { header: { jwk: 'a' } } },
  ...['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'].map((member) => ({
    name: `a key with the private member ${member}`,
    reason: 'proof_key_invalid' as const,
    parts: { header: { jwk: { ...clientKey.jwk, [member]: 'a' } } },
  })),
]
for (const { name, reason, ...asked } of refused) {
  test(`a proof is refused: ${name}`, async () => {
    assert.deepEqual(await ask(asked), {
      kind: 'refused',
      reason,
      nonce: asked.policy?.nonce === undefined ? undefined : nonceAt(nowMs),
      remembered: [],
    })
  })
}

const windowEnd = nowMs - (nowMs % 300_000) + 300_000
const remembered: readonly ({ name: string; untilMs: number; told?: string } & Asked)[] = [
  { name: 'for its age and what clocks may differ', untilMs: nowMs + 90_000 },
  {
    name: 'for the age that is configured',
    untilMs: nowMs + 40_000,
    policy: { maxAgeSeconds: 10 },
  },
  {
    name: 'to the end of the next window, with the nonce of this one',
    untilMs: windowEnd + 300_000,
    policy: { nonce },
    ...claims({ nonce: nonceAt(nowMs) }),
  },
  {
    name: 'to the end of this window, with the nonce of the last, and the client hears of the new one',
    untilMs: windowEnd,
    policy: { nonce },
    told: nonceAt(nowMs),
    ...claims({ nonce: nonceAt(nowMs - 300_000) }),
  },
]
for (const { name, untilMs, told, ...asked } of remembered) {
  test(`a good proof is remembered ${name}`, async () => {
    assert.deepEqual(await ask(asked), {
      kind: 'proven',
      thumbprint: jkt,
      nonce: told,
      remembered: [untilMs],
    })
  })
}

test('checks with stores of their own each take a proof that one request brings, and those with one store take it once', async () => {
  const taken: string[] = []
  const storeOf = (name: string) => ({
    take() {
      taken.push(name)
      return 'first' as const
    },
  })
  const [one, two] = [storeOf('one'), storeOf('two')]
  const request = { proofs: [proofOf({ token: text })], method: 'GET', url: '/me', of: {} }
  for (const replayStore of [one, two, one, two]) {
    const surroundings = { now: () => nowMs, toleranceSeconds: 30 }
    const { check } = prepareProofCheck({ baseUrl: resource, replayStore }, surroundings)
    assert.equal((await check(request)).kind, 'proven')
  }
  assert.deepEqual(taken, ['one', 'two'])
})

test('a nonce has 32 characters, which a header and a claim can hold', () => {
  assert.match(nonceAt(nowMs), /^[\w-]{32}$/)
})

const policies: readonly { name: string; policy: Partial<ProofPolicy>; isGood: boolean }[] = [
  { name: 'a secret of nonces of 32 bytes', policy: { nonce: { secret: new Uint8Array(32) } }, isGood: true },
  {
    name: 'a secret of nonces of 31 bytes',
    policy: { nonce: { secret: new Uint8Array(31) } },
    isGood: false,
  },
  {
    name: 'a secret of nonces as text',
    policy: { nonce: { secret: 'a'.repeat(32) as never } },
    isGood: false,
  },
  { name: 'windows of a second', policy: { nonce: { windowSeconds: 1 } }, isGood: true },
  { name: 'windows of no time', policy: { nonce: { windowSeconds: 0 } }, isGood: false },
  { name: 'windows of half a second', policy: { nonce: { windowSeconds: 0.5 } }, isGood: false },
  { name: 'nonces of its own', policy: { nonce: true }, isGood: true },
  { name: 'no base', policy: { baseUrl: [] }, isGood: false },
  { name: 'a base that is no text', policy: { baseUrl: 1 as never }, isGood: false },
  { name: 'a base with a fragment', policy: { baseUrl: `${resource}/#a` }, isGood: false },
  { name: 'a base with a query', policy: { baseUrl: `${resource}/?a` }, isGood: false },
  { name: 'a base of another scheme', policy: { baseUrl: 'ftp://api.example.com' }, isGood: false },
  { name: 'a base with a password', policy: { baseUrl: 'https://:b@api.example.com' }, isGood: false },
  { name: 'a base with a user', policy: { baseUrl: 'https://a@api.example.com' }, isGood: false },
  { name: 'a base that the URL parser refuses', policy: { baseUrl: 'https://[' }, isGood: false },
  { name: 'algorithms as text', policy: { algorithms: 'ES256' as never }, isGood: false },
  { name: 'no algorithms', policy: { algorithms: [] }, isGood: false },
  { name: 'an algorithm of secrets', policy: { algorithms: ['ES256', 'HS256' as never] }, isGood: false },
]
for (const { name, policy, isGood } of policies) {
  test(`a policy for proofs with ${name} is ${isGood ? 'taken' : 'a TypeError'}`, () => {
    const prepare = () =>
      prepareProofCheck({ baseUrl: resource, ...policy }, { now: () => nowMs, toleranceSeconds: 30 })
    if (isGood) prepare()
    else assert.throws(prepare, TypeError)
  })
}
