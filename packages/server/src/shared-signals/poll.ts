import { stream as target } from '../activity/events.ts'
import type { ApplicationRow } from '../applications/store.ts'
import type { Actor } from '../identity.ts'
import type { SignSet } from './carry.ts'
import type { SignalsGround } from './ground.ts'
import { heldStream, notFound } from './streams.ts'
import { ownReceiverOf } from './tell.ts'

/** So many security event tokens are in one answer. */
const mostSets = 100

export interface AskedSets {
  readonly maxEvents: number | undefined
  /** The ids of those that the receiver has. */
  readonly ack: readonly string[]
  /** Those that it cannot take, and why. */
  readonly setErrs: Readonly<Record<string, { readonly err: string }>>
}

/**
 * What waits for a stream that is polled (RFC 8936 section 2.4), after what the receiver has or cannot take is removed. What is neither
 * comes again. It is answered at once, also with nothing.
 * @throws {Refusal} `stream_not_found`, also for a stream that is pushed
 */
export async function poll(
  { db, activity, outbox }: SignalsGround,
  sign: SignSet,
  actor: Actor,
  { id: application }: Pick<ApplicationRow, 'id'>,
  id: string,
  { maxEvents = mostSets, ack, setErrs }: AskedSets,
): Promise<{ readonly sets: Readonly<Record<string, string>>; readonly moreAvailable: boolean }> {
  const most = Math.min(maxEvents, mostSets)
  const { stream, waiting } = await db.transaction(async (tx) => {
    const stream = await heldStream(tx, application, id)
    if (stream.method !== 'poll') throw notFound()
    const receivers = [ownReceiverOf(id), id]
    const errors = Object.entries(setErrs)
    for (const receiver of receivers) {
      await outbox.done(tx, receiver, ack)
      const had = await outbox.done(
        tx,
        receiver,
        errors.map(([jti]) => jti),
      )
      for (const [delivery, { err: code }] of errors.filter(([jti]) => had.includes(jti))) {
        const more = { outcome: 'failure', reason: 'rejected', details: { delivery, code } } as const
        await activity.record(tx, actor, 'stream.reject', target(id), more)
      }
    }
    const open = stream.status === 'enabled' ? receivers : receivers.slice(0, 1)
    const waiting = []
    for (const receiver of open) waiting.push(...(await outbox.waiting(tx, receiver, most + 1)))
    return { stream, waiting }
  })
  // Signed when nobody waits for the transaction any more.
  const sets = waiting.slice(0, most).map((delivery) => [delivery.id, sign(stream, delivery)] as const)
  return { sets: Object.fromEntries(sets), moreAvailable: waiting.length > most }
}
