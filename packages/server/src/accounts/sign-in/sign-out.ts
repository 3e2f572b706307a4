import { Refusal } from '../../errors.ts'
import type { Caller } from '../../identity.ts'
import { endSession } from '../../sessions/end.ts'
import type { UsersGround } from '../ground.ts'

/**
 * End the session of the token that somebody sent. Returns which it was.
 * @throws {Refusal} `session_not_found` for a token that belongs to none
 */
export async function signOut(ground: UsersGround, caller: Caller): Promise<string> {
  const { sessionId } = caller.identity
  if (sessionId === undefined) throw new Refusal('session_not_found', 'this token belongs to no session')
  await ground.db.transaction((tx) => endSession(ground, tx, sessionId, 'signed_out', caller))
  return sessionId
}
