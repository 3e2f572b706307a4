/** What `decode` checks, with PyJWT's names and defaults. */
export interface Options {
  /** True. False turns off every other check that is not turned on by name; what comes out is nobody's word. */
  readonly verify_signature?: boolean
  readonly verify_exp?: boolean
  readonly verify_nbf?: boolean
  readonly verify_iat?: boolean
  readonly verify_aud?: boolean
  readonly verify_iss?: boolean
  readonly verify_sub?: boolean
  readonly verify_jti?: boolean
  /** Claims that must be there. One that is null is not. */
  readonly require?: readonly string[]
  /** `aud` and `audience` are one string each, and equal. */
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

/** All options, from those of the PyJWT object and those of one call. A TypeError for a name that is none. */
export function mergeOptions(base: Options, given: Options = {}): Required<Options> {
  const merged = { ...defaults, ...base, ...given }
  for (const [name, value] of Object.entries(merged)) {
    const expected: unknown = defaults[name as keyof Options] // undefined where it is no option
    // A misspelt option is a check that nobody makes.
    if (expected === undefined) throw new TypeError(`there is no option ${name}`)
    if (name === 'require') {
      if (!Array.isArray(value)) throw new TypeError('the option require is a list of claims')
    } else if (typeof value !== 'boolean') throw new TypeError(`the option ${name} is true or false`)
  }
  if (!merged.verify_signature) {
    for (const check of claimChecks) merged[check] = given[check] ?? base[check] ?? false
  }
  return merged
}
