import { Refusal } from '../../errors.ts'
import type { Caller } from '../../identity.ts'
import { endAllSessions, endSession } from '../../sessions/end.ts'
import { findSession } from '../../sessions/store.ts'
import { requireFreshSignIn } from '../factors/fresh.ts'
import type { UsersGround } from '../ground.ts'

// To end a session of another browser takes a sign-in of the last five minutes (ASVS 5.0 7.5.2): whoever found one open could
// otherwise shut its person out everywhere else.

/** @throws {Refusal} `insufficient_user_authentication`; `session_not_found`, also for a session of somebody else, and for one that is over */
export async function endMySession(ground: UsersGround, caller: Caller, sessionId: string): Promise<void> {
  await ground.db.transaction(async (tx) => {
    if (sessionId !== caller.identity.sessionId) await requireFreshSignIn(tx, caller, ground.world.now())
    const session = await findSession(tx, sessionId)
    const isMine = session?.user_id === caller.identity.subject
    if (!isMine || !(await endSession(ground, tx, sessionId, 'ended_by_user', caller))) {
      throw new Refusal('session_not_found', 'no such session of yours')
    }
  })
}

/** @throws {Refusal} `insufficient_user_authentication` */
export async function endMyOtherSessions(ground: UsersGround, caller: Caller): Promise<void> {
  const { subject, sessionId } = caller.identity
  await ground.db.transaction(async (tx) => {
    await requireFreshSignIn(tx, caller, ground.world.now())
    await endAllSessions(ground, tx, subject, 'ended_by_user', caller, sessionId)
  })
}
