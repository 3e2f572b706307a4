import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { jsonError } from './json-error.ts'

const said: readonly { text: string; error: string }[] = [
  { text: '', error: 'Expecting value: line 1 column 1 (char 0)' },
  { text: '{', error: 'Expecting property name enclosed in double quotes: line 1 column 2 (char 1)' },
  { text: '{"a" 1}', error: "Expecting ':' delimiter: line 1 column 6 (char 5)" },
  { text: '{"a":1 "b"', error: "Expecting ',' delimiter: line 1 column 8 (char 7)" },
  { text: '{"a":1,}', error: 'Expecting property name enclosed in double quotes: line 1 column 8 (char 7)' },
  { text: '[1\n 2]', error: "Expecting ',' delimiter: line 2 column 2 (char 4)" },
  { text: '"ab', error: 'Unterminated string starting at: line 1 column 1 (char 0)' },
  { text: '{} x', error: 'Extra data: line 1 column 4 (char 3)' },
]
for (const { text, error } of said) {
  test(`what is wrong with ${JSON.stringify(text)} is said as Python says it`, () => {
    assert.equal(jsonError(text), error)
  })
}

test('what JSON.parse refuses has an error, and what it takes has none', () => {
  for (const text of ['{}', '[1,2.5e3,"\\u00e9\\n"]', ' null ', '"😀"', '-0'])
    assert.equal(jsonError(text), undefined)
  assert.match(jsonError('['.repeat(100_000)) ?? '', /^Expecting value/)
  assert.equal(jsonError('[NaN]'), "Out of range float values are not JSON compliant: 'NaN'")
})

const hasPython = spawnSync('python3', ['--version']).status === 0
test('damage anywhere is told as Python tells it', {
  skip: hasPython ? false : 'python3 is not installed',
}, () => {
  const whole = '{"a": [1, -2.5e+3, true, null], "é😀": {"b\\n\\u00e9": "c"},\n "d": ""} '
  const points = Array.from(whole)
  const damaged = ['', '\ufeff{}', '"\\u12', '"\\u123"', '"\\uD83D"', '01', '1.', '-', '"\t"', '"\\x"', '"\\']
  for (const [at] of points.entries()) {
    damaged.push(points.slice(0, at).join(''), points.toSpliced(at, 1).join(''))
    for (const more of ['x', '"', ',', '}', ']', '\\', '0'])
      damaged.push(points.toSpliced(at, 0, more).join(''))
  }
  const program = `
import json, sys
out = []
for text in json.load(sys.stdin):
    try:
        json.loads(text)
        out.append(None)
    except ValueError as error:
        out.append(str(error))
print(json.dumps(out))`
  const { stdout, status } = spawnSync('python3', ['-c', program], { input: JSON.stringify(damaged) })
  assert.equal(status, 0)
  const theirs = JSON.parse(String(stdout)) as (string | null)[]
  assert.equal(theirs.length, damaged.length)
  assert(theirs.filter((error) => error !== null).length > 400)
  for (const [index, text] of damaged.entries()) assert.equal(jsonError(text) ?? null, theirs[index], text)
})
