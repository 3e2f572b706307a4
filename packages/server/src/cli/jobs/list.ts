import { heardOfMs } from '../../operations/heard-of.ts'
import { findJobRuns } from '../../operations/store.ts'
import { workView } from '../../operations/views.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput, table } from '../output.ts'

export async function run({ json }: Given): Promise<void> {
  await withApp(async ({ db, world }) => {
    // This command is a process too, whose jobs nobody has started.
    const rows = await findJobRuns(db, world.now() - heardOfMs)
    const found = rows.map((row) => workView.show({ ...row, isRunning: false }))
    const lines = found.map((job) => [
      ...[
        job.name,
        `${job.host} ${job.pid}`,
        job.last_run_at ?? '',
        job.took_ms === null ? '' : `${job.took_ms} ms`,
      ],
      ...[job.next_at ?? '', job.last_error ?? ''],
    ])
    const text = table(['JOB', 'PROCESS', 'LAST RUN', 'TOOK', 'NEXT', 'ERROR'], lines)
    createOutput(json).result(lines.length > 0 ? text : 'No server is running on this database.', found)
  })
}
