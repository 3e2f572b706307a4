import { ConfigError } from '../config/config.ts'
import { Refusal } from '../errors.ts'
import { escapeHidden, escapeHiddenInLines, visibleJson } from '../text.ts'
import { WrongUse } from './wrong-use.ts'

/** Where a command speaks: the result to standard output, all else to standard error. */
export interface Output {
  /** A result. With --json the second form is printed, for machines. */
  result(text: string, value: unknown): void
  note(text: string): void
  /** What the result lacks: with --json as well, because a program would take the result for the whole. */
  warn(text: string): void
}

export function createOutput(json: boolean): Output {
  return {
    result: (text, value) => process.stdout.write(`${json ? visibleJson(value) : text}\n`),
    note: (text) => void (json || process.stderr.write(`${escapeHidden(text)}\n`)),
    warn: (text) => void process.stderr.write(`${escapeHidden(text)}\n`),
  }
}

/** Colour where a person looks on, and they did not ask for none (no-color.org). */
const colour = process.stdout.isTTY && !process.env.NO_COLOR
export const bold = (text: string) => (colour ? `\u001b[1m${text}\u001b[22m` : text)
export const dim = (text: string) => (colour ? `\u001b[2m${text}\u001b[22m` : text)

/** Columns as wide as they need to be, in which nothing is hidden. */
export function table(head: readonly string[], given: readonly (readonly string[])[]): string {
  const rows = given.map((cells) => cells.map(escapeHidden))
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  return [bold(line(head)), ...rows.map(line)].join('\n')
}

/** What a person can mend is said in one line; what is our bug shows where it happened. */
export function fail(error: unknown): never {
  // What went wrong may quote what somebody else wrote. A stack has lines of its own.
  for (const line of linesOf(error)) process.stderr.write(`latchkey: ${escapeHiddenInLines(line)}\n`)
  process.exit(error instanceof WrongUse ? 2 : 1)
}

/** What stands in the way, and what of the request is wrong where that says more. */
export function saidOf({ message, faults }: Refusal): string {
  const more = faults.filter(({ reason }) => !message.includes(reason))
  if (more.length === 0) return message
  return `${message}: ${more.map(({ field, reason }) => `${field} ${reason}`).join('; ')}`
}

function linesOf(error: unknown): readonly string[] {
  if (error instanceof ConfigError) return error.problems
  if (!(error instanceof Error)) return [String(error)]
  if (error instanceof Refusal) return [saidOf(error)]
  // We throw Error and classes of our own, and the language throws these.
  const isBug = [TypeError, RangeError, ReferenceError].some((kind) => error instanceof kind)
  return [isBug ? (error.stack ?? error.message) : error.message]
}
