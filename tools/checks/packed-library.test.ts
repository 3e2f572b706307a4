import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const library = join(import.meta.dirname, '../../packages/latchkey')

test('the packed library holds its README and its licence, and nothing but what is built', () => {
  const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: library,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const written: unknown = JSON.parse(output)
  // npm gives a list, and newer ones a record by the name of the package.
  const [packed] = Object.values(written as Record<string, { files: readonly { path: string }[] }>)
  const paths = packed?.files.map(({ path }) => path) ?? []
  for (const path of ['README.md', 'LICENSE', 'package.json']) assert.ok(paths.includes(path), path)
  assert.deepEqual(
    paths.filter((path) => !/^(README\.md|LICENSE|package\.json|dist\/.*)$/.test(path)),
    [],
  )
})

test('the licence in the library is that of the repository', () => {
  const [own, root] = [join(library, 'LICENSE'), join(library, '../../LICENSE')].map((file) =>
    readFileSync(file, 'utf8'),
  )
  assert.equal(own, root)
})

test('the README of the library names every entry that a program may import', () => {
  const readme = readFileSync(join(library, 'README.md'), 'utf8')
  const { exports: entries } = JSON.parse(readFileSync(join(library, 'package.json'), 'utf8'))
  // What belongs to another entry is told on its page.
  const parts = ['./guard', './guard/revocation-list', './client/file-storage', './token/explain/keys']
  for (const subpath of Object.keys(entries).filter((one) => !parts.includes(one))) {
    const [, area, name] = subpath.split('/')
    const isNamed =
      readme.includes(`latchkey/${area}${name === undefined ? '`' : `/${name}`}`) ||
      readme.includes(`\`/${name}\``)
    assert.ok(isNamed, subpath)
  }
})
