/**
 * Base64url without padding (RFC 7515 section 2), canonical only. Node's decoder forgives padding, white space,
 * the standard alphabet and leftover bits (RFC 4648 section 3.5), so that many spellings mean one value; a
 * token has one.
 */
export function encode(bytes: Uint8Array): string {
  return asBuffer(bytes).toString('base64url')
}

const scratch = /* @__PURE__ */ Buffer.alloc(12 * 1024)

/** Encode the UTF-8 of `text`. */
export function encodeText(text: string): string {
  if (text.length > scratch.length / 3) return Buffer.from(text).toString('base64url')
  return scratch.toString('base64url', 0, scratch.write(text))
}

/** @returns undefined for text that is not the one canonical spelling of some bytes. */
export function decode(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : undefined
}

/**
 * Decode `text` to the start of `target`, which is long enough, without making garbage.
 * @returns the number of bytes, or -1 for text that is not canonical. `text` must be ASCII without `+` and `/`
 * (the caller asks once for a whole token): then all that Node's decoder could skip makes the result shorter
 * than it must be, which leaves the unused bits of the last character to look at.
 */
export function decodeInto(target: Buffer, text: string): number {
  const length = text.length
  const expected = (length * 3) >> 2
  const rest = length & 3
  if (rest === 1) return -1
  if (rest !== 0 && (sextetOf(text.charCodeAt(length - 1)) & (rest === 2 ? 15 : 3)) !== 0) return -1
  return target.write(text, 0, 'base64url') === expected ? expected : -1
}

/** Whether `decodeInto` may be used on the parts of `token`. */
export function isPlain(token: string): boolean {
  // A character such as U+0141 would pass for the `A` in its low byte where a token is copied as latin1.
  return Buffer.byteLength(token) === token.length && token.indexOf('+') === -1 && token.indexOf('/') === -1
}

function sextetOf(code: number): number {
  if (code >= 97) return code - 71 // a-z
  if (code === 95) return 63 // _
  if (code >= 65) return code - 65 // A-Z
  if (code >= 48) return code + 4 // 0-9
  return 62 // -
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
