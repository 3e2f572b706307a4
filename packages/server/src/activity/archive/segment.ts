import { hash } from 'node:crypto'
import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompress } from 'node:zlib'
import { inPortions } from '../../database/steps.ts'
import { remember } from '../../remember.ts'
import { type ActivityRow, rowColumns } from '../store.ts'
import type { SegmentRow } from './store.ts'

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

/** So many places at most are divided among the segments of one stretch. */
export const stretchLength = 4_096
/** Four times the largest row that the log takes, for each of its events. */
const mostBytes = 256 * 1024 * 1024
const level = 9

/** What a segment holds cannot be read, or is not what was written. */
export class DamagedSegment extends Error {
  readonly id: number
  readonly segment: string
  /** Its places: [first, until). */
  readonly first: number
  readonly until: number

  constructor(row: SegmentRow, why: string) {
    const segment = nameOfSegment(row)
    super(`segment ${segment} of the log ${why}`)
    this.name = 'DamagedSegment'
    this.id = row.id
    this.segment = segment
    this.first = row.first
    this.until = row.until
  }
}

/** How a segment is called wherever it is shown: its day, its kind and its first place. */
const nameOfSegment = ({ day, kind, first }: Pick<SegmentRow, 'day' | 'kind' | 'first'>) =>
  `${day}/${kind}/${first}`

export interface Content {
  /** NDJSON, compressed by zstd. */
  readonly content: Uint8Array
  /** Of the NDJSON, in bytes. */
  readonly length: number
  /** Of the compressed bytes, in hex. */
  readonly sha256: string
}

/** Each event is a line of JSON without the members that are null. */
export async function writeContent(events: readonly ActivityRow[]): Promise<Content> {
  const lines = await inPortions(
    events,
    (event) => `${JSON.stringify(event, (_, value) => value ?? undefined)}\n`,
  )
  const text = Buffer.from(lines.join(''))
  const content = await compress(text, { params: { [constants.ZSTD_c_compressionLevel]: level } })
  return { content, length: text.length, sha256: hash('sha256', content) }
}

/** What a line leaves out is null. */
const absent = Object.fromEntries(rowColumns.map((column) => [column, null]))

/** Whoever reads on in the log asks for the segments of one stretch again and again: one of each kind. */
const mostRemembered = 8
const remembered = new Map<string, readonly ActivityRow[]>()

/** @throws {DamagedSegment} */
export async function readContent(row: SegmentRow): Promise<readonly ActivityRow[]> {
  const { content, sha256 } = row
  if (content === null || sha256 === null) throw new DamagedSegment(row, 'has no content')
  if (hash('sha256', content) !== sha256) throw new DamagedSegment(row, 'is not what was written')
  // With what the row says of it, which is judged together with it.
  const key = `${sha256} ${row.length} ${row.count}`
  const known = remembered.get(key)
  if (known !== undefined) return known
  const events = await eventsIn(row, content)
  remember(remembered, key, events, mostRemembered)
  return events
}

async function eventsIn(row: SegmentRow, content: Uint8Array): Promise<readonly ActivityRow[]> {
  const { length, count } = row
  if (length > mostBytes) throw new DamagedSegment(row, 'says that it is longer than any is')
  let text: Buffer
  try {
    text = await decompress(content, { maxOutputLength: length })
  } catch {
    throw new DamagedSegment(row, 'cannot be decompressed')
  }
  if (text.length !== length) throw new DamagedSegment(row, 'has another length than was written')
  const lines = text.toString().split('\n').slice(0, -1)
  if (lines.length !== count) throw new DamagedSegment(row, 'has another number of events than was written')
  try {
    return await inPortions(
      lines,
      (line) => ({ ...absent, ...(JSON.parse(line) as Partial<ActivityRow>) }) as ActivityRow, // as written above
    )
  } catch {
    throw new DamagedSegment(row, 'has a line that is no JSON')
  }
}

/** A bit for each place from `first` to `until`: whether it is one of these. */
export function bitsOf(places: readonly number[], first: number, until: number): Buffer {
  const bits = Buffer.alloc(Math.ceil((until - first) / 8))
  for (const place of places) {
    const at = place - first
    bits[at >> 3] = bits[at >> 3]! | (1 << (at & 7))
  }
  return bits
}

export function hasPlace(
  { first, until, places }: Pick<SegmentRow, 'first' | 'until' | 'places'>,
  place: number,
): boolean {
  const at = place - first
  return place >= first && place < until && ((places[at >> 3] ?? 0) & (1 << (at & 7))) !== 0
}

/** What the log says of the places of a segment when it is made. */
export function hashOfPlaces(places: Uint8Array): string {
  return hash('sha256', places, 'base64url')
}

/** By what a segment is found without being opened: whom its events tell of, and how they are called. */
export async function namesIn(events: readonly ActivityRow[]): Promise<ReadonlySet<number>> {
  const called = new Set<string>()
  const ids = new Set<string>()
  for (const { event, subject, target } of events) {
    called.add(event)
    if (subject !== null) ids.add(subject)
    if (target !== null) ids.add(target)
  }
  return new Set([...(await inPortions([...called], hashOfEvent)), ...(await inPortions([...ids], hashOfId))])
}

export const hashOfEvent = (name: string) => hashOf(`event ${name}`)
export const hashOfId = (id: string) => hashOf(`id ${id}`)

/** 32 bits: the few that meet by chance cost an opened segment, and nothing else. */
function hashOf(text: string): number {
  return hash('sha256', text, 'buffer').readUInt32BE(0)
}
