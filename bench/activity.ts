import { archiveRows } from './activity/archive.ts'
import { backupRows } from './activity/backup.ts'
import { fillRows, openFilledLog } from './activity/fill.ts'
import { searchRows } from './activity/search.ts'
import { statisticsRows } from './activity/statistics.ts'
import type { Benchmark, Row } from './benchmark.ts'

/** BENCH_EVENTS takes another number, for a first look; the goals are those of ten million. */
const count = Number(process.env.BENCH_EVENTS ?? 10_000_000)

export const benchmark: Benchmark = {
  title: `the activity log at ${count.toLocaleString('en')} events: what one takes, statistics, search, archive and backup`,
  async run() {
    const rows: Row[] = []
    for (const engine of ['sqlite', 'postgres'] as const) {
      const log = await openFilledLog(engine, count)
      try {
        rows.push(
          ...fillRows(log),
          ...(await statisticsRows(log)),
          ...(await searchRows(log)),
          ...(await archiveRows(log)),
          ...(await searchRows(log, 'the archive')),
          ...(await backupRows(log)),
        )
      } finally {
        await log.house.close()
      }
    }
    return rows
  },
}
