import type { Reader } from '../../database/database.ts'
import { remember } from '../../remember.ts'
import { findPlaced } from '../archive/reading.ts'
import type { DamagedSegment } from '../archive/segment.ts'
import type { ActivityRow } from '../store.ts'
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts'
import { createDropped } from './dropped.ts'
import { commitmentsOf, entryOf } from './entry.ts'
import { emptyRoot, hashLeaf, hashNode } from './merkle.ts'
import { type VerifierKey, verifyNote } from './notes.ts'
import { findCheckpointsFrom, findForgottenKeys, findTree } from './store.ts'
import type { SubjectKey, Subjects } from './subjects.ts'
import { readTile, rootOfTile, tileWidth } from './tiles.ts'

/** What is wrong with the log, and where. `from` and `to` are places in it, both included. */
export interface Finding {
  readonly kind:
    | 'event_changed'
    | 'event_moved'
    | 'event_missing'
    | 'event_not_in_tree'
    | 'tree_damaged'
    | 'log_truncated'
    | 'checkpoint_disagrees'
    | 'checkpoint_unsigned'
    | 'forgotten_without_record'
    | 'dropped_without_record'
    | 'segment_damaged'
  readonly from: number
  readonly to: number
  readonly event?: string
  readonly says: string
}

export interface Verified {
  readonly events: number
  readonly root: string
  readonly checkpoints: number
  readonly findings: readonly Finding[]
}

interface Asked {
  readonly db: Reader
  readonly subjects: Subjects
  /** What verifies the checkpoints. */
  readonly keys: readonly VerifierKey[]
  /** Checkpoints that were kept elsewhere. */
  readonly kept: readonly string[]
  readonly onProgress?: (done: number, of: number) => void
}

const page = 1_024
const mostFindings = 100

/**
 * Verify the whole log: each event against its leaf in the tree, the tree against itself, and the log against every checkpoint,
 * those of this database and those that were kept elsewhere. Whoever changes everything here cannot change those.
 */
export async function verifyLog({ db, subjects, keys, kept, onProgress }: Asked): Promise<Verified> {
  const findings: Finding[] = []
  const find = (finding: Finding) => {
    if (findings.length < mostFindings) findings.push(finding)
  }
  const { size } = await findTree(db)
  const waiting = createQueue(db, readKept(kept, keys, find), keys, find)
  const frontier = createFrontier()
  const forgetting = createForgetting()
  const dropped = createDropped(db)
  const keyOf = rememberKeys((name) => subjects.find(db, name))
  let lastGood = 0
  const disagreed = new Set<string>()

  const compareAt = async (at: number) => {
    for (const checkpoint of await waiting.upTo(at)) {
      // They come in the order of their sizes.
      if (checkpoint.root.equals(frontier.root())) lastGood = checkpoint.size
      // Whatever comes after the first that disagrees does so, too.
      else if (!disagreed.has(checkpoint.source)) {
        disagreed.add(checkpoint.source)
        const says = `the log is not the one of which ${checkpoint.source} says that it had ${checkpoint.size} events`
        find({ kind: 'checkpoint_disagrees', from: lastGood, to: checkpoint.size - 1, says })
      }
    }
  }

  const damaged = createDamaged(find)
  await compareAt(0)
  for (let next = 0; next < size; ) {
    const end = Math.min(size, next + page)
    const rows = await findPlaced(db, next, page, damaged.note)
    await dropped.look(next, end)
    const leaves = await leavesOf(db, next, end, find)
    const bySeq = new Map(rows.filter(({ seq }) => seq !== null && seq < end).map((row) => [row.seq, row]))
    const changed: { seq: number; id: string; hash: Buffer }[] = []
    for (let seq = next; seq < end; seq++) {
      const row = bySeq.get(seq)
      const leaf = leaves.get(seq)
      if (!row) {
        if (!dropped.has(seq)) find(missing(seq))
        frontier.add(leaf ?? emptyRoot)
      } else {
        const hash = hashLeaf(entryOf(row, await commitmentsOf(row, keyOf)))
        if (leaf && !leaf.equals(hash)) changed.push({ seq, id: row.id, hash })
        forgetting.look(row)
        dropped.read(row)
        frontier.add(hash)
      }
      await compareAt(seq + 1)
    }
    for (const { seq, id, hash } of changed) {
      const isMoved = changed.some((other) => other.seq !== seq && leaves.get(other.seq)?.equals(hash))
      const kind = isMoved ? 'event_moved' : 'event_changed'
      const says = isMoved ? `event ${seq} stood at another place` : `event ${seq} is not what was recorded`
      find({ kind, from: seq, to: seq, event: id, says })
    }
    next = end
    onProgress?.(next, size)
  }
  for (const { first, until, kind } of dropped.unrecorded()) {
    const says = `the events of ${kind} at these places were dropped, and the log has no record of that`
    find({ kind: 'dropped_without_record', from: first, to: until - 1, says })
  }
  for (const row of await findPlaced(db, size, page, damaged.note)) {
    find({
      kind: 'event_not_in_tree',
      from: row.seq ?? size,
      to: row.seq ?? size,
      event: row.id,
      says: 'an event stands behind the end of the tree',
    })
  }
  for (const checkpoint of await waiting.upTo(Number.MAX_SAFE_INTEGER)) {
    const says = `${checkpoint.source} says that the log had ${checkpoint.size} events, and there are ${size}`
    find({ kind: 'log_truncated', from: size, to: checkpoint.size - 1, says })
  }
  const destroyed = new Set(await findForgottenKeys(db))
  for (const { key, seq, id } of forgetting.unrecorded(destroyed)) {
    const says = `event ${seq} has forgotten whom it tells of (key ${key}), and the log has no record of that`
    find({ kind: 'forgotten_without_record', from: seq, to: seq, event: id, says })
  }
  return {
    ...{ events: size, root: frontier.root().toString('base64'), checkpoints: waiting.count() },
    // The events first, each of which is named.
    findings: findings.toSorted((a, b) => rankOf(a) - rankOf(b)),
  }
}

