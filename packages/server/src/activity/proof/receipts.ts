import type { Reader } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import type { Identity } from '../../identity.ts'
import { holds } from '../../permissions.ts'
import { findEvent } from '../archive/reading.ts'
import type { ActivityRow } from '../store.ts'
import { hashIn, parseCheckpoint, sizeIn } from './checkpoint.ts'
import { commit, commitmentsOf, entryOf, nameFor, type PartName, partOf, parts, saltOf } from './entry.ts'
import type { ProofGround } from './ground.ts'
import { hashLeaf, inclusionProof, verifyInclusion } from './merkle.ts'
import { type VerifierKey, verifyNote } from './notes.ts'
import type { CheckpointRow } from './store.ts'
import type { Subjects } from './subjects.ts'
import { openNodes } from './tiles.ts'

/**
 * The proof of one event, which verifies without this server: the leaf of the tree, what its commitments open to, and the way
 * from the leaf to a signed checkpoint (C2SP tlog-proof). `docs/activity.md` says how it is verified.
 */
export interface Receipt {
  readonly format: 'latchkey-receipt-v1'
  /** JSON, whose bytes are hashed. */
  readonly leaf: string
  readonly disclosed: Readonly<Partial<Record<PartName, Disclosed>>>
  readonly proof: string
}

/** What a commitment was made to: SHA-256 of the salt and the text is the hash in the leaf. */
export interface Disclosed {
  /** 32 bytes, base64url. */
  readonly salt: string
  /** JSON. */
  readonly text: string
}

const proofFormat = 'c2sp.org/tlog-proof@v1'

/**
 * The receipt of an event for whoever asks: for who did it, for whom it was done to, for the owner of the device, and for readers of the
 * log.
 * @throws {Refusal} `event_not_found`, also for an event that does not concern the caller
 */
export async function receiptFor(ground: ProofGround, identity: Identity, id: string): Promise<Receipt> {
  return receiptOf(ground, id, (row) => disclosedTo(ground, identity, row))
}

/** What a receipt for this caller discloses; undefined if there is none for them. Where somebody else was is not told to owners. */
async function disclosedTo(
  { ownsDevice }: ProofGround,
  identity: Identity,
  row: ActivityRow,
): Promise<readonly PartName[] | undefined> {
  if (holds(identity, 'activity:read') || row.subject === identity.subject) return parts
  if (row.target === identity.subject) return ['who', 'whom']
  const { target_kind: kind, target: uid, at } = row
  const isOwner = kind === 'device' && uid !== null && (await ownsDevice(uid, identity.subject, at))
  return isOwner ? ['who', 'whom'] : undefined
}

/**
 * The receipt of an event.
 * @param shownOf what it discloses; undefined for a caller to whom there is no such event
 * @throws {Refusal} `event_not_found`
 */
export async function receiptOf(
  ground: Pick<ProofGround, 'db' | 'subjects' | 'sequencer' | 'checkpoints'>,
  id: string,
  shownOf: (row: ActivityRow) => Promise<readonly PartName[] | undefined>,
): Promise<Receipt> {
  const found = await findEvent(ground.db, id)
  const shown = found && (await shownOf(found))
  if (!found || !shown) throw notFound()
  if (found.seq === null) await ground.sequencer.settle()
  const row = found.seq === null ? await findEvent(ground.db, id) : found
  const seq = row?.seq ?? null
  const checkpoint = seq === null ? undefined : await ground.checkpoints.covering(seq)
  if (!row || seq === null || !checkpoint) throw notFound()
  return writeReceipt(ground, { ...row, seq }, checkpoint, shown)
}

const notFound = () => new Refusal('event_not_found', 'there is no such event')

/** Of an event that has its place, under a checkpoint that covers it. */
async function writeReceipt(
  { db, subjects }: { readonly db: Reader; readonly subjects: Subjects },
  row: ActivityRow & { readonly seq: number },
  { size, note }: CheckpointRow,
  shown: readonly PartName[],
): Promise<Receipt> {
  const disclosed: Partial<Record<PartName, Disclosed>> = {}
  for (const part of shown) {
    const text = partOf(row, part)
    const key = text === null ? undefined : await subjects.find(db, nameFor(row, part))
    if (text === null || !key?.secret) continue
    disclosed[part] = { salt: saltOf(key.secret, row.id, part).toString('base64url'), text }
  }
  const leaf = entryOf(row, await commitmentsOf(row, (name) => subjects.find(db, name)))
  const nodes = await openNodes(db, [size], [row.seq])
  const proof = inclusionProof(nodes, row.seq, size).map((hash) => hash.toString('base64'))
  return {
    format: 'latchkey-receipt-v1',
    leaf: leaf.toString('utf8'),
    disclosed,
    proof: `${[proofFormat, `index ${row.seq}`, ...proof].join('\n')}\n\n${note}`,
  }
}

