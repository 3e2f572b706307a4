import type { Ask } from '../mount/exchange.ts'
import { member } from '../mount/exchange.ts'
import type { May } from './users.ts'

/** A request whose user is known, or is known to be nobody. */
export interface Authorizing {
  readonly ask: Ask
  readonly user: unknown
  readonly auth: unknown
  readonly isAuthenticated: boolean
}

export interface BasePermission {
  has_permission(request: Authorizing): May<boolean>
}

export const AllowAny: BasePermission = { has_permission: () => true }

export const IsAuthenticated: BasePermission = { has_permission: ({ isAuthenticated }) => isAuthenticated }

export const IsAdminUser: BasePermission = {
  has_permission: ({ isAuthenticated, user }) => isAuthenticated && member(user, 'is_staff') === true,
}

export const IsAuthenticatedOrReadOnly: BasePermission = {
  has_permission: ({ ask, isAuthenticated }) =>
    ['GET', 'HEAD', 'OPTIONS'].includes(ask.method) || isAuthenticated,
}

export function AND(a: BasePermission, b: BasePermission): BasePermission {
  return { has_permission: async (request) => (await a.has_permission(request)) && b.has_permission(request) }
}

export function OR(a: BasePermission, b: BasePermission): BasePermission {
  return { has_permission: async (request) => (await a.has_permission(request)) || b.has_permission(request) }
}

export function NOT(a: BasePermission): BasePermission {
  return { has_permission: async (request) => !(await a.has_permission(request)) }
}
