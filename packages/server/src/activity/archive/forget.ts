import type { Database, Reader, Transaction } from '../../database/database.ts'
import { pages } from '../../database/pages.ts'
import type { ActivityRow } from '../store.ts'
import { hashOfId, readContent, writeContent } from './segment.ts'
import {
  deleteSegmentNames,
  findSegment,
  findSegmentsNaming,
  findSegmentsNamingAfter,
  replaceContent,
} from './store.ts'

const segmentsAtOnce = 50

interface Forgetting {
  /** An event without what it says of them. */
  forget(event: ActivityRow): ActivityRow
  /** What is forgotten elsewhere of the events of a segment, as they were, in the same transaction. */
  beside(tx: Transaction, events: readonly ActivityRow[]): Promise<void>
}

/**
 * Take out of the archive what it says of somebody. A segment is written anew without it, if it is still what was read.
 */
export async function forgetInSegments(db: Database, name: string, forgetting: Forgetting): Promise<void> {
  const hash = hashOfId(name)
  for (;;) {
    const segments = await findSegmentsNaming(db, hash, segmentsAtOnce)
    for (const id of segments) await forgetInSegment(db, id, hash, forgetting)
    if (segments.length === 0) return
  }
}

async function forgetInSegment(
  db: Database,
  id: number,
  name: number,
  { forget, beside }: Forgetting,
): Promise<void> {
  const segment = await findSegment(db, id)
  if (segment === undefined || segment.sha256 === null) return
  const before = segment.sha256
  const events = await readContent(segment)
  const written = await writeContent(events.map(forget))
  await db.transaction(async (tx) => {
    await beside(tx, events)
    if (await replaceContent(tx, id, before, written)) await deleteSegmentNames(tx, [{ name, segment: id }])
  })
}

/**
 * The same of what leaves the name there: a segment is written anew if anything of it is forgotten. Whether any was.
 */
export async function eachSegmentNaming(
  db: Database,
  name: string,
  { forget, beside }: Forgetting,
): Promise<boolean> {
  const hash = hashOfId(name)
  let isAny = false
  const segments = pages(
    -1,
    segmentsAtOnce,
    (after, most) => findSegmentsNamingAfter(db, hash, after, most),
    (id) => id,
  )
  for await (const ids of segments) {
    for (const id of ids) {
      // Written by somebody else meanwhile, it is read again.
      let outcome = await rewrite(db, id, { forget, beside })
      while (outcome === 'again') outcome = await rewrite(db, id, { forget, beside })
      isAny ||= outcome === 'written'
    }
  }
  return isAny
}

async function rewrite(
  db: Database,
  id: number,
  { forget, beside }: Forgetting,
): Promise<'written' | 'nothing' | 'again'> {
  const segment = await findSegment(db, id)
  if (segment === undefined || segment.sha256 === null) return 'nothing'
  const before = segment.sha256
  const events = await readContent(segment)
  const after = events.map(forget)
  if (after.every((event, at) => event === events[at])) return 'nothing'
  const written = await writeContent(after)
  return db.transaction(async (tx) => {
    if (!(await replaceContent(tx, id, before, written))) return 'again'
    await beside(tx, events)
    return 'written'
  })
}

/** Whether the archive may still tell of somebody. */
export async function isToldOf(reader: Reader, name: string): Promise<boolean> {
  return (await findSegmentsNaming(reader, hashOfId(name), 1)).length > 0
}
