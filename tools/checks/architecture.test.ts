import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { faultsOf, readSources } from './architecture.ts'

test('every source keeps to its place', () => {
  const sources = readSources()
  assert(sources.length > 100, 'the sources were not found')
  assert(
    sources.some(({ file }) => file.endsWith('.tsx')),
    'the pages of the console were not found',
  )
  assert.deepEqual(sources.flatMap(faultsOf), [])
})

const planted = [
  {
    name: 'a part that imports another part',
    file: 'devices/a.ts',
    text: `import { findUser } from '../accounts/store.ts'`,
  },
  {
    name: 'the log that knows accounts',
    file: 'activity/a.ts',
    text: `import { findUser } from '../accounts/store.ts'`,
  },
  {
    name: 'tokens that ask sessions',
    file: 'tokens/a.ts',
    text: `import { endSession } from '../sessions/end.ts'`,
  },
  {
    name: 'the HTTP edge that knows a part',
    file: 'http/a.ts',
    text: `import { claim } from '../devices/claims.ts'`,
  },
  {
    name: 'the MQTT edge that knows a part',
    file: 'mqtt/a.ts',
    text: `import { claim } from '../devices/claims.ts'`,
  },
  {
    name: 'a part that imports the wiring',
    file: 'devices/a.ts',
    text: `import { createApp } from '../app.ts'`,
  },
  {
    name: 'a part that imports a command',
    file: 'devices/a.ts',
    text: `import { table } from '../cli/output.ts'`,
  },
  { name: 'a driver outside database', file: 'tokens/a.ts', text: `import postgres from 'postgres'` },
  {
    name: 'an import that is made later',
    file: 'devices/a.ts',
    text: `const { findUser } = await import('../accounts/store.ts')`,
  },
  {
    name: 'a name passed on from another part',
    file: 'devices/a.ts',
    text: `export { findUser } from '../accounts/store.ts'`,
  },
  {
    name: 'a folder that nobody has placed',
    file: 'helpers/a.ts',
    text: `import { claim } from '../devices/claims.ts'`,
  },
  { name: 'SQL outside a store', file: 'devices/a.ts', text: 'const sql = `SELECT * FROM devices`' },
  {
    name: 'a second place that hashes passwords',
    file: 'devices/a.ts',
    text: `import { argon2 } from 'node:crypto'`,
  },
  {
    name: 'a second way to a session',
    file: 'oauth/a.ts',
    text: `import { insertSession } from '../sessions/store.ts'`,
  },
  { name: 'state of a module', file: 'devices/a.ts', text: `let count = 0` },
]
for (const { name, file, text } of planted) {
  test(`the architecture refuses ${name}`, () => {
    assert.notDeepEqual(faultsOf({ file: `packages/server/src/${file}`, text }), [])
  })
}

test('the architecture refuses a dependency of the library', () => {
  const source = { file: 'packages/latchkey/src/token/a.ts', text: `import { z } from 'zod'` }
  assert.notDeepEqual(faultsOf(source), [])
})

for (const { file, text } of [
  { file: 'a.ts', text: `import { startServer } from '../../server/src/main.ts'` },
  { file: 'a.ts', text: `import { createKeeper } from '../../latchkey/src/client/keeper.ts'` },
  { file: 'a.ts', text: `import { createVerifier } from 'latchkey/token'` },
  { file: 'a.ts', text: `import { pages } from './app/pages.ts'` },
  { file: 'pages/people/page.tsx', text: `import { relationWord } from '../devices/page.tsx'` },
  { file: 'pages/people/page.tsx', text: `import { pages } from '../../app/pages.ts'` },
  { file: 'elements/list.tsx', text: `import { words } from '../pages/people/words.ts'` },
  { file: 'elements/list.tsx', text: `const { Page } = await import('../pages/people/page.tsx')` },
  { file: 'api/api.ts', text: `import { useConsole } from '../context.ts'` },
  { file: 'words/shared.ts', text: `import type { Api } from '../api/api.ts'` },
  { file: 'helpers/a.ts', text: `import { h } from 'preact'` },
  { file: 'pages/a.ts', text: `import { h } from 'preact'` },
  { file: 'pages/people/parts/a.ts', text: `import { h } from 'preact'` },
]) {
  test(`the architecture refuses of the console: ${text} in ${file}`, () => {
    assert.notDeepEqual(faultsOf({ file: `packages/console/src/${file}`, text }), [])
  })
}

test('the library has no dependencies, and every version is exact', () => {
  const library = readManifest('packages/latchkey/package.json')
  assert.deepEqual(library.dependencies ?? {}, {})
  const workspaces = ['console', 'latchkey', 'server'].map((name) => `packages/${name}/package.json`)
  for (const file of ['package.json', ...workspaces]) {
    const { dependencies, devDependencies, optionalDependencies } = readManifest(file)
    for (const [name, version] of Object.entries({
      ...dependencies,
      ...devDependencies,
      ...optionalDependencies,
    })) {
      assert.match(version, /^\d+\.\d+\.\d+(-[\w.]+)?$/, `${file}: ${name} ${version}`)
    }
  }
})

test('the lock file holds no download addresses, and nothing is run at install', () => {
  assert.doesNotMatch(readFileSync('package-lock.json', 'utf8'), /"resolved": "http/)
  assert.match(readFileSync('.npmrc', 'utf8'), /^ignore-scripts=true$/m)
})

type Dependencies = Readonly<Record<string, string>>
function readManifest(file: string) {
  return JSON.parse(readFileSync(file, 'utf8')) as {
    dependencies?: Dependencies
    devDependencies?: Dependencies
    optionalDependencies?: Dependencies
  }
}
