import type { Transaction } from '../../database/database.ts'
import type { Ground } from '../../ground.ts'
import { findPlaced } from '../archive/reading.ts'
import type { DamagedSegment } from '../archive/segment.ts'
import type { Sequencer } from '../proof/sequencer.ts'
import type { ActivityRow } from '../store.ts'
import { noteDamage } from './damage.ts'
import { findLeased, leaseConsumer, moveLeased, releaseConsumer } from './store.ts'

/**
 * Reads the log in the order of commits and does something with it that no transaction can hold: it sends it away. One process at a
 * time does so, by a lease. The place moves after the delivery, so that each event is delivered at least once, and in order.
 */
export interface LeasedConsumer {
  /** Deliver everything that is committed by now. It ends early, without an error, where another process delivers. */
  run(signal: AbortSignal): Promise<void>
  /** The place of the event that is delivered next: where it would begin, if it has never delivered. */
  place(): Promise<number>
  /** How many events it has not delivered, and when the oldest of these was written. */
  behind(): Promise<{ readonly events: number; readonly since: number | null }>
}

interface Leased {
  readonly name: string
  /** The process, as the others know it. */
  readonly holder: string
  readonly begins: 'with the log' | 'now'
  /** At most so many events at once. */
  readonly batch: number
  /** It ends well before {@link leaseMs}, and throws if it is not certain that everything has arrived. */
  deliver(events: readonly ActivityRow[], signal: AbortSignal): Promise<void>
  /** Called in the transaction that moves the place behind what was delivered. */
  delivered(tx: Transaction): Promise<void>
}

/** What cannot be read is told when it is delivered. */
export const passOver = () => {}

/** So long a process that was killed keeps others from delivering. The clocks of processes may differ by less than this. */
export const leaseMs = 60_000

export function createLeasedConsumer(
  { db, world, activity }: Pick<Ground, 'db' | 'world' | 'activity'>,
  sequencer: Pick<Sequencer, 'settle' | 'size'>,
  { name, holder, begins, batch, deliver, delivered }: Leased,
): LeasedConsumer {
  const startAt = (size: number) => (begins === 'now' ? size : 0)
  const lease = (size: number) => {
    const now = world.now()
    const wanted = { name, holder, start: startAt(size), now, until: now + leaseMs }
    return db.transaction((tx) => leaseConsumer(tx, wanted))
  }
  /** Whether this process still held it. Behind the last delivery it holds it no longer. */
  function move(seq: number, isLast: boolean, damaged: readonly DamagedSegment[]): Promise<boolean> {
    const now = world.now()
    return db.transaction(async (tx) => {
      const isHeld = await moveLeased(tx, { name, holder, seq, now, until: isLast ? 0 : now + leaseMs })
      if (isHeld) await noteDamage({ world, activity }, tx, name, damaged)
      if (isHeld) await delivered(tx)
      return isHeld
    })
  }

  return {
    async run(signal) {
      const size = await sequencer.settle()
      const known = await findLeased(db, name)
      // Nothing to deliver is no reason to write.
      if (known && known.seq >= size) return
      let seq = await lease(size)
      if (seq === undefined) return
      try {
        while (seq < size && !signal.aborted) {
          const damaged: DamagedSegment[] = []
          const found = await findPlaced(db, seq, batch, (segment) => damaged.push(segment))
          const events = found.filter((event) => event.seq !== null && event.seq < size)
          if (events.length > 0) await deliver(events, signal)
          // Places whose events are gone are passed over.
          const last = events.at(-1)?.seq
          const next: number = found.length < batch || last == null ? size : last + 1
          if (!(await move(next, next >= size, damaged))) return
          seq = next
        }
      } finally {
        if (seq < size) await db.transaction((tx) => releaseConsumer(tx, name, holder))
      }
    },
    async place() {
      return (await findLeased(db, name))?.seq ?? startAt(await sequencer.size())
    },
    async behind() {
      const size = await sequencer.size()
      const place = (await findLeased(db, name))?.seq ?? startAt(size)
      const [oldest] = place < size ? await findPlaced(db, place, 1, passOver) : []
      return { events: Math.max(0, size - place), since: oldest?.at ?? null }
    },
  }
}
