import type { Problem } from '../api/problem.ts'

/** The lines of a field, without blanks around them and without empty ones. */
export function linesOf(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

interface ProblemWords {
  readonly exists: string
  readonly scopeInvalid: string
}

/** Words for the problems of a form about a service. */
export function explainedBy({ exists, scopeInvalid }: ProblemWords) {
  return ({ code, faults }: Problem): string | undefined => {
    if (code === 'service_exists') return exists
    return code === 'request_invalid' && faults.some((fault) => fault.includes('known_scopes'))
      ? scopeInvalid
      : undefined
  }
}
