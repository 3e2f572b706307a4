import { alarm as alarmTarget } from '../activity/events.ts'
import type { Transaction } from '../database/database.ts'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity.ts'
import { newIdentifier } from '../secrets/identifiers.ts'
import { addAlarmSubjects, clearAlarmSubjects, linkEvent } from './concerned/store.ts'
import type { Rule } from './effective.ts'
import type { Concerned } from './rules.ts'
import {
  type AlarmRow,
  closeAlarm,
  findOpenAlarm,
  findOpenOfRule,
  growAlarm,
  insertAlarm,
  reopenAlarm,
} from './store.ts'
import { calmMs } from './telling.ts'

type RaiseGround = Pick<Ground, 'world' | 'activity'>

/** A rule that holds for somebody or something. */
export interface Raised {
  readonly concerned: Concerned
  /** When it happened. */
  readonly at: number
  readonly times: number
  /** The event of the log by which it is known. */
  readonly event?: string | undefined
  /** What there is to tell of it. */
  readonly facts?: Readonly<Record<string, string | number>> | undefined
  /** From when on it is over unless it happens again; null: until somebody closes it. */
  readonly holdsUntil: number | null
}

/** So many alarms of one rule stand for themselves; when there would be more, they become one. */
const mostAlone = 5
/** Alarms that open within this time are told together. */
const gatherMs = 10_000
/** The subject of a grouped alarm. */
export const everybody = ''
/** An alarm links to so many events, and a group remembers so many subjects apart. */
const mostEvents = 50
const mostSubjects = 10_000

/** Open an alarm, or add to the one that is open: its own, or the group of its rule. */
export async function raise(ground: RaiseGround, tx: Transaction, rule: Rule, raised: Raised): Promise<void> {
  const { concerned, at, event } = raised
  const own = await findOpenAlarm(tx, rule.name, concerned.subject)
  if (own) {
    await grow(ground, tx, own, raised, 0)
    return
  }
  const others = await findOpenOfRule(tx, rule.name)
  const group = others.find(({ subject }) => subject === everybody)
  if (group) {
    await joinGroup(ground, tx, group, raised)
    return
  }
  const together = others.filter(({ opened_at }) => opened_at > at - groupWindowMs(rule))
  if (together.length >= mostAlone) {
    await openGroup(ground, tx, rule, together, raised)
    return
  }
  const id = await open(ground, tx, rule, raised)
  if (event !== undefined) await linkEvent(tx, id, event, mostEvents)
}

/** A window may remember for a year; alarms that are so far apart have nothing in common. */
function groupWindowMs({ windowMs, windowIs }: Rule): number {
  return windowIs === 'counts_within' ? Math.min(windowMs, 86_400_000) : calmMs
}

async function open(ground: RaiseGround, tx: Transaction, rule: Rule, raised: Raised): Promise<string> {
  const { world, activity } = ground
  const now = world.now()
  const { concerned, at, times, holdsUntil } = raised
  const facts = raised.facts === undefined ? null : JSON.stringify(raised.facts)
  const tellAt = now + gatherMs
  const again = await reopenAlarm(tx, { rule: rule.name, subject: concerned.subject }, now - calmMs, {
    times,
    lastAt: at,
    holdsUntil,
    facts,
    tellAt,
  })
  const id = again?.id ?? newIdentifier('alm', world)
  if (again) await clearAlarmSubjects(tx, id)
  else {
    await insertAlarm(tx, {
      ...{ id, rule: rule.name, subject: concerned.subject, subject_kind: concerned.kind },
      ...{ severity: rule.severity, facts, opened_at: at, last_at: at, times, subjects: 1 },
      ...{ holds_until: holdsUntil, tell_at: tellAt },
    })
  }
  await activity.record(tx, {}, 'alarm.open', alarmTarget(id), {
    details: { rule: rule.name, severity: rule.severity, returns: again?.returns ?? 0 },
  })
  return id
}

