import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const source = join(import.meta.dirname, '../../packages/console/src')

test('no form of the console is made anew by what the page loads: what somebody types into it would be lost', () => {
  const files = globSync('**/*.tsx', { cwd: source })
  assert.ok(files.length > 100)
  const found = files.filter((file) => /<Form\s[^>]*?\bkey=/.test(readFileSync(join(source, file), 'utf8')))
  // What is stored is shown by `Edited`, which waits for whoever has begun to type.
  assert.deepEqual(found, [])
})
