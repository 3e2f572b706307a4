import assert from 'node:assert/strict'
import { test } from 'node:test'
import { choose, kinds, sharesOf } from './choose.ts'
import type { Kind, Mutation } from './mutators.ts'

const mutation = (n: number, kind: Kind = 'bound'): Mutation => ({
  file: `packages/server/src/${n % 7}.ts`,
  ...{ kind, line: n, on: `line ${n}`, start: n, end: n + 1, before: '>', after: '>=' },
})
const many = Array.from({ length: 2_000 }, (_, n) => mutation(n, kinds[n % kinds.length]))

test('the same seed draws the same mutations, and another one others', () => {
  assert.deepEqual(choose(many, 100, 1), choose(many, 100, 1))
  assert.notDeepEqual(choose(many, 100, 1), choose(many, 100, 2))
  assert.equal(new Set(choose(many, 100, 1)).size, 100)
})

test('a mutation that is gone, and lines that have moved, leave the others of the sample', () => {
  const [gone, ...rest] = choose(many, 100, 1)
  const moved = many
    .filter((one) => one !== gone)
    .map((one) => ({ ...one, line: one.line + 3, start: one.start + 90, end: one.end + 90 }))
  const on = (list: readonly Mutation[]) => list.map((one) => one.on)
  const again = on(choose(moved, 100, 1))
  assert.deepEqual(
    on(rest).filter((line) => !again.includes(line)),
    [],
  )
  assert.equal(again.length, 100)
})

test('mutations that look alike in a file are several', () => {
  const alike = Array.from({ length: 5 }, (_, n) => ({ ...mutation(7), start: n }))
  assert.equal(new Set(choose(alike, 5, 1)).size, 5)
})

test('a kind is drawn by its weight, and no more of it than there are', () => {
  const shares = (available: Partial<Record<Kind, number>>, count: number) =>
    Object.fromEntries(sharesOf(new Map(Object.entries(available) as [Kind, number][]), count)) // kinds
  assert.deepEqual(shares({ record: 100, limit: 100 }, 14), { record: 12, limit: 2 })
  assert.deepEqual(shares({ record: 3, limit: 100 }, 14), { record: 3, limit: 11 })
  assert.deepEqual(shares({ record: 3, limit: 4 }, 14), { record: 3, limit: 4 })
  assert.deepEqual(shares({ record: 100, guard: 100, limit: 100 }, 10), { record: 5, guard: 4, limit: 1 })
})
