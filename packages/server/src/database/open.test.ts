import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryStorage } from '../../test/storages.ts'
import { explainOpening, openDatabase } from './open.ts'

test('openDatabase makes a directory for its owner only, and opens the file in it', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'latchkey-open-'))
  t.after(() => rmSync(home, { recursive: true }))
  const directory = join(home, 'new', 'deep')
  const db = await openDatabase({ directory })
  assert.equal(db.engine, 'sqlite')
  assert.equal(statSync(directory).mode & 0o777, 0o700)
  assert.equal(statSync(join(directory, 'latchkey.db')).mode & 0o777, 0o600)
  await db.close()
})

test('openDatabase opens the server that the URL names', async (t) => {
  const storage = await temporaryStorage('postgres')
  t.after(storage.remove)
  const db = await openDatabase(storage.at)
  assert.equal(db.engine, 'postgres')
  assert.deepEqual(await db.query('SELECT 1 AS one'), [{ one: 1 }])
  await db.close()
})

const refused = [
  {
    name: 'a directory that is a file',
    prepare: (path: string) => writeFileSync(path, 'text'),
    says: /is not a directory$/,
  },
  {
    name: 'a directory below a file',
    prepare: (path: string) => writeFileSync(join(path, '..', 'file'), 'text'),
    below: '../file/directory',
    says: /is not a directory$/,
  },
  {
    name: 'a file that is not a database',
    prepare: (path: string) => {
      mkdirSync(path)
      writeFileSync(
        join(path, 'latchkey.db'),
        'this is a letter to my aunt, and rather a long one. '.repeat(50),
      )
    },
    says: /latchkey\.db is not a database$/,
  },
  {
    name: 'a directory in the place of the file',
    prepare: (path: string) => mkdirSync(join(path, 'latchkey.db'), { recursive: true }),
    says: /is a directory, not a database$/,
  },
  {
    name: 'a directory that we may not write to',
    prepare: (path: string) => {
      mkdirSync(path)
      chmodSync(path, 0o500)
    },
    says: /^no permission/,
    notAsRoot: true,
  },
]

// Root may do what the mode forbids.
for (const { name, prepare, below = '', says, notAsRoot = false } of refused)
  test(`openDatabase refuses ${name}`, { skip: notAsRoot && process.getuid?.() === 0 }, async (t) => {
    const home = mkdtempSync(join(tmpdir(), 'latchkey-open-'))
    t.after(() => rmSync(home, { recursive: true }))
    const directory = join(home, 'data')
    prepare(directory)
    await assert.rejects(openDatabase({ directory: join(directory, below) }), (error) => {
      assert(error instanceof Error)
      assert.match(error.message, says)
      assert(error.cause instanceof Error, 'the log gets what the system said')
      return true
    })
  })

for (const [error, says] of [
  [{ code: 'EACCES' }, 'no permission to write in data'],
  [{ code: 'EPERM' }, 'no permission to write in data'],
  [{ code: 'EROFS' }, 'no permission to write in data'],
  [{ code: 'EEXIST' }, 'data is not a directory'],
  [{ code: 'ENOTDIR' }, 'data is not a directory'],
  [{ code: 'EISDIR' }, 'data/file is a directory, not a database'],
  [{ errcode: 26 }, 'data/file is not a database'],
  [{ errcode: 14, message: 'unable to open' }, 'cannot open data/file: unable to open'],
  [{ code: 'EMFILE', message: 'too many open files' }, 'cannot open data/file: too many open files'],
] as const) {
  test(`the system’s ${JSON.stringify(error)} is told as: ${says}`, () =>
    assert.equal(explainOpening(error, 'data', 'data/file'), says))
}
