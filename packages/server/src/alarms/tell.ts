import type { Transaction } from '../database/database.ts'
import { findAlarmSubjects } from './concerned/store.ts'
import { findRules, type Rule } from './effective.ts'
import type { AlarmsGround } from './ground.ts'
import { postAlarm, type Recipient } from './letter.ts'
import { everybody } from './raise.ts'
import { findSilentUntil } from './silences/store.ts'
import { type AlarmRow, findAlarmsToTell, noteTold } from './store.ts'
import { decide, type Telling } from './telling.ts'

const most = 100
/** So many of a group are named. */
const mostNamed = 10

/** Tell what is due, each notice once over all processes. */
export async function tellDue(ground: AlarmsGround): Promise<void> {
  const { db, world, hands } = ground
  const due = await findAlarmsToTell(db, world.now(), most)
  if (due.length === 0) return
  const rules = new Map((await findRules(db)).map((rule) => [rule.name as string, rule]))
  const recipients = await hands.recipients()
  for (const alarm of due) {
    const rule = rules.get(alarm.rule)
    const subjects = await named(ground, alarm)
    await db.transaction((tx) => tellOne(ground, tx, alarm, { rule, subjects, recipients }))
  }
}

interface About extends Pick<Telling, 'subjects'> {
  readonly rule: Rule | undefined
  readonly recipients: readonly Recipient[]
}

async function tellOne(
  { world, hands }: AlarmsGround,
  tx: Transaction,
  alarm: AlarmRow,
  { rule, subjects, recipients }: About,
): Promise<void> {
  const now = world.now()
  const decision = decide(alarm, await findSilentUntil(tx, alarm, now), now)
  const { told, told_at, told_times } = alarm
  const as = { told, toldAt: told_at, times: told_times }
  if (decision.kind === 'wait') {
    await noteTold(tx, alarm, { ...as, tellAt: decision.until })
    return
  }
  if (decision.kind === 'nothing' || rule === undefined) {
    await noteTold(tx, alarm, { ...as, tellAt: null })
    return
  }
  const { notice } = decision
  const isFirst = await noteTold(tx, alarm, {
    told: decision.told,
    toldAt: now,
    times: alarm.times,
    tellAt: null,
  })
  if (!isFirst) return
  const telling: Telling = { notice, alarm, rule, subjects }
  if (rule.sendsMail) await postAlarm(hands.mail, tx, telling, recipients)
  await hands.tellPrograms(tx, telling)
}

async function named({ db, hands }: AlarmsGround, { id, subject }: AlarmRow): Promise<Telling['subjects']> {
  const ids =
    subject === everybody ? (await findAlarmSubjects(db, id, mostNamed)).map((row) => row.subject) : [subject]
  const names = await hands.namesOf(ids)
  return ids.map((each) => ({ id: each, name: names.get(each) }))
}
