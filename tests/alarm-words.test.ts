import assert from 'node:assert/strict'
import { test } from 'node:test'
import { words } from '../packages/server/src/alarms/words.ts'

// Letters are written by the server and pages by the console, which knows the server by its interface alone: each has its own words.
// Imported by a computed address, because the console is type-checked by a configuration of its own.
const console = new URL('../packages/console/src/words/alarms.ts', import.meta.url).href

test('an alarm and its severity are called the same in letters and on pages', async () => {
  const { alarmWords } = (await import(console)) as {
    readonly alarmWords: Readonly<Record<string, Readonly<Record<string, string>>>>
  }
  for (const [language, { rules, severities }] of Object.entries(words)) {
    const called = Object.entries({ ...rules, ...severities })
    assert.ok(called.length > 10)
    for (const [name, word] of called) assert.equal(alarmWords[language]?.[name], word, `${language} ${name}`)
  }
})
