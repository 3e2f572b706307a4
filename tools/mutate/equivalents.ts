import type { Mutation } from './mutators.ts'

/** A mutation that no test can notice, because it changes nothing that can be observed. */
export interface Equivalent {
  readonly file: string
  /** The line that it begins on, without indentation. */
  readonly on: string
  /** As the report prints it. */
  readonly before: string
  readonly after: string
  readonly reason: string
}

export const equivalents: readonly Equivalent[] = []

/** A text on one line, cut where it is long: enough to know it again. */
export function brief(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length <= 100 ? line : `${line.slice(0, 99)}…`
}

export function isSame(mutation: Mutation, { file, on, before, after }: Equivalent): boolean {
  return (
    mutation.file === file &&
    mutation.on === on &&
    brief(mutation.before) === before &&
    brief(mutation.after) === after
  )
}
