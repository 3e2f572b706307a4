import type { Ground } from '../../../ground.ts'
import type { EventReason } from '../../schema/reasons.ts'
import { type Checkpoint, hashIn, parseCheckpoint, sizeIn } from '../checkpoint.ts'
import { emptyRoot, verifyConsistency } from '../merkle.ts'
import { signNote, type VerifierKey, verifyNote } from '../notes.ts'
import type { Signers } from '../signers.ts'
import { findWitnessed, putWitnessed } from './store.ts'

/**
 * The witness of logs of others (C2SP tlog-witness): it signs a checkpoint only if the log has grown from the one that it signed
 * before. So a log cannot show it one history and somebody else another.
 */
export interface Witness {
  addCheckpoint(request: string): Promise<WitnessAnswer>
}

export interface WitnessAnswer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422
  readonly text: string
}

interface Asked {
  readonly oldSize: number
  readonly proof: readonly Buffer[]
  readonly checkpoint: Checkpoint
}

const mostProofLines = 63

export function createWitness(
  { db, world, activity }: Ground,
  { logs, signers }: { readonly logs: readonly VerifierKey[]; readonly signers: Signers },
): Witness {
  async function refuse(status: 403 | 422, origin: string, reason: EventReason): Promise<WitnessAnswer> {
    const outcome = status === 422 ? 'alarm' : 'refused'
    await activity.recordRefusal({}, 'log.witness', undefined, { outcome, reason, details: { origin } })
    return { status, text: 'this checkpoint is not signed here\n' }
  }
  const conflict = (size: number): WitnessAnswer => ({ status: 409, text: `${size}\n` })

  return {
    async addCheckpoint(request) {
      const asked = readRequest(request)
      if (!asked) return { status: 400, text: 'this is no request for a witness\n' }
      const { oldSize, proof, checkpoint } = asked
      const { origin, size, note } = checkpoint
      const keys = logs.filter(({ name }) => name === origin)
      if (keys.length === 0) return { status: 404, text: 'this log is not witnessed here\n' }
      const found = keys.map((key) => verifyNote(note, key))
      if (found.includes('wrong') || !found.includes('signed'))
        return refuse(403, origin, 'signature_invalid')
      if (oldSize > size) return { status: 400, text: 'the old size is larger than that of the checkpoint\n' }

      const known = await findWitnessed(db, origin)
      const old = known ? parseCheckpoint(known.note) : { size: 0, root: emptyRoot }
      if (oldSize !== old.size) return conflict(old.size)
      if (!verifyConsistency(old, checkpoint, proof)) return refuse(422, origin, 'log_inconsistent')

      const signer = await signers.current()
      const lines = note.signatures.map(({ line }) => line).join('')
      const row = { origin, size, note: `${note.text}\n${lines}`, at: world.now() }
      // Another request may have come first. What is signed must be the newest.
      if (!(await db.transaction((tx) => putWitnessed(tx, row, oldSize)))) {
        return conflict((await findWitnessed(db, origin))?.size ?? 0)
      }
      return { status: 200, text: signNote(signer, note.text, world.now()) }
    },
  }
}

function readRequest(request: string): Asked | undefined {
  const end = request.indexOf('\n\n')
  if (end < 0) return undefined
  const [first = '', ...lines] = request.slice(0, end).split('\n')
  const oldSize = first.startsWith('old ') ? sizeIn(first.slice(4)) : undefined
  if (oldSize === undefined || lines.length > mostProofLines) return undefined
  const proof = lines.map(hashIn)
  if (!proof.every((hash) => hash !== undefined)) return undefined
  try {
    return { oldSize, proof, checkpoint: parseCheckpoint(request.slice(end + 2)) }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return undefined
  }
}
