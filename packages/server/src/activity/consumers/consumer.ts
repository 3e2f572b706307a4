import type { Reader, Transaction } from '../../database/database.ts'
import type { Ground } from '../../ground.ts'
import type { Job } from '../../part.ts'
import { findPlacedWith, readAhead } from '../archive/reading.ts'
import type { Sequencer } from '../proof/sequencer.ts'
import type { ActivityRow } from '../store.ts'
import { noteDamage } from './damage.ts'
import { findConsumers, holdConsumer, moveConsumer } from './store.ts'

/** Reads the log in the order of commits, by one process at a time, from where it was left. */
export interface Consumer {
  /** `activity.<name>` */
  readonly job: Job
  /** Read everything that is committed by now, or as much as there is time for until `stopping` aborts. */
  run(stopping?: AbortSignal): Promise<void>
  /** How many events it has not read. */
  behind(): Promise<number>
}

interface Consumed {
  readonly name: string
  readonly everyMs: number
  /** Where one begins that has never read: with all that was recorded, or with what is recorded from now on. */
  readonly begins: 'with the log' | 'now'
  /**
   * What is done with some events, in the transaction that moves the cursor: what it writes is written once for each event, also
   * over a kill and with several processes. Inside, await nothing but `tx`.
   */
  handle(tx: Transaction, events: readonly ActivityRow[]): Promise<void>
  /** Called when everything was read, and each time when there was nothing to read. */
  rest?(): Promise<void>
}

/** Small enough that nobody waits for long who writes at the same time. */
const batch = 250

export function createConsumer(
  { db, world, activity }: Pick<Ground, 'db' | 'world' | 'activity'>,
  sequencer: Pick<Sequencer, 'settle' | 'size'>,
  { name, everyMs, begins, handle, rest }: Consumed,
): Consumer {
  async function readBatch(size: number): Promise<void> {
    const start = begins === 'now' ? size : 0
    // A segment takes long to open. That is done before the transaction, in which others wait.
    const ahead = await readAhead(db, await placeOf(db, name, start), batch)
    await db.transaction(async (tx) => {
      const now = world.now()
      const { seq } = await holdConsumer(tx, { name, start, now })
      // Another process has read on, and further.
      if (seq >= size) return
      // Another process has read on, or the archive is not what it was: the batch is read anew.
      const found = seq === ahead.from ? await findPlacedWith(tx, ahead) : undefined
      if (found === undefined) return
      await noteDamage({ world, activity }, tx, name, ahead.damaged)
      const events = found.filter((event) => event.seq !== null && event.seq < size)
      if (events.length > 0) await handle(tx, events)
      // Places whose events are gone are passed over.
      const next = events.length < batch ? size : events.at(-1)!.seq! + 1
      await moveConsumer(tx, name, next, now)
    })
  }
  async function run(stopping?: AbortSignal): Promise<void> {
    const size = await sequencer.settle()
    // Where nothing is new, nothing is written either.
    const isLeft = async () => !stopping?.aborted && (await placeOf(db, name, -1)) < size
    // Each batch is a transaction of its own, so that others write in between.
    while (await isLeft()) await readBatch(size)
    await rest?.()
  }
  return {
    run,
    job: { name: `activity.${name}`, everyMs, run },
    behind: async () => (await sequencer.size()) - (await placeOf(db, name, 0)),
  }
}

async function placeOf(reader: Reader, name: string, never: number): Promise<number> {
  const rows = await findConsumers(reader)
  return rows.find((row) => row.name === name)?.seq ?? never
}
