import { runBackup } from '../../../activity/backup/make.ts'
import { backupView } from '../../../activity/backup/routes.ts'
import { operator } from '../../../identity.ts'
import type { Given } from '../../given.ts'
import { withApp } from '../../open.ts'
import { createOutput } from '../../output.ts'
import { createProgress } from '../../progress.ts'

interface Options {
  readonly to?: string
  readonly recipient?: readonly string[]
}

export async function run({ options: { to, recipient }, json }: Given<Options>): Promise<void> {
  await withApp(async ({ backups, config }) => {
    const progress = createProgress(json)
    const row = await runBackup(backups.ground, operator, {
      ...{ to: to ?? config.backupTo, recipients: recipient ?? config.backupRecipients },
      onProgress: (done, of) => progress.show(done / of, `${done} of ${of} events`),
    })
    progress.end()
    const { size, files, bytes, place } = row
    const told =
      row.outcome === 'success'
        ? `${size} events are backed up to ${place}: ${files} files were written, ${bytes} bytes, and read again.`
        : `${size} events are backed up to ${place}, and some are not what was recorded: run latchkey activity verify`
    createOutput(json).result(told, backupView.show(row))
    if (row.outcome !== 'success') process.exitCode = 1
  })
}
