import type { Ground } from '../../ground.ts'
import type { Checkpoints } from './checkpoints.ts'
import type { Sequencer } from './sequencer.ts'
import type { Signers } from './signers.ts'
import type { Subjects } from './subjects.ts'
import type { Witness } from './witness/witness.ts'
import type { WitnessAddress } from './witness/witnesses.ts'

/** What the proof of the log stands on. */
export interface ProofGround extends Ground {
  readonly sequencer: Sequencer
  readonly subjects: Subjects
  readonly checkpoints: Checkpoints
  /** What signs the checkpoints of the log. */
  readonly signers: Signers
  /** What signs those of other logs. */
  readonly cosigners: Signers
  readonly witness: Witness
  readonly witnesses: readonly WitnessAddress[]
  /** Whether somebody owns a device, and did so at that time: then its events concern them. */
  readonly ownsDevice: (uid: string, subject: string, atMs: number) => Promise<boolean>
}
