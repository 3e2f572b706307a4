import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { buildConsole } from './console.ts'

test('the console is built with one script for each page, and its names follow from its content', () => {
  const { files, preload } = buildConsole()
  const names = [...files.keys()]
  // The sign-in page belongs to the first script.
  const pages = globSync('packages/console/src/pages/*/page.tsx').filter(
    (file) => !file.includes('/sign-in/'),
  )
  assert.equal(names.filter((name) => /^page-[A-Z2-7]{8}\.js$/.test(name)).length, pages.length)
  for (const name of preload) assert.ok(files.has(name), name)
  assert.deepEqual([...buildConsole().files], [...files])
})

test('the words of a page are in its own script only', () => {
  const { files } = buildConsole()
  const holders = [...files].filter(([name, text]) => name.endsWith('.js') && text.includes('Claim a device'))
  assert.equal(holders.length, 1)
  assert.match(holders[0]?.[0] ?? '', /^page-/)
})

test('what is loaded before the first page is at most 35 kB, and a page at most 15 kB more, each by gzip', () => {
  const { files, preload } = buildConsole()
  const bytesOf = (name: string) => gzipSync(files.get(name) ?? assert.fail(name)).length
  const sumOf = (names: Iterable<string>) => [...names].reduce((sum, name) => sum + bytesOf(name), 0)
  const first = new Set(['main.js', 'console.css', ...preload])
  assert.ok(sumOf(first) <= 35_000, `${sumOf(first)} bytes at first`)
  for (const page of [...files.keys()].filter((name) => /^page-.*js$/.test(name))) {
    const more = sumOf(importsOf(page, files).difference(first))
    assert.ok(more <= 15_000, `${more} bytes for ${page}`)
  }
})

/** A script and those that it imports before it runs. */
function importsOf(name: string, files: ReadonlyMap<string, string>, found = new Set<string>()): Set<string> {
  found.add(name)
  for (const [, other = ''] of (files.get(name) ?? '').matchAll(/(?:from|import)"\.\/([\w-]+\.js)"/g))
    if (!found.has(other)) importsOf(other, files, found)
  return found
}
