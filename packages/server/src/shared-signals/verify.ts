import type { ApplicationRow } from '../applications/store.ts'
import { Refusal } from '../errors.ts'
import type { SignalsGround } from './ground.ts'
import { updateStream } from './store.ts'
import { heldStream } from './streams.ts'
import { tellVerification } from './tell.ts'

/** A receiver may ask for a verification so often. */
export const verificationSeconds = 30

/**
 * Queue an event that shows that the stream works, with a text of the receiver in it (SSF 1.0 section 8.1.4.2).
 * @throws {Refusal} `stream_not_found`, `too_many_requests`
 */
export async function verifyStream(
  ground: SignalsGround,
  { id: application }: Pick<ApplicationRow, 'id'>,
  id: string,
  state: string | undefined,
): Promise<void> {
  const now = ground.world.now()
  await ground.db.transaction(async (tx) => {
    const row = await heldStream(tx, application, id)
    const againAt = (row.verified_at ?? Number.NEGATIVE_INFINITY) + verificationSeconds * 1000
    if (now < againAt) {
      throw new Refusal('too_many_requests', 'a verification was asked for just now', {
        retryAfterSeconds: Math.ceil((againAt - now) / 1000),
      })
    }
    await updateStream(tx, { ...row, verified_at: now })
    await tellVerification(ground, tx, row, state)
  })
}
