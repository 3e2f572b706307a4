import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ChangedStatement, isExplained, unnoticedChanges } from './statements.ts'

test('a change to any term, bound, order or value of a statement is noticed by a row of its store', async () => {
  const { tried, unnoticed } = await unnoticedChanges()
  assert.ok(tried > 1500, `${tried} were tried`)
  assert.deepEqual(unnoticed.filter((one) => !isExplained(one)).map(described), [])
})

/** Which row is missing, and beside what. */
function described({ statement, edit, rows: [first] }: ChangedStatement): string {
  const text = `${statement.slice(0, edit.start)}[${statement.slice(edit.start, edit.end)} -> ${edit.after}]${statement.slice(edit.end)}`
  return `${first?.store} ${first?.statement}: ${text.replaceAll(/\s+/g, ' ')}`
}
