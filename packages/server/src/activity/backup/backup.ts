import type { Database } from '../../database/database.ts'
import { pages } from '../../database/pages.ts'
import { wholeText } from '../../whole-text.ts'
import type { World } from '../../world.ts'
import { findPlaced } from '../archive/reading.ts'
import type { DamagedSegment } from '../archive/segment.ts'
import { findDroppedSegments } from '../archive/store.ts'
import { parseCheckpoint } from '../proof/checkpoint.ts'
import type { ProofGround } from '../proof/ground.ts'
import { parseVerifierKey } from '../proof/notes.ts'
import { findCheckpoints, findCheckpointsFrom, findHolds, findSigners, findSubjects } from '../proof/store.ts'
import { readTile, tileWidth } from '../proof/tiles.ts'
import { createLineWriter } from './lines.ts'
import {
  hashOf,
  type ListedFile,
  manifestName,
  readList,
  readManifest,
  signManifest,
  writeList,
} from './manifest.ts'
import type { Packing } from './packing.ts'
import type { BackupPlace } from './place.ts'

/** What a backup stands on. */
export type BackupGround = Pick<ProofGround, 'subjects' | 'sequencer' | 'checkpoints' | 'signers'> & {
  readonly db: Database
  readonly world: World
}

/** What a backup has written. */
export interface Backed {
  /** How many events the log had. */
  readonly size: number
  readonly files: number
  readonly bytes: number
  /** Places whose events are not what was recorded, or cannot be read: up to a hundred. */
  readonly wrong: readonly number[]
}

export interface BackupWork {
  readonly place: BackupPlace
  readonly packing: Packing
  readonly onProgress?: (done: number, of: number) => Promise<void> | void
  /** Ends it with an error before the next file. */
  readonly stopping?: AbortSignal
}

/** The events of one file: whole tiles of the tree. */
const fileLength = 16 * tileWidth
const page = 1_000
const mostWrong = 100
const unfinishedName = 'unfinished.ndjson'
/** The file of the newest events, which is written anew under another name while it grows. */
const growingForm = wholeText(/events\/\d+-\d+\..*/s)
/** How many files may have to be written again after an interruption. */
const notedEvery = 16

/**
 * Write the log as it is into a place: only what is not there yet, each file read again after it was written. It may be
 * interrupted and begun again.
 */
export async function backUp(
  ground: BackupGround,
  { place, packing, onProgress, stopping }: BackupWork,
): Promise<Backed> {
  const { db, world, signers, checkpoints, subjects } = ground
  await checkpoints.make()
  const [newest] = await findCheckpoints(db, Number.MAX_SAFE_INTEGER, 1)
  if (newest === undefined) return { size: 0, files: 0, bytes: 0, wrong: [] }
  const { size, root, origin } = parseCheckpoint(newest.note)
  const vkeys = (await signers.vkeys()).map(parseVerifierKey)
  const before = await readBefore(place, vkeys)
  const writer = createLineWriter(subjects, db)
  const files: ListedFile[] = []
  const wrong: number[] = []
  let [written, bytes] = [0, 0]

  const put = async (name: string, text: string, events: number, isLocked: boolean): Promise<ListedFile> => {
    const packed = await packing.pack(text)
    const file = { name: `${name}${packing.ending}`, sha256: hashOf(packed), bytes: packed.length, events }
    await place.put(file.name, packed, { isLocked })
    const again = await place.get(file.name)
    if (again === undefined || hashOf(again) !== file.sha256) {
      throw new Error(`${file.name} is not what was written to ${place.shown}`)
    }
    written += 1
    bytes += packed.length
    return file
  }

  for (let first = 0; first < size; first += fileLength) {
    stopping?.throwIfAborted()
    const until = Math.min(first + fileLength, size)
    const name = nameOf(first, until)
    const known = before.get(`${name}${packing.ending}`)
    if (known && (await isThere(place, known))) files.push(known.file)
    else {
      const text = await textOf(db, writer, { first, until }, (place) => {
        if (wrong.length < mostWrong) wrong.push(place)
      })
      files.push(await put(name, text, until - first, until - first === fileLength))
      if (written % notedEvery === 0) {
        await place.put(unfinishedName, Buffer.from(writeList(files)), { isLocked: false })
      }
    }
    await onProgress?.(until, size)
  }
  // Replaced each time, and never locked: whoever is forgotten is in no backup from then on.
  await put('keys.ndjson', await keysText(db), 0, false)
  files.push(await put(`logs/${size}.ndjson`, await logText(db, size), 0, true))
  const list = `lists/${size}-${world.now()}.ndjson`
  const listText = writeList(files)
  await place.put(list, Buffer.from(listText), { isLocked: true })
  const manifest = { origin, size, root, at: world.now(), list, listHash: hashOf(listText) }
  const note = signManifest(await signers.current(), manifest)
  await place.put(manifestName, Buffer.from(note), { isLocked: false })
  await tidy(place, before, new Set(files.map(({ name }) => name)))
  return { size, files: written, bytes, wrong }
}

