/** More levels than this no verifier of ours reads; a value that holds itself ends here too. */
const maxDepth = 32

/**
 * JSON as Python's `json.dumps(value, separators=(',', ':'))` writes it: ASCII only, members in their order. A
 * TypeError for what is no JSON, in Python's words.
 */
export function dumps(value: unknown, depth = 0): string {
  if (depth > maxDepth) throw new TypeError(`the value is nested more than ${maxDepth} levels deep`)
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return quote(value)
  if (typeof value === 'number') return numeral(value)
  if (Array.isArray(value)) return `[${value.map((item) => dumps(item, depth + 1)).join(',')}]`
  if (!isPlainObject(value)) throw new TypeError(`Object of type ${typeName(value)} is not JSON serializable`)
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return `{${members.map(([name, member]) => `${quote(name)}:${dumps(member, depth + 1)}`).join(',')}}`
}

/** What stands for Python's dict: not a list, a Date, a Map or an instance of some class. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}

function quote(text: string): string {
  return JSON.stringify(text).replaceAll(
    // JSON.stringify escapes lone surrogates and control characters already, as Python does.
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Python writes the exponent from 1e-05 on and with two digits; otherwise the two agree. */
function numeral(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError('Out of range float values are not JSON compliant')
  if (value === 0 || Math.abs(value) >= 1e-4) return JSON.stringify(value)
  return value.toExponential().replace(/e-(\d)$/, 'e-0$1')
}

function typeName(value: unknown): string {
  return typeof value === 'object' && value !== null ? (value.constructor?.name ?? 'object') : typeof value
}
