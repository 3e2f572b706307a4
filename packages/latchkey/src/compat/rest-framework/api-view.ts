import type { Ask } from '../mount/exchange.ts'
import { type Protector, protect } from '../mount/mount.ts'
import { refuse } from './answer.ts'
import { type Authenticated, type BaseAuthentication, SessionAuthentication } from './authentication.ts'
import { NotAuthenticated, PermissionDenied } from './exceptions.ts'
import { AllowAny, type BasePermission } from './permissions.ts'
import { anonymousUser } from './users.ts'

export interface ApiView {
  /** Asked in this order; the first that knows the user ends the search, an exception ends everything. */
  readonly authentication_classes: readonly BaseAuthentication[]
  /** All must agree; `AllowAny` if not given, as in Django REST framework. */
  readonly permission_classes?: readonly BasePermission[]
}

/**
 * A middleware with Django REST framework's chain of authentications, and its permissions. Behind it, `user` and `auth`
 * are where the framework keeps such things (`request.user`, `c.get('user')`, `ctx.state.user`). The challenge, and
 * whether a stranger gets 401 or 403, are those of the first authentication in the list.
 */
export function api_view({ authentication_classes, permission_classes = [AllowAny] }: ApiView): Protector {
  const [first] = authentication_classes
  return protect(async (ask) => {
    const asked: BaseAuthentication[] = []
    try {
      const found = await authenticate(ask, authentication_classes, asked)
      const { user, auth } = found ?? { user: anonymousUser, auth: null }
      const isAuthenticated = found !== null
      for (const permission of permission_classes) {
        if (await permission.has_permission({ ask, user, auth, isAuthenticated })) continue
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
    const found = await link.authenticate(ask)
    if (found !== null) return found
  }
  return null
}
