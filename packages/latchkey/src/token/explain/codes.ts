/** `explain` without its English: codes and facts, for programs that have words of their own. */
export type { KeyFit, KeyToTry, SecretReading, TriedKey } from './check-keys.ts'
export type { MakeProofKey, ProofKey } from './check-proof.ts'
export { type ExplainOptions, type Explanation, explain } from './explain.ts'
export {
  type AsyncExplainOptions,
  type AsyncKeyToTry,
  type AsyncProofKey,
  explainAsync,
} from './explain-async.ts'
export { fill } from './fill.ts'
export type { Facts, Finding, FindingCode } from './finding.ts'
export type { TokenKind } from './kind.ts'
export type { Member } from './members.ts'
export type { Place } from './pasted.ts'
export { putTogether, type TakenApart, takeApart } from './take-apart.ts'
