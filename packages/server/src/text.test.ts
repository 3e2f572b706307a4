import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Refusal } from './errors.ts'
import { jsonLog } from './log.ts'
import { escapeHidden, escapeHiddenInLines, isVisible, requireVisible, visibleJson } from './text.ts'

const refused: [name: string, text: string][] = [
  ['nothing', ''],
  ['a blank', ' '],
  ['blanks of several widths', '\u00a0\u2003\u3000'],
  ['the blank Braille pattern', '\u2800'],
  ['a mark without a letter', '\u0301'],
  ['a zero byte', 'a\0'],
  ['a line break', 'a\nb'],
  ['a tab', 'a\tb'],
  ['an escape that colours', '\u001b[31mred'],
  ['an escape of one character (CSI)', 'a\u009b31m'],
  ['the delete character', 'a\u007f'],
  ['a line separator', 'a\u2028b'],
  ['a paragraph separator', 'a\u2029b'],
  ['a soft hyphen', 'ad\u00admin'],
  ['a zero-width space', 'ad\u200bmin'],
  ['a zero-width joiner', 'ad\u200dmin'],
  ['a byte order mark', '\ufeffadmin'],
  ['a word joiner', 'ad\u2060min'],
  ['a combining grapheme joiner', 'ad\u034fmin'],
  ['a Hangul filler', '\u3164'],
  ['a Hangul filler within', 'ad\u3164min'],
  ['a half-width Hangul filler', 'a\uffa0'],
  ['a Hangul choseong filler', 'a\u115f'],
  ['a variation selector', 'a\ufe0f'],
  ['a tag character', 'a\u{e0061}'],
  ['a right-to-left override', 'a\u202eb'],
  ['a right-to-left mark', 'a\u200fb'],
  ['an Arabic letter mark', 'a\u061cb'],
  ['an isolate', 'a\u2066b\u2069'],
  ['half a surrogate pair', 'a\ud800'],
  ['a private character', 'a\ue000'],
  ['an unassigned character', 'a\u0378'],
  ['a noncharacter', 'a\uffff'],
]
for (const [name, text] of refused) {
  test(`a name is not ${name}`, () => {
    assert.equal(isVisible(text), false)
    assert.throws(() => requireVisible('name', text, 100), { code: 'request_invalid' })
  })
}

for (const text of [
  'a',
  'Lamp 1',
  'Zoë',
  'Zoe\u0308',
  '李四',
  'Ольга',
  'עברית',
  'العربية',
  'ไทย',
  '한국어',
  '💡',
  'a b',
  '$',
])
  test(`a name may be ${text}`, () => {
    assert.equal(isVisible(text), true)
    requireVisible('name', text, 100)
  })

test('a name has a limit, and the refusal names the field and not the text', () => {
  requireVisible('name', 'x'.repeat(10), 10)
  assert.throws(
    () => requireVisible('name', 'y'.repeat(11), 10),
    (error) =>
      error instanceof Refusal && error.faults[0]?.field === '/name' && !error.message.includes('yyyy'),
  )
})

const anyText = fc.string({ unit: 'binary', maxLength: 40 })
const hiddenNow = /[\p{C}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Zl}\p{Zp}]/u

test('whatever a text is, its escape hides nothing, and a text in which nothing is hidden stays as it is', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const escaped = escapeHidden(text)
      assert.doesNotMatch(escaped, hiddenNow)
      assert.equal(escaped === text, !hiddenNow.test(text))
    }),
    { numRuns: 2000 },
  )
})

test('whatever a value is, its visible JSON is that of the value, and hides nothing but its own line breaks', () => {
  const value = fc.oneof(fc.jsonValue(), fc.dictionary(anyText, anyText), anyText)
  fc.assert(
    fc.property(value, fc.constantFrom(undefined, 2), (given, indent) => {
      const text = visibleJson(given, indent)
      assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(given)))
      assert.doesNotMatch(text.replaceAll('\n', ''), hiddenNow)
      if (indent === undefined) assert.doesNotMatch(text, /\n/)
    }),
    { numRuns: 1000 },
  )
})

test('escapes are written so that one can see what was there', () => {
  assert.equal(escapeHidden('a\u001b[31m\u202e\u{e0061}\n'), 'a\\u001b[31m\\u202e\\u{e0061}\\u000a')
  assert.equal(escapeHiddenInLines('a\u0007\nb'), 'a\\u0007\nb')
})

test('a line of the server’s log is one line, and commands no terminal', () => {
  let written = ''
  const log = jsonLog(
    (text) => (written += text),
    () => 0,
  )
  log.error('x', new Error('a\u009b31m\u202e'), { name: 'b\u2028c\nd' })
  assert.doesNotMatch(written.slice(0, -1), hiddenNow)
  assert.equal(JSON.parse(written).name, 'b\u2028c\nd')
})

test('an error is written with its stack, where it has one, and with what caused it', () => {
  const lines: string[] = []
  const log = jsonLog(
    (line) => lines.push(line),
    () => 0,
  )
  const stackless = new Error('without')
  delete stackless.stack
  const error = new Error('no', { cause: new Error('why', { cause: 'a text' }) })
  for (const one of [stackless, error, 'thrown']) log.error('x', one)
  const [first, second = '', third] = lines.map((line) => (JSON.parse(line) as { error: string }).error)
  assert.deepEqual([first, third], ['without', 'thrown'])
  const [own, why, text] = second.split('\ncaused by ')
  assert.match(own ?? '', /^Error: no\n +at .*text\.test\.ts/)
  assert.match(why ?? '', /^Error: why\n +at .*text\.test\.ts/)
  assert.equal(text, 'a text')
})

test('of a log that wants failures alone, no warning is written', () => {
  for (const [level, expected] of [
    ['warn', ['warn', 'error']],
    ['error', ['error']],
  ] as const) {
    const lines: string[] = []
    const log = jsonLog(
      (line) => lines.push(line),
      () => 0,
      level,
    )
    log.warn('several_processes')
    log.error('job_failed', new Error('no'))
    const levels = lines.map((line) => (JSON.parse(line) as { level: string }).level)
    assert.deepEqual(levels, expected)
  }
})
