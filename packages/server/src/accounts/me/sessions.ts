import { Refusal } from '../../errors.ts'
import type { Caller } from '../../identity.ts'
import { endAllSessions, endSession } from '../../sessions/end.ts'
import { findSession } from '../../sessions/store.ts'
import type { UsersGround } from '../ground.ts'

/** @throws {Refusal} `session_not_found`, also for a session of somebody else, and for one that is over */
export async function endMySession(ground: UsersGround, caller: Caller, sessionId: string): Promise<void> {
  await ground.db.transaction(async (tx) => {
    const session = await findSession(tx, sessionId)
    const isMine = session?.user_id === caller.identity.subject
    if (!isMine || !(await endSession(ground, tx, sessionId, 'ended_by_user', caller))) {
      throw new Refusal('session_not_found', 'no such session of yours')
    }
  })
}

export async function endMyOtherSessions(ground: UsersGround, caller: Caller): Promise<void> {
  const { subject, sessionId } = caller.identity
  await ground.db.transaction((tx) => endAllSessions(ground, tx, subject, 'ended_by_user', caller, sessionId))
}