/** What a receipt proves. */
export interface ProvenEvent {
  readonly index: number
  /** The log, and how many events it had. */
  readonly origin: string
  readonly size: number
  /** The names of the witnesses that have signed the checkpoint, of those that were asked for. */
  readonly witnesses: readonly string[]
  /** What the log says in clear: id, time in milliseconds, event, outcome, reason, and the kinds of who and of whom. */
  readonly event: readonly unknown[]
  readonly disclosed: Readonly<Partial<Record<PartName, unknown>>>
}

/** The receipt is wrong, and how. */
export class ReceiptError extends Error {
  override readonly name = 'ReceiptError'
}

/**
 * Verify a receipt.
 * @param keys the keys of the logs that are believed
 * @param witnesses the keys of witnesses; all of them must have signed
 * @throws {ReceiptError}
 */
export function verifyReceipt(
  text: string,
  {
    keys,
    witnesses = [],
  }: { readonly keys: readonly VerifierKey[]; readonly witnesses?: readonly VerifierKey[] },
): ProvenEvent {
  const { leaf, disclosed, proof } = readReceipt(text)
  const { index, hashes, checkpoint } = readProof(proof)
  const own = keys.filter(({ name }) => name === checkpoint.origin)
  const found = own.map((key) => verifyNote(checkpoint.note, key))
  if (found.includes('wrong') || !found.includes('signed')) {
    throw new ReceiptError(`the checkpoint is not signed by a key of ${checkpoint.origin} that was given`)
  }
  for (const witness of witnesses) {
    if (verifyNote(checkpoint.note, witness) !== 'signed') {
      throw new ReceiptError(`the witness ${witness.name} has not signed the checkpoint`)
    }
  }
  const { size, root, origin } = checkpoint
  if (!verifyInclusion({ leaf: hashLeaf(Buffer.from(leaf)), index, size, root }, hashes)) {
    throw new ReceiptError('the event is not in the log at this place')
  }
  const { members, commitments } = readLeaf(leaf)
  const opened: Partial<Record<PartName, unknown>> = {}
  for (const [part, { salt, text: said }] of Object.entries(disclosed)) {
    if (commit(Buffer.from(salt, 'base64url'), said) !== commitments[part as PartName]) {
      throw new ReceiptError(`what the receipt says of ${part} is not what the log has`)
    }
    opened[part as PartName] = JSON.parse(said)
  }
  return {
    index,
    origin,
    size,
    witnesses: witnesses.map(({ name }) => name),
    event: members,
    disclosed: opened,
  }
}

function readReceipt(text: string): Receipt {
  const receipt: unknown = parseJson(text)
  if (!isObject(receipt)) throw new ReceiptError('this is no receipt')
  const { format, leaf, disclosed, proof, ...rest } = receipt
  if (format !== 'latchkey-receipt-v1' || typeof leaf !== 'string' || typeof proof !== 'string') {
    throw new ReceiptError('this is no receipt')
  }
  if (!isObject(disclosed) || Object.keys(rest).length > 0) throw new ReceiptError('this is no receipt')
  for (const [part, said] of Object.entries(disclosed)) {
    const isRight = isObject(said) && typeof said.salt === 'string' && typeof said.text === 'string'
    if (!parts.some((name) => name === part) || !isRight) throw new ReceiptError('this is no receipt')
    if (Buffer.from(String(said.salt), 'base64url').length !== 32)
      throw new ReceiptError('a salt has 32 bytes')
  }
  return receipt as unknown as Receipt // each member was looked at
}

function readProof(text: string) {
  const end = text.indexOf('\n\n')
  const [format, indexLine = '', ...lines] = text.slice(0, Math.max(0, end)).split('\n')
  const index = indexLine.startsWith('index ') ? sizeIn(indexLine.slice(6)) : undefined
  const hashes = lines.map(hashIn)
  if (format !== proofFormat || index === undefined || lines.length > 63)
    throw new ReceiptError('this is no proof')
  if (!hashes.every((hash) => hash !== undefined)) throw new ReceiptError('this is no proof')
  try {
    return { index, hashes, checkpoint: parseCheckpoint(text.slice(end + 2)) }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new ReceiptError('the proof has no checkpoint')
  }
}

function readLeaf(leaf: string): {
  members: readonly unknown[]
  commitments: Readonly<Partial<Record<PartName, string>>>
} {
  const read: unknown = parseJson(leaf)
  if (!Array.isArray(read) || read.length !== 11 || read[0] !== 'latchkey-activity-v1') {
    throw new ReceiptError('the leaf is no event')
  }
  const commitments: Partial<Record<PartName, string>> = {}
  for (const [at, part] of parts.entries()) {
    const commitment: unknown = read[8 + at]
    if (Array.isArray(commitment)) commitments[part] = String(commitment[1])
  }
  return { members: read.slice(1, 8), commitments }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new ReceiptError('this is no JSON')
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
