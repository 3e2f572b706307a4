import type { Transaction } from '../database/database.ts'
import type { Ground } from '../ground.ts'
import { wholeText } from '../whole-text.ts'
import { findRules, type Rule } from './effective.ts'
import { forgetSubject } from './forget.ts'
import { closeAsOver, everybody, type Raised, raise } from './raise.ts'
import { findPlaces, findWindow, putPlace, putWindows, type WindowRow } from './remembered/store.ts'
import { type Counted, counted } from './remembered/windows.ts'
import type { ReadEvent } from './rules.ts'
import { findOpenAlarm } from './store.ts'
import { travelBetween } from './travel.ts'

type ReaderGround = Pick<Ground, 'world' | 'activity'>

/**
 * Apply every rule of events to some events of the log, in the transaction that moves the cursor: each event counts once, over all
 * processes and after a kill.
 */
export async function readEvents(
  ground: ReaderGround,
  tx: Transaction,
  events: readonly ReadEvent[],
): Promise<void> {
  const rules = (await findRules(tx)).filter(({ isOn }) => isOn)
  const windows = createWindows(tx)
  for (const event of events) {
    // Somebody who was deleted is forgotten here as well, also what was read of them late.
    if (event.event === 'user.delete' && event.target !== null) await forgetSubject(tx, event.target)
    for (const rule of rules) {
      if (rule.by === 'places') await lookAtPlace(ground, tx, rule, event)
      else if (rule.by !== 'states') await count(ground, tx, { rule, by: rule.by }, event, windows)
    }
    if (isSignIn(event)) await putPlace(tx, { user_id: event.subject, region: event.region, at: event.at })
  }
  await windows.store()
}

/** A sign-in of a person from a country that is known. */
function isSignIn(event: ReadEvent): event is ReadEvent & { subject: string; region: string } {
  const { event: name, outcome, subject, subject_kind: kind, region } = event
  const isPersons = name === 'user.sign_in' && outcome === 'success' && kind === 'user' && subject !== null
  return isPersons && region !== null && isCountry.test(region)
}

/** A region may also be `local`, `carrier`, or a name that the operator gave to a network. */
const isCountry = wholeText(/[A-Z]{2}/)

interface Counting {
  readonly rule: Rule
  readonly by: Exclude<Rule['by'], string>
}

async function count(
  ground: ReaderGround,
  tx: Transaction,
  { rule, by }: Counting,
  event: ReadEvent,
  windows: Windows,
): Promise<void> {
  if (by.endsWith?.(event)) {
    const concerned = by.concerns(event)
    const open =
      concerned &&
      ((await findOpenAlarm(tx, rule.name, concerned.subject)) ??
        (await findOpenAlarm(tx, rule.name, everybody)))
    if (open) await closeAsOver(ground, tx, open)
  }
  if (!by.matches(event)) return
  const concerned = by.concerns(event)
  if (!concerned) return
  const weight = by.weighs?.(event, rule.threshold) ?? 1
  const apart = by.apart?.(event)
  const next: Counted = apart === undefined ? [event.at, weight] : [event.at, weight, apart]
  const before = await windows.read(rule.name, concerned.subject)
  const { recent, total } = counted(before, next, rule)
  windows.write(rule.name, concerned.subject, recent)
  if (total < rule.threshold) return
  const holdsUntil = rule.closesWhenQuiet ? ground.world.now() + rule.windowMs : null
  const raised: Raised = { concerned, at: event.at, times: weight, event: event.id, holdsUntil }
  const already = await findOpenAlarm(tx, rule.name, concerned.subject)
  await raise(ground, tx, rule, already ? raised : { ...raised, times: total })
}

/** The countries of a person, and how fast they went from one to the next. */
async function lookAtPlace(
  ground: ReaderGround,
  tx: Transaction,
  rule: Rule,
  event: ReadEvent,
): Promise<void> {
  if (!isSignIn(event)) return
  const { subject, region, at, id } = event
  const concerned = { subject, kind: 'user' }
  const places = await findPlaces(tx, subject)
  const raised = { concerned, at, times: 1, event: id, holdsUntil: null }
  if (rule.name === 'new_country') {
    // Where somebody signs in first, nothing is new.
    const remembered = places.filter((place) => place.at > at - rule.windowMs)
    if (remembered.length === 0 || remembered.some((place) => place.region === region)) return
    await raise(ground, tx, rule, { ...raised, facts: { country: region } })
    return
  }
  const [last] = places
  if (!last || last.at <= at - rule.windowMs) return
  const travel = travelBetween(last.region, region, Math.abs(at - last.at))
  if (!travel || travel.speedKmh <= rule.threshold) return
  await raise(ground, tx, rule, {
    ...raised,
    facts: {
      ...{ from: travel.from, to: travel.to, distance_km: travel.distanceKm, least_km: travel.leastKm },
      ...{ minutes: travel.minutes, speed_kmh: travel.speedKmh },
    },
  })
}

/** The windows that some events concern: each read once, and stored once. */
interface Windows {
  read(rule: string, subject: string): Promise<readonly Counted[]>
  write(rule: string, subject: string, recent: readonly Counted[]): void
  store(): Promise<void>
}

function createWindows(tx: Transaction): Windows {
  const known = new Map<string, readonly Counted[]>()
  const changed = new Map<string, WindowRow>()
  const keyOf = (rule: string, subject: string) => `${rule} ${subject}`
  return {
    async read(rule, subject) {
      const key = keyOf(rule, subject)
      const before = known.get(key)
      if (before) return before
      const stored = await findWindow(tx, rule, subject)
      return stored === undefined ? [] : (JSON.parse(stored) as Counted[]) // written below alone
    },
    write(rule, subject, recent) {
      const key = keyOf(rule, subject)
      known.set(key, recent)
      changed.set(key, { rule, subject, recent: JSON.stringify(recent), at: recent.at(-1)?.[0] ?? 0 })
    },
    store: () => putWindows(tx, [...changed.values()]),
  }
}
