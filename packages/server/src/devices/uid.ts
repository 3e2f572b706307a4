import { createHash } from 'node:crypto'
import { crockford } from '../identifiers.ts'
import type { World } from '../world.ts'

/**
 * A device's address: four characters of product, sixteen random ones (80 bits), and one of checksum, in
 * Crockford base32. It is printed on labels and read aloud, so it has no case and catches slips of the hand.
 * It is public: knowing it gives nobody anything.
 */
export function newUid(product: string, { random }: World): string {
  const body = productPrefix(product) + crockford(random(10))
  return body + check(body)
}

/** The uid as we write it, or undefined where the text is not one. Takes upper case, and I, L, O for 1, 1, 0. */
export function parseUid(text: string): string | undefined {
  const uid = text.toLowerCase().replaceAll(/[il]/g, '1').replaceAll('o', '0')
  return /^[0-9a-hjkmnp-tv-z]{21}$/.test(uid) && check(uid.slice(0, 20)) === uid[20] ? uid : undefined
}

/** The same four characters for the same product, so that a shelf of labels can be sorted by eye. */
function productPrefix(product: string): string {
  return crockford(createHash('sha256').update(product).digest()).slice(0, 4)
}

function check(body: string): string {
  return crockford(createHash('sha256').update(`latchkey uid ${body}`).digest()).slice(0, 1)
}