const nameOf = (first: number, until: number) => {
  const from = `${first}`.padStart(15, '0')
  // The last one grows, and has another name each time: what a manifest lists is never written over.
  return until - first === fileLength ? `events/${from}.ndjson` : `events/${from}-${until - first}.ndjson`
}

interface Known {
  readonly file: ListedFile
  /** Whether a signed manifest lists it: then it was read again. */
  readonly isListed: boolean
}

/** The files of the backup before, and those of one that was interrupted. */
async function readBefore(
  place: BackupPlace,
  keys: Parameters<typeof readManifest>[1],
): Promise<ReadonlyMap<string, Known>> {
  const known = new Map<string, Known>()
  const add = (bytes: Uint8Array | undefined, isListed: boolean) => {
    if (bytes === undefined) return
    for (const file of readList(Buffer.from(bytes).toString())) known.set(file.name, { file, isListed })
  }
  add(await place.get(unfinishedName), false)
  const note = await place.get(manifestName)
  if (note === undefined) return known
  // A backup of another log must not be mixed with this one.
  const { list, listHash } = readManifest(Buffer.from(note).toString(), keys)
  const bytes = await place.get(list)
  if (bytes !== undefined && hashOf(bytes) === listHash) add(bytes, true)
  return known
}

async function isThere(place: BackupPlace, { file, isListed }: Known): Promise<boolean> {
  if (isListed) return true
  const bytes = await place.get(file.name)
  return bytes !== undefined && hashOf(bytes) === file.sha256
}

/** Take away what no manifest lists any more: ends of the log that have grown since, and the note of what is unfinished. */
async function tidy(
  place: BackupPlace,
  before: ReadonlyMap<string, Known>,
  listed: ReadonlySet<string>,
): Promise<void> {
  await place.remove(unfinishedName)
  for (const name of before.keys()) {
    if (!listed.has(name) && growingForm.test(name)) await place.remove(name)
  }
}

async function textOf(
  db: Database,
  writer: ReturnType<typeof createLineWriter>,
  { first, until }: { readonly first: number; readonly until: number },
  tellWrong: (place: number) => void,
): Promise<string> {
  const damaged: DamagedSegment[] = []
  const rows = await findPlaced(db, first, until - first, (segment) => damaged.push(segment))
  const bySeq = new Map(rows.map((row) => [row.seq, row]))
  const leaves = await leavesFrom(db, first, until)
  const lines: string[] = []
  for (let seq = first; seq < until; seq += 1) {
    const leaf = leaves[seq - first]
    if (leaf === undefined) throw new Error(`the log has no leaf ${seq}`)
    const row = bySeq.get(seq)
    if (row === undefined) {
      if (damaged.some((segment) => seq >= segment.first && seq < segment.until)) tellWrong(seq)
      lines.push(writer.empty(seq, leaf))
    } else {
      const { line, hash } = await writer.write(row)
      if (!hash.equals(leaf)) tellWrong(seq)
      lines.push(line)
    }
  }
  return lines.join('')
}

/** The hashes of the leaves from `first` on, which begins a tile. */
async function leavesFrom(db: Database, first: number, until: number): Promise<Buffer[]> {
  const leaves: Buffer[] = []
  for (let at = first; at < until; at += tileWidth) leaves.push(...(await readTile(db, 0, at / tileWidth)))
  return leaves
}

/** The keys of those whom the log tells of, and those that sign it: sealed by the master key, as in the database. */
async function keysText(db: Database): Promise<string> {
  const lines: string[] = []
  const subjects = pages(
    '',
    page,
    (after, most) => findSubjects(db, after, most),
    (row) => row.name_hash,
  )
  for await (const rows of subjects) lines.push(...rows.map((row) => line({ subject: row })))
  for (const purpose of ['log', 'witness'] as const) {
    lines.push(...(await findSigners(db, purpose)).map((row) => line({ signer: row })))
  }
  const holds = pages(
    '',
    page,
    (after, most) => findHolds(db, after, most),
    (row) => row.subject,
  )
  for await (const rows of holds) lines.push(...rows.map((row) => line({ hold: row })))
  return lines.join('')
}

/** What the log said of itself, and what was dropped of it. */
async function logText(db: Database, size: number): Promise<string> {
  const lines: string[] = []
  const checkpoints = pages(
    0,
    page,
    (from, most) => findCheckpointsFrom(db, from, most),
    (row) => row.size + 1,
  )
  for await (const rows of checkpoints) {
    const made = rows.filter((row) => row.size <= size)
    lines.push(...made.map((row) => line({ checkpoint: row })))
    if (made.length !== rows.length) break
  }
  for (let from = 0; from < size; from += page) {
    const dropped = await findDroppedSegments(db, from, from + page)
    for (const { content: _, ...row } of dropped.filter(({ first }) => first >= from)) {
      lines.push(line({ dropped: { ...row, places: Buffer.from(row.places).toString('base64') } }))
    }
  }
  return lines.join('')
}

const line = (value: object) => `${JSON.stringify(value)}\n`
