import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { test } from 'node:test'
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
