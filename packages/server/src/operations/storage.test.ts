import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import postgres from 'postgres'
import { openTestApp, quickArgon2, testLog, testWorld } from '../../test/app.ts'
import { openHome } from '../../test/home.ts'
import { openBeside } from '../../test/second-app.ts'
import { createApp } from '../app.ts'
import type { Database } from '../database/database.ts'
import { refusalOf, storageFailureOf } from '../database/failure.ts'
import { Refusal } from '../errors.ts'
import { createJobs } from '../part.ts'
import { tryWriting } from './store.ts'

/** What SQLite says when a database may not grow. */
function fullDisk(): unknown {
  const db = new DatabaseSync(':memory:')
  db.exec('PRAGMA max_page_count = 2; CREATE TABLE t (a)')
  try {
    for (;;) db.exec(`INSERT INTO t VALUES ('${'x'.repeat(4000)}')`)
  } catch (error) {
    return error
  } finally {
    db.close()
  }
}

/** What the driver says where no server of PostgreSQL answers. */
async function nobodyThere(): Promise<unknown> {
  const sql = postgres('postgres://127.0.0.1:1/none', { connect_timeout: 5, max: 1 })
  return sql`SELECT 1`.then(
    () => undefined,
    (error: unknown) => error,
  )
}

/** An error that `depth` others stand before. */
function causes(depth: number, error: Error): Error {
  return depth === 0 ? error : new Error('x', { cause: causes(depth - 1, error) })
}

const failing = (code: string) => Object.assign(new Error('it failed'), { code })
for (const { name, error, failure } of [
  { name: 'a full disk, by SQLite', error: fullDisk(), failure: 'full' },
  { name: 'a server that is not there, by its driver', error: await nobodyThere(), failure: 'unavailable' },
  { name: 'a full disk, by PostgreSQL', error: failing('53100'), failure: 'full' },
  { name: 'a full disk, by the system', error: failing('ENOSPC'), failure: 'full' },
  { name: 'a quota that is used up', error: failing('EDQUOT'), failure: 'full' },
  { name: 'a server that is shutting down', error: failing('57P01'), failure: 'unavailable' },
  { name: 'a server that starts', error: failing('57P03'), failure: 'unavailable' },
  { name: 'a server with too many connections', error: failing('53300'), failure: 'unavailable' },
  { name: 'a server that has become read-only', error: failing('25006'), failure: 'unavailable' },
  { name: 'a connection that was lost', error: failing('CONNECTION_LOST'), failure: 'unavailable' },
  {
    name: 'a disk that fails',
    error: Object.assign(new Error('x'), { errcode: 778 }),
    failure: 'unavailable',
  },
  {
    name: 'a database that somebody else holds',
    error: new Error('x', { cause: Object.assign(new Error('y'), { errcode: 5 }) }),
    failure: 'unavailable',
  },
  { name: 'a constraint', error: Object.assign(new Error('x'), { errcode: 2067 }), failure: undefined },
  { name: 'a unique violation of PostgreSQL', error: failing('23505'), failure: undefined },
  { name: 'another class, in which the code stands', error: failing('X08006'), failure: undefined },
  { name: 'a longer code, which begins with it', error: failing('080066'), failure: undefined },
  { name: 'a failure seven causes deep', error: causes(7, failing('53100')), failure: 'full' },
  { name: 'a failure eight causes deep', error: causes(8, failing('53100')), failure: undefined },
  { name: 'a bug', error: new TypeError('x is not a function'), failure: undefined },
  { name: 'text that was thrown', error: 'no', failure: undefined },
]) {
  test(`is ${failure ?? 'no failure of the storage'}: ${name}`, () =>
    assert.equal(storageFailureOf(error), failure))
}

test('a refusal stays what it is', () => {
  const refusal = new Refusal('user_exists', 'a user of this name exists')
  assert.equal(refusalOf(refusal), refusal)
})

/** A database whose storage fails while `error` says so. */
function brittle(db: Database): { db: Database; fail(reading: boolean, error: unknown): void; mend(): void } {
  let writes: unknown
  let reads: unknown
  return {
    db: {
      engine: db.engine,
      query: (sql, ...values) => (reads === undefined ? db.query(sql, ...values) : Promise.reject(reads)),
      transaction: (work) => (writes === undefined ? db.transaction(work) : Promise.reject(writes)),
      onChangeElsewhere: (listener) => db.onChangeElsewhere(listener),
      close: () => db.close(),
    },
    fail(reading, error) {
      writes = error
      reads = reading ? error : undefined
    },
    mend() {
      writes = undefined
      reads = undefined
    },
  }
}

