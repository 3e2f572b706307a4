import { existingApplication, heldApplication } from '../applications/held.ts'
import type { Reader } from '../database/database.ts'
import type { Actor } from '../identity.ts'
import type { SignalsGround } from './ground.ts'
import { stopStream } from './status.ts'
import { findStreams, type StreamRow } from './store.ts'
import { dropStream } from './streams.ts'

/** A stream, and how many events wait for its receiver. */
export type SeenStream = StreamRow & { readonly waiting: number }

/** The streams of an application, oldest first. @throws {Refusal} `application_not_found` */
export async function streamsOf(
  { db, outbox }: Pick<SignalsGround, 'db' | 'outbox'>,
  application: string,
): Promise<readonly SeenStream[]> {
  await existingApplication(db, application)
  const seen: SeenStream[] = []
  for (const row of await findStreams(db, application)) seen.push(await seenOf(db, outbox, row))
  return seen
}

async function seenOf(reader: Reader, outbox: SignalsGround['outbox'], row: StreamRow): Promise<SeenStream> {
  return { ...row, waiting: await outbox.count(reader, row.id) }
}

/**
 * Pause a stream or let it go on, by whoever may change the application.
 * @throws {Refusal} `application_not_found`, `permission_missing`, `stream_not_found`
 */
export async function pauseStream(
  ground: SignalsGround,
  actor: Actor,
  application: string,
  id: string,
  isPaused: boolean,
): Promise<SeenStream> {
  const row = await ground.db.transaction(async (tx) => {
    await heldApplication(tx, actor, application)
    return stopStream(ground, tx, actor, { application, id, isStopped: isPaused })
  })
  return seenOf(ground.db, ground.outbox, row)
}

/** @throws {Refusal} `application_not_found`, `permission_missing`, `stream_not_found` */
export async function endStream(
  ground: SignalsGround,
  actor: Actor,
  application: string,
  id: string,
): Promise<void> {
  await ground.db.transaction(async (tx) => {
    await heldApplication(tx, actor, application)
    await dropStream(ground, tx, actor, { application, id })
  })
}
