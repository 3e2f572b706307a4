import type { IncomingMessage } from 'node:http'
import type { GuardOptions, GuardState, OptionalPolicy } from '../guard.ts'
import type { MetadataOptions } from '../metadata.ts'
import type { Policy } from '../policy.ts'
import type { Principal } from '../principal.ts'
import { principalOf } from './guarded-request.ts'
import { createGuard as createNodeGuard, type Middleware, type Upgrade } from './node.ts'

declare global {
  namespace Express {
    // The namespace in which Express's own types look for what middleware adds.
    interface Request {
      /** Who is asking, on a route that a guard of Latchkey protects. */
      auth?: Principal | undefined
    }
  }
}

/** A guard for Express 5 and 4: middleware for an application, a router or one route. */
export interface ExpressGuard {
  /** Rejects requests that fail the policy, and sets `request.auth` on the others. */
  required<Request = IncomingMessage>(policy?: Policy<Request>): Middleware
  /** As `required`, but lets requests without a token pass, with `request.auth` undefined. */
  optional<Request = IncomingMessage>(policy?: OptionalPolicy<Request>): Middleware
  /** Serves the metadata of this resource (RFC 9728), at its well-known place. */
  metadata(options?: MetadataOptions): Middleware
  /** For the event `upgrade` of the server that the app listens with: `server.on('upgrade', guard.upgrade({}, handler))`. */
  readonly upgrade: Upgrade
  state(): GuardState
  close(): void
}

/**
 * Build a guard for Express 5 and 4.
 *
 * @example
 * const guard = createGuard({ issuer: 'https://id.example.com', audience: 'https://api.example.com' })
 * app.get('/me', guard.required(), (request, response) => response.json({ id: authOf(request).subject }))
 *
 * @throws {TypeError} if an option is invalid.
 */
export function createGuard(options: GuardOptions = {}): ExpressGuard {
  const { required, optional, metadata, upgrade, state, close } = createNodeGuard(options)
  return { required, optional, metadata, upgrade, state, close }
}

/**
 * The principal of a request that a guard has let through. Takes any request, so that it compiles beside other packages
 * that declare `request.auth` as something else, and gives what the guard has set, whatever they set since.
 *
 * @throws {TypeError} on a route without a guard, and for a caller without a token on an optional one: there the program
 * is wrong to ask.
 */
export function authOf(request: object): Principal {
  const auth = principalOf(request)
  if (auth === undefined) throw new TypeError('no guard has let this request through')
  return auth
}
