import { deflateSync } from 'node:zlib'

/**
 * The places of one list. A list of 16,384 has 2 KiB before it is compressed; of half as many tokens, 46 bytes are left where one in a
 * thousand is revoked, 179 where one in a hundred is, and 1,754 where every second is.
 */
export const placesOfList = 16_384

/** `status_list` of a status list token (draft-ietf-oauth-status-list-21, section 4.2). */
export interface StatusList {
  readonly bits: 1
  readonly lst: string
}

/** One bit a place, from the lowest of each byte on (section 4.1). */
export function setBit(bytes: Uint8Array, index: number): void {
  bytes[index >> 3]! |= 1 << (index & 7)
}

export function hasBit(bytes: Uint8Array, index: number): boolean {
  return ((bytes[index >> 3] ?? 0) & (1 << (index & 7))) !== 0
}

/** Compressed as far as it goes, which section 4.1 recommends. */
export function statusListOf(bytes: Uint8Array): StatusList {
  return { bits: 1, lst: deflateSync(bytes, { level: 9 }).toString('base64url') }
}
