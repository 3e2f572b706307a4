import * as v from 'valibot'
import type { Reader } from '../../database/database.ts'
import { remember } from '../../remember.ts'
import type { ActivityEvent } from '../events.ts'
import {
  commitmentsOf,
  entryOf,
  nameFor,
  type PartName,
  partOf,
  parts,
  shownCommitment,
} from '../proof/entry.ts'
import { hashLeaf } from '../proof/merkle.ts'
import type { SubjectKey, Subjects } from '../proof/subjects.ts'
import type { ActivityRow } from '../store.ts'
import { type PartKeys, partKeys } from './sealed-parts.ts'

/** An event in a backup: what its leaf has in clear, and what it commits to, sealed. */
const eventLine = v.strictObject({
  seq: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  leaf: v.string(),
  who: v.optional(v.string()),
  place: v.optional(v.string()),
  whom: v.optional(v.string()),
})
/** The place of an event that was dropped or is missing: the hash of its leaf, base64. */
const emptyLine = v.strictObject({
  seq: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  hash: v.string(),
})

const committed = v.nullable(v.tuple([v.number(), v.string()]))
const nullableText = v.nullable(v.string())
/** The leaf, as `entryOf` writes it. */
const leafOf = v.tuple([
  v.literal('latchkey-activity-v1'),
  ...[v.string(), v.number(), v.string(), v.string(), nullableText, nullableText, nullableText],
  ...[committed, committed, committed],
] as const)

export interface WrittenLine {
  readonly line: string
  readonly hash: Buffer
}

/** Writes the lines of events, with the keys of those whom they tell of. */
export function createLineWriter(subjects: Subjects, reader: Reader) {
  const keys = partKeys()
  const known = new Map<string, SubjectKey | undefined>()
  const keyOf = async (name: string) => {
    if (known.has(name)) return known.get(name)
    const key = await subjects.find(reader, name)
    remember(known, name, key, mostKeys)
    return key
  }
  return {
    async write(row: ActivityRow): Promise<WrittenLine> {
      const leaf = entryOf(row, await commitmentsOf(row, keyOf))
      const sealed: Partial<Record<PartName, string>> = {}
      for (const part of parts) {
        const text = partOf(row, part)
        const key = text === null ? undefined : await keyOf(nameFor(row, part))
        // Without its key it was forgotten, and is not there.
        if (text !== null && key?.secret) sealed[part] = keys.seal(key.secret, row.id, part, text)
      }
      const line = `${JSON.stringify({ seq: row.seq, leaf: leaf.toString(), ...sealed })}\n`
      return { line, hash: hashLeaf(leaf) }
    },
    empty: (seq: number, hash: Buffer): string =>
      `${JSON.stringify({ seq, hash: hash.toString('base64') })}\n`,
  }
}

const mostKeys = 10_000

/** What a line says: the event as its row is to be, unless it is gone, and the hash of its leaf. */
export interface ReadLine {
  readonly seq: number
  readonly hash: Buffer
  readonly event: ActivityRow | undefined
}

/** @param secretOf the secret of a key by its id; undefined for one that was destroyed */
export function createLineReader(secretOf: (key: number) => Buffer | undefined) {
  const keys = partKeys()
  return (text: string): ReadLine => {
    const json: unknown = JSON.parse(text)
    const empty = v.safeParse(emptyLine, json)
    if (empty.success) {
      return { seq: empty.output.seq, hash: Buffer.from(empty.output.hash, 'base64'), event: undefined }
    }
    const { seq, leaf, ...sealed } = v.parse(eventLine, json)
    const event = eventOf(leaf, sealed, keys, secretOf)
    return { seq, hash: hashLeaf(Buffer.from(leaf)), event: { ...event, seq } }
  }
}

function eventOf(
  leaf: string,
  sealed: Readonly<Partial<Record<PartName, string | undefined>>>,
  keys: PartKeys,
  secretOf: (key: number) => Buffer | undefined,
): Omit<ActivityRow, 'seq'> {
  const [, id, at, event, outcome, reason, subjectKind, targetKind, ...committed] = v.parse(
    leafOf,
    JSON.parse(leaf),
  )
  const members: Record<string, unknown> = {}
  const proofs: Record<PartName, string | null> = { who: null, place: null, whom: null }
  for (const [i, part] of parts.entries()) {
    const commitment = committed[i]
    if (!commitment) continue
    const [key, hash] = commitment
    const secret = secretOf(key)
    const text = sealed[part]
    // Who was forgotten stays forgotten: what is left is the commitment.
    if (secret === undefined || text === undefined) proofs[part] = shownCommitment({ key, hash })
    else Object.assign(members, v.parse(partSchemas[part], JSON.parse(keys.open(secret, id, part, text))))
  }
  return {
    ...{ id, at, event, outcome, reason, subject: null, subject_kind: subjectKind },
    ...{ target: null, target_kind: targetKind, address: null, region: null, region_day: null },
    ...{ client_id: null, session_id: null, request_id: null, details: null, ...members },
    ...{ who_proof: proofs.who, place_proof: proofs.place, whom_proof: proofs.whom },
  } as Omit<ActivityRow & ActivityEvent, 'seq'> // the words are those that this program wrote, or an older one
}

const partSchemas = {
  who: v.strictObject({ subject: nullableText }),
  place: v.strictObject({
    ...{ address: nullableText, region: nullableText, client_id: nullableText },
    // Only where it is known.
    region_day: v.optional(v.number()),
    ...{ session_id: nullableText, request_id: nullableText },
  }),
  whom: v.strictObject({ target: nullableText, details: nullableText }),
}
