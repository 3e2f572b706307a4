import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'

/** The condition must be there when the process starts, so the tests of this folder run in one of their own. */
test('the library as browsers get it, in a process that resolves as they do', async () => {
  const files = ['in-browsers', 'keys-in-browsers', 'cache-in-browsers', 'options-in-browsers'].map((name) =>
    join(import.meta.dirname, '../../../test/token/browsers', `${name}.ts`),
  )
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const child = spawn(
    process.execPath,
    [
      ...['--conditions=latchkey-source', '--conditions=browser'],
      ...['--test', '--test-isolation=none', '--test-reporter=tap', ...files],
    ],
    { env, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let output = ''
  child.stdout.on('data', (text) => (output += text))
  child.stderr.on('data', (text) => (output += text))
  const [code] = await once(child, 'close')
  assert.equal(code, 0, output)
  assert.ok(Number(/^# pass (\d+)$/m.exec(output)?.[1]) > 250, output)
})
