import { findHolds } from '../../../activity/proof/store.ts'
import { holdView } from '../../../activity/proof/views.ts'
import type { Given } from '../../given.ts'
import { withApp } from '../../open.ts'
import { createOutput, table } from '../../output.ts'

const most = 10_000

export async function run({ json }: Given): Promise<void> {
  await withApp(async ({ db }) => {
    const holds = (await findHolds(db, '', most)).map(holdView.show)
    const rows = holds.map((hold) => [hold.subject, hold.placed_at, hold.ends_at ?? '-', hold.reason])
    createOutput(json).result(table(['SUBJECT', 'SINCE', 'UNTIL', 'REASON'], rows), holds)
  })
}
