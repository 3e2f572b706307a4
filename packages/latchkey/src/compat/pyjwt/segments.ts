import { decode, isPlain } from '../../token/base64url.ts'
import type { JsonObject } from '../../token/json.ts'
import { parseObject } from '../../token/json.ts'
import { DecodeError, InvalidTokenError } from './errors.ts'

export interface Segments {
  readonly token: string
  /** The index of the second dot: what stands before it is signed. */
  readonly end: number
  readonly header: JsonObject & { readonly kid?: string }
  readonly payload: Buffer
  readonly signature: Buffer
}

/** PyJWT has no limit. This one is far above any header of any server, and little to hash for nothing. */
const maxLength = 256 * 1024

/** Take a token apart without believing it. A DecodeError in PyJWT's words for what cannot be read. */
export function split(jwt: unknown): Segments {
  const token = jwt instanceof Uint8Array ? Buffer.from(jwt).toString('latin1') : jwt
  if (typeof token !== 'string') throw new DecodeError("Invalid token type. Token must be a <class 'bytes'>")
  if (token.length > maxLength) throw new DecodeError('Token is too long')
  const dot = token.indexOf('.')
  const end = token.indexOf('.', dot + 1)
  if (dot === -1 || end === -1) throw new DecodeError('Not enough segments')
  const plain = isPlain(token)
  const encodedHeader = decode(token.slice(0, dot))
  if (encodedHeader === undefined || !plain) throw new DecodeError('Invalid header padding')
  const header = parse('header', encodedHeader)
  checkHeader(header)
  // PyJWT takes what is between the first dot and the last for the payload.
  const payload = decode(token.slice(dot + 1, end))
  if (payload === undefined || token.indexOf('.', end + 1) !== -1) {
    throw new DecodeError('Invalid payload padding')
  }
  const signature = decode(token.slice(end + 1))
  if (signature === undefined) throw new DecodeError('Invalid crypto padding')
  return { token, end, header, payload, signature }
}

/** Strict JSON, of which the core says what that is; frozen. */
export function parse(part: 'header' | 'payload', bytes: Buffer): JsonObject {
  try {
    const value = parseObject(bytes, bytes.length)
    if (part === 'payload') checkIntegers(bytes)
    return value
  } catch (cause) {
    throw new DecodeError(`Invalid ${part} string: ${whyNot(bytes)}`, { cause })
  }
}

/**
 * An integer that a double does not hold would come out as another one: user 9007199254740993 as user 9007199254740992.
 * A RangeError then.
 */
function checkIntegers(bytes: Buffer): void {
  const text = bytes.toString('latin1')
  // No shorter number can be one.
  if (!/\d{16}/.test(text)) return
  parseWithSource(text, (_name, value, { source = '' }) => {
    const isWhole = typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source)
    if (isWhole && BigInt(source) !== BigInt(value))
      throw new RangeError('an integer that a double does not hold')
    return value
  })
}

/** The types of the standard library lack the third argument, which Node has had since version 21. */
const parseWithSource = JSON.parse as (
  text: string,
  reviver: (name: string, value: unknown, context: { readonly source?: string }) => unknown,
) => unknown

function whyNot(bytes: Buffer): string {
  try {
    const value: unknown = JSON.parse(bytes.toString())
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? 'must be strict json (a member twice, bytes that are not UTF-8, too deep, or a number out of range)'
      : 'must be a json object'
  } catch {
    return 'Expecting value' // not JSON, of which a verifier need not know more
  }
}

function checkHeader(header: JsonObject): asserts header is Segments['header'] {
  const { kid, crit } = header
  if (Object.hasOwn(header, 'kid') && typeof kid !== 'string') {
    throw new InvalidTokenError('Key ID header parameter must be a string')
  }
  if (Object.hasOwn(header, 'crit')) {
    if (!Array.isArray(crit) || crit.length === 0) {
      throw new InvalidTokenError("Invalid 'crit' header: must be a non-empty list")
    }
    if (!crit.every((name) => typeof name === 'string')) {
      throw new InvalidTokenError("Invalid 'crit' header: values must be strings")
    }
    throw new InvalidTokenError('Unsupported critical extension')
  }
  // RFC 7797 section 7: a JWT does not use it.
  if (Object.hasOwn(header, 'b64')) throw new InvalidTokenError('Unsupported critical extension: b64')
}
