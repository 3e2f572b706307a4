import type { Transaction } from '../../database/database.ts'
import type { Ground } from '../../ground.ts'
import { serve } from '../../http/route.ts'
import { operator } from '../../identity.ts'
import type { Part } from '../../part.ts'
import type { MasterKey } from '../../secrets/master-key.ts'
import { findUnsequenced } from '../store.ts'
import { createCheckpoints } from './checkpoints.ts'
import { createForgetJob } from './forget.ts'
import type { ProofGround } from './ground.ts'
import { parseVerifierKey } from './notes.ts'
import {
  liftHoldRoute,
  listCheckpoints,
  listHolds,
  placeHoldRoute,
  readCheckpoint,
  readEvent,
  readProof,
  readReceipt,
} from './routes.ts'
import { createSequencer } from './sequencer.ts'
import { createSigners } from './signers.ts'
import { findCheckpoints, forgetHolder } from './store.ts'
import { createSubjects } from './subjects.ts'
import { addCheckpoint, readWitnessed } from './witness/routes.ts'
import { createWitness } from './witness/witness.ts'
import { createWitnessJob } from './witness/witnesses.ts'

/** That the log was not changed: the tree, its checkpoints, receipts, witnesses, and how it forgets somebody. */
export interface LogProof extends Part {
  /** For the verbs of this part on the command line. */
  readonly ground: ProofGround
  /**
   * Have the log forget these ids, in the transaction that deletes them. What it says of them goes in the background, unless it
   * is held; that it was said stays proven.
   */
  forget(tx: Transaction, names: readonly string[]): Promise<void>
  /** How many events have no place yet, 1,000 at most. */
  unplaced(): Promise<number>
  /** When the last checkpoint was signed. */
  checkpointAt(): Promise<number | undefined>
  start(): void
  stop(): Promise<void>
  /** Give what was recorded behind {@link stop} its place, and sign it. */
  close(): Promise<void>
}

interface Given {
  readonly masterKey: MasterKey
  readonly issuer: string
  readonly checkpointFile: string | undefined
  readonly witnesses: readonly { readonly url: string; readonly key: string }[]
  readonly witnessFor: readonly string[]
  readonly ownsDevice: ProofGround['ownsDevice']
}

export function createLogProof(ground: Ground, given: Given): LogProof {
  const { db, world, activity } = ground
  const { masterKey, ownsDevice, checkpointFile: file } = given
  const { host } = new URL(given.issuer)
  const subjects = createSubjects(masterKey, world)
  const sequencer = createSequencer(ground, subjects)
  const signers = createSigners('log', { db, world, masterKey, name: `${host}/activity` })
  const cosigners = createSigners('witness', { db, world, masterKey, name: `${host}/witness` })
  const checkpoints = createCheckpoints(ground, { sequencer, signers, file })
  const witnesses = given.witnesses.map(({ url, key }) => ({ url, key: parseVerifierKey(key) }))
  const witness = createWitness(ground, { logs: given.witnessFor.map(parseVerifierKey), signers: cosigners })
  const own = { sequencer, subjects, checkpoints, signers, cosigners, witness, witnesses, ownsDevice }
  const served: ProofGround = { ...ground, ...own }
  const stopFollowing = activity.follow(() => sequencer.wake())

  return {
    ground: served,
    async forget(tx, names) {
      const keys = await subjects.forget(tx, names)
      for (const name of names) await forgetHolder(tx, name)
      await activity.record(tx, operator, 'log.forget', undefined, { details: { keys: keys.join(' ') } })
    },
    unplaced: async () => (await findUnsequenced(db, 1_000)).length,
    checkpointAt: async () => (await findCheckpoints(db, Number.MAX_SAFE_INTEGER, 1))[0]?.at,
    start: () => sequencer.start(),
    async stop() {
      stopFollowing()
      if (await sequencer.stop()) await checkpoints.make()
    },
    close: async () => void (await checkpoints.make()),
    routes: serve(served, [
      readCheckpoint,
      addCheckpoint,
      readWitnessed,
      readProof,
      listCheckpoints,
      listHolds,
      placeHoldRoute,
      liftHoldRoute,
      readReceipt,
      readEvent,
    ]),
    jobs: [
      ...checkpoints.jobs,
      createForgetJob(ground, subjects, sequencer.settle),
      ...(witnesses.length > 0 ? [createWitnessJob(ground, witnesses)] : []),
    ],
  }
}
