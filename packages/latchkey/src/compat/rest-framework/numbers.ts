/** A number of JSON, which is kept as it was written: `7.0` and `7` are two names, and a double does not hold every integer. */
export class JsonNumber {
  readonly isInteger: boolean
  /** As Python's `str()` writes it. */
  readonly text: string

  constructor(source: string) {
    this.isInteger = !/[.eE]/.test(source)
    this.text = this.isInteger ? integer(source) : float(Number(source))
  }
}

function integer(source: string): string {
  return source === '-0' ? '0' : source
}

function float(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-4 || size >= 1e16))
    return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2')
  const text = Object.is(value, -0) ? '-0' : String(value)
  return text.includes('.') ? text : `${text}.0`
}
