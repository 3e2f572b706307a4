import { wholeText } from '../../whole-text.ts'
import type { SecretReading } from './check-keys.ts'

const hexText = wholeText(/([\da-f]{2})+/i)
const base64urlText = wholeText(/[\w-]+/)
const base64Text = wholeText(/[\w+/-]+=*/)

/**
 * What a text that is given as a secret may stand for, each reading with its bytes; not the text as it is.
 *
 * @param given One character for each byte.
 */
export function secretReadings(
  given: string,
): readonly (readonly [SecretReading, Uint8Array<ArrayBuffer>])[] {
  const written = given.trim()
  const readings: readonly (readonly [SecretReading, string | undefined])[] = [
    ['without its line end', given.replace(/\r?\n$/, '')],
    ['hex', hexText.test(written) ? fromHex(written) : undefined],
    ['base64url', base64urlText.test(written) ? fromBase64(written) : undefined],
    ['base64', base64Text.test(written) ? fromBase64(written) : undefined],
  ]
  // What is empty was not written in this way.
  return readings.flatMap(([reading, binary]) =>
    binary ? [[reading, Uint8Array.from(binary, (character) => character.charCodeAt(0))] as const] : [],
  )
}

function fromHex(text: string): string {
  return text.replaceAll(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16)))
}

/** Of either alphabet, with padding or without; a last character alone says nothing. */
function fromBase64(text: string): string {
  const safe = text.replaceAll('-', '+').replaceAll('_', '/').replaceAll('=', '')
  return atob(safe.length % 4 === 1 ? safe.slice(0, -1) : safe)
}
