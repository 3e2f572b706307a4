import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { story } from './demo/story.ts'

test('the demo tells its whole story on real processes, and each step holds', async () => {
  const program = fileURLToPath(new URL('../../bin/latchkey.js', import.meta.url))
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...process.execArgv, program, '--json', 'demo'],
    {
      timeout: 60_000,
    },
  )
  const { held, steps } = JSON.parse(stdout) as { held: boolean; steps: { proof: string }[] }
  assert.equal(held, true)
  assert.equal(steps.length, story.length)
  for (const { proof } of steps) assert.notEqual(proof, '')
})

test('the program’s first file names nothing that an old Node could miss', async () => {
  const text = await readFile(new URL('../../bin/latchkey.js', import.meta.url), 'utf8')
  assert.doesNotMatch(text, /import \{[^}]*\} from 'node:module'/)
})

test('what was compiled is kept where no other user of the machine can write', async () => {
  const temporary = mkdtempSync(join(tmpdir(), 'latchkey-program-'))
  try {
    const program = fileURLToPath(new URL('../../bin/latchkey.js', import.meta.url))
    const { NODE_COMPILE_CACHE: _, ...env } = process.env
    await promisify(execFile)(process.execPath, [...process.execArgv, program, '--version'], {
      env: { ...env, TMPDIR: temporary },
    })
    assert.deepEqual(readdirSync(temporary), [])
  } finally {
    rmSync(temporary, { recursive: true })
  }
})
