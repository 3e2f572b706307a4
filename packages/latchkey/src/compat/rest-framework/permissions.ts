import type { Ask } from '../mount/exchange.ts'
import { hasMethods, member } from '../mount/exchange.ts'
import type { May } from './users.ts'

/** A request after authentication, for permissions to decide. */
export interface Authorizing {
  readonly ask: Ask
  readonly user: unknown
  readonly auth: unknown
  readonly isAuthenticated: boolean
}

/** Says whether a request may go on. */
export interface BasePermission {
  /** True and nothing else permits. */
  has_permission(request: Authorizing): May<boolean>
}

/** Everybody. */
export const AllowAny: BasePermission = { has_permission: () => true }

/** Whoever was authenticated. */
export const IsAuthenticated: BasePermission = { has_permission: ({ isAuthenticated }) => isAuthenticated }

/** Whoever was authenticated and has `is_staff`. */
export const IsAdminUser: BasePermission = {
  has_permission: ({ isAuthenticated, user }) => isAuthenticated && member(user, 'is_staff') === true,
}

/** Everybody for GET, HEAD and OPTIONS; whoever was authenticated for the rest. */
export const IsAuthenticatedOrReadOnly: BasePermission = {
  has_permission: ({ ask, isAuthenticated }) =>
    ['GET', 'HEAD', 'OPTIONS'].includes(ask.method) || isAuthenticated,
}

/** A permission that needs both. */
export function AND(a: BasePermission, b: BasePermission): BasePermission {
  checkPermission(a)
  checkPermission(b)
  return {
    has_permission: async (request) =>
      (await a.has_permission(request)) === true && (await b.has_permission(request)) === true,
  }
}

/** One of the two. */
export function OR(a: BasePermission, b: BasePermission): BasePermission {
  checkPermission(a)
  checkPermission(b)
  return {
    has_permission: async (request) =>
      (await a.has_permission(request)) === true || (await b.has_permission(request)) === true,
  }
}

/** Whoever that permission refuses. A TypeError for a permission that gives neither true nor false. */
export function NOT(a: BasePermission): BasePermission {
  checkPermission(a)
  return {
    async has_permission(request) {
      const holds: unknown = await a.has_permission(request)
      if (typeof holds !== 'boolean') throw new TypeError('has_permission gives true or false')
      return !holds
    },
  }
}

/** A TypeError for what cannot decide, such as a class of permissions. */
export function checkPermission(permission: unknown): void {
  if (!hasMethods(permission, 'has_permission')) {
    throw new TypeError('a permission is an object with has_permission, not a class or a function')
  }
}
