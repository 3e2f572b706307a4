import { checkOptions, type OptionNames } from '../options/check-options.ts'
import { wholeText } from '../whole-text.ts'
import type { Principal, PrincipalKind } from './principal.ts'
import { isPromiseLike } from './promise-like.ts'
import type { Refusal, Refuse } from './refusal.ts'
import type { GuardRequest } from './request.ts'

const wordsSyntax = wholeText(/[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*/)

/**
 * What a route requires of a caller besides a valid token. All members that are given must hold. `Source` is what the
 * framework passes to its handlers, for `rule`.
 */
export interface Policy<Source = never> {
  /** Scopes that the token must all have; several in one text are separated by spaces. */
  readonly scope?: string | readonly string[]
  /** Scopes of which the token must have one. */
  readonly anyScope?: string | readonly string[]
  /** The kinds of caller that are allowed. */
  readonly kinds?: readonly PrincipalKind[]
  /** The user types that are allowed. */
  readonly userType?: string | readonly string[]
  /** Roles of which the caller must have one; an issuer's mapping says where tokens name them. */
  readonly role?: string | readonly string[]
  /** Seconds since the person last proved who they are (RFC 9470); more asks them to do so again. */
  readonly maxAge?: number
  /** Authentication contexts of which one must have been reached (RFC 9470). */
  readonly acr?: string | readonly string[]
  /**
   * Whether this caller may do this to this object. Asked last. Anything but `true` refuses; an error is the
   * framework's to answer.
   */
  readonly rule?: (auth: Principal, request: Source) => boolean | PromiseLike<boolean>
  /** Answer 404 where `rule` refuses, so that a stranger cannot find out what exists. */
  readonly hide?: boolean
  /** Policies that must all hold. */
  readonly and?: readonly Policy<Source>[]
  /** Policies of which one must hold. Where none does, the answer is that of the first, or 404 if one hides. */
  readonly or?: readonly Policy<Source>[]
  /** A policy that must not hold. */
  readonly not?: Policy<Source>
}

type Verdict = Refusal | undefined

/** What is wrong with a principal for a route, or undefined. A promise only where a rule gives one. */
export type CheckPolicy = (principal: Principal, request: GuardRequest) => Verdict | Promise<Verdict>

type CheckFacts = (principal: Principal) => Verdict

export const policyMembers: OptionNames<Policy> = {
  scope: 1,
  anyScope: 1,
  kinds: 1,
  userType: 1,
  role: 1,
  maxAge: 1,
  acr: 1,
  rule: 1,
  hide: 1,
  and: 1,
  or: 1,
  not: 1,
}

/** Whether this has the form of a policy. Its members may still be invalid. */
export function isPolicy(value: unknown): value is Policy {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  for (const name in value) if (!Object.hasOwn(policyMembers, name)) return false
  return true
}

/**
 * Check a policy where it is written, before there is a guard to prepare it.
 *
 * @throws {TypeError} if it is invalid.
 */
export function checkPolicy(policy: Policy): void {
  preparePolicy(
    policy,
    () => nobodyRefused,
    () => 0,
  )
}

/** What no refusal that is never sent has to be. */
const nobodyRefused = Object.freeze({}) as Refusal

/**
 * Build the check of a policy once. `now` already allows for clocks that differ.
 *
 * @throws {TypeError} if the policy is invalid.
 */
export function preparePolicy(policy: Policy, refuse: Refuse, now: () => number): CheckPolicy {
  checkOptions('a policy', policy, policyMembers)
  refuseUndefined(policy)
  const facts = prepareFacts(policy, refuse, now)
  const rest = [
    ...policiesOf('and', policy.and).map((part) => preparePolicy(part, refuse, now)),
    ...(policy.or === undefined
      ? []
      : [anyOf(policiesOf('or', policy.or).map((part) => preparePolicy(part, refuse, now)))]),
    ...(policy.not === undefined ? [] : [noneOf(preparePolicy(policy.not, refuse, now), refuse)]),
    ...ruleOf(policy, refuse),
  ]
  if (rest.length === 0) return facts
  return allOf([facts, ...rest])
}

/** A scope that comes from a configuration that lacks it would leave the door open. */
export function refuseUndefined(policy: object): void {
  const empty = Object.entries(policy).find(([, value]) => value === undefined)
  if (empty !== undefined) throw new TypeError(`${empty[0]} of a policy is undefined`)
}

/** What can be read from the principal alone. */
function prepareFacts(policy: Policy, refuse: Refuse, now: () => number): CheckFacts {
  const scopes = namesOf('scope', policy.scope)
  const anyScopes = namesOf('anyScope', policy.anyScope)
  const kinds = textsOf('kinds', policy.kinds)
  if (kinds?.some((kind) => !allKinds.has(kind)))
    throw new TypeError('kinds are user, device, service, api_key')
  const userTypes = textsOf('userType', policy.userType)
  const roles = textsOf('role', policy.role)
  const contexts = textsOf('acr', policy.acr)
  const { maxAge } = policy
  // RFC 9470 section 3: a number of seconds, written without a fraction.
  if (maxAge !== undefined && !(Number.isSafeInteger(maxAge) && maxAge >= 0)) {
    throw new TypeError('maxAge is a whole number of seconds, not negative')
  }
  // Refusals say the same to everyone, so they are written once.
  const forbidden = (claim: string, expected: unknown) =>
    refuse('forbidden', { detail: 'The caller may not do this', claim, expected })
  const wrongKind = forbidden('kind', kinds)
  const wrongUserType = forbidden('userType', userTypes)
  const wrongRole = forbidden('roles', roles)
  const lacking = (names: readonly string[] | undefined) =>
    names &&
    refuse('insufficient_scope', {
      detail: 'The token lacks a scope',
      claim: 'scopes',
      expected: names,
      parameters: { scope: names.join(' ') },
    })
  const scopeMissing = lacking(scopes)
  const anyScopeMissing = lacking(anyScopes)
  const stepUp = refuse('insufficient_user_authentication', {
    detail: 'A more recent or a stronger authentication is needed',
    parameters: {
      ...(contexts === undefined ? {} : { acr_values: contexts.join(' ') }),
      ...(maxAge === undefined ? {} : { max_age: String(maxAge) }),
    },
  })

  return ({ kind, userType, roles: heldRoles = [], scopes: held, acr, authTime }) => {
    if (kinds !== undefined && !kinds.includes(kind)) return wrongKind
    if (userTypes !== undefined && (userType === undefined || !userTypes.includes(userType))) {
      return wrongUserType
    }
    if (roles !== undefined && !roles.some((role) => heldRoles.includes(role))) return wrongRole
    if (scopes !== undefined && !scopes.every((scope) => held.includes(scope))) return scopeMissing
    if (anyScopes !== undefined && !anyScopes.some((scope) => held.includes(scope))) return anyScopeMissing
    if (contexts !== undefined && (acr === undefined || !contexts.includes(acr))) return stepUp
    if (maxAge !== undefined && (authTime === undefined || authTime + maxAge * 1000 < now())) return stepUp
    return undefined
  }
}

function ruleOf({ rule, hide }: Policy, refuse: Refuse): CheckPolicy[] {
  if (hide !== undefined && (typeof hide !== 'boolean' || rule === undefined)) {
    throw new TypeError('hide is a boolean beside a rule')
  }
  if (rule === undefined) return []
  if (typeof rule !== 'function') throw new TypeError('a rule is a function of the principal and the request')
  const refusal = hide
    ? refuse('not_found', { detail: 'There is nothing here' })
    : refuse('forbidden', { detail: 'The caller may not do this' })
  // A rule that forgets to answer has not said yes.
  const judge = (answer: unknown) => (answer === true ? undefined : refusal)
  return [
    (principal, { source }) => {
      const answer = rule(principal, source as never) // the adapter that took the policy made the request
      return isPromiseLike(answer) ? Promise.resolve(answer).then(judge) : judge(answer)
    },
  ]
}

/** The first refusal of any. */
function allOf(checks: readonly CheckPolicy[]): CheckPolicy {
  const from = (start: number, principal: Principal, request: GuardRequest): Verdict | Promise<Verdict> => {
    for (let i = start; i < checks.length; i++) {
      const verdict = checks[i]!(principal, request)
      if (verdict instanceof Promise) return verdict.then((one) => one ?? from(i + 1, principal, request))
      if (verdict !== undefined) return verdict
    }
    return undefined
  }
  return (principal, request) => from(0, principal, request)
}

/** No refusal if one check has none. */
function anyOf(checks: readonly CheckPolicy[]): CheckPolicy {
  const from = (
    start: number,
    first: Verdict,
    principal: Principal,
    request: GuardRequest,
  ): Verdict | Promise<Verdict> => {
    let answer = first
    for (let i = start; i < checks.length; i++) {
      const verdict = checks[i]!(principal, request)
      if (verdict instanceof Promise) {
        return verdict.then((one) => one && from(i + 1, worse(answer, one), principal, request))
      }
      if (verdict === undefined) return undefined
      answer = worse(answer, verdict)
    }
    return answer
  }
  return (principal, request) => from(0, undefined, principal, request)
}

/** Of two refusals the first, unless the second hides what the first would show. */
function worse(first: Verdict, second: Refusal): Refusal {
  return first === undefined || second.error === 'not_found' ? second : first
}

function noneOf(check: CheckPolicy, refuse: Refuse): CheckPolicy {
  const forbidden = refuse('forbidden', { detail: 'The caller may not do this' })
  const turned = (verdict: Verdict) => (verdict === undefined ? forbidden : undefined)
  return (principal, request) => {
    const verdict = check(principal, request)
    return verdict instanceof Promise ? verdict.then(turned) : turned(verdict)
  }
}

const allKinds: ReadonlySet<string> = new Set<PrincipalKind>(['user', 'device', 'service', 'api_key'])

function policiesOf(name: string, value: unknown): readonly Policy[] {
  if (value === undefined) return []
  if (!Array.isArray(value) || value.length === 0) {
    throw new TypeError(`${name} is a list of policies that is not empty`)
  }
  return value
}

function namesOf(name: string, value: unknown): readonly string[] | undefined {
  return textsOf(name, value)?.flatMap((text) => text.split(' '))
}

function textsOf(name: string, value: unknown): readonly string[] | undefined {
  if (value === undefined) return undefined
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value]
  // They are written into a header as they are (RFC 6749 section 3.3, RFC 9110 section 5.6.4).
  const fits = texts.every((text) => typeof text === 'string' && wordsSyntax.test(text))
  if (texts.length === 0 || !fits)
    throw new TypeError(`${name} is a name, or a list of names that is not empty`)
  return texts as readonly string[] // just checked
}
