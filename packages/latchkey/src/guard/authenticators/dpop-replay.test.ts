import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientKey, nonceAt, nonceSecret, otherKey, proofOf } from '../../../test/guard/dpop.ts'
import { ask, claims, good, guardWith } from '../../../test/guard/dpop-requests.ts'
import { signed } from '../../../test/guard/guarded-api.ts'
import { nowMs } from '../../../test/token/raw-token.ts'
import { createReplayMemory, type ReplayStore } from '../index.ts'

test('a proof is taken once, and its id is free for other keys', async () => {
  const guard = guardWith(true)
  const proofs = claims({ jti: 'one' })
  assert.equal((await ask({ proofs }, guard)).subject, 'usr_1')
  assert.equal((await ask({ proofs }, guard)).reason, 'proof_replayed')
  assert.equal((await ask({ proofs: claims({ jti: 'one' }) }, guard)).reason, 'proof_replayed')
  const bound = signed({ payload: otherKey.bound })
  const others = [proofOf({ key: otherKey, token: bound, claims: { jti: 'one' } })]
  assert.equal((await ask({ authorization: `DPoP ${bound}`, proofs: others }, guard)).subject, 'usr_1')
})

test('a proof that one guard of a process has taken is replayed at the next', async () => {
  const proofs = claims({ jti: 'shared' })
  assert.equal((await ask({ proofs }, guardWith(true))).subject, 'usr_1')
  assert.equal((await ask({ proofs }, guardWith(true))).reason, 'proof_replayed')
  assert.equal((await ask({ proofs }, guardWith({ nonce: false }))).reason, 'proof_replayed')
  // A store of its own is asked for by name.
  const own = { replayStore: createReplayMemory({ now: () => nowMs }) }
  assert.equal((await ask({ proofs }, guardWith(own))).subject, 'usr_1')
})

test('two guards in a row judge one request, whose proof is no replay', async () => {
  const proofs = claims({ jti: 'in a row' })
  const of = {}
  assert.equal((await ask({ proofs, of }, guardWith(true))).subject, 'usr_1')
  assert.equal((await ask({ proofs, of }, guardWith(true))).subject, 'usr_1')
  assert.equal((await ask({ proofs, of: {} }, guardWith(true))).reason, 'proof_replayed')
  // Another proof with the same request is looked at by itself.
  const other = claims({ jti: 'another' })
  assert.equal((await ask({ proofs: other, of }, guardWith(true))).subject, 'usr_1')
  assert.equal((await ask({ proofs: other, of: {} }, guardWith(true))).reason, 'proof_replayed')
})

test('a proof that is refused uses up no id', async () => {
  const guard = guardWith(true)
  assert.equal(
    (await ask({ method: 'PUT', proofs: claims({ jti: 'two' }) }, guard)).reason,
    'proof_method_mismatch',
  )
  assert.equal((await ask({ proofs: claims({ jti: 'two' }) }, guard)).subject, 'usr_1')
})

test('of many that bring one proof at once, a shared store lets one through', async () => {
  const seen = new Set<string>()
  const replayStore: ReplayStore = {
    async take(key, untilMs) {
      assert.match(key, /^[\w-]{43}$/)
      assert.equal(untilMs, nowMs + 90_000)
      if (seen.has(key)) return 'again'
      seen.add(key)
      return 'first'
    },
  }
  const guard = guardWith({ replayStore })
  const proofs = [good()]
  const answers = await Promise.all(Array.from({ length: 64 }, () => ask({ proofs }, guard)))
  assert.equal(answers.filter(({ subject }) => subject === 'usr_1').length, 1)
  assert.equal(answers.filter(({ reason }) => reason === 'proof_replayed').length, 63)
})

test('a full memory is 503 rather than forgetting, and has room again when proofs are too old', async () => {
  let now = nowMs
  const guard = guardWith({ replayStore: createReplayMemory({ maxEntries: 2, now: () => now }) }, () => now)
  await ask({ proofs: [good()] }, guard)
  await ask({ proofs: [good()] }, guard)
  const full = await ask({ proofs: [good()] }, guard)
  assert.deepEqual([full.status, full.reason, full.headers['retry-after']], [503, 'replay_store_full', '5'])
  now += 90_000
  const later = claims({ iat: now / 1000 })
  assert.equal(
    (
      await ask(
        { authorization: `DPoP ${signed({ payload: { ...clientKey.bound, exp: now } })}`, proofs: later },
        guard,
      )
    ).reason,
    'proof_token_mismatch',
  )
  const longer = signed({ payload: { ...clientKey.bound, exp: now } })
  const proofs = [proofOf({ token: longer, claims: { iat: now / 1000 } })]
  assert.equal((await ask({ authorization: `DPoP ${longer}`, proofs }, guard)).subject, 'usr_1')
})

test('nonces change with time: each is told before it is too old, and good for two windows', async () => {
  let now = nowMs - (nowMs % 300_000)
  const longer = signed({ payload: { ...clientKey.bound, exp: now } })
  const guard = guardWith({ nonce: { secret: nonceSecret } }, () => now)
  const with_ = (nonce?: string) =>
    ask({ authorization: `DPoP ${longer}`, proofs: [proofOf({ token: longer, claims: { nonce } })] }, guard)
  const first = (await with_()).headers['dpop-nonce']
  assert.equal(first, nonceAt(now))
  assert.deepEqual((await with_(first)).headers, {})
  now += 300_000
  const second = await with_(first)
  assert.equal(second.subject, 'usr_1')
  assert.equal(second.headers['dpop-nonce'], nonceAt(now))
  now += 300_000
  const third = await with_(first)
  assert.deepEqual([third.error, third.headers['dpop-nonce']], ['use_dpop_nonce', nonceAt(now)])
})
