import type { ClientInfo } from '../../client-info.ts'
import { Refusal, telling } from '../../errors.ts'
import type { PresentedProof } from '../../http/credentials.ts'
import type { Job } from '../../part.ts'
import { isIdentifier } from '../../secrets/identifiers.ts'
import { hashSecret, newSecret } from '../../secrets/secrets.ts'
import type { AppsGround } from '../ground.ts'
import { findApp } from '../store.ts'
import { deleteStaleNonces, insertNonce } from './store.ts'

/** So long the account server of an app has to sign. */
export const nonceSeconds = 120
/** A stale one is known for so long, so that whoever comes late is told that it was that. */
const keptForMs = 600_000

/** What a nonce is for. */
export interface NonceFor {
  readonly app: string
  readonly deviceId: string | undefined
  /** The key that was proven with the request. */
  readonly key: string | undefined
}

/**
 * A nonce for the next assertion of an app; with a proof, only whoever proves the same key can use it.
 * @throws {Refusal} `client_invalid`, `dpop_proof_invalid`, `too_many_requests`
 */
export async function askForNonce(
  ground: AppsGround,
  { app, deviceId, proof }: Omit<NonceFor, 'key'> & { readonly proof: PresentedProof | undefined },
  client: ClientInfo,
): Promise<string> {
  try {
    await ground.db.transaction((tx) => ground.admit(tx, client, 'user.sign_in'))
    const key = proof && (await ground.proofs.keyOf(proof))
    const row = isIdentifier('app', app) ? await findApp(ground.db, app) : undefined
    if (!row || row.disabled_at !== null) {
      throw new Refusal('client_invalid', 'there is no such app', {
        ...{ reason: row ? 'app_disabled' : 'app_unknown', refused: { clientId: row?.id } },
      })
    }
    return await makeNonce(ground, { app, deviceId, key })
  } catch (error) {
    throw telling(error, { event: 'user.sign_in' })
  }
}

export async function makeNonce(
  { db, world }: AppsGround,
  { app, deviceId = '', key = '' }: NonceFor,
): Promise<string> {
  const nonce = newSecret('nonce', world)
  await db.transaction((tx) =>
    insertNonce(tx, {
      ...{ nonce_hash: hashSecret(nonce), app, device_id: deviceId, key_thumbprint: key },
      expires_at: world.now() + nonceSeconds * 1000,
    }),
  )
  return nonce
}

export function sweepNoncesJob({ db, world }: AppsGround): Job {
  return {
    name: 'apps.sweep_nonces',
    everyMs: 60_000,
    run: () => db.transaction((tx) => deleteStaleNonces(tx, world.now() - keptForMs)),
  }
}
