import { hash, type KeyObject } from 'node:crypto'
import { Scratch } from './scratch.ts'

/**
 * HMAC (RFC 2104) as two one-shot hashes over prepared buffers: `H(opad || H(ipad || text))`. A one-shot costs
 * one call into OpenSSL and no object, where createHmac makes a context, a stream and two buffers: 1.4 times
 * faster for a token of 340 characters, measured on Node 26.
 */
export class Hmac {
  readonly #hash: string
  readonly #inner: Buffer
  readonly #outer: Buffer
  readonly #block: number

  constructor(
    key: KeyObject,
    { hash: name, hashBytes }: { readonly hash: string; readonly hashBytes: number },
  ) {
    // FIPS 180-4, figure 1.
    const blockBytes = hashBytes > 32 ? 128 : 64
    const secret = key.export()
    const padded = Buffer.alloc(blockBytes)
    if (secret.length > blockBytes) padded.write(hash(name, secret, 'latin1'), 'latin1')
    else secret.copy(padded)
    this.#hash = name
    this.#block = blockBytes
    this.#inner = padded.map((byte) => byte ^ 0x36) as Buffer
    this.#outer = Buffer.alloc(blockBytes + hashBytes)
    this.#outer.set(padded.map((byte) => byte ^ 0x5c))
  }

  /** The MAC of the first `length` characters of `text`, which are ASCII, in base64url. */
  of(text: string, length: number): string {
    const block = this.#block
    const area = block + length <= shared.bytes.length ? shared : new Area(block + length)
    if (area.owner !== this) {
      area.bytes.set(this.#inner, 0)
      area.owner = this
    }
    area.bytes.write(text, block, length, 'latin1')
    this.#outer.write(hash(this.#hash, area.first(block + length), 'latin1'), block, 'latin1')
    return hash(this.#hash, this.#outer, 'base64url')
  }
}

/**
 * Compare a MAC with the end of `token` in a time that does not depend on where they differ. Comparing text is
 * enough, and stricter than comparing bytes: the MAC is in the one canonical spelling.
 */
export function endsWith(token: string, start: number, mac: string): boolean {
  const length = mac.length
  if (token.length - start !== length) return false
  let difference = 0
  for (let i = 0; i < length; i++) difference |= token.charCodeAt(start + i) ^ mac.charCodeAt(i)
  return difference === 0
}

/** Where `ipad || text` is put together. All keys share one, and it remembers whose ipad it begins with. */
class Area extends Scratch {
  owner: Hmac | undefined
}

const shared = new Area(16 * 1024 + 128)
