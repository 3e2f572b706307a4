import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anchorFaultsOf } from './anchors.ts'
import { readAllSources, readSources } from './architecture.ts'

test('a pattern of a whole text has its anchors from wholeText', () => {
  const sources = readSources()
  const reading = sources.filter(({ text }) => text.includes('wholeText('))
  assert(reading.length > 100, 'the sources were not found')
  assert.deepEqual(sources.flatMap(anchorFaultsOf), [])
})

test('both packages have the same wholeText', () => {
  const all = readAllSources().filter(({ file }) => file.endsWith('/src/whole-text.ts'))
  assert.equal(all.length, 2)
  assert.equal(all[0]?.text, all[1]?.text)
})

const server = 'packages/server/src/devices/a.ts'
for (const { name, file = server, text } of [
  { name: 'in a constant', text: 'const uid = /^[a-z]{21}$/' },
  { name: 'with flags', text: 'const uid = /^[a-z]{21}$/iu' },
  { name: 'in a call', text: 'if (/^[a-z]{21}$/.test(uid)) throw uid' },
  { name: 'in a schema', text: 'const uid = v.pipe(v.string(), v.regex(/^[a-z]{21}$/))' },
  { name: 'of the library', file: 'packages/latchkey/src/token/a.ts', text: 'const part = /^[\\w-]+$/' },
  { name: 'of the command line', file: 'packages/server/src/cli/users/a.ts', text: 'const days = /^\\d+$/' },
  { name: 'given to wholeText', text: 'const uid = wholeText(/^[a-z]{21}$/)' },
  { name: 'with an alternative to each', text: "const host = name.replace(/^\\[|\\]$/g, '')" },
  { name: 'behind an escaped backslash', text: String.raw`const path = /^[a-z]\\$/` },
  { name: 'made of a text', text: "const uid = new RegExp('^[a-z]{21}$')" },
  { name: 'made of a template', text: 'const uid = new RegExp(`^[a-z]{21}$`)' },
  { name: 'made of a sum', text: "const uid = RegExp('^' + letters + '$', 'i')" },
  { name: 'behind another one that is right', text: 'const a = wholeText(/a/)\nconst b = /^b$/' },
]) {
  test(`both anchors are refused: ${name}`, () => {
    const faults = anchorFaultsOf({ file, text })
    assert.equal(faults.length, 1)
    assert.match(faults[0] ?? '', /:[12]: .*wholeText/)
  })
}

for (const flag of ['m', 'g', 'y']) {
  test(`wholeText is refused a pattern with the flag ${flag}`, () => {
    assert.equal(anchorFaultsOf({ file: server, text: `const a = wholeText(/a/i${flag})` }).length, 1)
  })
}

for (const { name, file = server, text } of [
  { name: 'wholeText', text: 'const uid = wholeText(/[a-z]{21}/i)' },
  { name: 'the beginning alone', text: 'const bearer = /^Bearer /i' },
  { name: 'the end alone', text: "const base = url.replace(/\\/+$/, '')" },
  { name: 'an end that is an escaped letter', text: String.raw`const price = /^\d+\$/` },
  { name: 'an escaped letter of a text', text: String.raw`const price = new RegExp('^\\d+\\$')` },
  { name: 'an anchor of one of several alternatives', text: 'const weak = /^(?:md5|[0-9a-f]{32}$)/' },
  { name: 'lines', text: "const quoted = text.replaceAll(/^.*$/gm, '> $&')" },
  { name: 'a comment', text: '// A uid is /^[a-z]{21}$/.' },
  { name: 'a port', file: 'packages/latchkey/src/compat/pyjwt/a.ts', text: 'const whole = /^-?\\d+$/' },
  { name: 'the console', file: 'packages/console/src/pages/a.ts', text: 'const whole = /^\\d+$/' },
]) {
  test(`of anchors is let pass: ${name}`, () => {
    assert.deepEqual(anchorFaultsOf({ file, text }), [])
  })
}
