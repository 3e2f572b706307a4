import { stream as target } from '../activity/events.ts'
import type { ApplicationRow } from '../applications/store.ts'
import type { Transaction } from '../database/database.ts'
import { Refusal } from '../errors.ts'
import type { Actor } from '../identity.ts'
import { newIdentifier } from '../secrets/identifiers.ts'
import { supportedTypes } from './events.ts'
import type { SignalsGround } from './ground.ts'
import { contextOf } from './sealed.ts'
import { deleteStream, findStreams, holdStream, insertStream, type StreamRow, updateStream } from './store.ts'
import { keepReceivers, ownReceiverOf } from './tell.ts'

/** How a receiver wants its events (SSF 1.0 section 8.1.1). */
export type Delivery =
  | { readonly method: 'push'; readonly endpoint: string; readonly authorization: string | undefined }
  | { readonly method: 'poll' }

/** What a receiver says of a stream. What is undefined stays, or is left out of a new one. */
export interface StreamGiven {
  readonly delivery?: Delivery | undefined
  readonly requested?: readonly string[] | undefined
  readonly description?: string | null | undefined
}

type Receiver = Pick<ApplicationRow, 'id'>

/** An application has few receivers: one for each of its places. */
const mostStreams = 5

/**
 * Make a stream for an application. It begins at once, with nothing of what has been.
 * @throws {Refusal} `stream_limit_reached`, `request_invalid`
 */
export async function createStream(
  ground: SignalsGround,
  actor: Actor,
  { id: application }: Receiver,
  given: StreamGiven,
): Promise<StreamRow> {
  const { db, world, activity } = ground
  const empty: StreamRow = {
    ...{ id: newIdentifier('str', world), application, description: null, requested: [], method: 'poll' },
    ...{ endpoint: null, authorization_sealed: null, status: 'enabled', status_reason: null },
    ...{ is_stopped: false, created_at: world.now(), verified_at: null },
  }
  const row = applied(ground, empty, given)
  return db.transaction(async (tx) => {
    if ((await findStreams(tx, application)).length >= mostStreams) {
      throw new Refusal('stream_limit_reached', `an application has ${mostStreams} streams at most`)
    }
    await insertStream(tx, row)
    await keepReceivers(ground, tx, row)
    await activity.record(tx, actor, 'stream.create', target(row.id), { details: detailsOf(row) })
    return row
  })
}

/** Change what is given of a stream. @throws {Refusal} `stream_not_found`, `request_invalid` */
export async function changeStream(
  ground: SignalsGround,
  actor: Actor,
  { id: application }: Receiver,
  id: string,
  given: StreamGiven,
): Promise<StreamRow> {
  const { db, activity } = ground
  return db.transaction(async (tx) => {
    const row = applied(ground, await heldStream(tx, application, id), given)
    await updateStream(tx, row)
    await keepReceivers(ground, tx, row)
    await activity.record(tx, actor, 'stream.change', target(id), { details: detailsOf(row) })
    return row
  })
}

/** Remove a stream with what waits for it. @throws {Refusal} `stream_not_found` */
export async function removeStream(
  ground: SignalsGround,
  actor: Actor,
  { id: application }: Receiver,
  id: string,
): Promise<void> {
  await ground.db.transaction((tx) => dropStream(ground, tx, actor, { application, id }))
}

/** For the application itself, or whoever was authorized over it in this transaction. @throws {Refusal} `stream_not_found` */
export async function dropStream(
  { activity, outbox }: SignalsGround,
  tx: Transaction,
  actor: Actor,
  { application, id }: Pick<StreamRow, 'application' | 'id'>,
): Promise<void> {
  await heldStream(tx, application, id)
  await deleteStream(tx, id)
  for (const receiver of [id, ownReceiverOf(id)]) await outbox.remove(tx, receiver)
  await activity.record(tx, actor, 'stream.remove', target(id), { details: { application } })
}

/** @throws {Refusal} `stream_not_found`, also for one of another application */
export async function heldStream(tx: Transaction, application: string, id: string): Promise<StreamRow> {
  const row = await holdStream(tx, application, id)
  if (!row) throw notFound()
  return row
}

export const notFound = () => new Refusal('stream_not_found', 'there is no such stream')

function applied(ground: SignalsGround, row: StreamRow, given: StreamGiven): StreamRow {
  return {
    ...row,
    ...(given.requested && { requested: [...new Set(given.requested)] }),
    ...(given.description !== undefined && { description: given.description }),
    ...(given.delivery && deliveryIn(ground, row.id, given.delivery)),
  }
}

function deliveryIn({ outbound, masterKey }: SignalsGround, id: string, delivery: Delivery) {
  if (delivery.method === 'poll') {
    return { method: 'poll', endpoint: null, authorization_sealed: null } as const
  }
  const { endpoint, authorization } = delivery
  if (!outbound.allows(endpoint)) {
    throw invalid('/delivery/endpoint_url', 'is https, without user, password and fragment')
  }
  const sealed = authorization === undefined ? null : masterKey.seal(authorization, contextOf(id))
  return { method: 'push', endpoint, authorization_sealed: sealed } as const
}

export function invalid(field: string, reason: string): Refusal {
  return new Refusal('request_invalid', `${field} ${reason}`, { faults: [{ field, reason }] })
}

/** What of the types that were asked for there is. */
export function deliveredOf({ requested }: Pick<StreamRow, 'requested'>): readonly string[] {
  return supportedTypes.filter((type) => requested.includes(type))
}

function detailsOf(row: StreamRow) {
  const names = deliveredOf(row).map((type) => type.slice(type.lastIndexOf('/') + 1))
  return {
    method: row.method,
    // The path of an address may be a secret of the other side.
    ...(row.endpoint !== null && { host: new URL(row.endpoint).host }),
    events: names.join(' '),
  }
}