const missing = (seq: number): Finding => ({
  ...{ kind: 'event_missing', from: seq, to: seq },
  says: `event ${seq} is not there`,
})

/** Each segment that cannot be read is told of once, whatever is missing for it. */
function createDamaged(find: (finding: Finding) => void) {
  const known = new Set<string>()
  return {
    note({ segment, message, first, until }: DamagedSegment): void {
      if (known.has(segment)) return
      known.add(segment)
      find({ kind: 'segment_damaged', from: first, to: until - 1, says: message })
    },
  }
}

const rankOf = ({ kind }: Finding) => (kind.startsWith('event') ? 0 : 1)

/** A checkpoint, and who says so. */
interface Waiting extends Checkpoint {
  readonly source: string
}

/** The checkpoints by their size: those of the database, a page at a time, and those that were kept elsewhere. */
function createQueue(
  db: Reader,
  kept: readonly Waiting[],
  keys: readonly VerifierKey[],
  find: (finding: Finding) => void,
) {
  const waiting = [...kept]
  let own: Waiting[] = []
  let readTo = 0
  let isAllRead = false
  let count = kept.length
  const bySize = (a: Waiting, b: Waiting) => a.size - b.size
  waiting.sort(bySize)

  async function readMore(): Promise<void> {
    const rows = await findCheckpointsFrom(db, readTo, page)
    isAllRead = rows.length < page
    readTo = (rows.at(-1)?.size ?? readTo) + 1
    own = rows.flatMap(({ note }) => read(note, 'a checkpoint of this database', keys, find) ?? [])
    count += own.length
  }

  return {
    count: () => count,
    /** Those up to a size that were not asked for before. */
    async upTo(size: number): Promise<Waiting[]> {
      const due: Waiting[] = []
      for (;;) {
        if (own.length === 0 && !isAllRead) await readMore()
        const next = own[0]
        if (next === undefined || next.size > size) break
        due.push(next)
        own.shift()
      }
      while (waiting[0] !== undefined && waiting[0].size <= size) due.push(waiting.shift()!)
      return due
    },
  }
}

function readKept(
  notes: readonly string[],
  keys: readonly VerifierKey[],
  find: (finding: Finding) => void,
): Waiting[] {
  return notes.flatMap((note) => read(note, 'a checkpoint that was kept', keys, find) ?? [])
}

function read(
  note: string,
  source: string,
  keys: readonly VerifierKey[],
  find: (finding: Finding) => void,
): Waiting | undefined {
  try {
    const checkpoint = parseCheckpoint(note)
    const found = keys.map((key) => verifyNote(checkpoint.note, key))
    if (found.includes('signed') && !found.includes('wrong')) return { ...checkpoint, source }
    const { size } = checkpoint
    find({
      kind: 'checkpoint_unsigned',
      from: 0,
      to: size - 1,
      says: `${source}, of ${size} events, is not signed by a key of this log`,
    })
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    find({ kind: 'checkpoint_unsigned', from: 0, to: 0, says: `${source} is none` })
  }
  return undefined
}

