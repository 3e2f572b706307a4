import assert from 'node:assert/strict'
import { test } from 'node:test'
import { growthOf, type Measure, type Subject } from './growth.ts'

/** Work that is counted rather than timed. */
function counting(stepsFor: (size: number) => number): {
  readonly subject: Subject
  readonly measure: Measure
} {
  let steps = 0
  return {
    subject: {
      name: 'planted',
      largest: 1600,
      shapes: { any: (size) => 'a'.repeat(size) },
      read(input) {
        steps += stepsFor(String(input).length)
      },
    },
    measure: async (run) => {
      const before = steps
      await run()
      return steps - before
    },
  }
}

const rows: readonly { name: string; steps: (size: number) => number; isSuperLinear: boolean }[] = [
  { name: 'quadratic work', steps: (n) => n * n, isSuperLinear: true },
  {
    name: 'quadratic work up to a limit of its own',
    steps: (n) => (n > 2000 ? 1 : n * n),
    isSuperLinear: true,
  },
  {
    name: 'quadratic work behind a long linear beginning',
    steps: (n) => 1000 * n + n * n,
    isSuperLinear: true,
  },
  { name: 'cubic work', steps: (n) => n ** 3, isSuperLinear: true },
  { name: 'linear work', steps: (n) => 50 * n, isSuperLinear: false },
  { name: 'linear work up to a limit', steps: (n) => (n > 1600 ? 1 : 50 * n), isSuperLinear: false },
  { name: 'work that grows with n log n', steps: (n) => 50 * n * Math.log2(n), isSuperLinear: false },
  { name: 'quadratic work that never costs anything', steps: (n) => (n * n) / 1e6, isSuperLinear: false },
]

for (const { name, steps, isSuperLinear } of rows) {
  test(`the finder of super-linear growth ${isSuperLinear ? 'finds' : 'lets pass'} ${name}`, async () => {
    const { subject, measure } = counting(steps)
    const found = await growthOf(subject, 'any', { measure, floor: 5000, rounds: 3 })
    assert.equal(found.isSuperLinear, isSuperLinear)
  })
}

test('one measurement that a busy machine makes long is measured again, and passes', async () => {
  const { subject, measure } = counting((n) => 50 * n)
  let calls = 0
  const noisy: Measure = async (run) => (await measure(run)) * (++calls === 5 ? 40 : 1)
  const found = await growthOf(subject, 'any', { measure: noisy, floor: 5000, rounds: 3 })
  assert.equal(found.isSuperLinear, false)
  assert.equal(calls, 8)
})

test('growth that is found is not measured any further', async () => {
  const { subject, measure } = counting((n) => n * n)
  const { costs } = await growthOf(subject, 'any', { measure, floor: 5000, rounds: 3 })
  assert.ok(costs.length < 5)
})
