import assert from 'node:assert/strict'
import { test } from 'node:test'
import { applied, type Draft, isTicked, ticked } from './draft.ts'

const type = { version: 3, permissions: ['a', 'b'] }
const all = ['a', 'b', 'c', 'd']
const drafted = (...steps: readonly (readonly [string, boolean])[]) =>
  steps.reduce<Draft | undefined>((draft, [name, on]) => ticked(type, draft, name, on), undefined)

const rows = [
  { name: 'nothing ticked', steps: [], has: ['a', 'b'] },
  { name: 'one more', steps: [['c', true]], has: ['a', 'b', 'c'] },
  { name: 'one less', steps: [['a', false]], has: ['b'] },
  {
    name: 'one more and one less',
    steps: [
      ['c', true],
      ['b', false],
    ],
    has: ['a', 'c'],
  },
] as const

for (const { name, steps, has } of rows) {
  test(`a draft shows what would be: ${name}`, () => {
    const draft = drafted(...steps)
    assert.deepEqual(
      all.filter((one) => isTicked(type, draft, one)),
      has,
    )
  })
}

for (const name of ['a', 'c']) {
  test(`ticking ${name} there and back leaves nothing to save`, () => {
    const on = name === 'a'
    assert.equal(drafted([name, !on], [name, on]), undefined)
  })
}

test('a draft keeps the version that it began with', () => {
  const draft = ticked(type, undefined, 'c', true)
  assert.equal(ticked({ ...type, version: 4 }, draft, 'd', true)?.version, 3)
})

test('on top of what somebody else has saved, only what was ticked changes', () => {
  const draft = drafted(['c', true], ['a', false])!
  assert.deepEqual(applied({ version: 4, permissions: ['a', 'd'] }, draft, all), ['c', 'd'])
  assert.deepEqual(applied(type, draft, all), ['b', 'c'])
})
