import { strip } from '../python/text.ts'
import { ValidationError } from './exceptions.ts'
import { JsonNumber } from './numbers.ts'

/**
 * The texts of these fields, as a serializer of CharFields takes them: numbers become text, blanks around are cut off.
 * A ValidationError that names every field that is at fault.
 */
export function charFields<Name extends string>(
  data: unknown,
  names: readonly Name[],
): Readonly<Record<Name, string>> {
  if (data === null || data === undefined) throw new ValidationError('No data provided')
  if (typeof data !== 'object' || Array.isArray(data) || data instanceof JsonNumber) {
    throw new ValidationError(`Invalid data. Expected a dictionary, but got ${typeName(data)}.`)
  }
  const members = new Map(Object.entries(data))
  const values: Partial<Record<Name, string>> = {}
  const errors: Record<string, readonly string[]> = {}
  for (const name of names) {
    const read = charField(members.get(name))
    if ('error' in read) errors[name] = [read.error]
    else values[name] = read.value
  }
  if (Object.keys(errors).length > 0) throw new ValidationError(errors)
  return values as Record<Name, string> // each name has its value, or there was an error
}

function charField(value: unknown): { readonly value: string } | { readonly error: string } {
  if (value === undefined) return { error: 'This field is required.' }
  if (value === null) return { error: 'This field may not be null.' }
  const written = writtenText(value)
  if (written === undefined) return { error: 'Not a valid string.' }
  const text = strip(written)
  if (text === '') return { error: 'This field may not be blank.' }
  if (text.includes('\0')) return { error: 'Null characters are not allowed.' }
  const surrogate = /[\ud800-\udfff]/u.exec(text)?.[0]
  if (surrogate !== undefined) {
    const point = surrogate.charCodeAt(0).toString(16).toUpperCase()
    return { error: `Surrogate characters are not allowed: U+${point}.` }
  }
  return { value: text }
}

function writtenText(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (value instanceof JsonNumber) return value.text
  // Of a number that a parser of the app has read, the digits may be lost: it could be the name of somebody else.
  return typeof value === 'number' && !(Math.abs(value) > Number.MAX_SAFE_INTEGER) ? String(value) : undefined
}

/** The names that Python has for what JSON holds. */
function typeName(value: unknown): string {
  if (value instanceof JsonNumber) return value.isInteger ? 'int' : 'float'
  if (Array.isArray(value)) return 'list'
  if (typeof value === 'string') return 'str'
  if (typeof value === 'boolean') return 'bool'
  return Number.isInteger(value) ? 'int' : 'float'
}
