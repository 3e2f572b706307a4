import type { Explanation, KeyFit } from 'latchkey/token/explain/codes'
import { type Finding, type FindingCode, fill } from 'latchkey/token/explain/codes'
import type { Language } from '../../words/translations.ts'
import type { screen } from './page-en.ts'

type Screen = {
  readonly [Name in keyof typeof screen]: (typeof screen)[Name] extends (...values: infer Values) => string
    ? (...values: Values) => string
    : string
}

/** The words of the page itself. A text that is missing in one language does not compile. */
export interface PageWords {
  readonly language: Language
  readonly screen: Screen
}

/** The words for what the engine finds. */
export interface FoundWords {
  readonly findings: Readonly<Record<FindingCode, readonly [says: string, mends: string]>>
  readonly headlines: Readonly<Record<Explanation['headline'], string>>
  readonly kinds: Readonly<Record<Explanation['kind'], string>>
  readonly fits: Readonly<Record<KeyFit, string>>
  readonly meanings: Readonly<Record<string, string>>
  /** A fact of a finding that is itself a word. */
  fact(value: string | number): string | number
}

export interface Words extends PageWords, FoundWords {}

/** A finding in words. */
export function inWords({ findings, fact }: FoundWords, { code, facts }: Finding) {
  const told = Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, fact(value)]))
  const [says, mends] = findings[code]
  return { says: fill(says, told), mends: fill(mends, told) }
}
