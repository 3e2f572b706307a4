import type { Reader, Transaction } from '../../database/database.ts'
import { newIdentifier } from '../../secrets/identifiers.ts'
import type { SealedRows } from '../../secrets/resealing.ts'
import type { WebhooksGround } from '../ground.ts'
import { newWebhookSecret } from '../sign.ts'
import { findSealedWebhookSecrets, findSecrets, insertSecret, replaceSealedWebhookSecret } from './store.ts'

const contextOf = (id: string) => `webhook secret ${id}`

/** The secrets of webhooks, to be sealed anew. */
export const sealedWebhookSecrets: SealedRows = {
  name: 'secrets of webhooks',
  find: findSealedWebhookSecrets,
  replace: replaceSealedWebhookSecret,
  contextOf,
}

type SecretsGround = Pick<WebhooksGround, 'world' | 'masterKey'>

/** Make a secret for a webhook. It is given this once. */
export async function makeSecret(
  { world, masterKey }: SecretsGround,
  tx: Transaction,
  webhook: string,
): Promise<string> {
  const secret = newWebhookSecret(world)
  const id = newIdentifier('whs', world)
  await insertSecret(tx, {
    ...{ id, webhook, created_at: world.now(), ends_at: null },
    secret_sealed: masterKey.seal(secret, contextOf(id)),
  })
  return secret
}

/** The secrets that sign now, the newest first. */
export async function signingSecrets(
  { world, masterKey }: SecretsGround,
  reader: Reader,
  webhook: string,
): Promise<readonly string[]> {
  const rows = await findSecrets(reader, world.now(), webhook)
  return rows.map(({ id, secret_sealed: sealed }) => masterKey.open(sealed, contextOf(id)))
}
