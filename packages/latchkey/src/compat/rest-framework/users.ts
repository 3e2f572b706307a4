export type May<T> = T | Promise<T>

/** A user as Django has one. */
export interface User {
  /** The primary key; `id` if not given. */
  readonly pk?: string | number
  readonly id?: string | number
  readonly username?: string
  readonly email?: string
  /** The hash of the password, where a setting looks at it. */
  readonly password?: string
  readonly is_active: boolean
  readonly is_staff?: boolean
}

/** Finds users, as Django's user model and its authentication backends do. */
export interface Users<Someone extends User = User> {
  /** The member of a user by which they are named in a sign-in; `username` if not given. */
  readonly USERNAME_FIELD?: string
  /** The user with this name and password; null if there is none. Compare in constant time, and hash for nobody too. */
  authenticate(username: string, password: string): May<Someone | null | undefined>
  /** The user of this name. */
  get_by_natural_key(username: string): May<Someone | null | undefined>
}

/** Whether a user may sign in. A TypeError for what says neither, such as a function: it would count as yes. */
export function isActive({ is_active }: { readonly is_active?: unknown }): boolean {
  if (is_active === undefined || is_active === null) return false
  // Some databases write booleans so.
  if (is_active === 0 || is_active === 1) return is_active === 1
  if (typeof is_active !== 'boolean') throw new TypeError('is_active is true or false')
  return is_active
}

/** The user of a request without credentials. */
export const anonymousUser = Object.freeze({
  id: null,
  pk: null,
  username: '',
  is_active: false,
  is_staff: false,
  is_superuser: false,
  is_authenticated: false,
  is_anonymous: true,
})