for (const { name, reading, error, status, code, again } of [
  { name: 'is full', reading: false, error: fullDisk(), status: 507, code: 'storage_full', again: '30' },
  {
    name: 'is away',
    again: '5',
    reading: true,
    error: failing('ECONNREFUSED'),
    status: 503,
    code: 'storage_unavailable',
  },
]) {
  test(`a storage that ${name} is ${status} with a time to come back, one line of the log, and over by itself`, async () => {
    const opened = await openTestApp()
    const storage = brittle(await opened.storage.open())
    const log = testLog()
    const app = await createApp({
      config: opened.app.config,
      db: storage.db,
      log,
      world: opened.world,
      argon2: quickArgon2,
    })
    const ask = (path: string, body?: object) =>
      app.edge.request(path, {
        ...(body && {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      })
    const { username, password } = await opened.signedIn('ada')
    assert.equal((await ask('/readyz')).status, 200)

    storage.fail(reading, error)
    for (let each = 0; each < 3; each += 1) {
      const answer = await ask('/v1/login', { username, password })
      assert.equal(answer.status, status)
      assert.equal(((await answer.json()) as { code: string }).code, code)
      assert.equal(answer.headers.get('retry-after'), again)
    }
    const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'x', client_secret: 'y' })
    const token = await app.edge.request('/oauth/token', { method: 'POST', body: form })
    assert.ok([status, 401].includes(token.status), String(token.status))
    assert.equal((await ask('/readyz')).status, 503)
    assert.equal((await ask('/healthz')).status, 200)
    await app.jobs.runNow()
    assert.equal((await ask('/readyz')).status, 503)
    assert.equal(log.lines.filter((line) => line.startsWith('storage_failed')).length, 1)
    assert.ok(!log.lines.some((line) => line.startsWith('request_failed')))

    storage.mend()
    await app.operations.beat()
    assert.equal((await ask('/readyz')).status, 200)
    assert.equal((await ask('/v1/login', { username, password })).status, 200)
    assert.equal(log.lines.filter((line) => line.startsWith('storage_recovered')).length, 1)
    await app.stop()
    await opened.close()
  })
}

test('other processes on the database are told of when they come, and nothing when they have gone', async (t) => {
  const house = await openTestApp('sqlite')
  t.after(() => house.close())
  const beside = await openBeside(house)
  const told = () => house.log.lines.filter((line) => line.startsWith('several_processes')).length
  await beside.operations.beat()
  for (let n = 0; n < 2; n += 1) await house.app.operations.beat()
  assert.equal(told(), 1)
  await beside.operations.leave()
  await beside.stop()
  await house.app.operations.beat()
  assert.equal(told(), 1)
})

test('what a job met is seen: when it ran, how long it took, and why it failed', async () => {
  const house = await openHome()
  await house.app.jobs.runNow()
  const { status, body } = await house.call('GET', '/v1/jobs', { token: house.admin.token })
  assert.equal(status, 200)
  const names = body.items.map(({ name }) => name)
  for (const name of ['devices.end_shares', 'revocations.sweep', 'operations.beat', 'activity.tell_refusals'])
    assert.ok(names.includes(name), `${name} is not among ${names.join()}`)
  for (const job of body.items) assert.equal(job.last_error, null, job.name)
  assert.equal(
    (await house.call('GET', '/v1/jobs', { token: (await house.signedIn('ada')).token })).status,
    403,
  )
  await house.close()
})

test('a job that nobody has started has no next time', async () => {
  const world = testWorld()
  const job = { name: 'part.verb', everyMs: 1000, run: async () => {} }
  const jobs = createJobs([job], { world, log: testLog() })
  await jobs.runNow()
  assert.deepEqual(jobs.states(), [
    {
      ...{ name: 'part.verb', everyMs: 1000, lastRunAt: world.now(), lastSuccessAt: world.now(), tookMs: 0 },
      ...{ nextAt: null, lastError: null, failingSince: null, failures: 0, isRunning: false },
    },
  ])
  jobs.start()
  world.advance(1)
  await jobs.runNow()
  assert.equal(jobs.states()[0]?.nextAt, world.now() + 1000)
  await jobs.stop()
})

test('a run that is asked for now sees what was changed while another was under way', async () => {
  const began = Promise.withResolvers<void>()
  const end = Promise.withResolvers<void>()
  const seen: number[] = []
  let latest = 1
  const job = {
    name: 'part.verb',
    everyMs: 1000,
    async run() {
      seen.push(latest)
      began.resolve()
      await end.promise
    },
  }
  const jobs = createJobs([job], { world: testWorld(), log: testLog() })
  const first = jobs.runNow()
  await began.promise
  latest = 2
  const second = jobs.runNow()
  await new Promise(setImmediate)
  assert.deepEqual(seen, [1], 'two runs of a job are never under way at once')
  end.resolve()
  await Promise.all([first, second])
  assert.deepEqual(seen, [1, 2])
})

test('jobs that are stopped have ended what they had begun', async () => {
  let knewIt = false
  const began = Promise.withResolvers<void>()
  const end = Promise.withResolvers<void>()
  const job = {
    name: 'part.verb',
    everyMs: 1000,
    run: async (stopping: AbortSignal) => {
      began.resolve()
      await end.promise
      knewIt = stopping.aborted
    },
  }
  const jobs = createJobs([job], { world: testWorld(), log: testLog() })
  const run = jobs.runNow()
  await began.promise
  let isStopped = false
  const stopping = jobs.stop().then(() => {
    isStopped = true
  })
  await new Promise(setImmediate)
  assert.equal(isStopped, false)
  end.resolve()
  await Promise.all([run, stopping])
  assert.equal(knewIt, true, 'a long run is told to end at its next step')
})

test('doctor says that nothing can be stored where a row cannot be written, and leaves none where it can', async (t) => {
  const house = await openTestApp('sqlite')
  t.after(() => house.close())
  const { db } = house.app
  const count = async () => (await db.query('SELECT id FROM processes')).length
  const before = await count()
  await tryWriting(db)
  assert.equal(await count(), before)
  await db.transaction((tx) =>
    tx.query(
      "CREATE TRIGGER full_disk BEFORE INSERT ON processes BEGIN SELECT RAISE(ABORT, 'no more room'); END",
    ),
  )
  await assert.rejects(tryWriting(db), /no more room/)
})