async function grow(
  { world }: RaiseGround,
  tx: Transaction,
  { id }: AlarmRow,
  { at, times, facts, event, holdsUntil }: Raised,
  subjects: number,
): Promise<void> {
  await growAlarm(tx, id, {
    ...{ times, subjects, lastAt: at, holdsUntil },
    facts: facts === undefined ? null : JSON.stringify(facts),
    tellAt: world.now() + gatherMs,
  })
  if (event !== undefined) await linkEvent(tx, id, event, mostEvents)
}

/** Add a subject to a grouped alarm, which tells how many there are and who were the first. */
async function joinGroup(
  ground: RaiseGround,
  tx: Transaction,
  group: AlarmRow,
  raised: Raised,
): Promise<void> {
  const isFull = group.subjects >= mostSubjects
  const fresh =
    isFull || (await addAlarmSubjects(tx, group.id, [raised.concerned.subject], raised.at)).length > 0
  await grow(ground, tx, group, { ...raised, facts: undefined }, fresh ? 1 : 0)
}

/** Make one alarm of those that stood for themselves and of one more. */
async function openGroup(
  ground: RaiseGround,
  tx: Transaction,
  rule: Rule,
  alone: readonly AlarmRow[],
  raised: Raised,
): Promise<string> {
  const concerned = { subject: everybody, kind: raised.concerned.kind }
  const id = await open(ground, tx, rule, { ...raised, concerned, facts: undefined })
  await addAlarmSubjects(tx, id, [raised.concerned.subject], raised.at)
  for (const each of alone) {
    await closeAlarm(tx, each.id, { now: ground.world.now(), by: null, reason: 'grouped', tellAt: null })
    const fresh = await addAlarmSubjects(tx, id, [each.subject], each.opened_at)
    await growAlarm(tx, id, {
      ...{ times: each.times, subjects: fresh.length, lastAt: each.last_at, facts: null, tellAt: null },
      holdsUntil: raised.holdsUntil,
    })
  }
  if (raised.event !== undefined) await linkEvent(tx, id, raised.event, mostEvents)
  return id
}

/** A rule that begins to hold for several at once, for none of whom an alarm is open. */
export async function raiseEach(
  ground: RaiseGround,
  tx: Transaction,
  rule: Rule,
  several: readonly Raised[],
): Promise<void> {
  const [first, ...rest] = several
  if (!first) return
  const others = await findOpenOfRule(tx, rule.name)
  const group = others.find(({ subject }) => subject === everybody)
  if (!group && several.length + others.length <= mostAlone) {
    for (const raised of several) await raise(ground, tx, rule, raised)
    return
  }
  const id = group?.id ?? (await openGroup(ground, tx, rule, others, first))
  const joining = (group ? several : rest).slice(0, mostSubjects)
  const fresh = await addAlarmSubjects(
    tx,
    id,
    joining.map(({ concerned }) => concerned.subject),
    first.at,
  )
  await growAlarm(tx, id, {
    ...{ times: joining.length, subjects: fresh.length, lastAt: first.at, facts: null },
    ...{ holdsUntil: first.holdsUntil, tellAt: ground.world.now() + gatherMs },
  })
}

/** Close an alarm because what it told of is over; the log has it. */
export async function closeAsOver(
  { world, activity }: RaiseGround,
  tx: Transaction,
  { id }: Pick<AlarmRow, 'id'>,
): Promise<void> {
  const now = world.now()
  const closed = await closeAlarm(tx, id, { now, by: null, reason: 'over', tellAt: now })
  if (!closed) return
  await activity.record(tx, {}, 'alarm.close', alarmTarget(id), {
    reason: 'over',
    details: { rule: closed.rule },
  })
}

/** Close what is open of a rule that is turned off or removed. */
export async function closeAllOf(
  { world, activity }: RaiseGround,
  tx: Transaction,
  who: Actor,
  name: string,
): Promise<void> {
  const now = world.now()
  for (const { id } of await findOpenOfRule(tx, name)) {
    await closeAlarm(tx, id, { now, by: null, reason: 'rule_off', tellAt: null })
    const more = { reason: 'rule_off', details: { rule: name } } as const
    await activity.record(tx, who, 'alarm.close', alarmTarget(id), more)
  }
}
