import { device } from '../../activity/events.ts'
import type { EventReason } from '../../activity/schema/reasons.ts'
import { judgeDetails } from '../../authorization-details.ts'
import { Refusal } from '../../errors.ts'
import type { Caller, Identity } from '../../identity.ts'
import { newIdentifier } from '../../secrets/identifiers.ts'
import { decide } from '../relations/relations.ts'
import type { DevicesGround } from '../served.ts'
import { findDevice } from '../store.ts'
import { type ApprovalRow, countAsked, findApproval, insertApproval } from './store.ts'

/** A person has so long to decide. */
const openForMs = 10 * 60_000
/** Nobody is asked until they give in: so many wait for one person, and so many are asked for in an hour, by one agent. */
const mostWaiting = 3
const mostInAnHour = 20
/** Characters: a person is to read it. */
const longestPayload = 2_000

/**
 * Whether this command is one that an agent asks its person for: it was let use the device, and not to send this. Whoever was not let
 * use the device at all does not learn that it exists.
 */
export function asksPerson({ agent, details }: Identity, uid: string, method: string, now: number): boolean {
  if (agent === undefined || details === undefined) return false
  return judgeDetails(details, { uid, action: 'control', method }, now) === 'denied'
}

/**
 * Ask the person for one command.
 * @throws {Refusal} `permission_missing` where the person may not send it either, or nobody could read it; `too_many_requests`
 */
export async function askPerson(
  ground: DevicesGround,
  caller: Caller,
  { uid, method, payload }: { readonly uid: string; readonly method: string; readonly payload: string },
): Promise<ApprovalRow> {
  const { db, world, activity, approving } = ground
  const { identity, client } = caller
  const { subject: userId, agent: application, sessionId } = identity
  const told = { event: 'approval.ask', target: device(uid), details: { method } } as const
  const refused = (reason: EventReason) =>
    new Refusal('permission_missing', 'this is not among what the agent was let do', {
      reason,
      refused: told,
    })
  const decision = await decide(ground, { subject: userId, scopes: ofPerson }, uid, 'control')
  if (!decision.allowed || application === undefined || sessionId === undefined) throw refused('not_granted')
  if (payload.length > longestPayload) throw refused('payload_too_long')
  const now = world.now()
  const id = newIdentifier('apv', world)
  await db.transaction(async (tx) => {
    const count = await countAsked(tx, { userId, application }, { since: now - 3_600_000, now })
    if (count.waiting >= mostWaiting || count.asked >= mostInAnHour) {
      throw new Refusal('too_many_requests', 'the person has been asked often enough', {
        ...{ reason: 'asked_too_often', refused: told, retryAfterSeconds: 600 },
      })
    }
    const region = approving.regionOf(client.address)
    await insertApproval(tx, {
      ...{ id, user_id: userId, session_id: sessionId, application, uid, method, payload },
      ...{ address: client.address, region, user_agent: client.userAgent ?? null },
      ...{ created_at: now, expires_at: now + openForMs },
    })
    await activity.record(tx, caller, 'approval.ask', device(uid), { details: { method, approval: id } })
    await approving.tellAsked(tx, {
      ...{ userId, method, region, address: client.address },
      application: (await approving.nameOfApplication(tx, application)) ?? application,
      device: (await findDevice(tx, uid))?.name ?? uid,
    })
  })
  const row = await findApproval(db, userId, id)
  if (!row) throw new Error('an approval that was written is not there')
  return row
}

/** Whether the person has the permission is asked when they decide. */
const ofPerson: ReadonlySet<string> = new Set(['devices:control'])
