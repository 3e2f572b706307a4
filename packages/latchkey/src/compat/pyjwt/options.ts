import type { OptionNames } from '../../options/check-options.ts'
import { settingsIn } from '../python/settings.ts'

/** What `decode` checks, with PyJWT's names and defaults. */
export interface Options {
  /** True if not given. False also turns off every other check that is not turned on by name; the claims are then not verified. */
  readonly verify_signature?: boolean
  /** Refuse a token whose `exp` has passed. */
  readonly verify_exp?: boolean
  /** Refuse a token whose `nbf` lies ahead. */
  readonly verify_nbf?: boolean
  /** Refuse a token whose `iat` lies ahead. */
  readonly verify_iat?: boolean
  /** Compare `aud` with `audience`. */
  readonly verify_aud?: boolean
  /** Compare `iss` with `issuer`. */
  readonly verify_iss?: boolean
  /** Require that `sub` is text, and compare it with `subject`. */
  readonly verify_sub?: boolean
  /** Require that `jti` is text. */
  readonly verify_jti?: boolean
  /** Claims that must be present. A claim that is null counts as absent. */
  readonly require?: readonly string[]
  /** Require that `aud` and `audience` are one string each, and equal. */
  readonly strict_aud?: boolean
  /** Refuse a secret with fewer bytes than the hash, rather than warn. */
  readonly enforce_minimum_key_length?: boolean
}

const defaults: Required<Options> = {
  verify_signature: true,
  verify_exp: true,
  verify_nbf: true,
  verify_iat: true,
  verify_aud: true,
  verify_iss: true,
  verify_sub: true,
  verify_jti: true,
  require: [],
  strict_aud: false,
  enforce_minimum_key_length: false,
}

const claimChecks = [
  'verify_exp',
  'verify_nbf',
  'verify_iat',
  'verify_aud',
  'verify_iss',
  'verify_sub',
  'verify_jti',
] as const

const names: OptionNames<Options> = {
  verify_signature: 1,
  verify_exp: 1,
  verify_nbf: 1,
  verify_iat: 1,
  verify_aud: 1,
  verify_iss: 1,
  verify_sub: 1,
  verify_jti: 1,
  require: 1,
  strict_aud: 1,
  enforce_minimum_key_length: 1,
}

/**
 * All options, from those of the PyJWT object and those of one call. Null and undefined are none.
 *
 * @throws {TypeError} if a name is no option (a misspelt option is a check that nobody makes) or a value is not of its type.
 */
export function mergeOptions(base: Options, given?: Options | null): Required<Options> {
  const own = optionsIn(given)
  const merged = { ...defaults, ...base, ...own }
  if (!merged.verify_signature) {
    for (const check of claimChecks) merged[check] = own[check] ?? base[check] ?? false
  }
  return merged
}

/** A copy of the options, checked. */
export function optionsIn(given: Options | null | undefined): Options {
  if (given === undefined || given === null) return {}
  const own = settingsIn('options', given, names)
  for (const [name, value] of Object.entries(own)) {
    if (name === 'require') {
      if (!Array.isArray(value) || !value.every((claim) => typeof claim === 'string')) {
        throw new TypeError('the option require is a list of claims')
      }
    } else if (typeof value !== 'boolean') throw new TypeError(`the option ${name} is true or false`)
  }
  return own
}
