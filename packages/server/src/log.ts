import { visibleJson } from './text.ts'

/** One line for each happening, for the operator. Fields never hold a secret; the caller sees to that. */
export interface Log {
  /** Something that the operator should know and that is no error of ours. */
  warn(event: string, fields?: Readonly<Record<string, unknown>>): void
  /** A bug or a broken part. `error` is written whole, with its stack. */
  error(event: string, error: unknown, fields?: Readonly<Record<string, unknown>>): void
}

/**
 * JSON lines, which log collectors read and terminals show; what is hidden is escaped, so that no caller can forge a line or
 * command a terminal.
 */
export function jsonLog(write: (line: string) => void, now: () => number): Log {
  const line = (level: 'warn' | 'error', event: string, fields: object = {}) =>
    write(`${visibleJson({ at: new Date(now()).toISOString(), level, event, ...fields })}\n`)
  return {
    warn: (event, fields) => line('warn', event, fields),
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
