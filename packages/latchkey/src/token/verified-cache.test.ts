import assert from 'node:assert/strict'
import { test } from 'node:test'
import { goodClaims, nowMs, nowSeconds, rawToken, secretBytes } from '../../test/token/raw-token.ts'
import { createRevocationList, revocationKey } from '../guard/revocations/revocation-list.ts'
import {
  type CacheLimits,
  createAsyncVerifier,
  createSigner,
  createVerifier,
  decodeUnverified,
  type KeySet,
  publicKeyOf,
  secretKey,
  type VerifierOptions,
} from './index.ts'
import { generateKey } from './keys/generate-key.ts'

const key = secretKey(secretBytes, { algorithm: 'HS256' })
const policy = { keys: key, issuer: 'I', audience: 'A', cache: true, now: () => nowMs } as const

/** A verifier whose keys tell how often they were looked at, which a remembered token does not. */
function counting(options: Partial<VerifierOptions> = {}) {
  const seen = { lookups: 0, generation: 0, gone: false }
  const keys: KeySet = {
    get generation() {
      return seen.generation
    },
    find() {
      seen.lookups++
      return seen.gone ? undefined : key
    },
  }
  return { seen, verify: createVerifier({ ...policy, ...options, keys }) }
}

const tokenOf = (index: number, claims: object = {}) =>
  rawToken({ header: { alg: 'HS256', index }, payload: { ...goodClaims, ...claims } })

test('a token that was verified is not verified again, and answers with the same claims', () => {
  const { seen, verify } = counting()
  const claims = verify(rawToken())
  seen.gone = true
  assert.equal(verify(rawToken()), claims)
  assert.equal(seen.lookups, 1)
})

test('without the option nothing is remembered', () => {
  const verify = createVerifier({ ...policy, cache: false })
  assert.notEqual(verify(rawToken()), verify(rawToken()))
})

test('72: a token that one verifier remembers is judged by the policy of another', () => {
  createVerifier(policy)(rawToken())
  const another = createVerifier({ ...policy, audience: 'B' })
  for (const _ of [1, 2]) assert.throws(() => another(rawToken()), { code: 'audience_mismatch' })
})

const clocks: readonly { name: string; claims: object; atMs: number; code: string; maxAge?: number }[] = [
  { name: 'after it expired', claims: {}, atMs: nowMs + 60_000, code: 'token_expired' },
  { name: 'once it is too old', claims: {}, atMs: nowMs + 30_000, code: 'token_too_old', maxAge: 30 },
  {
    name: 'before its time, where the clock was set back',
    claims: { nbf: nowSeconds - 10, iat: nowSeconds - 10 },
    atMs: nowMs - 11_000,
    code: 'token_not_yet_valid',
  },
]
for (const { name, claims, atMs, code, maxAge } of clocks) {
  test(`73: a remembered token is refused ${name}`, () => {
    const clock = { ms: nowMs }
    const { verify } = counting({ now: () => clock.ms, ...(maxAge === undefined ? {} : { maxAge }) })
    const token = tokenOf(0, claims)
    verify(token)
    clock.ms = atMs
    assert.throws(() => verify(token), { code })
    clock.ms = nowMs
    verify(token)
  })
}

test('73: a remembered token is refused when its key is gone', () => {
  const { seen, verify } = counting()
  verify(rawToken())
  seen.gone = true
  seen.generation++
  assert.throws(() => verify(rawToken()), { code: 'key_not_found' })
})

test('73: revocations are asked for at the first and at every later time', () => {
  const list = createRevocationList({ now: () => nowMs })
  for (const cache of [true, false]) {
    const asked: unknown[] = []
    const verify = createVerifier({
      ...policy,
      cache,
      isRevoked(claims) {
        asked.push(claims.sub)
        return list.isRevoked(claims)
      },
    })
    const token = rawToken({ payload: { ...goodClaims, sid: `ses_${cache}` } })
    verify(token)
    verify(token)
    list.add({
      key: revocationKey('session', `ses_${cache}`),
      revokedAtMs: nowMs,
      expiresAtMs: nowMs + 60_000,
    })
    assert.throws(() => verify(token), { code: 'token_revoked' })
    assert.deepEqual(asked, ['usr_1', 'usr_1', 'usr_1'])
    // The list of the guard is the hook.
    assert.throws(() => createVerifier({ ...policy, cache, isRevoked: list.isRevoked })(token), {
      code: 'token_revoked',
    })
  }
})

test('a hook that does not answer with false refuses the token', () => {
  for (const answer of [undefined, 0, Promise.resolve(false)]) {
    const verify = createVerifier({ ...policy, isRevoked: () => answer as unknown as boolean })
    for (const _ of [1, 2]) assert.throws(() => verify(rawToken()), { code: 'token_revoked' })
  }
})

test('refusals are not remembered', () => {
  const clock = { ms: nowMs - 60_000 }
  const verify = createVerifier({ ...policy, now: () => clock.ms })
  const early = tokenOf(0, { nbf: nowSeconds })
  assert.throws(() => verify(early), { code: 'token_not_yet_valid' })
  clock.ms = nowMs
  verify(early)
})

