import { appendFile } from 'node:fs/promises'
import type { Ground } from '../../ground.ts'
import type { Job } from '../../part.ts'
import { checkpointText } from './checkpoint.ts'
import { rootOf } from './merkle.ts'
import { type NoteSigner, parseNote, signNote } from './notes.ts'
import type { Sequencer } from './sequencer.ts'
import type { Signers } from './signers.ts'
import { type CheckpointRow, findCheckpoints, holdTree, insertCheckpoints } from './store.ts'
import { openNodes } from './tiles.ts'

/** What the log says of itself each minute, and after each thousand events: its size and its root, signed. */
export interface Checkpoints {
  /** A checkpoint that has more than this many events, as many signatures as one has; made if there is none. */
  covering(index: number): Promise<CheckpointRow | undefined>
  /** A checkpoint of the log as it is, if it has grown since the last one. */
  make(): Promise<CheckpointRow | undefined>
  readonly jobs: readonly Job[]
}

const everyMs = 60_000
/** With so many events, a checkpoint does not wait for its minute. */
const everyEvents = 1_000
/** Of how many checkpoints one may be chosen for a receipt. */
const looksAt = 10
const signaturesOf = ({ note }: CheckpointRow) => parseNote(note).signatures.length

interface Parts {
  readonly sequencer: Sequencer
  readonly signers: Signers
  /** A file to which each checkpoint is added; none if undefined. */
  readonly file: string | undefined
}

export function createCheckpoints(
  { db, world, log }: Ground,
  { sequencer, signers, file }: Parts,
): Checkpoints {
  async function make(): Promise<CheckpointRow | undefined> {
    await sequencer.settle()
    const signer = await signers.current()
    return db.transaction(async (tx) => {
      const { size } = await holdTree(tx)
      const [last] = await findCheckpoints(tx, Number.MAX_SAFE_INTEGER, 1)
      if (size === 0 || (last !== undefined && last.size >= size)) return undefined
      const root = rootOf(await openNodes(tx, [size]), size)
      const row = { size, at: world.now(), note: signedCheckpoint(signer, { size, root }, world.now()) }
      await insertCheckpoints(tx, [row])
      if (file !== undefined) tx.afterCommit(() => void keep(file, row.note))
      return row
    })
  }

  /** Of the latest that have more events than `index`, that which most have signed: a witness needs a moment. */
  async function mostSigned(index: number): Promise<CheckpointRow | undefined> {
    const latest = await findCheckpoints(db, Number.MAX_SAFE_INTEGER, looksAt)
    return latest
      .filter(({ size }) => size > index)
      .sort((a, b) => signaturesOf(b) - signaturesOf(a) || b.size - a.size)[0]
  }

  async function keep(path: string, note: string): Promise<void> {
    try {
      await appendFile(path, `${note}\n`, { mode: 0o600, flush: true })
    } catch (error) {
      log.error('checkpoint_not_kept', error, { file: path })
    }
  }

  return {
    make,
    async covering(index) {
      const known = await mostSigned(index)
      if (known) return known
      await make()
      return mostSigned(index)
    },
    jobs: [
      { name: 'activity.checkpoint', everyMs, run: async () => void (await make()) },
      {
        name: 'activity.place',
        everyMs: 1_000,
        async run() {
          const size = await sequencer.settle()
          const [last] = await findCheckpoints(db, Number.MAX_SAFE_INTEGER, 1)
          if (size - (last?.size ?? 0) >= everyEvents) await make()
        },
      },
    ],
  }
}

export function signedCheckpoint(
  signer: NoteSigner,
  head: { readonly size: number; readonly root: Buffer },
  nowMs: number,
): string {
  const text = checkpointText(signer.verifier.name, head)
  return `${text}\n${signNote(signer, text, nowMs)}`
}
