import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Clock, measure, type Subject, steps, tableOf } from './growth.ts'

/** A processor whose time is what is read says it takes: nothing here depends on the machine. */
function machine(costOf: (size: number, run: number) => number): { subject: Subject; clock: Clock } {
  let nowMs = 0
  let run = 0
  const subject: Subject = {
    name: 'planted',
    largest: 1000,
    shapes: { plain: (size) => size },
    read(size: never) {
      nowMs += costOf(size, run++)
    },
  }
  return { subject, clock: () => nowMs }
}

const rows: readonly { name: string; costOf: (size: number, run: number) => number; isFault: boolean }[] = [
  { name: 'a square', costOf: (size) => (size * size) / 10_000, isFault: true },
  { name: 'a cube', costOf: (size) => size ** 3 / 1e6, isFault: true },
  { name: 'two to the power of the size', costOf: (size) => Math.min(1e5, 2 ** (size / 50)), isFault: true },
  { name: 'the size to the power of 1.8', costOf: (size) => size ** 1.8 / 1000, isFault: true },
  {
    name: 'a square below the limit, and a refusal above it',
    costOf: (size) => (size > 1000 ? 0.01 : (size * size) / 10_000),
    isFault: true,
  },
  {
    name: 'a square beside a large constant',
    costOf: (size) => 10 + (size * size) / 10_000,
    isFault: true,
  },
  { name: 'seconds for the smallest input', costOf: () => 10_000, isFault: true },
  { name: 'a line', costOf: (size) => size / 10, isFault: false },
  { name: 'a line beside a large constant', costOf: (size) => 100 + size / 10, isFault: false },
  { name: 'sorting', costOf: (size) => (size * Math.log2(size)) / 100, isFault: false },
  { name: 'nothing', costOf: () => 0, isFault: false },
  { name: 'always the same', costOf: () => 50, isFault: false },
  { name: 'a square too small to matter', costOf: (size) => (size * size) / 1e9, isFault: false },
  {
    name: 'a line on a machine that is busy now and then',
    costOf: (size, run) => size / 10 + (run % 3 === 0 ? 10_000 : 0),
    isFault: false,
  },
]

for (const { name, costOf, isFault } of rows) {
  test(`the growth of ${name} is ${isFault ? 'a fault' : 'none'}`, async () => {
    const { subject, clock } = machine(costOf)
    const [measured, ...others] = await measure(subject, 2, clock)
    assert.deepEqual(others, [])
    assert.equal(measured?.isFault, isFault, JSON.stringify(measured))
    assert.equal(tableOf([measured!]).includes('✖'), isFault)
  })
}

test('what is read may refuse, and may answer later', async () => {
  let nowMs = 0
  const subject: Subject = {
    name: 'planted',
    largest: 1000,
    shapes: { plain: (size) => size },
    async read(size: never) {
      await Promise.resolve()
      nowMs += (size * size) / 10_000
      throw new Error('refused')
    },
  }
  const [measured] = await measure(subject, 1, () => nowMs)
  assert.equal(measured?.isFault, true)
})

test('inputs are made below, at and above the limit', async () => {
  const sizes: number[] = []
  const shapes = {
    plain(size: number) {
      sizes.push(size)
      return size
    },
  }
  await measure({ name: 'planted', largest: 1600, shapes, read: () => undefined }, 1, () => 0)
  assert.deepEqual(
    sizes,
    steps.map((step) => step * 1600),
  )
})
