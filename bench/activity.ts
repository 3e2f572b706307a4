import type { Database } from '../packages/server/src/database/database.ts'
import { startPostgres } from '../packages/server/test/postgres.ts'
import { archivedDays, archiveRows } from './activity/archive.ts'
import { backupRows } from './activity/backup.ts'
import { fillRows, openFilledLog } from './activity/fill.ts'
import { searchRows } from './activity/search.ts'
import { statisticsRows } from './activity/statistics.ts'
import type { Benchmark, Row } from './benchmark.ts'

/** BENCH_EVENTS takes another number, for a first look; the goals are those of ten million. */
const count = Number(process.env.BENCH_EVENTS ?? 10_000_000)

function benchmarkOf(engine: Database['engine'], name: string, events: number): Benchmark {
  return {
    title: `the activity log on ${name} at ${events.toLocaleString('en')} events: what one takes, statistics, search, archive and backup`,
    run: () => rowsOf(engine, events),
  }
}

export const onSqlite = benchmarkOf('sqlite', 'SQLite', count)

const inCluster = benchmarkOf('postgres', 'PostgreSQL', count)

export const onPostgres: Benchmark = {
  ...inCluster,
  async run() {
    // As much memory as whoever has so large a log gives it.
    const cluster = await startPostgres({ shared_buffers: '2GB' })
    process.env.LATCHKEY_TEST_POSTGRES = cluster.url
    const rows = await inCluster.run()
    // It ends with this process also where this fails: stopped before its connections are, it would hide why.
    await cluster.stop()
    return rows
  },
}

async function rowsOf(engine: Database['engine'], events: number): Promise<Row[]> {
  const rows: Row[] = []
  // It takes the better part of an hour: each is shown as it comes.
  const add = async (more: Promise<Row[]>) => {
    for (const row of await more) {
      rows.push(row)
      console.error(`${row.what}: ${row.measured}`)
    }
  }
  const log = await openFilledLog(engine, events)
  try {
    await add(Promise.resolve(fillRows(log)))
    await add(statisticsRows(log))
    await add(searchRows(log, 'the table', 0))
    await add(archiveRows(log))
    await add(searchRows(log, 'the archive', archivedDays))
  } finally {
    await log.house.close()
  }
  await add(backupRows(engine))
  return rows
}
