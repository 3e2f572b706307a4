import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import {
  type AsyncVerifierOptions,
  createAsyncVerifier,
  type KeySet,
  type VerifiedClaims,
} from '../../../src/token/web/index.ts'
import { good, key, policy } from '../good-token.ts'
import { goodClaims, nowMs, nowSeconds, rawToken } from '../raw-token.ts'

const cached = (options: object = {}) =>
  createAsyncVerifier({ ...policy, cache: true, ...options } as AsyncVerifierOptions)

/** How often WebCrypto is asked for a signature from here on. */
function counted(context: TestContext): () => number {
  const { mock } = context.mock.method(crypto.subtle, 'verify')
  return () => mock.callCount()
}

test('a token that comes again costs no signature', async (context) => {
  const count = counted(context)
  const verify = cached()
  const first = await verify(good)
  // Another string of the same characters, as every request brings one.
  assert.equal(await verify(Buffer.from(good).toString()), first)
  assert.equal(count(), 1)
  await createAsyncVerifier({ ...policy } as AsyncVerifierOptions)(good)
  await cached({ cache: false })(good)
  assert.equal(count(), 3)
})

test('a token that comes twice at once is remembered once', async (context) => {
  const count = counted(context)
  const verify = cached()
  await Promise.all([verify(good), verify(good)])
  await verify(good)
  assert.equal(count(), 2)
})

test('what is remembered is checked by the clock each time', async () => {
  const clock = { ms: nowMs }
  const verify = cached({ now: () => clock.ms })
  await verify(good)
  clock.ms = goodClaims.exp * 1000
  await assert.rejects(verify(good), { code: 'token_expired' })
})

test('what was refused is not remembered', async (context) => {
  const count = counted(context)
  const verify = cached()
  const expired = rawToken({ payload: { ...goodClaims, exp: nowSeconds } })
  for (let i = 0; i < 2; i++) await assert.rejects(verify(expired), { code: 'token_expired' })
  for (let i = 0; i < 2; i++) {
    await assert.rejects(verify(`${good.slice(0, -4)}AAAA`), { code: 'signature_invalid' })
  }
  assert.equal(count(), 4)
})

test('a token that was revoked since is refused, remembered or not', async () => {
  const revoked = new Set<unknown>()
  const verify = cached({ isRevoked: ({ sub }: VerifiedClaims) => revoked.has(sub) })
  await verify(good)
  revoked.add(goodClaims.sub)
  await assert.rejects(verify(good), { code: 'token_revoked' })
})

test('no verifier believes what another has found', async () => {
  await cached()(good)
  await assert.rejects(cached({ audience: 'B' })(good), { code: 'audience_mismatch' })
})

test('complete gives the header and key of a remembered token', async () => {
  const verify = cached({ complete: true }) as unknown as (token: string) => Promise<{ key: unknown }>
  const first = await verify(good)
  assert.equal(first.key, key)
  assert.equal(await verify(good), first)
})

test('when the keys change all is forgotten, though it happen while a signature is checked', async (context) => {
  const state = { generation: 0, held: true }
  const keys: KeySet = {
    get generation() {
      return state.generation
    },
    find: () => (state.held ? key : undefined),
  }
  const verify = cached({ keys })
  await verify(good)
  state.generation = 1
  state.held = false
  await assert.rejects(verify(good), { code: 'key_not_found' })

  state.held = true
  const real = crypto.subtle.verify.bind(crypto.subtle)
  context.mock.method(crypto.subtle, 'verify', (...values: Parameters<typeof real>) => {
    state.generation = 2
    return real(...values)
  })
  await verify(good)
  state.held = false
  await assert.rejects(verify(good), { code: 'key_not_found' })
})

const unmeant = [1, null, 'yes', { maxEntries: 0 }, { maxEntries: 1.5 }, { maxBytes: Number.NaN }]
for (const cache of unmeant) {
  test(`cache: ${JSON.stringify(cache)} is a TypeError`, () => {
    assert.throws(() => cached({ cache }), TypeError)
  })
}

test('whatever is no text is refused by its code', async () => {
  const verify = cached()
  await verify(good)
  for (const token of [undefined, null, 1, {}, Buffer.from(good)]) {
    await assert.rejects(verify(token as string), { code: 'token_malformed' })
  }
})