test('74: claims cannot be changed by whoever gets them', () => {
  for (const complete of [true, false] as const) {
    const verify = complete ? createVerifier({ ...policy, complete }) : createVerifier(policy)
    const token = tokenOf(0, { roles: ['user'], nested: { a: [1] } })
    const answer = verify(token) as { claims?: Record<string, unknown> }
    const claims = (complete ? answer.claims : answer) as {
      sub: string
      roles: string[]
      nested: { a: number[] }
    }
    assert.throws(() => {
      claims.sub = 'admin'
    }, TypeError)
    assert.throws(() => claims.roles.push('admin'), TypeError)
    assert.throws(() => claims.nested.a.push(2), TypeError)
    assert.deepEqual(verify(token), answer)
  }
})

test('a token with the signature of a remembered one is not that one', () => {
  for (const signing of [key, generateKey('ES256')]) {
    const keys = signing.kind === 'secret' ? signing : publicKeyOf(signing)
    const verify = createVerifier({ ...policy, keys })
    const token = createSigner({ key: signing, now: () => nowMs })(goodClaims)
    verify(token)
    const [head, , signature] = token.split('.')
    const forged = `${head}.${Buffer.from(JSON.stringify({ ...goodClaims, sub: 'admin' })).toString('base64url')}.${signature}`
    for (const _ of [1, 2]) assert.throws(() => verify(forged), { code: 'signature_invalid' })
    assert.equal(verify(token).sub, 'usr_1')
  }
})

test('two tokens whose signatures begin alike are two tokens', () => {
  const sign = createSigner({ key, now: () => nowMs })
  const signed = new Map<string, string>()
  // Of some 40,000, two begin with the same five letters.
  const pair = (): readonly [string, string] => {
    for (let index = 0; index < 1_000_000; index++) {
      const token = sign({ ...goodClaims, sub: `usr_${index}` })
      const beginning = token.slice(-43, -38)
      const other = signed.get(beginning)
      if (other !== undefined) return [other, token]
      signed.set(beginning, token)
    }
    throw new Error('no two of a million begin alike')
  }
  const verify = createVerifier(policy)
  const [first, second] = pair()
  const subjects = [first, second].map((token) => decodeUnverified(token).claims.sub)
  for (const _ of [1, 2]) assert.deepEqual([verify(first).sub, verify(second).sub], subjects)
  assert.notEqual(subjects[0], subjects[1])
})

for (const cache of [{ maxEntries: 20 }, { maxBytes: 20 * (2 * tokenOf(10).length + 256) }]) {
  test(`no more tokens are remembered than ${JSON.stringify(cache)} allows, and those in use stay`, () => {
    const verify = createVerifier({ ...policy, cache })
    const used = verify(tokenOf(0))
    const answers = new Map<number, unknown>()
    for (let index = 1; index < 100; index++) {
      answers.set(index, verify(tokenOf(index)))
      assert.equal(verify(tokenOf(0)), used)
    }
    const remembered = [...answers].reverse().filter(([index, answer]) => verify(tokenOf(index)) === answer)
    assert.ok(remembered.length >= 9 && remembered.length < 20, `${remembered.length}`)
  })
}

const room = 2 * tokenOf(0).length + 256
/** How many tokens of equal size come before the first of them is verified again: two halves, of which one is dropped. */
const rooms: readonly { limits: CacheLimits; kept: number }[] = [
  { limits: { maxEntries: 2 }, kept: 2 },
  { limits: { maxEntries: 3 }, kept: 2 },
  { limits: { maxEntries: 4 }, kept: 4 },
  { limits: { maxBytes: 2 * room - 1 }, kept: 0 },
  { limits: { maxBytes: 2 * room }, kept: 2 },
  { limits: { maxBytes: 4 * room - 1 }, kept: 2 },
  { limits: { maxBytes: 4 * room }, kept: 4 },
]
for (const { limits, kept } of rooms) {
  test(`of tokens that come once, the last ${kept} are remembered with ${JSON.stringify(limits)}`, () => {
    for (let tokens = 1; tokens <= 6; tokens++) {
      const verify = createVerifier({ ...policy, cache: limits })
      const first = verify(tokenOf(1))
      for (let index = 2; index <= tokens; index++) verify(tokenOf(index))
      assert.equal(verify(tokenOf(1)) === first, tokens <= kept, `${tokens}`)
    }
  })
}

test('a token that is larger than the room is verified each time', () => {
  const verify = createVerifier({ ...policy, cache: { maxBytes: 100 } })
  assert.notEqual(verify(rawToken()), verify(rawToken()))
})

test('an asynchronous verifier remembers as well', async () => {
  const verify = createAsyncVerifier(policy)
  assert.equal(await verify(rawToken()), await verify(rawToken()))
})

test('what is no text is refused, remembered tokens or not', () => {
  const verify = createVerifier(policy)
  verify(rawToken())
  for (const nothing of [undefined, null, 1, {}]) {
    assert.throws(() => verify(nothing as unknown as string), { code: 'token_malformed' })
  }
})

const meaningless: readonly unknown[] = [
  ...[1, 'yes', null, { maxEntries: 1 }, { maxEntries: 1.5 }, { maxBytes: 1 }, { maxBytes: Number.NaN }].map(
    (cache) => ({
      cache,
    }),
  ),
  { isRevoked: true },
]
for (const options of meaningless) {
  test(`createVerifier throws a TypeError for ${JSON.stringify(options)}`, () => {
    assert.throws(() => createVerifier({ ...policy, ...(options as object) }), TypeError)
  })
}
