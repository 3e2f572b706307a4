import { stream as streamTarget } from '../activity/events.ts'
import { findApplication } from '../applications/store.ts'
import type { Transaction } from '../database/database.ts'
import { subjectFor } from '../oauth/subjects.ts'
import { type SignalName, signalTypes, updatedType, verificationType } from './events.ts'
import type { SignalsGround } from './ground.ts'
import { findStreams, isExcluded, type StreamRow, updateStream } from './store.ts'

/** What is pushed is tried for five days; what is polled waits for a week. */
const waitsForMs = { push: 5 * 86_400_000, poll: 7 * 86_400_000 } as const

type TellGround = Pick<SignalsGround, 'world' | 'activity' | 'issuer' | 'outbox'>

/** What has happened to a person. */
export interface Signal {
  readonly name: SignalName
  readonly userId: string
  readonly atMs: number
  /** The members of the event beside its time. */
  readonly payload?: Readonly<Record<string, unknown>>
  /** The session that it is about, as tokens name it. */
  readonly sessionId?: string
}

/** What waits for what happens to the stream itself: it is sent while the stream is not. */
export const ownReceiverOf = (stream: string) => `${stream}/status`

/** Have an application told what has happened to a person whom it has to do with, by each of its streams that wants to know. */
export async function tellApplication(
  ground: TellGround,
  tx: Transaction,
  application: string,
  { name, userId, atMs, payload, sessionId }: Signal,
): Promise<void> {
  const type = signalTypes[name]
  const streams = (await findStreams(tx, application)).filter(
    ({ status, requested }) => status !== 'disabled' && requested.includes(type),
  )
  const row = streams.length === 0 ? undefined : await findApplication(tx, application)
  if (!row) return
  const subject = subjectFor(row, userId)
  const user = { format: 'iss_sub', iss: ground.issuer, sub: subject }
  const session = sessionId === undefined ? undefined : { format: 'opaque', id: sessionId }
  const body = {
    sub_id: session ? { format: 'complex', user, session } : user,
    events: { [type]: { ...payload, event_timestamp: Math.floor(atMs / 1000) } },
  }
  for (const stream of streams) {
    if (await isExcluded(tx, stream.id, subject)) continue
    await put(ground, tx, stream, { type: name, subject, body })
  }
}

interface Told {
  readonly type: string
  readonly subject: string
  readonly body: object
}

/** A stream that is so far behind that nothing more has room is disabled. Its receiver enables it again. */
async function put(ground: TellGround, tx: Transaction, stream: StreamRow, told: Told): Promise<void> {
  const taken = await ground.outbox.put(tx, stream.id, [told], waitsForMs[stream.method])
  if (taken.length > 0) return
  await setStatus(ground, tx, stream, { status: 'disabled', reason: 'queue_full' })
  await ground.activity.record(tx, {}, 'stream.change', streamTarget(stream.id), {
    ...{ outcome: 'failure', reason: 'queue_full', details: { stream_status: 'disabled' } },
  })
}

/** Queue what shows that a stream works (SSF 1.0 section 8.1.4). */
export async function tellVerification(
  { outbox }: TellGround,
  tx: Transaction,
  { id, method }: StreamRow,
  state: string | undefined,
): Promise<void> {
  const body = {
    sub_id: { format: 'opaque', id },
    events: { [verificationType]: state === undefined ? {} : { state } },
  }
  await outbox.put(tx, id, [{ type: 'verification', subject: id, body }], waitsForMs[method])
}

interface NewStatus {
  readonly status: StreamRow['status']
  readonly reason: string | null
  /** Whether an administrator stops it, or lets it go on. */
  readonly isStopped?: boolean
  /** Whether the receiver asked for it, and need not be told. */
  readonly byReceiver?: boolean
}

/** Give a stream a status. What waits for a paused one stays; of a disabled one nothing is kept. */
export async function setStatus(
  ground: TellGround,
  tx: Transaction,
  before: StreamRow,
  { status, reason, isStopped = before.is_stopped, byReceiver = false }: NewStatus,
): Promise<StreamRow> {
  const row = { ...before, status, status_reason: reason, is_stopped: isStopped }
  await updateStream(tx, row)
  await keepReceivers(ground, tx, row)
  if (byReceiver) return row
  const { id, method } = row
  const body = {
    sub_id: { format: 'opaque', id },
    events: { [updatedType]: { status, ...(reason !== null && { reason }) } },
  }
  const told = { type: 'stream_updated', subject: id, body }
  await ground.outbox.put(tx, ownReceiverOf(id), [told], waitsForMs[method])
  return row
}

/** Have the queue send to a stream as it is now. */
export async function keepReceivers(
  { outbox }: Pick<TellGround, 'outbox'>,
  tx: Transaction,
  { id, method, endpoint, status }: StreamRow,
): Promise<void> {
  const kind = method === 'push' ? 'stream' : 'poll'
  const url = endpoint ?? ''
  await outbox.keep(tx, { id: ownReceiverOf(id), kind, url, isHeld: false })
  if (status === 'disabled') await outbox.remove(tx, id)
  else await outbox.keep(tx, { id, kind, url, isHeld: status === 'paused' })
}
