import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextPauseMs } from './pause.ts'

test('a pause grows to twice its length and a little, and never beyond the longest', () => {
  const growth = { addMs: 50, longestMs: 2000 }
  const pauses = [0]
  for (let tries = 0; tries < 8; tries += 1) pauses.push(nextPauseMs(pauses.at(-1) ?? 0, growth))
  assert.deepEqual(pauses, [0, 50, 150, 350, 750, 1550, 2000, 2000, 2000])
})
