import { createLeasedConsumer, type LeasedConsumer } from '../activity/consumers/leased.ts'
import { sink as sinkTarget } from '../activity/events.ts'
import type { Sequencer } from '../activity/proof/sequencer.ts'
import { shownEvent } from '../activity/schema/shown.ts'
import type { Ground } from '../ground.ts'
import { operator } from '../identity.ts'
import { failureOf } from './failure.ts'
import type { Deliver, SinkSetting } from './ground.ts'
import { noteDelivered, noteFailed, noteRecovered, noteStalled, upsertSink } from './store.ts'

/** One sink at this process. */
export interface Sink {
  readonly setting: SinkSetting
  readonly consumer: LeasedConsumer
  /** Deliver what there is, unless another process does, or the last failure is too short ago. It does not throw for a receiver. */
  run(signal: AbortSignal): Promise<void>
}

/** As many events at once: few enough that they are in memory together, many enough for one connection a second. */
const batch = 500
const firstDelayMs = 1_000
const longestDelayMs = 60_000
/** A sink that has failed for so long has stalled, and the log says so. */
const stallMs = 60_000
/** A process says so often that the sink is in its settings. */
const saysMs = 3_600_000

export const consumerName = (sink: string) => `sink:${sink}`

export function createSink(
  { db, world, activity }: Ground,
  sequencer: Pick<Sequencer, 'settle' | 'size'>,
  { setting, holder, deliver }: { setting: SinkSetting; holder: string; deliver: Deliver },
): Sink {
  const { name, from } = setting
  let saidAt: number | undefined
  let failures = 0
  let notBefore = 0

  const consumer = createLeasedConsumer({ db, world, activity }, sequencer, {
    ...{ name: consumerName(name), holder, batch },
    begins: from === 'start' ? 'with the log' : 'now',
    deliver: (rows, signal) => deliver(rows.map(shownEvent), signal),
    async delivered(tx) {
      await noteDelivered(tx, name, world.now())
      const stalledAt = await noteRecovered(tx, name)
      if (stalledAt === undefined) return
      const details = { seconds: Math.round((world.now() - stalledAt) / 1000) }
      await activity.record(tx, operator, 'sink.recover', sinkTarget(name), { details })
    },
  })

  async function say(): Promise<void> {
    const now = world.now()
    if (saidAt !== undefined && now - saidAt < saysMs) return
    const { kind, address, format } = setting
    await db.transaction((tx) => upsertSink(tx, { name, kind, address, format, seen_at: now }))
    saidAt = now
  }

  async function noteFailure(error: unknown): Promise<void> {
    const now = world.now()
    failures += 1
    notBefore = now + Math.min(firstDelayMs * 2 ** (failures - 1), longestDelayMs)
    const { message } = failureOf(error)
    const { events } = await consumer.behind()
    await db.transaction(async (tx) => {
      await noteFailed(tx, name, message, now)
      if (!(await noteStalled(tx, name, now - stallMs, now))) return
      const more = { outcome: 'alarm', reason: 'sink_stalled', details: { fault: message, events } } as const
      await activity.record(tx, operator, 'sink.stall', sinkTarget(name), more)
    })
  }

  return {
    setting,
    consumer,
    async run(signal) {
      await say()
      if (world.now() < notBefore) return
      try {
        await consumer.run(signal)
        failures = 0
      } catch (error) {
        // A server that stops has not failed.
        if (!signal.aborted) await noteFailure(error)
      }
    },
  }
}
