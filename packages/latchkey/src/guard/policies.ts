import type { OptionalPolicy } from './guard.ts'
import type { Policy } from './policy.ts'

// Policies by the names that they have in Django REST framework, and the words to combine them. Without a rule they
// fit every framework, so they are policies of `unknown`: of a request of which nothing is asked.

/** For `optional`: every caller, with a token or without. An invalid token is refused even so. */
export const allowAny: OptionalPolicy<unknown> = Object.freeze({ anonymous: 'always' })

/** Every authenticated caller. */
export const isAuthenticated: Policy<unknown> = Object.freeze({})

/** People of the user type that Latchkey's own server gives to its administrators. */
export const isAdmin: Policy<unknown> = Object.freeze<Policy<unknown>>({
  kinds: ['user'],
  userType: 'administrator',
})

/** For `optional`: every caller may use GET, HEAD and OPTIONS; the other methods need a token. */
export const isAuthenticatedOrReadOnly: OptionalPolicy<unknown> = Object.freeze({ anonymous: 'read' })

/** A policy that holds where all of `policies` do. */
export function and<Source = never>(...policies: readonly Policy<Source>[]): Policy<Source> {
  return Object.freeze({ and: Object.freeze(policies) })
}

/** A policy that holds where one of `policies` does. */
export function or<Source = never>(...policies: readonly Policy<Source>[]): Policy<Source> {
  return Object.freeze({ or: Object.freeze(policies) })
}

/** A policy that holds where `policy` does not. It lets nobody in without a token. */
export function not<Source = never>(policy: Policy<Source>): Policy<Source> {
  return Object.freeze({ not: policy })
}
