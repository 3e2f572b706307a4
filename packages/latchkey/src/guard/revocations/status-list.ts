import { inflateSync } from 'node:zlib'
import { wholeText } from '../../whole-text.ts'

/** A status list that was read (draft-ietf-oauth-status-list-21, section 4). */
export interface StatusList {
  /** The status at a place; undefined where the list has no such place. */
  statusAt(index: number): number | undefined
}

/** The most bytes of a list, inflated: room for eight million tokens of one bit. */
const maxInflated = 1024 * 1024
/** More than so many bytes in base64url have, compressed as badly as may be. */
const maxLength = 1_500_000
const base64urlText = wholeText(/[\w-]+/)

/**
 * Read the claim `status_list` of a status list token (section 4.2).
 *
 * @throws {Error} for anything that is not exactly such a list, or is longer than 1 MiB when it is inflated.
 */
export function readStatusList(value: unknown): StatusList {
  if (typeof value !== 'object' || value === null) throw new Error('status_list is not an object')
  const { bits, lst } = value as { readonly bits?: unknown; readonly lst?: unknown }
  if (bits !== 1 && bits !== 2 && bits !== 4 && bits !== 8) throw new Error('bits is not 1, 2, 4 or 8')
  if (typeof lst !== 'string' || lst.length > maxLength || !base64urlText.test(lst)) {
    throw new Error('lst is not base64url, or is too long')
  }
  const bytes = inflated(Buffer.from(lst, 'base64url'))
  const perByte = 8 / bits
  const mask = 2 ** bits - 1
  return {
    statusAt(index) {
      const byte = bytes[Math.floor(index / perByte)]
      return byte === undefined ? undefined : (byte >> ((index % perByte) * bits)) & mask
    },
  }
}

function inflated(compressed: Uint8Array): Uint8Array {
  let result: { readonly buffer: Uint8Array; readonly engine: { readonly bytesWritten: number } }
  try {
    // The declarations of Node do not know `info`.
    result = inflateSync(compressed, { maxOutputLength: maxInflated, info: true }) as unknown as typeof result
  } catch (cause) {
    throw new Error('lst cannot be inflated, or is too long', { cause })
  }
  if (result.engine.bytesWritten !== compressed.length) throw new Error('something follows the list in lst')
  return result.buffer
}
