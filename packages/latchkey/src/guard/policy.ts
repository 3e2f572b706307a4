import type { Principal, PrincipalKind } from './principal.ts'
import type { Refusal, Refuse } from './refusal.ts'

/** What a route demands of a caller besides a good token. Everything that is given must hold. */
export interface Policy {
  /** Scopes that the token must all have; several in one text are separated by spaces. */
  readonly scope?: string | readonly string[]
  /** The kinds of caller that may come. */
  readonly kinds?: readonly PrincipalKind[]
  /** The types of user that may come. */
  readonly userType?: string | readonly string[]
  /** Seconds since the person last proved who they are (RFC 9470); more asks them to do so again. */
  readonly maxAge?: number
  /** Authentication contexts of which one must have been reached (RFC 9470). */
  readonly acr?: string | readonly string[]
}

/** What is wrong with a principal for a route, or undefined. `nowMs` already allows for clocks that differ. */
export type CheckPolicy = (principal: Principal, nowMs: number) => Refusal | undefined

/** Build the check of a policy once. A TypeError for one that cannot be meant. */
export function preparePolicy(policy: Policy, refuse: Refuse): CheckPolicy {
  const scopes = textsOf('scope', policy.scope)?.flatMap((text) => text.split(' ')) ?? []
  const kinds = textsOf('kinds', policy.kinds)
  const userTypes = textsOf('userType', policy.userType)
  const contexts = textsOf('acr', policy.acr)
  const { maxAge } = policy
  if (maxAge !== undefined && !(Number.isFinite(maxAge) && maxAge >= 0)) {
    throw new TypeError('maxAge is a number of seconds, not negative')
  }
  // Refusals say the same to everyone, so they are written once.
  const forbidden = refuse('forbidden', { detail: 'The caller may not do this' })
  const scopeMissing = refuse('insufficient_scope', {
    detail: 'The token lacks a scope',
    parameters: { scope: scopes.join(' ') },
  })
  const stepUp = refuse('insufficient_user_authentication', {
    detail: 'A more recent or a stronger authentication is needed',
    parameters: {
      ...(contexts === undefined ? {} : { acr_values: contexts.join(' ') }),
      ...(maxAge === undefined ? {} : { max_age: String(maxAge) }),
    },
  })

  return ({ kind, userType, scopes: held, acr, authTime }, nowMs) => {
    if (kinds !== undefined && !kinds.includes(kind)) return forbidden
    if (userTypes !== undefined && (userType === undefined || !userTypes.includes(userType))) return forbidden
    if (!scopes.every((scope) => held.includes(scope))) return scopeMissing
    if (contexts !== undefined && (acr === undefined || !contexts.includes(acr))) return stepUp
    if (maxAge !== undefined && (authTime === undefined || authTime + maxAge * 1000 < nowMs)) return stepUp
    return undefined
  }
}

function textsOf(name: string, value: unknown): readonly string[] | undefined {
  if (value === undefined) return undefined
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value]
  // They are written into a header as they are (RFC 6749 section 3.3, RFC 9110 section 5.6.4).
  const fits = texts.every(
    (text) =>
      typeof text === 'string' && /^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/.test(text),
  )
  if (texts.length === 0 || !fits)
    throw new TypeError(`${name} is a name, or a list of names that is not empty`)
  return texts as readonly string[] // just checked
}
