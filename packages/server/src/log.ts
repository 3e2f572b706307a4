import { visibleJson } from './text.ts'

/** One line for each happening, for the operator. Fields never hold a secret; the caller sees to that. */
export interface Log {
  /** Something that the operator should know and that is no error of ours. */
  warn(event: string, fields?: Readonly<Record<string, unknown>>): void
  /** A bug or a broken part. `error` is written whole, with its stack. */
  error(event: string, error: unknown, fields?: Readonly<Record<string, unknown>>): void
}

/** What is written: with `warn` everything, with `error` no warnings. */
export type LogLevel = 'warn' | 'error'

/**
 * JSON lines, which log collectors read and terminals show; what is hidden is escaped, so that no caller can forge a line or
 * command a terminal.
 */
export function jsonLog(write: (line: string) => void, now: () => number, level: LogLevel = 'warn'): Log {
  const line = (of: LogLevel, event: string, fields: object = {}) =>
    write(`${visibleJson({ at: new Date(now()).toISOString(), level: of, event, ...fields })}\n`)
  return {
    warn: (event, fields) => (level === 'warn' ? line('warn', event, fields) : undefined),
    error: (event, error, fields) => line('error', event, { ...fields, error: describe(error) }),
  }
}

/** For a part that is built where nobody listens, such as a schema printed by the command line. */
export const silentLog: Log = { warn() {}, error() {} }

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause === undefined ? '' : `\ncaused by ${describe(error.cause)}`
  return (error.stack ?? error.message) + cause
}
