import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Choice, chosen, countOf, isChosen, nobody } from './choice.ts'
import { searchIn } from './search-query.ts'

const ada = { id: 'usr_1', username: 'ada' }
const ben = { id: 'usr_2', username: 'ben' }
const all: Choice = { kind: 'all', search: searchIn(new URLSearchParams()), count: 60 }

const rows: readonly { name: string; choice: Choice; count: number; has: readonly string[] }[] = [
  { name: 'nobody at first', choice: nobody, count: 0, has: [] },
  { name: 'who is ticked', choice: chosen(nobody, [ada, ben], true), count: 2, has: ['usr_1', 'usr_2'] },
  {
    name: 'once who is ticked twice',
    choice: chosen(chosen(nobody, [ada], true), [ada], true),
    count: 1,
    has: ['usr_1'],
  },
  {
    name: 'nobody who is ticked no more',
    choice: chosen(chosen(nobody, [ada, ben], true), [ada], false),
    count: 1,
    has: ['usr_2'],
  },
  { name: 'all that match', choice: all, count: 60, has: ['usr_1', 'usr_2'] },
  {
    name: 'all that match, of whom none is left out',
    choice: chosen(all, [ada], false),
    count: 60,
    has: ['usr_1', 'usr_2'],
  },
]
for (const { name, choice, count, has } of rows) {
  test(`chosen is ${name}`, () => {
    assert.equal(countOf(choice), count)
    assert.deepEqual(
      [ada, ben].filter(({ id }) => isChosen(choice, id)).map(({ id }) => id),
      has,
    )
  })
}
