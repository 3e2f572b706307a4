import { stream as target } from '../activity/events.ts'
import type { ApplicationRow } from '../applications/store.ts'
import type { Transaction } from '../database/database.ts'
import { Refusal } from '../errors.ts'
import type { Actor } from '../identity.ts'
import type { SignalsGround } from './ground.ts'
import type { StreamRow, StreamStatus } from './store.ts'
import { heldStream } from './streams.ts'
import { setStatus } from './tell.ts'

/**
 * The receiver gives its stream a status (SSF 1.0 section 8.1.2.2).
 * @throws {Refusal} `stream_not_found`; `permission_missing` while an administrator has stopped the stream
 */
export async function changeStatus(
  ground: SignalsGround,
  actor: Actor,
  { id: application }: Pick<ApplicationRow, 'id'>,
  id: string,
  { status, reason = null }: { readonly status: StreamStatus; readonly reason?: string | null | undefined },
): Promise<StreamRow> {
  return ground.db.transaction(async (tx) => {
    const before = await heldStream(tx, application, id)
    if (before.is_stopped) {
      throw new Refusal('permission_missing', 'an administrator has stopped this stream', {
        reason: 'stream_stopped',
      })
    }
    const row = await setStatus(ground, tx, before, { status, reason, byReceiver: true })
    await ground.activity.record(tx, actor, 'stream.change', target(id), {
      details: { stream_status: status },
    })
    return row
  })
}

/**
 * An administrator pauses a stream, or lets it go on; the receiver is told, and cannot undo it. What happens meanwhile waits. The caller
 * has authorized it over the application, in this transaction.
 * @throws {Refusal} `stream_not_found`
 */
export async function stopStream(
  ground: SignalsGround,
  tx: Transaction,
  actor: Actor,
  {
    application,
    id,
    isStopped,
  }: { readonly application: string; readonly id: string; readonly isStopped: boolean },
): Promise<StreamRow> {
  const before = await heldStream(tx, application, id)
  const status = isStopped ? 'paused' : 'enabled'
  if (before.is_stopped === isStopped && before.status === status) return before
  const reason = isStopped ? 'paused by an administrator' : null
  const row = await setStatus(ground, tx, before, { status, reason, isStopped })
  await ground.activity.record(tx, actor, 'stream.change', target(id), { details: { stream_status: status } })
  return row
}
