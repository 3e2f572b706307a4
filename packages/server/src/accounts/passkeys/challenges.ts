import type { Refused } from '../../activity/events.ts'
import type { EventReason } from '../../activity/schema/reasons.ts'
import type { Transaction } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import type { Ground } from '../../ground.ts'
import { hashSecret } from '../../secrets/secrets.ts'
import { readClientData } from './ceremony/client-data.ts'
import { CeremonyFault } from './ceremony/fault.ts'
import { insertPasskeyChallenge, type PasskeyChallengeRow, takePasskeyChallenge } from './store.ts'

/** So long a ceremony may take. A browser is told the same. */
export const challengeForMs = 10 * 60_000

type Asked = Pick<PasskeyChallengeRow, 'purpose' | 'user_id' | 'made_for' | 'is_prompted' | 'browser_hash'>

/** A new challenge, in base64url. Only its hash is stored. */
export async function newPasskeyChallenge(
  { world }: Pick<Ground, 'world'>,
  tx: Transaction,
  asked: Asked,
): Promise<string> {
  const challenge = world.random(32).toString('base64url')
  const now = world.now()
  await insertPasskeyChallenge(tx, {
    ...asked,
    challenge_hash: hashSecret(challenge),
    created_at: now,
    expires_at: now + challengeForMs,
  })
  return challenge
}

/** A challenge that was answered, and what it was made for. */
export interface AnsweredChallenge extends PasskeyChallengeRow {
  readonly challenge: string
}

/**
 * Use up the challenge that a browser says it has answered, before anything else is looked at: each is answered once, rightly or
 * wrongly. Undefined if it is unknown, used or over.
 * @throws {CeremonyFault} `client_data_malformed`
 */
export async function takeAnswered(
  { db, world }: Pick<Ground, 'db' | 'world'>,
  clientDataJson: Uint8Array,
  purpose: PasskeyChallengeRow['purpose'],
): Promise<AnsweredChallenge | undefined> {
  const { challenge } = readClientData(clientDataJson)
  const row = await db.transaction((tx) =>
    takePasskeyChallenge(tx, hashSecret(challenge), purpose, world.now()),
  )
  return row && { ...row, challenge }
}

/** Whoever asked is told one thing for every reason; the log has the reason. */
export function passkeyRefused(reason: EventReason, refused: Refused): Refusal {
  return new Refusal('passkey_refused', 'this passkey is not accepted; try again, or use another way', {
    reason,
    refused,
  })
}

/** Run the check of a ceremony: one that proves nothing is refused. */
export async function refusingFaults<Result>(
  refused: Refused,
  check: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await check()
  } catch (error) {
    throw error instanceof CeremonyFault ? passkeyRefused(error.reason, refused) : error
  }
}
