import { type Segments, split } from './segments.ts'

/** The header of a token, not verified. Use it to choose a key, never to authorize. A DecodeError if it cannot be read. */
export function get_unverified_header(jwt: string | Uint8Array): Segments['header'] {
  return split(jwt).header
}
