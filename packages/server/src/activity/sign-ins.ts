import { csvLine, safeCell } from '../cells.ts'
import type { Reader } from '../database/database.ts'
import { timestamp } from '../http/schema.ts'
import { searchEvents } from './archive/reading.ts'
import type { Outcome } from './events.ts'
import type { Filter } from './store.ts'

/** A sign-in that succeeded or was refused, as the log has it. */
export interface SignInEvent {
  readonly id: string
  readonly at: number
  readonly outcome: Outcome
  /** Why it was refused; null for one that succeeded. */
  readonly reason: string | null
  /** Whose account it was; null where nobody has the name that was typed, which is not stored. */
  readonly subject: string | null
  readonly username: string | null
  /** How it was proven, in the words of RFC 8176; null for one that was refused. */
  readonly amr: string | null
  /** The second factor, as the log calls it. */
  readonly factor: string | null
  /** How many there were: refusals that follow one another are counted in one row. */
  readonly times: number
  readonly address: string | null
  readonly region: string | null
  readonly sessionId: string | null
}

/** What users are called, by their ids. */
export type NamesOf = (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>

export type SignInFilter = Omit<Filter, 'event' | 'target'>

/** One page looks at so many sign-ins at most; the next page looks further. */
const mostLooked = 10_000

/** A page of sign-ins. It may be empty and not be the last. */
export interface SignInPage {
  readonly signIns: readonly SignInEvent[]
  /** What to give as `after` for the next page; null where the log ends. */
  readonly next: string | null
}

/** The newest sign-ins that match, newest first. */
export async function findSignIns(
  reader: Reader,
  filter: SignInFilter,
  limit: number,
  namesOf: NamesOf,
): Promise<SignInPage> {
  const asked = { ...filter, event: 'user.sign_in' }
  const { events: found, until } = await searchEvents(reader, asked, limit + 1, mostLooked)
  const events = found.slice(0, limit)
  const names = await namesOf([...new Set(events.flatMap(({ subject }) => subject ?? []))])
  const signIns = events.map((event) => {
    const details: Readonly<Record<string, unknown>> =
      event.details === null ? {} : (JSON.parse(event.details) as Record<string, unknown>) // ours
    const text = (name: string) => (typeof details[name] === 'string' ? details[name] : null)
    return {
      ...{ id: event.id, at: event.at, outcome: event.outcome, reason: event.reason },
      ...{ subject: event.subject, username: (event.subject && names.get(event.subject)) ?? null },
      ...{ amr: text('amr'), factor: text('factor') },
      times: typeof details.count === 'number' ? details.count : 1,
      ...{ address: event.address, region: event.region, sessionId: event.session_id },
    }
  })
  return { signIns, next: found.length > limit ? (events.at(-1)?.id ?? null) : until }
}

/** The newest sign-ins that match, however far back they lie: the pages, one behind the other. */
export async function collectSignIns(
  reader: Reader,
  filter: SignInFilter,
  limit: number,
  namesOf: NamesOf,
): Promise<SignInEvent[]> {
  const collected: SignInEvent[] = []
  for (let { before } = filter; ; ) {
    const { signIns, next } = await findSignIns(
      reader,
      { ...filter, before },
      limit - collected.length,
      namesOf,
    )
    collected.push(...signIns)
    if (next === null || collected.length >= limit) return collected
    before = next
  }
}

export const exportFormats = ['csv', 'ndjson'] as const
export type SignInFormat = (typeof exportFormats)[number]

const columns = [
  'id',
  'at',
  'outcome',
  'reason',
  'subject',
  'username',
  'amr',
  'factor',
  'times',
  'address',
  'region',
  'session_id',
] as const

/** How a sign-in stands in JSON, in a table and in a file: by the same names. */
export function shownSignIn({ at, sessionId, ...event }: SignInEvent) {
  return { ...event, at: timestamp(at), session_id: sessionId }
}

/** The text of a file: a head and rows of CSV in which a spreadsheet runs nothing, or one JSON object a line. */
export function writeSignIns(events: readonly SignInEvent[], format: SignInFormat): string {
  const rows = events.map(shownSignIn)
  if (format === 'ndjson')
    return rows.map((row) => `${JSON.stringify(row, columns as unknown as string[])}\n`).join('')
  const cells = rows.map((row) => columns.map((name) => safeCell(String(row[name] ?? ''))))
  return [columns, ...cells].map((line) => csvLine(line)).join('')
}
