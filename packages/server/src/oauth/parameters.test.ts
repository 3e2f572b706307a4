import assert from 'node:assert/strict'
import { test } from 'node:test'
import { itemsOf, readParameters } from './parameters.ts'

const table = { state: 3, scope: 0 }
const filled = (length: number) => `state=a&x=${'x'.repeat(length - 10)}`

const rows: readonly (readonly [name: string, text: string, read: object])[] = [
  ['a value of the most characters', 'state=abc', { state: 'abc' }],
  ['a value of one more', 'state=abcd', { fault: 'too_long', name: 'state' }],
  ['a value of one more once it is decoded', 'state=%61%61%61%61', { fault: 'too_long', name: 'state' }],
  ['no value', 'state=', {}],
  ['no value, and one', 'state=&state=a', { fault: 'repeated', name: 'state' }],
  ['one that is not known, twice', 'x=1&x=2&state=a', { state: 'a' }],
  ['one that the table wants to be left out', 'scope=a', {}],
  ['one of every object', 'constructor=a&__proto__=b', {}],
  ['a line end', 'state=%0a', { fault: 'malformed', name: 'state' }],
  ['what is no UTF-8', 'state=%ff', { fault: 'malformed', name: 'state' }],
  ['as much as a request may be', filled(16_384), { state: 'a' }],
  ['one character more', filled(16_385), { fault: 'too_long', name: '' }],
  ['as many as a request may have', `state=a${'&x'.repeat(99)}`, { state: 'a' }],
  ['one more', `state=a${'&x'.repeat(100)}`, { fault: 'too_many' }],
]
for (const [name, text, wanted] of rows) {
  test(`parameters with ${name} are read as ${JSON.stringify(wanted)}`, () => {
    const read = readParameters(text, table)
    assert.deepEqual('fault' in read ? read : Object.fromEntries(read), wanted)
  })
}

for (const [text, items] of [
  [undefined, []],
  ['', []],
  ['a', ['a']],
  [' b  a b', ['b', 'a']],
] as const) {
  test(`the items of ${JSON.stringify(text)} are ${items.length}`, () =>
    assert.deepEqual(itemsOf(text), items))
}
