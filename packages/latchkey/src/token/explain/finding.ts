import type { TokenErrorCode } from '../errors.ts'
import type { Place } from './pasted.ts'
import type { words } from './words.ts'

/** What can be said of a token: a key of `words`. */
export type FindingCode = keyof typeof words

/**
 * One thing to say of a token: a code with facts, of which `sentence` makes English and a translation something
 * else. A refusal has the code with which the strict verifier refuses for this.
 */
export interface Finding {
  readonly code: FindingCode
  readonly level: 'refusal' | 'warning' | 'note'
  readonly error?: TokenErrorCode
  readonly facts: Facts
  /** Where it is in what was pasted, if it is at one place: indexes of characters, the second behind the last. */
  readonly at?: Place
}

/** The values that stand in the words of a finding, by their names. */
export type Facts = Readonly<Record<string, string | number>>

/** When a verifier meets a fault, from the first look at the text to the last claim. */
export type Stage = 'text' | 'header' | 'key' | 'signature' | 'payload' | 'claims'
const stages: readonly Stage[] = ['text', 'header', 'key', 'signature', 'payload', 'claims']

/** What is said before all refusals, because it is their cause, or because nothing else tells it. */
export function explainsOthers({ code }: Finding): boolean {
  return code === 'time_in_milliseconds'
}

/** Collects findings and gives them in the order of a verifier, with the warnings and notes behind. */
export class Findings {
  readonly #refusals: { readonly stage: Stage; readonly finding: Finding }[] = []
  readonly #remarks: Finding[] = []

  /** What was found so far, to go on with by itself. */
  copy(): Findings {
    const other = new Findings()
    other.#refusals.push(...this.#refusals)
    other.#remarks.push(...this.#remarks)
    return other
  }

  refuse(stage: Stage, code: FindingCode, error: TokenErrorCode, facts: Facts = {}, at?: Place): void {
    this.#refusals.push({ stage, finding: { code, level: 'refusal', error, facts, ...(at && { at }) } })
  }

  warn(code: FindingCode, facts: Facts = {}): void {
    this.#remarks.push({ code, level: 'warning', facts })
  }

  note(code: FindingCode, facts: Facts = {}): void {
    this.#remarks.push({ code, level: 'note', facts })
  }

  list(): readonly Finding[] {
    const ordered = stages.flatMap((stage) => this.#refusals.filter((refusal) => refusal.stage === stage))
    return [
      ...this.#remarks.filter(explainsOthers),
      ...ordered.map(({ finding }) => finding),
      ...this.#remarks.filter((remark) => !explainsOthers(remark)),
    ]
  }
}
