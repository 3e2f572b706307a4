import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { SqliteDatabase, type SqliteOptions } from './sqlite.ts'

const insert = 'INSERT INTO things (id) VALUES ($1)'
const count = 'SELECT count(*) AS n FROM things'

async function open(t: TestContext, options?: SqliteOptions) {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-sqlite-'))
  const path = join(directory, 'latchkey.db')
  const db = new SqliteDatabase(path, options)
  t.after(async () => {
    await db.close()
    rmSync(directory, { recursive: true })
  })
  await db.transaction((tx) => tx.query('CREATE TABLE things (id TEXT NOT NULL PRIMARY KEY)'))
  return { db, path, directory }
}

test('the database and its logs can be read by their owner only', async (t) => {
  const { directory } = await open(t)
  const modes = readdirSync(directory).map((name) => [name, statSync(join(directory, name)).mode & 0o777])
  assert.deepEqual(modes.sort(), [
    ['latchkey.db', 0o600],
    ['latchkey.db-shm', 0o600],
    ['latchkey.db-wal', 0o600],
  ])
})

test('every commit is synced to the disk, on the connection that writes', async (t) => {
  const { db } = await open(t)
  await db.transaction(async (tx) => {
    assert.deepEqual(await tx.query('PRAGMA synchronous'), [{ synchronous: 2 }])
    assert.deepEqual(await tx.query('PRAGMA journal_mode'), [{ journal_mode: 'wal' }])
    assert.deepEqual(await tx.query('PRAGMA foreign_keys'), [{ foreign_keys: 1 }])
    assert.deepEqual(await tx.query('PRAGMA temp_store'), [{ temp_store: 2 }])
  })
})

test('when the COMMIT fails, everyone in the group fails and nothing is stored', async (t) => {
  const { db } = await open(t)
  await db.transaction((tx) =>
    tx.query('CREATE TABLE late (id TEXT REFERENCES things (id) DEFERRABLE INITIALLY DEFERRED)'),
  )
  const heard: string[] = []
  const outcomes = await Promise.allSettled([
    db.transaction(async (tx) => {
      tx.afterCommit(() => heard.push('committed'))
      await tx.query(insert, 'a')
    }),
    db.transaction((tx) => tx.query("INSERT INTO late VALUES ('missing')")),
    db.transaction((tx) => tx.query(insert, 'b')),
  ])
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['rejected', 'rejected', 'rejected'],
  )
  assert.deepEqual(await db.query(count), [{ n: 0 }])
  assert.deepEqual(heard, [])
  await db.transaction((tx) => tx.query(insert, 'a'))
  assert.deepEqual(await db.query(count), [{ n: 1 }])
})

test('one that dawdles is undone, and the rest of its group is stored', async (t) => {
  const { db } = await open(t, { idleLimitMs: 10 })
  const outcomes = await Promise.allSettled([
    db.transaction((tx) => tx.query(insert, 'a')),
    db.transaction(async (tx) => {
      await tx.query(insert, 'b')
      await new Promise(() => {})
    }),
    db.transaction((tx) => tx.query(insert, 'c')),
  ])
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  )
  assert.deepEqual(await db.query('SELECT id FROM things ORDER BY id'), [{ id: 'a' }, { id: 'c' }])
})

test('a thousand at once take several groups, in the order in which they came', async (t) => {
  const { db } = await open(t)
  const order: number[] = []
  await Promise.all(
    Array.from({ length: 1000 }, (_, i) =>
      db.transaction(async (tx) => {
        tx.afterCommit(() => order.push(i))
        await tx.query(insert, `n${i}`)
      }),
    ),
  )
  assert.deepEqual(
    order,
    Array.from({ length: 1000 }, (_, i) => i),
  )
  assert.deepEqual(await db.query(count), [{ n: 1000 }])
})

test('each in a group keeps its own asynchronous context', async (t) => {
  const { db } = await open(t)
  const request = new AsyncLocalStorage<number>()
  const seen = await Promise.all(
    [1, 2, 3].map((id) => request.run(id, () => db.transaction(async () => request.getStore()))),
  )
  assert.deepEqual(seen, [1, 2, 3])
})

test('while another process writes, the event loop goes on, and then so do we', async (t) => {
  const { db, path } = await open(t)
  const other = new DatabaseSync(path)
  other.exec("BEGIN IMMEDIATE; INSERT INTO things VALUES ('theirs')")
  const ours = db.transaction((tx) => tx.query(insert, 'ours'))
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate)
  assert.deepEqual(await db.query(count), [{ n: 0 }])
  other.exec('COMMIT')
  other.close()
  await ours
  assert.deepEqual(await db.query(count), [{ n: 2 }])
})

test('a reader waits for a lock as long as a writer does, and no longer', async (t) => {
  const { db } = await open(t, { lockLimitMs: 1234 })
  assert.deepEqual(await db.query('PRAGMA busy_timeout'), [{ timeout: 1234 }])
})

test('a process that never lets go is an error, for everyone who waits', async (t) => {
  const { db, path } = await open(t, { lockLimitMs: 10 })
  const other = new DatabaseSync(path)
  other.exec('BEGIN IMMEDIATE')
  const waiting = [insert, insert].map((sql, i) => db.transaction((tx) => tx.query(sql, `n${i}`)))
  for (const outcome of await Promise.allSettled(waiting)) {
    assert(outcome.status === 'rejected' && outcome.reason instanceof Error)
    assert.match(outcome.reason.message, /another process holds the database/)
    assert.match(String(outcome.reason.cause), /database is locked/)
  }
  other.close()
  await db.transaction((tx) => tx.query(insert, 'a'))
  assert.deepEqual(await db.query(count), [{ n: 1 }])
})

test('a text of SQL with a value in it, a thousand times, is slow but not a leak that breaks others', async (t) => {
  const { db } = await open(t)
  for (let i = 0; i < 1100; i++) assert.deepEqual(await db.query(`SELECT ${i} AS n`), [{ n: i }])
  assert.deepEqual(await db.query('SELECT 0 AS n'), [{ n: 0 }])
})
