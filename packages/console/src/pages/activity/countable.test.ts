import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countable } from './countable.ts'

const rows = [
  { filter: {}, asked: { by: 'outcome' }, uncounted: [] },
  { filter: { outcome: 'refused' }, asked: { by: 'outcome', outcome: 'refused' }, uncounted: [] },
  { filter: { event: 'a,b' }, asked: { by: 'event', value: 'a,b' }, uncounted: [] },
  {
    filter: { region: 'TW', outcome: 'refused', from: 'x', to: 'y' },
    asked: { by: 'region', value: 'TW', outcome: 'refused', from: 'x', to: 'y' },
    uncounted: [],
  },
  { filter: { subject: 'ada' }, asked: { by: 'outcome' }, uncounted: ['subject'] },
  { filter: { event: 'a', reason: 'b' }, asked: { by: 'event', value: 'a' }, uncounted: ['reason'] },
  { filter: { reason: 'b', text: 'c' }, asked: { by: 'reason', value: 'b' }, uncounted: ['text'] },
] as const

for (const { filter, asked, uncounted } of rows) {
  test(`the bars of ${JSON.stringify(filter)} count by ${asked.by}, without ${uncounted.join() || 'nothing'}`, () => {
    const found = countable(filter)
    const given = Object.entries(found.asked).filter(([, value]) => value !== undefined)
    assert.deepEqual(Object.fromEntries(given), { measure: 'events', ...asked })
    assert.deepEqual(found.uncounted, uncounted)
  })
}
