import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { testLog, testWorld } from '../../test/app.ts'
import { openHome } from '../../test/home.ts'
import { openBeside } from '../../test/second-app.ts'
import { engines } from '../../test/storages.ts'
import { createJobs } from '../part.ts'
import { upsertProcess } from './store.ts'

for (const engine of engines) {
  describe(`background work on ${engine}`, () => {
    test('of processes that were lost, it is known when the last one was missed', async (t) => {
      const house = await openHome(engine)
      t.after(() => house.close())
      const { db, operations } = house.app
      const now = house.world.now()
      assert.equal(await operations.lostAt(), 0)
      const seen = async (id: string, at: number) => {
        const row = { id, host: 'a', pid: 1, started_at: 1, seen_at: at }
        await db.transaction((tx) => upsertProcess(tx, row))
      }
      await seen('still there', now - 19_999)
      assert.equal(await operations.lostAt(), 0)
      await seen('lost last', now - 20_000)
      await seen('lost first', now - 50_000)
      assert.equal(await operations.lostAt(), now)
    })

    test('the jobs of every process are listed, with who runs them, until the process has gone', async (t) => {
      const house = await openHome(engine)
      t.after(() => house.close())
      const beside = await openBeside(house)
      const jobs = async () => (await house.call('GET', '/v1/jobs', { token: house.admin.token })).body.items
      await house.app.jobs.runNow()
      assert.equal((await jobs()).filter(({ name }) => name === 'rights.sweep').length, 1)
      // What a job did is said with the next sign of life: no job writes more for it than once a run.
      await beside.jobs.runNow()
      await beside.operations.beat()
      const found = (await jobs()).filter(({ name }) => name === 'rights.sweep')
      assert.equal(found.length, 2)
      for (const { last_run_at: at, last_error: error } of found)
        assert.deepEqual([at !== null, error], [true, null])
      const count = async () => {
        const [row] = await house.app.db.query<{ count: number }>('SELECT COUNT(*) AS count FROM job_runs')
        return Number(row?.count)
      }
      assert.ok((await count()) > 0)
      await beside.operations.leave()
      assert.equal((await jobs()).filter(({ name }) => name === 'rights.sweep').length, 1)
      await house.app.operations.beat()
      const left = await house.app.db.query('SELECT process FROM job_runs GROUP BY process')
      assert.equal(left.length, 1)
      await beside.stop()
    })
  })
}

test('jobs are listed by their names, and of one name by the process that has it', async (t) => {
  const house = await openHome()
  t.after(() => house.close())
  const now = house.world.now()
  for (const [id, pid] of [
    ['~', 2],
    ['a', 1],
  ] as const) {
    await house.app.db.transaction(async (tx) => {
      await upsertProcess(tx, { id, host: 'a', pid, started_at: 1, seen_at: now })
      await tx.query(
        `INSERT INTO job_runs (process, job, every_ms, last_run_at, took_ms, next_at)
         VALUES ($1, 'rights.sweep', 1, 1, 1, 1)`,
        id,
      )
    })
  }
  const { text } = await house.call('GET', '/v1/jobs', { token: house.admin.token })
  const { items } = JSON.parse(text) as { items: { name: string; pid: number }[] } // as the server writes it
  const names = items.map(({ name }) => name)
  assert.deepEqual(names, names.toSorted())
  // No witness is set.
  assert.ok(!names.includes('activity.witness'))
  const pids = items.filter(({ name }) => name === 'rights.sweep').map(({ pid }) => pid)
  assert.deepEqual(pids, [1, process.pid, 2])
})

test('a job is run now by whoever may, once at a time, and one that there is not is said to be none', async (t) => {
  const house = await openHome()
  t.after(() => house.close())
  const run = (name: string, token = house.admin.token) =>
    house.call('POST', `/v1/jobs/${name}/run`, { token })
  const { status, body } = await run('rights.sweep')
  assert.deepEqual([status, body.name, body.last_error, body.running], [200, 'rights.sweep', null, false])
  assert.equal((await run('rights.nothing')).body.code, 'job_not_found')
  assert.equal((await run('rights.sweep', (await house.signedIn('ada')).token)).status, 403)
  const both = await Promise.all([run('revocations.sweep'), run('revocations.sweep')])
  const codes = both.map(({ status: one, body: answer }) => (one === 200 ? 'ran' : answer.code)).sort()
  assert.deepEqual(codes, ['job_running', 'ran'])
  const runs = house.events.filter(({ event }) => event === 'job.run')
  assert.deepEqual(
    runs.map(({ target, subject, outcome }) => [target, subject, outcome]),
    [
      ['rights.sweep', house.admin.id, 'success'],
      ['revocations.sweep', house.admin.id, 'success'],
    ],
  )
})

test('a job that fails each time is an event once, and once more when it has not failed', async () => {
  const world = testWorld()
  let fails = true
  const told: unknown[][] = []
  const job = {
    name: 'part.verb',
    everyMs: 1000,
    async run() {
      if (fails) throw new Error('no')
    },
  }
  const activity = {
    async recordAlone(_who: unknown, event: string, target?: { id: string }, more?: { outcome?: string }) {
      told.push([event, target?.id, more?.outcome])
      return ''
    },
  }
  const jobs = createJobs([job], { world, log: testLog(), activity: activity as never })
  for (let minute = 0; minute < 3; minute += 1) {
    await jobs.runNow()
    world.advance(60_000)
  }
  assert.deepEqual(told, [['job.fail', 'part.verb', 'alarm']])
  const [state] = jobs.states()
  assert.deepEqual([state?.failures, state?.lastSuccessAt, state?.lastError], [3, null, 'no'])
  assert.equal(state?.failingSince, world.now() - 180_000)
  fails = false
  await jobs.runNow()
  await jobs.runNow()
  assert.deepEqual(told.slice(1), [['job.recover', 'part.verb', undefined]])
  assert.equal(jobs.states()[0]?.failingSince, null)
})

test('a log that takes no event prevents no job', async () => {
  const log = testLog()
  const job = {
    name: 'part.verb',
    everyMs: 1000,
    run: () => Promise.reject(new Error('no')),
  }
  const activity = { recordAlone: () => Promise.reject(new Error('full')) }
  const jobs = createJobs([job], { world: testWorld(), log, activity: activity as never })
  await jobs.runNow()
  assert.equal(jobs.states()[0]?.isRunning, false)
  assert.equal(log.lines.filter((line) => line.startsWith('record_failed')).length, 1)
})

test('each job is finished when the server stops, also behind one that cannot be', async () => {
  const log = testLog()
  const finished: string[] = []
  const job = (name: string, finish?: () => Promise<void>) => ({
    ...{ name, everyMs: 1000, run: () => Promise.reject(new Error('not asked to run')) },
    ...(finish && { finish }),
  })
  const jobs = createJobs(
    [
      job('part.first', () => Promise.reject(new Error('the database is away'))),
      job('part.second'),
      job('part.third', async () => void finished.push('third')),
    ],
    { world: testWorld(), log },
  )
  await jobs.finish()
  assert.deepEqual(finished, ['third'])
  assert.equal(log.lines.length, 1)
  assert.match(log.lines[0] ?? '', /^job_failed .*the database is away/)
})
