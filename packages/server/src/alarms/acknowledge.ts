import { alarm as alarmTarget } from '../activity/events.ts'
import { Refusal } from '../errors.ts'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity.ts'
import { type AlarmRow, acknowledgeAlarm, closeAlarm, findAlarm } from './store.ts'

/**
 * Say that somebody looks after it: that it goes on is not told any more. One that was acknowledged before stays as it is.
 * @throws {Refusal} `alarm_not_found`, `alarm_closed`
 */
export async function acknowledge(
  { db, world, activity }: Ground,
  actor: Actor,
  id: string,
): Promise<AlarmRow> {
  return db.transaction(async (tx) => {
    const acknowledged = await acknowledgeAlarm(tx, id, whose(actor), world.now())
    if (acknowledged) {
      await activity.record(tx, actor, 'alarm.acknowledge', alarmTarget(id), {
        details: { rule: acknowledged.rule },
      })
      return acknowledged
    }
    const alarm = await findAlarm(tx, id)
    if (!alarm) throw notFound()
    if (alarm.closed_at !== null) throw new Refusal('alarm_closed', 'the alarm is closed already')
    return alarm
  })
}

/**
 * Close an alarm. If its rule holds again, a new one opens.
 * @throws {Refusal} `alarm_not_found`, `alarm_closed`
 */
export async function close({ db, world, activity }: Ground, actor: Actor, id: string): Promise<AlarmRow> {
  return db.transaction(async (tx) => {
    const by = { now: world.now(), by: whose(actor), reason: 'closed', tellAt: null } as const
    const closed = await closeAlarm(tx, id, by)
    if (closed) {
      await activity.record(tx, actor, 'alarm.close', alarmTarget(id), {
        reason: 'closed',
        details: { rule: closed.rule },
      })
      return closed
    }
    if (!(await findAlarm(tx, id))) throw notFound()
    throw new Refusal('alarm_closed', 'the alarm is closed already')
  })
}

export const notFound = () => new Refusal('alarm_not_found', 'there is no such alarm')

/** Null for the operator at the command line. */
export const whose = (actor: Actor): string | null =>
  actor.kind === 'operator' ? null : actor.identity.subject
