import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asciiWords, strip, words } from './text.ts'

const rows: readonly { name: string; text: string; strip: string; words: string[]; ascii: string[] }[] = [
  { name: 'nothing', text: '', strip: '', words: [], ascii: [] },
  { name: 'blanks alone', text: ' \t\n', strip: '', words: [], ascii: [] },
  { name: 'blanks of ASCII', text: ' a\t b\r\n', strip: 'a\t b', words: ['a', 'b'], ascii: ['a', 'b'] },
  { name: 'U+001C and U+001F', text: '\x1ca\x1f', strip: 'a', words: ['a'], ascii: ['\x1ca\x1f'] },
  { name: 'U+0085', text: 'a\x85b\x85', strip: 'a\x85b', words: ['a', 'b'], ascii: ['a\x85b\x85'] },
  { name: 'U+00A0', text: '\xa0a', strip: 'a', words: ['a'], ascii: ['\xa0a'] },
  { name: 'U+2003', text: '\u2003a', strip: 'a', words: ['a'], ascii: ['\u2003a'] },
  { name: 'U+3000', text: 'a\u3000', strip: 'a', words: ['a'], ascii: ['a\u3000'] },
  {
    name: 'U+FEFF, which is no blank',
    text: '\ufeffa',
    strip: '\ufeffa',
    words: ['\ufeffa'],
    ascii: ['\ufeffa'],
  },
  {
    name: 'U+180E and U+200B',
    text: '\u180ea\u200b',
    strip: '\u180ea\u200b',
    words: ['\u180ea\u200b'],
    ascii: ['\u180ea\u200b'],
  },
]

for (const { name, text, ...wanted } of rows) {
  test(`text is taken apart as Python does: ${name}`, () => {
    assert.deepEqual({ strip: strip(text), words: words(text), ascii: asciiWords(text) }, wanted)
  })
}
