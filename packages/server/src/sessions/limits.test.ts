import assert from 'node:assert/strict'
import { test } from 'node:test'
import { earliest, endOf, isOver, type SessionLimits } from './limits.ts'
import type { SessionRow } from './store.ts'

const session = { created_at: 1_000, last_used_at: 5_000 } as SessionRow
const none: SessionLimits = { idleMs: null, longestMs: null }

const rows: readonly (readonly [limits: SessionLimits, end: number | undefined, lastGoodMs: number])[] = [
  [none, undefined, Number.MAX_SAFE_INTEGER],
  [{ ...none, idleMs: 100 }, undefined, 5_099],
  [{ ...none, longestMs: 9_000 }, 10_000, 9_999],
  [{ idleMs: 100, longestMs: 9_000 }, 10_000, 5_099],
  [{ idleMs: 9_000, longestMs: 9_000 }, 10_000, 9_999],
  // However lately it was used.
  [{ idleMs: 9_000, longestMs: 1_000 }, 2_000, 1_999],
]
for (const [limits, end, lastGoodMs] of rows) {
  test(`a session with ${JSON.stringify(limits)} is good until ${lastGoodMs}, and over then`, () => {
    assert.equal(endOf(session, limits), end)
    assert.equal(isOver(session, limits, lastGoodMs), false)
    assert.equal(isOver(session, limits, lastGoodMs + 1), limits !== none)
  })
}

test('a session that has an end of its own is over then, whatever the type allows', () => {
  const ending = { ...session, ends_at: 6_000 }
  assert.equal(endOf(ending, none), 6_000)
  assert.deepEqual([isOver(ending, none, 5_999), isOver(ending, none, 6_000)], [false, true])
  assert.equal(endOf(ending, { ...none, longestMs: 4_000 }), 5_000)
})

test('of two times that may not be, the earlier counts', () => {
  assert.deepEqual(
    [earliest(1, 2), earliest(2, 1), earliest(1, undefined), earliest(undefined, 1)],
    [1, 1, 1, 1],
  )
  assert.equal(earliest(undefined, undefined), undefined)
})
