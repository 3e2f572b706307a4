import { crockfordAlphabet } from '../../secrets/base32.ts'
import { hashSecret } from '../../secrets/secrets.ts'
import { wholeText } from '../../whole-text.ts'
import type { World } from '../../world.ts'

/** What a person typed into the one field for codes. */
export type TypedCode =
  | { readonly kind: 'authenticator'; readonly code: string }
  | { readonly kind: 'recovery'; readonly code: string }

/**
 * Read a code as people type it: with blanks and dashes where they like, in any case, with full-width digits, and with the
 * letters that look like digits. Undefined for text that is no code of either kind.
 */
export function readCode(typed: string): TypedCode | undefined {
  const code = typed
    .normalize('NFKC')
    .replaceAll(/[\s\p{Pd}]/gu, '')
    .toLowerCase()
  if (authenticatorCode.test(code)) return { kind: 'authenticator', code }
  const read = code.replaceAll('o', '0').replaceAll(/[il]/g, '1')
  const isRecovery =
    read.length === recoveryLength && [...read].every((letter) => crockfordAlphabet.includes(letter))
  return isRecovery ? { kind: 'recovery', code: read } : undefined
}

/** So many are made at once. */
export const recoveryCount = 10
/** 120 random bits: beyond guessing, so that a plain hash may be stored (ASVS 5.0 6.5.2 asks for 112). */
const recoveryLength = 24
const groupLength = 4
const authenticatorCode = wholeText(/\d{6}/)

/** New recovery codes, as they are shown once: in groups of four. */
export function newRecoveryCodes({ random }: World): readonly string[] {
  return Array.from({ length: recoveryCount }, () => {
    const letters = [...random(recoveryLength)].map((byte) => crockfordAlphabet.charAt(byte & 31))
    return Array.from({ length: recoveryLength / groupLength }, (_, at) =>
      letters.slice(at * groupLength, (at + 1) * groupLength).join(''),
    ).join('-')
  })
}

/** What is stored of a recovery code that was shown or typed. */
export function hashRecoveryCode(code: string): string {
  return hashSecret(`recovery code ${code.replaceAll('-', '')}`)
}
