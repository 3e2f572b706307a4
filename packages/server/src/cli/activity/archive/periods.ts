import { kinds } from '../../../activity/archive/kinds.ts'
import { damageView, periodView } from '../../../activity/archive/routes.ts'
import { findPeriods } from '../../../activity/archive/store.ts'
import { listDamage } from '../../../activity/consumers/damage.ts'
import type { Given } from '../../given.ts'
import { withApp } from '../../open.ts'
import { createOutput, table } from '../../output.ts'

/** 50 years. */
const most = 600 * kinds.length

export async function run({ json }: Given): Promise<void> {
  await withApp(async ({ db }) => {
    const periods = (await findPeriods(db, most)).map(periodView.show)
    const damaged = (await listDamage(db)).map(damageView.show)
    const rows = periods.map(({ month, kind, events, bytes, dropped }) => [
      ...[month, kind, `${events}`],
      ...[events === 0 ? '-' : `${(bytes / events).toFixed(0)}`, `${dropped}`],
    ])
    const output = createOutput(json)
    output.result(table(['MONTH', 'KIND', 'EVENTS', 'BYTES EACH', 'DROPPED'], rows), periods)
    for (const { segment, from, to, consumers } of damaged) {
      const without = `these went on without its events: ${consumers.join(', ')}`
      output.warn(`${segment} (places ${from} to ${to}) cannot be read; ${without}`)
    }
  })
}
