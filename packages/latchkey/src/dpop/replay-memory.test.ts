import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createReplayMemory, type Taking } from './index.ts'

/** What is taken, one after the other: the time, the key, until when it matters, and the answer. */
type Step = readonly [atMs: number, key: string, untilMs: number, taking: Taking]

const histories: readonly { name: string; maxEntries: number; steps: readonly Step[] }[] = [
  {
    name: 'a key is known up to the last millisecond in which it matters',
    maxEntries: 10,
    steps: [
      [0, 'a', 100, 'first'],
      [99, 'a', 100, 'again'],
      [100, 'a', 200, 'first'],
      [199, 'a', 200, 'again'],
    ],
  },
  {
    name: 'there is room for as many keys as it says, and for no more',
    maxEntries: 2,
    steps: [
      [0, 'a', 9000, 'first'],
      [0, 'b', 9000, 'first'],
      [0, 'c', 9000, 'full'],
      [0, 'a', 9000, 'again'],
      [0, 'b', 9000, 'again'],
      [0, 'c', 9000, 'full'],
    ],
  },
  {
    name: 'a memory of one key',
    maxEntries: 1,
    steps: [
      [0, 'a', 100, 'first'],
      [0, 'b', 100, 'full'],
      [1000, 'b', 2000, 'first'],
    ],
  },
  {
    name: 'a key that no longer matters gives its room back in that very millisecond',
    maxEntries: 1,
    steps: [
      [0, 'a', 5000, 'first'],
      [3999, 'b', 9000, 'full'],
      [4999, 'b', 9000, 'full'],
      [5999, 'b', 9000, 'first'],
    ],
  },
  {
    name: 'room is looked for in the millisecond in which the last key ends',
    maxEntries: 1,
    steps: [
      [0, 'a', 5000, 'first'],
      [5000, 'b', 9000, 'first'],
    ],
  },
  {
    name: 'room is looked for once half is used, and then not for a second',
    maxEntries: 4,
    steps: [
      [0, 'a', 10, 'first'],
      [0, 'b', 20, 'first'],
      // The search begins here, finds nothing, and is not repeated before 1001.
      [1, 'c', 20, 'first'],
      [30, 'd', 9000, 'first'],
      [1000, 'e', 9000, 'full'],
      [1001, 'e', 9000, 'first'],
    ],
  },
  {
    name: 'less than half is not searched',
    maxEntries: 3,
    steps: [
      [0, 'a', 10, 'first'],
      [1, 'b', 20, 'first'],
      // The first search, which makes room at once.
      [15, 'c', 9000, 'first'],
      [15, 'd', 9000, 'first'],
      [15, 'e', 9000, 'full'],
    ],
  },
  {
    name: 'a key that is known is taken again though the memory is full',
    maxEntries: 1,
    steps: [
      [0, 'a', 100, 'first'],
      [100, 'a', 200, 'first'],
    ],
  },
]

for (const { name, maxEntries, steps } of histories) {
  test(`what a replay memory remembers: ${name}`, () => {
    let nowMs = 0
    const memory = createReplayMemory({ maxEntries, now: () => nowMs })
    for (const [index, [atMs, key, untilMs, taking]] of steps.entries()) {
      nowMs = atMs
      assert.equal(memory.take(key, untilMs), taking, `step ${index}`)
    }
  })
}

test('a replay memory has room for 100,000 keys if it is not told how many', () => {
  const memory = createReplayMemory({ now: () => 0 })
  for (let index = 0; index < 100_000; index++) assert.equal(memory.take(`${index}`, 1), 'first')
  assert.equal(memory.take('one more', 1), 'full')
})

for (const maxEntries of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '10']) {
  test(`a replay memory of ${maxEntries} keys is a TypeError`, () => {
    assert.throws(() => createReplayMemory({ maxEntries: maxEntries as number }), TypeError)
  })
}
