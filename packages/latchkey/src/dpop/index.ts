export {
  type ProofCheck,
  type ProofPolicy,
  type ProofSurroundings,
  type ProofVerdict,
  type ProvenRequest,
  prepareProofCheck,
} from './check.ts'
export type { DpopNonceOptions } from './nonces.ts'
export { type ProofReason, proofDescriptions } from './proof.ts'
export {
  createReplayMemory,
  type ReplayMemoryOptions,
  type ReplayStore,
  type Taking,
} from './replay-memory.ts'