/** The leaves that the tree has in [from, to). Tiles that are not what the tile above says are told of. */
async function leavesOf(
  db: Reader,
  from: number,
  to: number,
  find: (finding: Finding) => void,
): Promise<Map<number, Buffer>> {
  const leaves = new Map<number, Buffer>()
  for (let n = Math.floor(from / tileWidth); n * tileWidth < to; n++) {
    const first = n * tileWidth
    const damaged = (says: string) =>
      find({ kind: 'tree_damaged', from: first, to: first + tileWidth - 1, says })
    try {
      const tile = await readTile(db, 0, n)
      for (const [i, hash] of tile.entries()) leaves.set(first + i, hash)
      if (tile.length === tileWidth) await checkAbove(db, 0, n, rootOfTile(tile), damaged)
    } catch (error) {
      damaged(error instanceof Error ? error.message : 'a tile of the tree cannot be read')
    }
  }
  return leaves
}

/** That the tiles above have the root of this one, up to the first that is not full. */
async function checkAbove(
  db: Reader,
  level: number,
  n: number,
  root: Buffer,
  damaged: (says: string) => void,
): Promise<void> {
  const above = await readTile(db, level + 1, Math.floor(n / tileWidth))
  if (!above[n % tileWidth]?.equals(root))
    damaged(`tile ${level}/${n} of the tree is not the one that the tile above has`)
  const isLast = n % tileWidth === tileWidth - 1
  if (isLast && above.length === tileWidth) {
    await checkAbove(db, level + 1, Math.floor(n / tileWidth), rootOfTile(above), damaged)
  }
}

/** The root of all leaves so far: perfect subtrees, the largest first, as RFC 9162 section 2.1.2 has it. */
function createFrontier() {
  const roots: Buffer[] = []
  let count = 0
  return {
    add(leaf: Buffer): void {
      let hash = leaf
      for (let rest = count; rest % 2 === 1; rest = Math.floor(rest / 2)) hash = hashNode(roots.pop()!, hash)
      roots.push(hash)
      count += 1
    },
    root: (): Buffer =>
      roots.length === 0
        ? emptyRoot
        : roots.slice(0, -1).reduceRight((right, left) => hashNode(left, right), roots.at(-1)!),
  }
}

/** What says that somebody was forgotten, and what has forgotten them. */
function createForgetting() {
  const recorded = new Set<number>()
  const seen = new Map<number, { seq: number; id: string }>()
  // Of devices whose owner was forgotten: the places alone, and the key is there.
  const ofPlaces = new Set<number>()
  const seenPlaces = new Map<number, { seq: number; id: string }>()
  return {
    look({ event, details, seq, id, who_proof, place_proof, whom_proof }: ActivityRow): void {
      if (event === 'log.forget' && details !== null) {
        const { keys, places_of: places } = JSON.parse(details) as { keys?: unknown; places_of?: unknown }
        for (const key of String(keys ?? '').split(' ')) recorded.add(Number(key))
        for (const key of String(places ?? '').split(' ')) ofPlaces.add(Number(key))
      }
      const note = (known: Map<number, { seq: number; id: string }>, proof: string | null) => {
        const key = proof === null ? undefined : Number(proof.split(':', 1)[0])
        if (key !== undefined && !known.has(key)) known.set(key, { seq: seq ?? 0, id })
      }
      for (const proof of [who_proof, whom_proof]) note(seen, proof)
      note(seenPlaces, place_proof)
    },
    /** Keys that rows have forgotten by, which nobody was forgotten by; `destroyed` are those that are gone. */
    unrecorded: (destroyed: ReadonlySet<number>) =>
      [...seen, ...[...seenPlaces].filter(([key]) => !ofPlaces.has(key) && !seen.has(key))].flatMap(
        ([key, at]) => (recorded.has(key) && destroyed.has(key) ? [] : [{ key, ...at }]),
      ),
  }
}

const mostKeys = 50_000

function rememberKeys(find: (name: string) => Promise<SubjectKey | undefined>) {
  const known = new Map<string, SubjectKey | undefined>()
  return async (name: string) => {
    if (known.has(name)) return known.get(name)
    const key = await find(name)
    remember(known, name, key, mostKeys)
    return key
  }
}
