import type { EventName } from '../activity/events.ts'
import { countingKey } from '../addresses/networks.ts'
import type { ClientInfo } from '../client-info.ts'
import type { Transaction } from '../database/database.ts'
import { Refusal } from '../errors.ts'
import type { LettersGround } from './ground.ts'

const perNetworkAndHour = 20

/**
 * Admit one request for a letter by somebody who is not known, whatever they ask for.
 * @throws {Refusal} `too_many_requests` for a network that asks too often
 */
export async function admitNetwork(
  { mail }: Pick<LettersGround, 'mail'>,
  tx: Transaction,
  kind: string,
  client: ClientInfo,
  event: EventName,
): Promise<void> {
  const waitMs = await mail.admit(tx, kind, countingKey(client.address), perNetworkAndHour)
  if (waitMs === undefined) return
  throw new Refusal('too_many_requests', 'too many requests; wait before the next', {
    reason: 'network_requests',
    retryAfterSeconds: Math.ceil(waitMs / 1000),
    refused: { event },
  })
}
