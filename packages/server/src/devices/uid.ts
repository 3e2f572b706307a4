import { createHash } from 'node:crypto'
import { device, type Target } from '../activity/events.ts'
import { crockford, crockfordAlphabet } from '../secrets/base32.ts'
import { wholeText } from '../whole-text.ts'
import type { World } from '../world.ts'

const uidForm = wholeText(/[0-9a-z]{21}/i)

/**
 * A device's address: four characters of product, sixteen random ones (80 bits), and one that checks them, in
 * Crockford base32. It is printed on labels and read aloud, so it has no case, and no single wrong character
 * and no two exchanged ones go unnoticed. It is public: knowing it gives nobody anything.
 */
export function newUid(product: string, { random }: World): string {
  const body = productPrefix(product) + crockford(random(10))
  return body + check(body)
}

/** The uid as we write it, or undefined where the text is not one. Takes upper case, and I, L, O for 1, 1, 0. */
export function parseUid(text: string): string | undefined {
  // Before lowering: the Kelvin sign would become a k.
  if (!uidForm.test(text)) return undefined
  const uid = text.toLowerCase().replaceAll(/[il]/g, '1').replaceAll('o', '0')
  return !uid.includes('u') && check(uid.slice(0, 20)) === uid[20] ? uid : undefined
}

/** Any text may stand in the place of a uid; only a uid is written into the log. */
export function namedDevice(text: string): Target | undefined {
  return parseUid(text) === text ? device(text) : undefined
}

/** The same four characters for the same product, so that a shelf of labels can be sorted by eye. */
function productPrefix(product: string): string {
  return crockford(createHash('sha256').update(product).digest()).slice(0, 4)
}

/**
 * Characters are elements of the field of 32, and a uid is one where the sum of each times its own power of x
 * is zero. All 21 powers differ and none is zero, so that one changed character always shows, and so do any two
 * that have changed places. (A Reed-Solomon code with one check symbol; the check stands at power 0.)
 */
function check(body: string): string {
  let sum = 0
  for (const character of body) sum = timesX(sum ^ crockfordAlphabet.indexOf(character))
  return crockfordAlphabet[sum]! // five bits
}

/** Modulo x^5 + x^2 + 1, which is primitive: the powers of x repeat after 31. */
function timesX(element: number): number {
  return element < 16 ? element << 1 : (element << 1) ^ 0b100101
}
