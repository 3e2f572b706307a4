import type { OptionNames } from '../../options/check-options.ts'
import { type Ask, hasMethods } from '../mount/exchange.ts'
import { type Protector, protect } from '../mount/mount.ts'
import { settingsIn } from '../python/settings.ts'
import { refuse } from './answer.ts'
import { type Authenticated, type BaseAuthentication, SessionAuthentication } from './authentication.ts'
import { NotAuthenticated, PermissionDenied } from './exceptions.ts'
import { AllowAny, type BasePermission, checkPermission } from './permissions.ts'
import { anonymousUser } from './users.ts'

/** What protects a view. */
export interface ApiView {
  /** Asked in this order; the first that knows the user ends the search, an exception ends everything. */
  readonly authentication_classes: readonly BaseAuthentication[]
  /** All must agree; `AllowAny` if not given, as in Django REST framework. */
  readonly permission_classes?: readonly BasePermission[]
}

/**
 * A middleware with Django REST framework's chain of authentications and its permissions. Handlers after it find `user` and
 * `auth` at `request.user`, `c.get('user')` or `ctx.state.user`. The first authentication of the list gives the challenge, and
 * decides whether a request without credentials gets 401 or 403.
 *
 * @throws {TypeError} if a list holds something that cannot decide, such as a class, or both lists are empty.
 *
 * @example
 * ```ts
 * const view = api_view({ authentication_classes: [jwt.authentication], permission_classes: [IsAuthenticated] })
 * app.get('/protected', view, handler)
 * ```
 */
export function api_view(view: ApiView): Protector {
  const { authentication_classes, permission_classes } = checkedView(view)
  const [first] = authentication_classes
  return protect(async (ask) => {
    const asked: BaseAuthentication[] = []
    try {
      const found = await authenticate(ask, authentication_classes, asked)
      const { user, auth } = found ?? { user: anonymousUser, auth: null }
      const isAuthenticated = found !== null
      for (const permission of permission_classes) {
        // Nothing but true is a permission.
        if ((await permission.has_permission({ ask, user, auth, isAuthenticated })) === true) continue
        throw isAuthenticated || first === undefined ? new PermissionDenied() : new NotAuthenticated()
      }
      return { kind: 'granted', found: { user, auth } }
    } catch (error) {
      // Whoever looks at the session has an answer that depends on the cookie.
      const vary = asked.some((link) => link instanceof SessionAuthentication) ? 'Accept, Cookie' : 'Accept'
      return { kind: 'refused', answer: refuse(error, first?.authenticate_header(ask) ?? null, { vary }) }
    }
  })
}

async function authenticate(
  ask: Ask,
  chain: readonly BaseAuthentication[],
  asked: BaseAuthentication[],
): Promise<Authenticated | null> {
  for (const link of chain) {
    asked.push(link)
    const found: unknown = await link.authenticate(ask)
    if (found === null || found === undefined) continue
    const { user, auth = null } = Object(found)
    // A look-up that nobody awaited is a user until one looks: a promise of nobody.
    const known = await user
    if (known === null || known === undefined || known === false) {
      throw new TypeError(
        'authenticate gives { user, auth }, or null for a request that is none of its business',
      )
    }
    return { user: known, auth }
  }
  return null
}

const names: OptionNames<ApiView> = { authentication_classes: 1, permission_classes: 1 }

/** @throws {TypeError} if a list holds what cannot decide, or nothing would be decided. */
function checkedView(view: ApiView): Required<ApiView> {
  const { authentication_classes, permission_classes } = settingsIn('api_view', view, names)
  if (!Array.isArray(authentication_classes)) throw new TypeError('authentication_classes is a list')
  for (const link of authentication_classes) {
    if (!hasMethods(link, 'authenticate', 'authenticate_header')) {
      throw new TypeError(
        'authentication_classes are objects with authenticate and authenticate_header, not classes',
      )
    }
  }
  if (permission_classes === undefined) {
    if (authentication_classes.length > 0) return { authentication_classes, permission_classes: [AllowAny] }
    throw new TypeError(
      'without authentication_classes and permission_classes this view would protect nothing',
    )
  }
  if (!Array.isArray(permission_classes) || permission_classes.length === 0) {
    throw new TypeError('permission_classes is a list that is not empty; [AllowAny] lets everybody in')
  }
  permission_classes.forEach(checkPermission)
  return { authentication_classes, permission_classes }
}
