import { findSilences } from '../../alarms/silences/store.ts'
import { silenceView } from '../../alarms/views.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput, table } from '../output.ts'

const most = 10_000

export async function run({ json }: Given): Promise<void> {
  await withApp(async ({ db, world }) => {
    const silences = (await findSilences(db, world.now(), '', most)).map(silenceView.show)
    const rows = silences.map((one) => [
      ...[one.id, one.rule, one.subject ?? 'all', one.ends_at, one.owner ?? 'operator', one.reason],
    ])
    createOutput(json).result(table(['SILENCE', 'RULE', 'ABOUT', 'UNTIL', 'OWNER', 'REASON'], rows), silences)
  })
}
