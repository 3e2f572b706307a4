import assert from 'node:assert/strict'
import { test } from 'node:test'
import { words } from './words.ts'

test('both languages say the same things, and none of them nothing', () => {
  const { en, 'zh-Hant': zhHant } = words
  assert.deepEqual(Object.keys(zhHant), Object.keys(en))
  for (const [language, catalogue] of Object.entries(words)) {
    for (const [name, word] of Object.entries(catalogue)) {
      // Filled with something that must stand in what is said.
      const said = typeof word === 'function' ? (word as (...given: unknown[]) => string)(71, 72) : word
      assert.match(said, typeof word === 'function' ? /7[12]/ : /\S/, `${language}: ${name}`)
    }
  }
})

test('Chinese is written in Chinese, with full-width punctuation', () => {
  const inLatin = new Set(['title', 'uid', 'otherLanguage', 'payloadHint'])
  for (const [name, word] of Object.entries(words['zh-Hant'])) {
    const said = typeof word === 'function' ? (word as (...given: unknown[]) => string)(1, 2) : word
    if (!inLatin.has(name)) assert.match(said, /\p{Script=Han}/u, name)
    assert.doesNotMatch(said, /[,;:!?()]/, name)
  }
})
