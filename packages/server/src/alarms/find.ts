import type { Reader } from '../database/database.ts'
import { notFound } from './acknowledge.ts'
import { findAlarmEvents, findAlarmSubjects } from './concerned/store.ts'
import type { AlarmsGround } from './ground.ts'
import { findOwnRules, isOwnName } from './own-rules/store.ts'
import { everybody } from './raise.ts'
import { type AlarmFilter, type AlarmRow, findAlarm, findAlarms } from './store.ts'
import type { NamedAlarm, WholeAlarm } from './views.ts'

type FindGround = Pick<AlarmsGround, 'db' | 'hands'>

/** Alarms that match, newest first, and what their subjects are called. */
export async function listAlarmsOf(
  { db, hands }: FindGround,
  filter: AlarmFilter,
  limit: number,
): Promise<readonly NamedAlarm[]> {
  const rows = await findAlarms(db, filter, limit)
  const names = await hands.namesOf(
    [...new Set(rows.map(({ subject }) => subject))].filter((id) => id !== everybody),
  )
  const titles = await titlesOf(db, rows)
  return rows.map((row) => ({ ...row, name: names.get(row.subject), ruleTitle: titles.get(row.rule) }))
}

export async function named({ db, hands }: FindGround, row: AlarmRow): Promise<NamedAlarm> {
  const names = row.subject === everybody ? new Map<string, string>() : await hands.namesOf([row.subject])
  return { ...row, name: names.get(row.subject), ruleTitle: (await titlesOf(db, [row])).get(row.rule) }
}

/** What rules are called that somebody has added. */
async function titlesOf(reader: Reader, rows: readonly AlarmRow[]): Promise<ReadonlyMap<string, string>> {
  if (!rows.some(({ rule }) => isOwnName(rule))) return new Map()
  return new Map((await findOwnRules(reader)).map(({ name, title }) => [name, title]))
}

/** So many of a group are shown. */
const mostMembers = 200

/** @throws {Refusal} `alarm_not_found` */
export async function findWhole(ground: FindGround, id: string): Promise<WholeAlarm> {
  const { db, hands } = ground
  const row = await findAlarm(db, id)
  if (!row) throw notFound()
  const members = await findAlarmSubjects(db, id, mostMembers)
  const names = await hands.namesOf(members.map(({ subject }) => subject))
  return {
    ...(await named(ground, row)),
    events: await findAlarmEvents(db, id),
    members: members.map(({ subject, at, ended_at: endedAt }) => ({
      subject,
      name: names.get(subject),
      at,
      endedAt,
    })),
  }
}
