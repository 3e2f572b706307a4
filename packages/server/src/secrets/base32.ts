/** RFC 4648 section 6, without padding. */
export function base32(bytes: Uint8Array): string {
  return written(bytes, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')
}

/** Crockford's digits in lower case: no i, l, o, which look like others, and no u. */
export const crockfordAlphabet = '0123456789abcdefghjkmnpqrstvwxyz'

export function crockford(bytes: Uint8Array): string {
  return written(bytes, crockfordAlphabet)
}

/** Most significant bit first, the last digit padded with zero bits. */
function written(bytes: Uint8Array, alphabet: string): string {
  let text = ''
  let held = 0
  let bits = 0
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += alphabet[(held >> bits) & 31]
    }
  }
  return bits > 0 ? text + alphabet[(held << (5 - bits)) & 31] : text
}
