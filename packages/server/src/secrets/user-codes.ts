import type { World } from '../world.ts'
import type { MasterKey } from './master-key.ts'

/** Letters that are not taken for one another and make no words (RFC 8628 section 6.1). */
const letters = 'BCDFGHJKLMNPQRSTVWXZ'
const length = 8

/** Eight letters, of which there are 2.6 * 10^10: enough where few are live and guesses are limited. */
export function newUserCode({ random }: World): string {
  let code = ''
  while (code.length < length) {
    // Above the largest multiple of twenty a byte would favour the first letters.
    const byte = random(1)[0] ?? 255
    if (byte < 240) code += letters[byte % letters.length]
  }
  return code
}

/** What it is kept as, under a key of this server: there are few enough to try them all. */
export function keptUserCode(masterKey: Pick<MasterKey, 'mac'>, code: string): string {
  return masterKey.mac(code, 'device user code')
}

/** As it is shown: in two halves. */
export function shownUserCode(code: string): string {
  return `${code.slice(0, length / 2)}-${code.slice(length / 2)}`
}

/** The code that somebody typed, in whatever case and with whatever between; undefined for what can be none. */
export function readUserCode(typed: string): string | undefined {
  const code = typed.toUpperCase().replaceAll(/[^A-Z]/g, '')
  return code.length === length && [...code].every((letter) => letters.includes(letter)) ? code : undefined
}
