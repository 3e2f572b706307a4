import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const isInstalled = existsSync(here('node_modules'))
const skip = isInstalled ? false : 'the frameworks are not installed: npm ci --prefix examples/frameworks'

const strictness = {
  'as strict as ours': [],
  'strict as most programs are': [
    '--exactOptionalPropertyTypes',
    'false',
    '--noUncheckedIndexedAccess',
    'false',
  ],
}

for (const [name, options] of Object.entries(strictness)) {
  test(`what types/ says fits each framework does, and what it says does not is an error: ${name}`, {
    skip,
  }, () => {
    const { status, stdout } = spawnSync('tsc', ['--noEmit', '-p', here('types'), ...options], {
      encoding: 'utf8',
    })
    assert.equal(status, 0, stdout)
  })
}

test('a program that also has express-oauth2-jwt-bearer compiles', { skip }, () => {
  const { stdout } = spawnSync('tsc', ['--noEmit', '-p', here('types-beside')], { encoding: 'utf8' })
  // Two packages declare one member. Of packages that is not reported (skipLibCheck); here one of them is our source.
  const errors = stdout.split('\n').filter((line) => /error TS\d+/.test(line))
  assert.deepEqual(
    errors.filter((line) => !/adapters.express\.ts.* error TS2717:/.test(line)),
    [],
    stdout,
  )
})

test('every guard has its types held', () => {
  const manifest: unknown = JSON.parse(readFileSync(here('../../packages/latchkey/package.json'), 'utf8'))
  const { exports } = manifest as { exports: Readonly<Record<string, unknown>> }
  const guards = Object.keys(exports).flatMap(
    (path) => /^\.\/guard\/(?!revocation-list)(.+)$/.exec(path)?.[1] ?? [],
  )
  const held = new Set(readdirSync(here('types')))
  assert.deepEqual(
    guards.filter((guard) => !held.has(`${guard}.ts`)),
    [],
  )
})
