import type { Fault } from '../../errors.ts'
import { isDay } from '../../http/schema.ts'
import { pointerToken } from '../../json.ts'
import { isVisible } from '../../text.ts'
import { wholeText } from '../../whole-text.ts'

const dayForm = wholeText(/\d{4}-\d\d-\d\d/)
const numberForm = wholeText(/-?\d{1,15}(\.\d{1,15})?(e[+-]?\d{1,3})?/i)

export const attributeKinds = ['text', 'number', 'yes_no', 'date'] as const
export type AttributeKind = (typeof attributeKinds)[number]

/** What bounds the values of an attribute: of a text its length and its choice, of a number its least and its greatest. */
export interface Bounds {
  readonly longest?: number | undefined
  readonly allowed?: readonly string[] | undefined
  readonly least?: number | undefined
  readonly most?: number | undefined
}

/** As much of a definition as decides about a value. */
export interface ValueRule {
  readonly key: string
  readonly kind: AttributeKind
  readonly bounds: Bounds
}

export type AttributeValue = string | number | boolean

/** No text of an attribute is longer, so that an index can hold it. */
export const longestText = 500

/** In one spelling for each value. A fault says what is wrong with the value, and not the value. */
export type ReadValue = { readonly stored: string } | { readonly fault: string }

/**
 * A value as it is stored. `isText`: whether every kind may be written as text, as in a table or on a command line.
 */
export function readValue({ kind, bounds }: ValueRule, given: unknown, isText = false): ReadValue {
  const value = isText && typeof given === 'string' ? valueIn(kind, given) : given
  if (kind === 'text') return readText(bounds, value)
  if (kind === 'number') return readNumber(bounds, value)
  if (kind === 'date') return isDate(value) ? { stored: value } : { fault: 'must be a day as 2026-12-31' }
  return typeof value === 'boolean' ? { stored: String(value) } : { fault: 'must be true or false' }
}

/** The value that a stored text stands for. */
export function shownValue({ kind }: Pick<ValueRule, 'kind'>, stored: string): AttributeValue {
  if (kind === 'number') return Number(stored)
  return kind === 'yes_no' ? stored === 'true' : stored
}

export function faultAt(key: string, reason: string): Fault {
  return { field: `/attributes/${pointerToken(key)}`, reason }
}

function readText({ longest = longestText, allowed }: Bounds, value: unknown): ReadValue {
  if (typeof value !== 'string' || value.length > longest || !isVisible(value)) {
    return { fault: `must be 1 to ${longest} visible characters, without control or invisible ones` }
  }
  if (allowed && !allowed.includes(value)) return { fault: 'must be one of the values that are allowed' }
  return { stored: value }
}

function readNumber({ least = -Infinity, most = Infinity }: Bounds, value: unknown): ReadValue {
  if (typeof value !== 'number' || !Number.isFinite(value)) return { fault: 'must be a number' }
  if (value < least) return { fault: `must be ${least} or more` }
  if (value > most) return { fault: `must be ${most} or less` }
  // -0 and 0 are equal, and are written alike.
  return { stored: String(value + 0) }
}

function isDate(value: unknown): value is string {
  return typeof value === 'string' && dayForm.test(value) && isDay(value)
}

/** What a text says of another kind; what it does not say stays text, and is refused. */
function valueIn(kind: AttributeKind, text: string): unknown {
  if (kind === 'number') return numberForm.test(text) ? Number(text) : text
  if (kind === 'yes_no') return text === 'true' || (text === 'false' ? false : text)
  return text
}
