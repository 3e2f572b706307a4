import { alarm as alarmTarget } from '../activity/events.ts'
import type { Transaction } from '../database/database.ts'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity.ts'
import { closeAlarm, findOpenOfRule } from './store.ts'

/** Close what is open of a rule that is turned off or removed. */
export async function closeAllOf(
  { world, activity }: Pick<Ground, 'world' | 'activity'>,
  tx: Transaction,
  who: Actor,
  name: string,
): Promise<void> {
  const now = world.now()
  for (const { id } of await findOpenOfRule(tx, name)) {
    await closeAlarm(tx, id, { now, by: null, reason: 'rule_off', tellAt: null })
    const more = { reason: 'rule_off', details: { rule: name } }
    await activity.record(tx, who, 'alarm.close', alarmTarget(id), more)
  }
}
