import { alarm as alarmTarget } from '../activity/events.ts'
import type { Transaction } from '../database/database.ts'
import { endAlarmSubject, findLiveSubjects } from './concerned/store.ts'
import { findRules, type Rule } from './effective.ts'
import type { AlarmsGround } from './ground.ts'
import { closeAsOver, everybody, raiseEach } from './raise.ts'
import { findOfflineDevices, noteDevices, stayAwake, watchSince } from './remembered/store.ts'
import type { Concerned, RuleName } from './rules.ts'
import { closeQuietAlarms, findOpenOfRule, growAlarm } from './store.ts'

/** How often states are looked at. */
export const lookEveryMs = 30_000
/** A server that did not look for so long was away. */
const gapMs = 3 * lookEveryMs
/** A state that nobody confirms for so long is over: whoever saw it has ended. */
const confirmedForMs = 5 * 60_000
const mostDevices = 10_000

/** What a state rule has found. */
interface Found {
  readonly failing: readonly (Concerned & { readonly facts?: Readonly<Record<string, string | number>> })[]
  /** Whether it is over for a subject that is not among them. */
  readonly isOver: (subject: string) => boolean
}

/** What this process has seen of its jobs. */
type Failures = Map<string, { readonly lastRunAt: number; readonly count: number }>

/** Looks at what no event tells: what is about to end, which devices are away, which jobs fail. */
export function createLook(ground: AlarmsGround): () => Promise<void> {
  const { db, world, hands } = ground
  const failures: Failures = new Map()
  const failing = new Set<string>()

  return async () => {
    const rules = new Map((await findRules(db)).map((rule) => [rule.name, rule]))
    const ruleOf = (name: RuleName) => rules.get(name)!
    const now = world.now()
    const [endings, lostAt] = [await hands.endings(), await hands.lostAt()]
    const offline = ruleOf('device_offline')
    const connected = offline.isOn ? hands.connected() : []
    const jobs = jobsOf(ruleOf('job_failing'))
    await db.transaction(async (tx) => {
      const since = await stayAwake(tx, now, gapMs)
      if (lostAt > since) await watchSince(tx, lostAt)
      await noteDevices(tx, connected, now)
      await hold(ground, tx, ruleOf('key_ending'), {
        failing: endings
          .filter(({ endsAt }) => endsAt - ruleOf('key_ending').windowMs <= now)
          .map(({ subject, kind, endsAt }) => ({
            subject,
            kind,
            facts: { ends_at: new Date(endsAt).toISOString() },
          })),
        isOver: () => true,
      })
      // Whoever could not reach this server is not away: their time begins when it is there again.
      const isWatched = now - Math.max(since, lostAt) >= offline.windowMs
      if (!offline.isOn || isWatched) {
        const uids = offline.isOn
          ? await findOfflineDevices(tx, now - offline.windowMs, offline.products, mostDevices)
          : []
        await hold(ground, tx, offline, {
          failing: uids.map((subject) => ({ subject, kind: 'device' })),
          isOver: () => true,
        })
      } else await confirm(tx, offline, now)
      await hold(ground, tx, ruleOf('job_failing'), jobs)
      for (const { id, rule } of await closeQuietAlarms(tx, now)) {
        await ground.activity.record(tx, {}, 'alarm.close', alarmTarget(id), {
          reason: 'over',
          details: { rule },
        })
      }
    })
  }

  function jobsOf(rule: Rule): Found {
    const well = new Set<string>()
    for (const { name, lastRunAt, lastError } of hands.jobStates()) {
      if (lastRunAt === null) continue
      const before = failures.get(name)
      if (lastError === null) {
        failures.delete(name)
        if (failing.delete(name)) well.add(name)
      } else if (before?.lastRunAt !== lastRunAt) {
        failures.set(name, { lastRunAt, count: (before?.count ?? 0) + 1 })
      }
    }
    for (const [name, { count }] of failures) if (count >= rule.threshold) failing.add(name)
    return {
      failing: [...failing].map((subject) => ({ subject, kind: 'job' })),
      // Another process may see a job fail that goes well here.
      isOver: (subject) => well.has(subject),
    }
  }
}

/** Open alarms for whom a state begins, confirm those for whom it goes on, and close those for whom it is over. */
async function hold(
  ground: AlarmsGround,
  tx: Transaction,
  rule: Rule,
  { failing, isOver }: Found,
): Promise<void> {
  const now = ground.world.now()
  const holdsUntil = now + confirmedForMs
  const held = new Map((rule.isOn ? failing : []).map((one) => [one.subject, one]))
  const known = new Set<string>()
  for (const alarm of await findOpenOfRule(tx, rule.name)) {
    if (alarm.subject === everybody) {
      const live = await findLiveSubjects(tx, alarm.id)
      const over = live.filter((subject) => !held.has(subject) && isOver(subject))
      for (const subject of over) await endAlarmSubject(tx, alarm.id, subject, now)
      for (const subject of live) known.add(subject)
      if (over.length === live.length && live.every((subject) => !held.has(subject)))
        await closeAsOver(ground, tx, alarm)
      else await keep(tx, alarm.id, alarm.last_at, holdsUntil)
    } else if (held.has(alarm.subject)) {
      known.add(alarm.subject)
      await keep(tx, alarm.id, alarm.last_at, holdsUntil)
    } else if (isOver(alarm.subject)) await closeAsOver(ground, tx, alarm)
  }
  const fresh = [...held.values()].filter(({ subject }) => !known.has(subject))
  await raiseEach(
    ground,
    tx,
    rule,
    fresh.map(({ subject, kind, facts }) => ({
      concerned: { subject, kind },
      at: now,
      times: 1,
      facts,
      holdsUntil,
    })),
  )
}

/** Those that are open go on while nobody can tell. */
async function confirm(tx: Transaction, rule: Rule, now: number): Promise<void> {
  for (const { id, last_at } of await findOpenOfRule(tx, rule.name)) {
    await keep(tx, id, last_at, now + confirmedForMs)
  }
}

const keep = (tx: Transaction, id: string, lastAt: number, holdsUntil: number) =>
  growAlarm(tx, id, { times: 0, subjects: 0, lastAt, holdsUntil, facts: null, tellAt: null })
