import { type Segments, split } from './segments.ts'

/** The header of a token, though nobody vouches for it: to choose a key, never to decide anything. */
export function get_unverified_header(jwt: string | Uint8Array): Segments['header'] {
  return split(jwt).header
}
