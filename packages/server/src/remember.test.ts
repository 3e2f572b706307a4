import assert from 'node:assert/strict'
import { test } from 'node:test'
import { remember } from './remember.ts'

test('no more is remembered than may be, and what came first goes first', () => {
  const kept = new Map<string, number>()
  for (const [value, key] of ['a', 'b', 'c'].entries()) remember(kept, key, value, 3)
  assert.deepEqual([...kept.keys()], ['a', 'b', 'c'])
  remember(kept, 'b', 9, 3)
  assert.deepEqual([...kept.keys()], ['a', 'b', 'c'])
  remember(kept, 'd', 3, 3)
  assert.deepEqual(
    [...kept],
    [
      ['b', 9],
      ['c', 2],
      ['d', 3],
    ],
  )
})
