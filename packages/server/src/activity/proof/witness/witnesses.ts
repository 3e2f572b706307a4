import { addressBelow } from '../../../addresses/below.ts'
import type { Reader } from '../../../database/database.ts'
import type { Ground } from '../../../ground.ts'
import type { Job } from '../../../part.ts'
import { parseCheckpoint, sizeIn } from '../checkpoint.ts'
import { consistencyProof } from '../merkle.ts'
import { parseNote, type VerifierKey, verifyNote } from '../notes.ts'
import { addToCheckpoint, type CheckpointRow, findCheckpoints } from '../store.ts'
import { openNodes } from '../tiles.ts'
import { advanceWitness, findWitnesses, putWitness, type WitnessRow } from './store.ts'

/** A witness of our log: where it is asked, and what verifies its signatures. */
export interface WitnessAddress {
  readonly url: string
  readonly key: VerifierKey
}

/** What came of asking a witness. */
type Asked =
  | { readonly kind: 'signed'; readonly line: string }
  | { readonly kind: 'behind'; readonly size: number }
  | { readonly kind: 'disagrees' | 'failed'; readonly cause: string }

const timeoutMs = 10_000
const longestAnswer = 32_768

/** Shows the newest checkpoint to each witness and keeps its signature under the checkpoint. One that disagrees is an alarm. */
export function createWitnessJob(ground: Ground, witnesses: readonly WitnessAddress[]): Job {
  return {
    name: 'activity.witness',
    everyMs: 10_000,
    async run() {
      const checkpoint = await findNewest(ground.db)
      if (!checkpoint) return
      const rows = new Map((await findWitnesses(ground.db)).map((row) => [row.url, row]))
      await Promise.all(witnesses.map((witness) => show(ground, witness, rows.get(witness.url), checkpoint)))
    },
  }
}

const findNewest = async (reader: Reader) => (await findCheckpoints(reader, Number.MAX_SAFE_INTEGER, 1))[0]
const newestSize = async (reader: Reader) => (await findNewest(reader))?.size ?? 0

async function show(
  { db, world, activity }: Ground,
  witness: WitnessAddress,
  known: WitnessRow | undefined,
  checkpoint: CheckpointRow,
): Promise<void> {
  if (known && known.size >= checkpoint.size && known.last_error === null) return
  let asked = await ask(await requestFor(db, known?.size ?? 0, checkpoint), witness, checkpoint)
  if (asked.kind === 'behind') {
    // Another process has shown it a newer one meanwhile. That is no disagreement.
    if (asked.size > checkpoint.size && asked.size <= (await newestSize(db))) return
    asked =
      asked.size <= checkpoint.size
        ? await ask(await requestFor(db, asked.size, checkpoint), witness, checkpoint)
        : {
            kind: 'disagrees',
            cause: `it has signed a log of ${asked.size} events, and there are ${checkpoint.size}`,
          }
  }
  const outcome = asked
  await db.transaction(async (tx) => {
    const { url } = witness
    if (outcome.kind === 'signed') {
      // Another process may have shown it the same one.
      const isNews = await advanceWitness(tx, { url, size: checkpoint.size, now: world.now() })
      if (isNews) await addToCheckpoint(tx, checkpoint.size, outcome.line)
      else
        await putWitness(tx, {
          url,
          size: checkpoint.size,
          told_at: world.now(),
          asked_at: world.now(),
          last_error: null,
        })
      return
    }
    const cause = outcome.kind === 'behind' ? 'it changes what it has signed' : outcome.cause
    const before = { size: known?.size ?? 0, told_at: known?.told_at ?? null }
    await putWitness(tx, { url, ...before, asked_at: world.now(), last_error: cause })
  })
  if (outcome.kind === 'disagrees') {
    const details = { witness: witness.key.name, cause: outcome.cause }
    await activity.recordRefusal({}, 'log.witness', undefined, {
      outcome: 'alarm',
      reason: 'witness_disagrees',
      details,
    })
  }
}

async function requestFor(db: Ground['db'], oldSize: number, { size, note }: CheckpointRow): Promise<string> {
  const nodes = await openNodes(db, [oldSize, size])
  const proof = consistencyProof(nodes, oldSize, size).map((hash) => `${hash.toString('base64')}\n`)
  // Signatures of other witnesses are no matter of this one.
  const { text, signatures } = parseNote(note)
  return `old ${oldSize}\n${proof.join('')}\n${text}\n${signatures[0]?.line ?? ''}`
}

async function ask(request: string, { url, key }: WitnessAddress, { note }: CheckpointRow): Promise<Asked> {
  let status: number
  let text: string
  try {
    const response = await fetch(addressBelow(url, 'add-checkpoint'), {
      ...{ method: 'POST', body: request, redirect: 'error', headers: { 'content-type': 'text/plain' } },
      signal: AbortSignal.timeout(timeoutMs),
    })
    status = response.status
    text = await readAtMost(response, longestAnswer)
  } catch (error) {
    const { message, cause } = error as Error
    return { kind: 'failed', cause: cause instanceof Error ? cause.message : message }
  }
  const size = status === 409 ? sizeIn(text.trimEnd()) : undefined
  if (size !== undefined) return { kind: 'behind', size }
  if (status === 422) return { kind: 'disagrees', cause: 'it has signed another history of this log' }
  if (status !== 200) return { kind: 'failed', cause: `it answered ${status}` }
  return signatureIn(parseCheckpoint(note).note.text, text, key)
}

/** The line by which the witness signs this text. */
function signatureIn(text: string, answer: string, key: VerifierKey): Asked {
  try {
    const note = parseNote(`${text}\n${answer}`)
    const own = note.signatures.find(({ name, id }) => name === key.name && id.equals(key.id))
    if (own && verifyNote(note, key) === 'signed') return { kind: 'signed', line: own.line }
    return { kind: 'failed', cause: 'its signature is not by the key that is configured' }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return { kind: 'failed', cause: 'its answer is no signature' }
  }
}

async function readAtMost(response: Response, most: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > most) throw new Error(`it answered more than ${most} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
