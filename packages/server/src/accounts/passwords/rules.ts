import { readFileSync } from 'node:fs'
import { Refusal } from '../../errors.ts'
import { type FuseFilter, filterKey, isInFilter, readFilter } from './fuse-filter.ts'

/** NIST SP 800-63B-4 section 3.1.1.2: a password that stands alone has 15 characters. */
const shortest = 15
/** The same section: one that is used beside a second factor may have eight. */
const shortestBesideFactor = 8
/** Longer ones may not cost us without bound. */
const longestBytes = 1024

/** Why a password may not be chosen. */
export const passwordFaults = {
  too_short: `it has fewer than ${shortest} characters, or ${shortestBesideFactor} beside a second factor; a few unrelated words do well`,
  too_long: `it has more than ${longestBytes} bytes`,
  common: 'it is known from lists of passwords that are tried first; a few unrelated words do well',
  personal: 'it is little more than a name of yours or of this server; a few unrelated words do well',
} as const
export type PasswordFault = keyof typeof passwordFaults

export function isTooLong(password: string): boolean {
  return Buffer.byteLength(password) > longestBytes
}

/** One spelling for what looks the same (Unicode NFKC, NIST SP 800-63B-4 section 3.1.1.2). */
export function normalizePassword(password: string): string {
  return password.normalize('NFKC')
}

/**
 * The rules for a new password: its length, the lists of common and breached ones, and names that an attacker tries first.
 * There are no rules on kinds of characters and no expiry, which make passwords worse (the same section).
 */
export interface PasswordRules {
  /**
   * The password as it is hashed.
   * @param names of the account: the user name, the display name
   * @param isBesideFactor whether the account has a second factor in force
   * @throws {Refusal} `password_unacceptable`, whose fault has a code of {@link passwordFaults}
   */
  accept(password: string, names: readonly string[], isBesideFactor?: boolean): string
}

/** @param names what this server is called: its product, the host of its issuer */
export function createPasswordRules(names: readonly string[]): PasswordRules {
  let common: FuseFilter | undefined
  const isCommon = (text: string) => {
    // Loaded at the first new password: most processes never need it.
    common ??= readFilter(readFileSync(new URL('../../../data/common-passwords.bin', import.meta.url)))
    return isInFilter(common, filterKey(text))
  }
  return {
    accept(password, own, isBesideFactor = false) {
      if (isTooLong(password)) throw unacceptable('too_long')
      const text = normalizePassword(password)
      const fewest = isBesideFactor ? shortestBesideFactor : shortest
      if ([...text].length < fewest) throw unacceptable('too_short')
      // Lists have the phrases of many words without blanks.
      if (isCommon(text) || isCommon(text.replaceAll(/\s/gu, ''))) throw unacceptable('common')
      const rest = withoutNames(text, [...names, ...own])
      if (rest !== undefined && ([...rest].length < fewestBeside || isCommon(rest))) {
        throw unacceptable('personal')
      }
      return text
    },
  }
}

/** What is left beside a name has to be a password of its own, if a short one. */
const fewestBeside = 8
/** Shorter words are found in passwords by chance. */
const shortestName = 4

/** The text without the words of the names, in lower case; undefined if it has none of them. */
function withoutNames(text: string, names: readonly string[]): string | undefined {
  const words = names
    .flatMap((name) => [name, ...name.split(/[^\p{L}\p{N}]+/u)])
    .map((word) => normalizePassword(word).toLowerCase())
    .filter((word) => [...word].length >= shortestName)
    .sort((one, other) => other.length - one.length)
  const lower = text.toLowerCase()
  const rest = words.reduce((left, word) => left.replaceAll(word, ''), lower)
  return rest === lower ? undefined : rest.trim()
}

/** Whether a password is too short to stand alone. */
export function needsFactor(password: string): boolean {
  return [...normalizePassword(password)].length < shortest
}

/** A password that is too short for an account without a second factor. */
export const tooShort = () => unacceptable('too_short')

function unacceptable(code: PasswordFault): Refusal {
  const reason = passwordFaults[code]
  return new Refusal('password_unacceptable', `this password cannot be used: ${reason}`, {
    faults: [{ field: '/password', reason, code }],
  })
}

/** Which rule a refusal names, for pages that say it in their own words. */
export function passwordFaultOf({ faults }: Refusal): PasswordFault | undefined {
  const code = faults[0]?.code
  return code !== undefined && Object.hasOwn(passwordFaults, code) ? (code as PasswordFault) : undefined
}
