import { insertEvents } from '../../packages/server/src/activity/store.ts'
import type { Database } from '../../packages/server/src/database/database.ts'
import { openTestApp, type TestApp } from '../../packages/server/test/app.ts'
import type { Row } from '../benchmark.ts'
import { eventOf } from './events.ts'
import { openFiller } from './filler.ts'
import { createProgress } from './progress.ts'
import { type Sizes, sizesOf } from './sizes.ts'

/** A log of so many events of the last 30 days, and what it took to make. */
export interface FilledLog {
  readonly house: TestApp
  readonly engine: Database['engine']
  readonly count: number
  readonly token: string
  readonly sizes: Sizes
  /** Microseconds of an event: of processor time in this process, and as the clock counts. */
  readonly placed: Cost
  readonly counted: Cost
}

interface Cost {
  readonly cpu: number
  readonly clock: number
}

const range = 30 * 86_400_000
const batch = 5_000
/** Of the last ones, each alone, it is measured what they take: in a log that is as large as it will be. */
const measured = 200_000

export async function openFilledLog(engine: Database['engine'], count: number): Promise<FilledLog> {
  const house = await openTestApp(engine)
  const { world } = house
  // What was recorded until here is the oldest, as the log is archived in the order of its places.
  world.advance(range)
  const now = world.now()
  const filler = await openFiller(house)
  const { db, proof, statistics } = filler.app
  const progress = createProgress(`filling ${engine}`, count)
  let stored = 0
  const store = async () => {
    const events = Array.from({ length: Math.min(batch, count - stored) }, (_, n) =>
      eventOf(world, stored + n, Math.floor(now - range + ((stored + n) / count) * range)),
    )
    await db.transaction((tx) => insertEvents(tx, events))
    stored += events.length
    progress.at(stored)
  }
  const place = () => proof.ground.sequencer.settle()
  const counting = () => statistics.ground.consumer.run()
  // As in a process that is busy: events are stored while those before them are given their places and counted.
  while (stored < count - measured) {
    await Promise.all([store(), counting()])
    // As PostgreSQL does by itself within a minute: its planner takes a new table for an empty one.
    if (stored === 2 * batch && engine === 'postgres') await db.transaction((tx) => tx.query('ANALYZE'))
  }
  await counting()
  const [placed, counted] = [createCost(), createCost()]
  const before = stored
  while (stored < count) {
    await store()
    await placed.add(place)
    await counted.add(counting)
  }
  const last = count - before
  const sizes = await sizesOf(db, count)
  await filler.close()
  const { token } = await house.signedIn('admin', 'administrator')
  return { house, engine, count, token, sizes, placed: placed.of(last), counted: counted.of(last) }
}

function createCost() {
  let [cpu, clock] = [0, 0]
  return {
    async add(work: () => Promise<unknown>): Promise<void> {
      const [before, beganAt] = [process.cpuUsage(), performance.now()]
      await work()
      const { user, system } = process.cpuUsage(before)
      cpu += user + system
      clock += (performance.now() - beganAt) * 1000
    },
    of: (count: number): Cost => ({ cpu: cpu / count, clock: clock / count }),
  }
}

const cost = ({ cpu, clock }: Cost, engine: Database['engine']) =>
  engine === 'sqlite'
    ? `${cpu.toFixed(1)} us of processor time`
    : `${cpu.toFixed(1)} us of processor time in the server, ${clock.toFixed(1)} us by the clock`

/** What an event takes. */
export function fillRows({ engine, sizes, placed, counted }: FilledLog): Row[] {
  const { bytes, bytesOfStatistics, parts } = sizes
  return [
    {
      what: `an event of the log, ${engine}: row, indexes and tree`,
      measured: `${bytes.toFixed(0)} bytes (${parts.map(({ name, bytes }) => `${name} ${bytes.toFixed(0)}`).join(', ')}); its place in the tree takes ${cost(placed, engine)}`,
      goal: '<= 150 bytes',
      met: bytes <= 150,
      ifNotMet: 'the row alone has more than 100, and each index repeats the id of 30: docs/decisions/0049.',
    },
    {
      what: `counting an event, ${engine}`,
      measured: `${cost(counted, engine)}; all roll-ups of 30 days are ${(bytesOfStatistics / 1e6).toFixed(1)} MB`,
      goal: '<= 50 us',
      met: counted.cpu <= 50,
    },
  ]
}
