import { proofDescriptions } from 'latchkey/dpop'
import type { TokenErrorCode } from 'latchkey/token'
import { problems } from '../../http/problems.ts'
import { reasonCodes } from '../../mqtt/codec/reasons.ts'
import { ownReasons } from './own-reasons.ts'

/** Why an event was refused or failed, or how it ended: a code of a closed list, so that a mistyped one does not compile. */
export type EventReason =
  | keyof typeof ownReasons
  | TokenErrorCode
  | keyof typeof problems
  | keyof typeof proofDescriptions
  | keyof typeof reasonCodes

/** Every reason that the log may have, and what it means. */
export const reasons: Readonly<Record<EventReason, string>> = {
  ...mapped(reasonCodes, (code) => `Reason code 0x${code.toString(16).padStart(2, '0')} of MQTT 5.`),
  ...mapped(proofDescriptions, (text) => `${text}.`),
  ...mapped(problems, ({ title }) => `${title}.`),
  ...ownReasons,
}

function mapped<Name extends string, Value>(
  table: Readonly<Record<Name, Value>>,
  say: (value: Value) => string,
): Record<Name, string> {
  const entries = Object.entries<Value>(table).map(([name, value]) => [name, say(value)])
  return Object.fromEntries(entries) as Record<Name, string> // of the same names
}

export function isEventReason(text: string): text is EventReason {
  return Object.hasOwn(reasons, text)
}
