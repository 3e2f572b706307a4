import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import {
  circlesIn,
  faultsOf,
  isOwned,
  needlessExceptions,
  ownerFaultsOf,
  readAllSources,
  readSources,
  supportFaultsOf,
  tablesOf,
} from './architecture.ts'

test('every source keeps to its place', () => {
  const sources = readSources()
  assert(sources.length > 100, 'the sources were not found')
  assert(
    sources.some(({ file }) => file.endsWith('.tsx')),
    'the pages of the console were not found',
  )
  assert.deepEqual(sources.flatMap(faultsOf), [])
})

const everything = readAllSources()

test('what ships knows no test support, and no package reaches into another or up to the tools', () => {
  assert(everything.length > 600, 'the sources were not found')
  assert.deepEqual(everything.flatMap(supportFaultsOf), [])
})

test('no files import one another in a circle, types included, but for named ones', () => {
  assert.deepEqual(circlesIn(everything), [])
})

test('each table is written by the store of one folder', () => {
  const stores = everything.filter(({ file }) => file.endsWith('/store.ts'))
  assert(stores.length > 8, 'the stores were not found')
  assert.deepEqual(stores.flatMap(ownerFaultsOf), [])
  const migrations = everything.filter(({ file }) => file.includes('/database/migrations/'))
  const tables = tablesOf(migrations)
  assert(tables.length > 15, 'the tables were not found')
  assert.deepEqual(
    tables.filter((table) => !isOwned(table)),
    [],
  )
})

test('every exception is still needed', () => {
  assert.deepEqual(needlessExceptions(everything), [])
})

const plantedSupport = [
  {
    name: 'a source that imports test support',
    file: 'packages/server/src/devices/a.ts',
    text: `import { openTestApp } from '../../test/app.ts'`,
  },
  {
    name: 'a source that imports the support of tests of several packages',
    file: 'packages/server/src/devices/a.ts',
    text: `import { inChromium } from '../../../../tests/support/chromium.ts'`,
  },
  {
    name: 'a source that imports a test',
    file: 'packages/latchkey/src/token/a.ts',
    text: `import { rows } from './b.test.ts'`,
  },
  {
    name: 'a source that imports a tool',
    file: 'packages/server/src/devices/a.ts',
    text: `import { buildConsole } from '../../../../tools/build/console.ts'`,
  },
  {
    name: 'a test that imports a tool',
    file: 'packages/server/src/devices/a.test.ts',
    text: `import { buildConsole } from '../../../../tools/build/console.ts'`,
  },
  {
    name: 'a test that finds a tool by an address',
    file: 'packages/latchkey/src/token/a.test.ts',
    text: `const tool = new URL('../../../../tools/build/library.ts', import.meta.url)`,
  },
  {
    name: 'a test that reaches into another package',
    file: 'packages/server/src/devices/a.test.ts',
    text: `import { createKeeper } from '../../../latchkey/src/client/keeper.ts'`,
  },
]
for (const { name, file, text } of plantedSupport) {
  test(`the architecture refuses ${name}`, () => {
    assert.notDeepEqual(supportFaultsOf({ file, text }), [])
  })
}

test('the architecture lets a test import test support, and a package by its name', () => {
  const text = `import { openTestApp } from '../../test/app.ts'\nimport { createVerifier } from 'latchkey/token'`
  assert.deepEqual(supportFaultsOf({ file: 'packages/server/src/devices/a.test.ts', text }), [])
})

const plantedWrites = [
  { name: 'updates a table of another folder', text: 'UPDATE users SET username = $1' },
  { name: 'inserts into a table of another folder', text: 'INSERT INTO\n  sessions (id) VALUES ($1)' },
  { name: 'deletes from a table of a folder within it', text: 'DELETE FROM relations WHERE uid = $1' },
  { name: 'writes a table that nobody owns', text: 'INSERT INTO lamps (id) VALUES ($1)' },
]
for (const { name, text } of plantedWrites) {
  test(`the architecture refuses a store that ${name}`, () => {
    assert.notDeepEqual(ownerFaultsOf({ file: 'packages/server/src/devices/store.ts', text }), [])
  })
}

test('the architecture lets a store write its own tables and read others', () => {
  const text =
    'UPDATE devices SET name = $1 …; SELECT * FROM users …; INSERT INTO devices … DO UPDATE SET name = $1'
  assert.deepEqual(ownerFaultsOf({ file: 'packages/server/src/devices/store.ts', text }), [])
})

const plantedCircles = [
  { name: 'two files', imports: { a: ['b'], b: ['a'] } },
  { name: 'three files', imports: { a: ['b'], b: ['c'], c: ['a'] } },
  { name: 'files behind one that is in no circle', imports: { a: ['b'], b: ['c'], c: ['b'] } },
]
for (const { name, imports } of plantedCircles) {
  test(`the architecture refuses a circle of ${name}`, () => {
    const sources = Object.entries(imports).map(([file, targets]) => ({
      file: `packages/server/src/devices/${file}.ts`,
      text: targets.map((target) => `import type { A } from './${target}.ts'`).join('\n'),
    }))
    assert.equal(circlesIn(sources).length, 1)
  })
}

test('the architecture lets two files import a third', () => {
  const sources = [
    { file: 'packages/server/src/devices/a.ts', text: `import './c.ts'\nimport './b.ts'` },
    { file: 'packages/server/src/devices/b.ts', text: `import './c.ts'` },
    { file: 'packages/server/src/devices/c.ts', text: `import 'latchkey/token'` },
  ]
  assert.deepEqual(circlesIn(sources), [])
})

test('an exception that nothing needs is a fault', () => {
  assert.ok(needlessExceptions([]).length > 0)
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
