import type { Principal } from '../principal.ts'

/** The principal that a guard has set on a request, whatever other middleware has made of `request.auth` since. */
const principal = Symbol('latchkey principal')

interface Guarded {
  auth?: Principal | undefined
  [principal]?: Principal | undefined
}

/** Set the principal, undefined for a caller without a token, on a request that a guard lets through. */
export function setPrincipal(request: object, auth: Principal | undefined): void {
  const guarded: Guarded = request
  guarded.auth = auth
  guarded[principal] = auth
}

/** Whether a guard has let this request through. */
export function isGuarded(request: object): boolean {
  return principal in request
}

/** The principal that a guard has set; undefined where none has, or the caller has no token. */
export function principalOf(request: object): Principal | undefined {
  return (request as Guarded)[principal] // nothing but setPrincipal writes there
}
