import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { bundleLibrary, readEntries, sourceOf } from './library.ts'

const library = join(import.meta.dirname, '../../packages/latchkey')
const entries = Object.entries(readEntries())

test('each entry of the library names one source, and the files that are built of it', () => {
  assert.ok(entries.length > 10)
  for (const [subpath, entry] of entries) {
    const source = sourceOf(entry['latchkey-source'])
    assert.ok(existsSync(join(library, source)), `${subpath} names ${source}`)
    const built = source.replace(/^\.\/src\/(.*)\.ts$/, '$1')
    assert.equal(entry.types, `./dist/${built}.d.ts`, subpath)
    assert.equal(entry.module, `./dist/${built}.js`, subpath)
    assert.equal(entry.node, `./dist/node/${built}.js`, subpath)
    // The first condition that fits is taken, so bundlers for Node must meet theirs before it.
    assert.deepEqual(
      Object.keys(entry).filter((condition) => condition !== 'browser'),
      ['latchkey-source', 'types', 'module', 'node', 'default'],
      subpath,
    )
  }
})

test('as Node gets it, each entry loads by import and by require, and entries share what they share', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-entries-'))
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  await bundleLibrary(folder)
  const files = entries.map(([, { node }]) => join(folder, String(node).replace('./dist/node/', '')))
  const program = `
    import { createRequire } from 'node:module'
    const require = createRequire(import.meta.url)
    const alike = []
    for (const file of process.argv.slice(1)) {
      const imported = await import(file)
      if (Object.keys(imported).length === 0) throw new Error(file + ' exports nothing')
      alike.push(Object.is(require(file), imported))
    }
    const guard = await import(process.argv.find((file) => file.endsWith('guard/index.js')))
    const list = await import(process.argv.find((file) => file.endsWith('revocations/revocation-list.js')))
    console.log(JSON.stringify({ alike, shared: guard.createRevocationList === list.createRevocationList }))
  `
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', program, ...files], {
    cwd: folder,
    encoding: 'utf8',
  })
  assert.deepEqual(JSON.parse(output), { alike: entries.map(() => true), shared: true })
})
