import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { test } from 'node:test'

// What people are told, in letters and on pages: in Chinese as much as in English, and of the same. Every function of every table of
// words is called in both languages with the same values; those that are not texts have a row here.

type Said =
  | string
  | number
  | readonly Said[]
  | { readonly [name: string]: Said }
  | ((...given: never[]) => Said)

/** A value that is found again in what is said. */
const probe = (n: number) => `⟦${n}⟧`

const person = { username: probe(1), at: probe(2), address: probe(5) }
const command = { application: probe(1), device: probe(2), method: probe(3), address: probe(5) }
const ofEach = (...kinds: readonly string[]) => kinds.map((kind) => [kind, probe(1), probe(2), probe(3)])

/** What the functions are called with that take other than texts, by their names; more than one where they say different things. */
const given: Readonly<Record<string, readonly (readonly unknown[])[]>> = {
  factorsChanged: ofEach(
    ...['added', 'replaced', 'removed', 'passkey_added', 'passkey_made', 'passkey_removed', 'passkey_copied'],
    ...['codes_renewed', 'reset'],
  ),
  identityChanged: ofEach('linked', 'unlinked'),
  dataDownloaded: [true, false].map((isOwn) => [isOwn, probe(1), probe(2)]),
  signIn: ['new_browser', 'new_region', 'after_failures'].flatMap((why) => [
    [why, { ...person, browser: probe(3), region: probe(4) }, probe(6)],
    [why, { ...person, browser: null, region: null }, probe(6)],
    [why, { ...person, browser: null, region: null, address: null }, probe(6)],
  ]),
  commandAsked: [
    [{ ...command, region: probe(4) }, probe(6)],
    [{ ...command, region: null }, probe(6)],
  ],
  atMost: [[9, 1]],
  codeWords: [probe(3), ''].map((address) => [probe(1), probe(2), { address }, probe(4)]),
  attributesWrong: [[[probe(1), probe(2)]]],
  subject: ['open', 'continues', 'flapping', 'over'].map((notice) => [notice, probe(1), probe(2), probe(3)]),
  named: [
    [probe(1), 7],
    [probe(1), 0],
  ],
}

/** Its punctuation as well, which is all that some texts have around the values. */
const hasChinese = (text: string) => /[\p{Script=Han}\u3000-\u303f\uff00-\uffef]/u.test(text)

interface Both {
  readonly en: Said
  readonly zh: Said
}

function compare({ en, zh }: Both, path: readonly string[], count: () => void): void {
  const name = path.join('.')
  if (typeof en === 'number' && typeof zh === 'number') assert.equal(zh, en, name)
  else if (typeof en === 'function' && typeof zh === 'function') {
    assert.equal(zh.length, en.length, name)
    const each = (value: (n: number) => unknown) =>
      Array.from({ length: Math.max(en.length, 4) }, (_, n) => value(n + 1))
    // Where they count, none and one are said in words of their own.
    const usual = [each(probe), each(() => 1), each(() => 0)]
    for (const row of given[path.at(-1) ?? ''] ?? usual) {
      const call = (say: (...given: never[]) => Said) => say(...(row as never[]))
      compare({ en: call(en), zh: call(zh) }, [...path, JSON.stringify(row)], count)
    }
  } else if (typeof en === 'string' && typeof zh === 'string') {
    count()
    const found = (text: string) => [...new Set(text.match(/⟦\d⟧/g))].toSorted()
    assert.deepEqual(found(zh), found(en), name)
    assert.doesNotMatch(en + zh, /undefined|null|\[object|NaN/, name)
    // Each calls the other language by its own name. What is a name itself, or a value alone, is the same in both.
    const [chinese, english] = path.at(-1) === 'otherLanguage' ? [en, zh] : [zh, en]
    assert.equal(hasChinese(english), false, name)
    if (zh !== en) assert.equal(hasChinese(chinese), true, name)
  } else {
    assert.deepEqual([typeof en, typeof zh], ['object', 'object'], name)
    const [ours, theirs] = [Object.entries(en), Object.entries(zh)]
    assert.deepEqual(theirs.map(([key]) => key).toSorted(), ours.map(([key]) => key).toSorted(), name)
    for (const [key, said] of ours) {
      compare({ en: said, zh: (zh as Record<string, Said>)[key] ?? assert.fail(name) }, [...path, key], count)
    }
  }
}

/** A path of this repository, and the number of tables that there are at least. */
const places = { 'packages/server/src': 14, 'packages/console/src': 50 }

for (const [place, least] of Object.entries(places)) {
  const root = new URL(`../${place}/`, import.meta.url)
  const files = globSync('**/*.ts', { cwd: root }).filter((file) => /words?(\.ts|\/)/.test(file))
  const tables: string[] = []
  for (const file of files.filter((file) => !file.endsWith('.test.ts')).toSorted()) {
    // By a computed address, because the console is type-checked by a configuration of its own.
    const module: Record<string, unknown> = await import(new URL(file, root).href)
    for (const [name, table] of Object.entries(module)) {
      if (typeof table !== 'object' || table === null || !('en' in table && 'zh-Hant' in table)) continue
      tables.push(name)
      test(`${name} of ${place}/${file} says the same in both languages`, () => {
        let texts = 0
        compare({ en: table.en as Said, zh: table['zh-Hant'] as Said }, [name], () => (texts += 1))
        assert.ok(texts > 0)
      })
    }
  }

  test(`no table of words of ${place} is left out`, () =>
    assert.ok(tables.length >= least, String(tables.length)))
}
