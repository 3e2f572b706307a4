import type { Ground } from '../../ground.ts'
import type { Actor } from '../../identity.ts'
import { signingKey } from '../events.ts'
import type { Signers } from './signers.ts'

/** Sign checkpoints with a new key from now on. The log itself says which key follows which. */
export async function rotateLogKey(
  { db, activity, signers }: Ground & { readonly signers: Signers },
  actor: Actor,
): Promise<string> {
  return db.transaction(async (tx) => {
    const { vkey, before } = await signers.rotate(tx)
    const details = before === undefined ? {} : { details: { before } }
    await activity.record(tx, actor, 'log.rotate_key', signingKey(vkey), details)
    return vkey
  })
}
