import * as v from 'valibot'
import type { Database } from '../database/database.ts'
import { line, moment } from '../http/schema.ts'
import { firstIdentifierAt } from '../secrets/identifiers.ts'
import { wholeText } from '../whole-text.ts'
import { lookAtPlaces, searchEvents } from './archive/reading.ts'
import { outcomes } from './events.ts'
import type { Sequencer } from './proof/sequencer.ts'
import type { ActivityRow, Filter } from './store.ts'
import { placeAfter } from './tail.ts'

/** One search looks at so many events at most that no index gives it. The next page looks further. */
const mostLooked = 10_000
const mostValues = 20

export const several = <Item extends v.GenericSchema<string>>(item: Item) =>
  v.pipe(
    line(1_000),
    v.transform((text) => text.split(',')),
    v.array(item),
    v.maxLength(mostValues),
  )

/** What the log is searched and followed by. Several values stand between commas. */
export const filters = {
  event: v.optional(several(line(64))),
  outcome: v.optional(several(v.picklist(outcomes))),
  reason: v.optional(several(line(64))),
  subject: v.optional(several(line(64))),
  target: v.optional(several(line(64))),
  address: v.optional(several(line(64))),
  region: v.optional(several(line(32))),
  client_id: v.optional(several(line(256))),
  session_id: v.optional(several(line(64))),
  request_id: v.optional(several(line(128))),
  detail: v.optional(v.pipe(line(256), v.regex(wholeText(/[^:]+:.*/)))),
  text: v.optional(line(200)),
}
export const times = { from: v.optional(moment), to: v.optional(moment) }
export const askedSchema = v.strictObject({ ...filters, ...times })
/** `newest`: by time, backwards. `oldest`: in the order of commits, forwards. */
export const orders = ['newest', 'oldest'] as const

type Values = readonly string[] | undefined
export interface Asked {
  readonly event?: Values
  readonly outcome?: Values
  readonly reason?: Values
  readonly subject?: Values
  readonly target?: Values
  readonly address?: Values
  readonly region?: Values
  readonly client_id?: Values
  readonly session_id?: Values
  readonly request_id?: Values
  readonly detail?: string | undefined
  readonly text?: string | undefined
  /** Milliseconds since the epoch: from `from` on and before `to`. */
  readonly from?: number | undefined
  readonly to?: number | undefined
}

/** The ids that a name may stand for: of a person by their username, of a device by its uid in another spelling. */
export type IdsOf = (name: string) => Promise<readonly string[]>

/** What to ask the store for. A name is looked for as it is, and as each id that it stands for. */
export async function filterOf({ detail, from, to, ...asked }: Asked, idsOf: IdsOf): Promise<Filter> {
  const named = async (names: Values) => {
    if (names === undefined) return undefined
    const ids = await Promise.all(names.map(async (name) => [name, ...(await idsOf(name))]))
    return [...new Set(ids.flat())]
  }
  const colon = detail?.indexOf(':') ?? -1
  return {
    ...asked,
    subject: await named(asked.subject),
    target: await named(asked.target),
    ...(detail !== undefined && { detail: { name: detail.slice(0, colon), value: detail.slice(colon + 1) } }),
    from: from === undefined ? undefined : firstIdentifierAt('evt', from),
    before: to === undefined ? undefined : firstIdentifierAt('evt', to),
  }
}

export interface SearchGround {
  readonly db: Database
  readonly sequencer: Pick<Sequencer, 'settle'>
}

export interface Found {
  readonly events: readonly ActivityRow[]
  /** What to give as `after` for the next page; null where the log ends. A page may be empty and not be the last. */
  readonly next: string | null
  /** Segments of the archive that hold events of that time and cannot be read. */
  readonly damaged: readonly string[]
}

interface Page {
  readonly order?: (typeof orders)[number] | undefined
  readonly after?: string | undefined
  readonly limit: number
  /** {@link mostLooked}, but in a test. */
  readonly most?: number
}

/**
 * A page of what matches. In the order of commits, the last event of a page is a cursor: what is committed later stands behind
 * it, whatever its time is.
 * @throws {Refusal} `event_not_found` for `after` in the order of commits
 */
export async function searchLog(
  { db, sequencer }: SearchGround,
  filter: Filter,
  { order = 'newest', after, limit, most = mostLooked }: Page,
): Promise<Found> {
  if (order === 'newest') {
    // Both bounds hold: a page may begin where a walk has come to, and never after `to`.
    const before = [after, filter.before].filter((bound) => bound !== undefined).sort()[0]
    const { events, until, damaged } = await searchEvents(db, { ...filter, before }, limit + 1, most)
    return { ...pageOf(events, limit, until), damaged }
  }
  const size = await sequencer.settle()
  const damaged = new Set<string>()
  for (let from = after === undefined ? 0 : await placeAfter(db, after); ; from += most) {
    const until = Math.min(from + most, size)
    const { events, last, ...looked } = await lookAtPlaces(db, { from, until }, filter, limit + 1)
    for (const segment of looked.damaged) damaged.add(segment)
    // Where everything was dropped, there is no event to go on behind.
    if (last === undefined && until < size) continue
    return { ...pageOf(events, limit, until < size ? (last?.id ?? null) : null), damaged: [...damaged] }
  }
}

function pageOf(events: readonly ActivityRow[], limit: number, until: string | null): Omit<Found, 'damaged'> {
  const shown = events.slice(0, limit)
  return { events: shown, next: events.length > limit ? (shown.at(-1)?.id ?? null) : until }
}
