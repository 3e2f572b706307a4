import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mostWords, termsOf, wordsOf } from './terms.ts'

const named = (username: string, display_name: string | null = null, ...addresses: string[]) =>
  termsOf({ username, display_name, addresses })

const rows: readonly { name: string; given: string[]; expected: string[] }[] = [
  {
    name: 'a name from each word on',
    given: named('x', 'Ada Lovelace'),
    expected: ['ada lovelace', 'lovelace', 'x'],
  },
  {
    name: 'a user name from each part on',
    given: named('ada.lovelace'),
    expected: ['ada.lovelace', 'lovelace'],
  },
  {
    name: 'case and accents do not count',
    given: named('x', 'José ÁVILA'),
    expected: ['avila', 'jose avila', 'x'],
  },
  {
    name: 'blanks are one blank',
    given: named('x', 'Ada   Lovelace'),
    expected: ['ada lovelace', 'lovelace', 'x'],
  },
  {
    name: 'each character of a script without blanks',
    given: named('x', '王小明'),
    expected: ['x', '小明', '明', '王小明'],
  },
  {
    name: 'what another term begins with is left out',
    given: named('ada', 'Ada B'),
    expected: ['ada b', 'b'],
  },
  {
    name: 'an address from each part of its name on, and its domain, but not the labels of it',
    given: named('x', null, 'Ada.L@Example.com'),
    expected: ['ada.l@example.com', 'example.com', 'l@example.com', 'x'],
  },
  { name: 'a name that begins with a mark', given: named('_ada'), expected: ['_ada', 'ada'] },
]

for (const { name, given, expected } of rows) {
  test(`terms of a person: ${name}`, () => assert.deepEqual(given, expected))
}

test('a person has no more terms than a bound, and no term is longer than one', () => {
  const terms = named(
    'a b '.repeat(50),
    '王'.repeat(200),
    ...Array.from({ length: 10 }, (_, at) => `${at}.b.c@d.example`),
  )
  assert.ok(terms.length <= 20 + 20 + 10 * 4, String(terms.length))
  assert.ok(terms.every((term) => [...term].length <= 60))
})

test('a search is words, each once, and a few of them', () => {
  assert.deepEqual(wordsOf(' Ada  LOVE ada '), ['ada', 'love'])
  assert.deepEqual(wordsOf('ada@Example.com'), ['ada@example.com'])
  assert.equal(wordsOf('a b c d e f g h i j k').length, mostWords)
  assert.deepEqual(wordsOf('  '), [])
})
