import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { pages } from '../app/pages.ts'
import { passkeysWords } from '../pages/account-security/passkey-words.ts'
import { apiKeyWords, keyLossWords } from './api-keys.ts'
import { passkeyWords } from './passkeys.ts'
import { serviceWords } from './services.ts'
import { shared } from './shared.ts'
import { shownOnceWords } from './shown-once.ts'
import { type Translated, translations } from './translations.ts'

type Said = string | ((...given: unknown[]) => string)
type Catalogue = Readonly<Record<string, Said>>

const folder = resolve(import.meta.dirname, '../pages')
const catalogues: { name: string; words: Translated<Catalogue> }[] = [
  { name: 'shared', words: shared as Translated<Catalogue> },
]
for (const file of globSync('*/words.ts', { cwd: folder })) {
  const { words } = (await import(pathToFileURL(resolve(folder, file)).href)) as {
    words: Translated<Catalogue>
  }
  catalogues.push({ name: basename(dirname(file)), words })
}

const ofPages = catalogues.slice(1).map(({ name }) => name)
catalogues.push(
  { name: 'words of services', words: serviceWords as Translated<Catalogue> },
  { name: 'words of API keys', words: apiKeyWords as Translated<Catalogue> },
  { name: 'words of what ended API keys', words: keyLossWords as Translated<Catalogue> },
  { name: 'words of what is shown once', words: shownOnceWords as Translated<Catalogue> },
  { name: 'words of passkeys', words: passkeyWords as Translated<Catalogue> },
  { name: 'words of the passkeys of an account', words: passkeysWords as Translated<Catalogue> },
)

test('every page has words', () => {
  assert.deepEqual(globSync('*/page.tsx', { cwd: folder }).map(dirname).sort(), ofPages.sort())
})

for (const { name, words } of catalogues) {
  test(`both languages say the same things, and none is empty: ${name}`, () => {
    const { en, 'zh-Hant': zhHant } = words
    assert.deepEqual(Object.keys(zhHant), Object.keys(en))
    for (const [language, catalogue] of Object.entries(words)) {
      for (const [name, word] of Object.entries(catalogue)) {
        // Values that must be in the text.
        const said = typeof word === 'function' ? word(71, 72) : word
        assert.match(said, typeof word === 'function' ? /7[12]/ : /\S/, `${language}: ${name}`)
      }
    }
  })

  test(`Chinese is written in Chinese, with full-width punctuation: ${name}`, () => {
    // In Latin letters, or what stands between words.
    const withoutHan = new Set(['console', 'uid', 'otherLanguage', 'payloadHint', 'and'])
    for (const [name, word] of Object.entries(words['zh-Hant'])) {
      const said = typeof word === 'function' ? word(1, 2) : word
      if (!withoutHan.has(name)) assert.match(said, /\p{Script=Han}/u, name)
      // The name of a scope has its own colon.
      assert.doesNotMatch(said.replaceAll(/[a-z-]+:[a-z-]+/g, ''), /[,;:!?()]/, name)
    }
  })

  test(`no word hides a shared one, or says it again: ${name}`, () => {
    if (name === 'shared') return
    for (const [own, word] of Object.entries(words.en)) {
      assert.ok(!(own in shared.en), `${own} is a shared word`)
      if (typeof word === 'string') assert.ok(!Object.values(shared.en).includes(word), `${word} is shared`)
    }
  })
}

test('every title is in both languages', () => {
  for (const { path, title } of pages) {
    assert.match(title.en, /^[A-Z]/, path)
    assert.match(title['zh-Hant'], /\p{Script=Han}/u, path)
  }
})

test('a translation that lacks a word, has one too many or takes other values does not compile', () => {
  // @ts-expect-error: b is missing
  translations({ a: 'A', b: 'B' }, { a: '甲' })
  // @ts-expect-error: b is not in English
  translations({ a: 'A' }, { a: '甲', b: '乙' })
  // @ts-expect-error: a takes a number
  translations({ a: (count: number) => `${count}` }, { a: (name: string) => name })
})
