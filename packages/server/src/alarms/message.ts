import { everybody } from './raise.ts'
import type { Telling } from './telling.ts'
import { alarmView } from './views.ts'

/** A notice of an alarm, as programs are told: `{type, timestamp, data}` with the alarm and the first of a group. */
export function alarmMessage({ notice, alarm, rule, subjects }: Telling) {
  const isGroup = alarm.subject === everybody
  const shown = alarmView.show({
    ...alarm,
    name: isGroup ? undefined : subjects[0]?.name,
    ruleTitle: rule.own?.title,
  })
  return {
    type: 'alarm.notice',
    atMs: alarm.last_at,
    // Notices of one alarm are sent one after the other.
    subject: isGroup ? alarm.id : alarm.subject,
    data: {
      ...{ id: alarm.id, notice, alarm: shown },
      subjects: subjects.map(({ id, name }) => ({ id, name: name ?? null })),
    },
  }
}
