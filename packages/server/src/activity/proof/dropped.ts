import type { Reader } from '../../database/database.ts'
import { hashOfPlaces, hasPlace } from '../archive/segment.ts'
import { findDroppedSegments, type SegmentRow } from '../archive/store.ts'
import type { ActivityRow } from '../store.ts'

/**
 * What was dropped because its time was over, as verification sees it: places that may be empty. That they are of their kind
 * stands in the log since they were archived, and that the kind was dropped since then.
 */
export function createDropped(db: Reader) {
  let here: readonly SegmentRow[] = []
  const used = new Map<string, SegmentRow>()
  const archived = new Map<number, Readonly<Record<string, unknown>>[]>()
  const droppedUntil = new Map<string, number>()

  return {
    /** Look at the places [from, until) next. */
    async look(from: number, until: number): Promise<void> {
      here = await findDroppedSegments(db, from, until)
    },
    /** Whether the event of a place was dropped, as the archive says. */
    has(place: number): boolean {
      const segment = here.find((one) => hasPlace(one, place))
      if (segment !== undefined) used.set(`${segment.first} ${segment.kind}`, segment)
      return segment !== undefined
    },
    /** What an event of the log says about it. */
    read({ event, outcome, details }: ActivityRow): void {
      if (details === null || outcome !== 'success') return
      if (event === 'log.archive') {
        const said = JSON.parse(details) as Readonly<Record<string, unknown>>
        // A log that was restored from a backup is archived again.
        archived.set(Number(said.from), [...(archived.get(Number(said.from)) ?? []), said])
      }
      if (event === 'log.retention') {
        const { kind, until } = JSON.parse(details) as Readonly<Record<string, unknown>>
        const known = droppedUntil.get(String(kind)) ?? 0
        droppedUntil.set(String(kind), Math.max(known, Number(until)))
      }
    },
    /** Once the log was read: segments that stand for missing events, and of which the log does not say so. */
    unrecorded(): readonly SegmentRow[] {
      return [...used.values()].filter(({ first, until, kind, places }) => {
        const said = archived.get(first) ?? []
        const hash = hashOfPlaces(places)
        const isKnown = said.some((one) => one.until === until && one[kind] === hash)
        return !isKnown || (droppedUntil.get(kind) ?? 0) < until
      })
    },
  }
}
