import { wholeText } from '../whole-text.ts'

/** What a webhook is sent: the name of an event, all of a noun (`user.*`), or everything (`*`). */
export const patternForm = wholeText(/\*|[a-z_]{1,40}\.(?:\*|[a-z_]{1,40})/)

/** Whether one of the patterns is for an event. */
export function matches(patterns: readonly string[], type: string): boolean {
  const noun = type.slice(0, type.indexOf('.'))
  return patterns.some((pattern) => pattern === '*' || pattern === type || pattern === `${noun}.*`)
}
