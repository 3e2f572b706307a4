import type { Ground } from '../../ground.ts'
import { serve } from '../../http/route.ts'
import type { Part } from '../../part.ts'
import { createConsumer } from '../consumers/consumer.ts'
import type { Sequencer } from '../proof/sequencer.ts'
import type { NamesOf } from '../sign-ins.ts'
import { floorTo, grains } from './buckets.ts'
import { countEvents, type TypesOf } from './count.ts'
import { counter } from './forget.ts'
import type { StatisticsGround } from './ground.ts'
import { createOnline } from './online.ts'
import { addressesKeptDays } from './refused-addresses.ts'
import { readOverviewRoute, readStatisticsRoute } from './routes.ts'
import { deleteCountsBefore, deleteOnlineBefore, deleteRefusedAddressesBefore } from './store.ts'

const dayMs = 86_400_000

/** How often things happened: kept as events arrive, so that any range is answered without reading the log. */
export interface LogStatistics extends Part {
  readonly ground: StatisticsGround
}

interface Given {
  readonly sequencer: Pick<Sequencer, 'settle' | 'size'>
  readonly typesOf: TypesOf
  readonly namesOf: NamesOf
  /** How many devices are connected to this process. */
  readonly connected: () => number
  /** For how many days kinds of events are kept. Addresses are kept for no longer than the shortest. */
  readonly retention?: Readonly<Record<string, number>>
}

export function createStatistics(
  ground: Ground,
  { sequencer, typesOf, namesOf, connected, retention = {} }: Given,
): LogStatistics {
  const { db, world } = ground
  const addressesKeptMs = Math.min(addressesKeptDays, ...Object.values(retention)) * dayMs
  const addressesFrom = () => world.now() - addressesKeptMs
  const consumer = createConsumer(ground, sequencer, {
    name: counter,
    everyMs: 2_000,
    begins: 'with the log',
    handle: (tx, events) =>
      countEvents(tx, events, { typesOf, now: world.now(), addressesFrom: addressesFrom() }),
  })
  const online = createOnline(ground, connected)
  const served: StatisticsGround = { ...ground, consumer, online, namesOf, addressesFrom }

  /** Drop what is kept no longer. */
  async function drop(): Promise<void> {
    const now = world.now()
    for (const { ms, keptMs } of grains) {
      if (!Number.isFinite(keptMs)) continue
      const before = floorTo(now - keptMs, ms)
      await db.transaction((tx) => deleteCountsBefore(tx, ms, before))
      await db.transaction((tx) => deleteOnlineBefore(tx, ms, before))
    }
    await db.transaction((tx) => deleteRefusedAddressesBefore(tx, addressesFrom()))
  }

  return {
    ground: served,
    routes: serve(served, [readStatisticsRoute, readOverviewRoute]),
    jobs: [consumer.job, online.job, { name: 'activity.drop_statistics', everyMs: 10 * 60_000, run: drop }],
  }
}
