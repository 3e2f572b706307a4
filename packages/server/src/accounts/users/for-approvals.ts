import type { Transaction } from '../../database/database.ts'
import type { Authentication } from '../../http/passkey-json.ts'
import type { Caller } from '../../identity.ts'
import { findSession } from '../../sessions/store.ts'
import type { AccountsGround } from '../ground.ts'
import { type AskedCommand, tellCommandAsked } from '../notices/credentials.ts'
import { type Act, confirmAct, confirmationOptions } from '../passkeys/confirm.ts'
import { findUser } from './store.ts'

const lettersAnHour = 6

/** People as they are asked for single acts of their agents. */
export function createPeopleForApprovals(ground: AccountsGround) {
  const { mail } = ground
  return {
    confirmationOptions: (userId: string, act: string) => confirmationOptions(ground, userId, act),
    confirm: (caller: Caller, act: Act, passkey: Authentication | undefined) =>
      confirmAct(ground, caller, act, passkey),
    isLive: async (tx: Transaction, sessionId: string) => {
      const session = await findSession(tx, sessionId)
      return session !== undefined && session.ended_at === null
    },
    /** By a letter, unless there were many: the page of the account shows each. */
    async tellAsked(tx: Transaction, asked: AskedCommand) {
      const owner = await findUser(tx, asked.userId)
      const waitMs = await mail.admit(tx, 'asked commands of', asked.userId, lettersAnHour)
      if (owner && waitMs === undefined) await tellCommandAsked(ground, tx, owner, asked)
    },
  }
}
