import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testClocks } from '../../test/options/clock-rows.ts'
import { tokenClocks } from '../../test/options/token-options.ts'
import { explain } from '../token/explain/index.ts'
import { clockOf } from './clock.ts'

// An area of the library adds its rows in a file like that of the tokens.
testClocks([...tokenClocks])

test('the clock of the machine is used as it is, so that it costs nothing', () => {
  assert.equal(clockOf(undefined), Date.now)
})

for (const nowMs of [Number.NaN, undefined, '0', 0n, null, new Date(0)]) {
  test(`explain takes no time that is ${String(nowMs)}, a ${typeof nowMs}`, () => {
    assert.throws(() => explain('x', { nowMs } as never), TypeError)
  })
}
