import { type Proof, proofOf } from '../../packages/server/src/asvs/requirement.ts'

/** Where the server stands with one requirement of a standard, or with one module of a suite of tests. */
export interface Requirement {
  /** The section of the standard, or the id of the module. */
  readonly id: string
  /** What is required, in our words. */
  readonly says: string
  /** `operator`: it depends on how the server is run, and the reason says what to do. */
  readonly position: 'met' | 'operator' | 'not_applicable' | 'not_met'
  /** Why it does not apply, is not met, or what the operator does; undefined where the tests say it all. */
  readonly reason: string | undefined
  readonly proofs: readonly Proof[]
}

export interface Standard {
  readonly name: string
  readonly title: string
  readonly requirements: readonly Requirement[]
}

/** Each proof as in the table of the ASVS. */
export function met(id: string, says: string, ...proofs: readonly string[]): Requirement {
  return { id, says, position: 'met', reason: undefined, proofs: proofs.map(proofOf) }
}

export function operators(
  id: string,
  says: string,
  reason: string,
  ...proofs: readonly string[]
): Requirement {
  return { id, says, position: 'operator', reason, proofs: proofs.map(proofOf) }
}

export function notApplicable(
  id: string,
  says: string,
  reason: string,
  ...proofs: readonly string[]
): Requirement {
  return { id, says, position: 'not_applicable', reason, proofs: proofs.map(proofOf) }
}

export function notMet(id: string, says: string, reason: string, ...proofs: readonly string[]): Requirement {
  return { id, says, position: 'not_met', reason, proofs: proofs.map(proofOf) }
}
