import { hash } from 'node:crypto'
import { wholeText } from '../../whole-text.ts'
import type { ActivityEvent } from '../events.ts'
import type { ActivityRow } from '../store.ts'

const commitmentForm = wholeText(/(\d{1,15}):([\w-]{43})/)

/**
 * What a leaf of the tree holds: everything of an event that tells of nobody, and commitments to the rest. A commitment is a
 * hash with a salt that is drawn from a key of whoever it tells of. With the key, what was committed to can be shown; once the
 * key is destroyed, nobody can find it out, and the leaf stays as it was.
 */
export const parts = ['who', 'place', 'whom'] as const
export type PartName = (typeof parts)[number]

/** A commitment, and the id of the key that its salt is drawn from. */
export interface Commitment {
  readonly key: number
  readonly hash: string
}
export type Commitments = Readonly<Record<PartName, Commitment | null>>

/** What is said of somebody, as JSON; null where nothing is. */
export function partOf(event: ActivityEvent, part: PartName): string | null {
  const {
    address,
    region,
    region_day: day,
    client_id: client,
    session_id: session,
    request_id: request,
  } = event
  // Events of before have none, and their commitments are to be found again.
  const dated = day === null ? {} : { region_day: day }
  const members = {
    who: { subject: event.subject },
    place: { address, region, ...dated, client_id: client, session_id: session, request_id: request },
    whom: { target: event.target, details: event.details },
  }[part]
  return Object.values(members).some((value) => value !== null) ? JSON.stringify(members) : null
}

/** Whose key commits to a part: of whom it tells. What is known by its address alone has a key a month. */
export function nameFor(event: ActivityEvent, part: PartName): string {
  const target = event.target_kind === 'user' || event.target_kind === 'device' ? event.target : null
  const about = part === 'whom' ? (target ?? event.subject) : (event.subject ?? target)
  return about ?? `unknown ${new Date(event.at).toISOString().slice(0, 7)}`
}

export function hashOfName(name: string): string {
  return hash('sha256', `latchkey subject ${name}`, 'base64url').slice(0, 22)
}

/** The salt of one part of one event, 32 bytes. Hashed twice, so that a salt that is disclosed leads to no other. */
export function saltOf(secret: Buffer, eventId: string, part: PartName): Buffer {
  return hash(
    'sha256',
    hash('sha256', Buffer.concat([secret, Buffer.from(`${eventId} ${part}`)]), 'buffer'),
    'buffer',
  )
}

export function commit(salt: Buffer, text: string): string {
  return hash('sha256', Buffer.concat([salt, Buffer.from(text)]), 'base64url')
}

/** The leaf: a JSON array, whose hash (RFC 6962) stands in the tree. */
export function entryOf(event: ActivityEvent, commitments: Commitments): Buffer {
  const { id, at, event: name, outcome, reason, subject_kind: subjectKind, target_kind: targetKind } = event
  const committed = parts.map((part) => {
    const commitment = commitments[part]
    return commitment && [commitment.key, commitment.hash]
  })
  return Buffer.from(
    JSON.stringify([
      'latchkey-activity-v1',
      id,
      at,
      name,
      outcome,
      reason,
      subjectKind,
      targetKind,
      ...committed,
    ]),
  )
}

/** A commitment as a column holds it. */
export const shownCommitment = ({ key, hash }: Commitment) => `${key}:${hash}`

/** @throws {Error} if the column was not written by us */
function commitmentIn(column: string): Commitment {
  const found = commitmentForm.exec(column)
  if (!found) throw new Error('the log has a commitment that is none')
  return { key: Number(found[1]), hash: found[2]! }
}

/** The commitments of an event that has its place: those that are stored for what was forgotten, and else made anew. */
export async function commitmentsOf(
  row: ActivityRow,
  keyOf: (name: string) => Promise<{ readonly id: number; readonly secret: Buffer | undefined } | undefined>,
): Promise<Commitments> {
  const stored = { who: row.who_proof, place: row.place_proof, whom: row.whom_proof }
  const commitments: Record<PartName, Commitment | null> = { who: null, place: null, whom: null }
  for (const part of parts) {
    const kept = stored[part]
    const text = partOf(row, part)
    if (kept !== null) commitments[part] = commitmentIn(kept)
    else if (text !== null) {
      const key = await keyOf(nameFor(row, part))
      // Without its key what is said cannot be what was committed to.
      const salt = key?.secret && saltOf(key.secret, row.id, part)
      commitments[part] = { key: key?.id ?? 0, hash: salt ? commit(salt, text) : '' }
    }
  }
  return commitments
}
