import { device } from '../../activity/events.ts'
import { Refusal } from '../../errors.ts'
import type { Authentication } from '../../http/passkey-json.ts'
import type { Caller } from '../../identity.ts'
import { readableReply } from '../commands/reply.ts'
import { authorize } from '../relations/relations.ts'
import type { DevicesGround } from '../served.ts'
import { type ApprovalRow, decideApproval, endApproval, findApproval } from './store.ts'

const timeoutMs = 10_000
/** Long after that, nobody writes down any more what became of a command. */
const lostAfterMs = 6 * timeoutMs

/** Whether the server that was to send an allowed command has ended, or failed, before it wrote down what became of it. */
export function isLost(
  { is_allowed: isAllowed, decided_at: at, ended_at: endedAt }: ApprovalRow,
  now: number,
): boolean {
  return isAllowed === 1 && endedAt === null && at !== null && now >= at + lostAfterMs
}

/** @throws {Refusal} `approval_not_found` */
export async function ownApproval(
  { db }: DevicesGround,
  { identity }: Caller,
  id: string,
): Promise<ApprovalRow> {
  const row = await findApproval(db, identity.subject, id)
  // An agent sees what it has asked for itself.
  if (row && (identity.agent === undefined || identity.agent === row.application)) return row
  throw new Refusal('approval_not_found', 'nobody has asked for this')
}

/**
 * Let one command through: it is sent at once, as the person's own, and what the device answers is kept for the agent. The
 * person has confirmed this one, and has the right themselves.
 * @throws {Refusal} `approval_not_found`, `approval_over`, `device_not_found`, `permission_missing`, and what `confirm` refuses
 */
export async function allowCommand(
  ground: DevicesGround,
  caller: Caller,
  { id, passkey }: { readonly id: string; readonly passkey: Authentication | undefined },
): Promise<ApprovalRow> {
  const { db, world, activity, approving } = ground
  const row = await ownApproval(ground, caller, id)
  const { uid, method, application, session_id: sessionId } = row
  await authorize(ground, caller, uid, 'control', method)
  if (row.decided_at !== null || row.expires_at <= world.now()) throw over(row)
  const use = await approving.confirm(caller, { id, askedAt: row.created_at }, passkey)
  await db.transaction(async (tx) => {
    await use(tx)
    if (!(await approving.isLive(tx, sessionId))) throw over(row)
    const decided = { id, userId: row.user_id, isAllowed: true, now: world.now() }
    if (!(await decideApproval(tx, decided))) throw over(row)
    const details = { method, approval: id, application }
    await activity.record(tx, caller, 'approval.allow', device(uid), { details })
  })
  const outcome = await sent(ground, caller, row)
  await db.transaction((tx) => endApproval(tx, id, { ...outcome, now: world.now() }))
  return ownApproval(ground, caller, id)
}

/** Refuse it. @throws {Refusal} `approval_not_found`, `approval_over` */
export async function denyCommand(ground: DevicesGround, caller: Caller, id: string): Promise<void> {
  const { db, world, activity } = ground
  const row = await ownApproval(ground, caller, id)
  await db.transaction(async (tx) => {
    const decided = { id, userId: row.user_id, isAllowed: false, now: world.now() }
    if (!(await decideApproval(tx, decided))) throw over(row)
    const details = { method: row.method, approval: id, application: row.application }
    await activity.record(tx, caller, 'approval.deny', device(row.uid), { details })
  })
}

async function sent(
  { commands }: DevicesGround,
  caller: Caller,
  { id, uid, method, payload, application }: ApprovalRow,
): Promise<Pick<ApprovalRow, 'status' | 'reply' | 'failure'>> {
  try {
    const { reply } = await commands.control(caller, {
      ...{ uid, method, timeoutMs, payload: new TextEncoder().encode(payload) },
      details: { approval: id, application },
    })
    const { status, payload: answer } = await reply
    return { status, reply: readableReply(answer), failure: null }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { status: null, reply: null, failure: error.code }
  }
}

function over({ uid, method }: ApprovalRow): Refusal {
  return new Refusal('approval_over', 'this was decided before, or is over', {
    refused: { event: 'approval.allow', target: device(uid), details: { method } },
  })
}
