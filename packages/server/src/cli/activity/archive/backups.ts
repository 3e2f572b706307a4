import { backupView } from '../../../activity/backup/routes.ts'
import { findBackups } from '../../../activity/backup/store.ts'
import type { Given } from '../../given.ts'
import { withApp } from '../../open.ts'
import { createOutput, table } from '../../output.ts'

const most = 100

export async function run({ json }: Given): Promise<void> {
  await withApp(async ({ db }) => {
    const backups = (await findBackups(db, undefined, most)).map(backupView.show)
    const rows = backups.map(({ began_at: began, outcome, reason, size, files, bytes, place }) => [
      ...[began, reason === null ? outcome : `${outcome}: ${reason}`],
      ...[`${size}`, `${files}`, `${bytes}`, place],
    ])
    createOutput(json).result(table(['BEGAN', 'OUTCOME', 'EVENTS', 'FILES', 'BYTES', 'PLACE'], rows), backups)
  })
}
