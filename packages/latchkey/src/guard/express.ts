import type { IncomingMessage } from 'node:http'
import type { GuardOptions, GuardState, OptionalPolicy } from './guard.ts'
import type { MetadataOptions } from './metadata.ts'
import { createGuard as createNodeGuard, type Middleware } from './node.ts'
import type { Policy } from './policy.ts'
import type { Principal } from './principal.ts'

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
  /** Answers those who may not come, and sets `request.auth` for those who may. */
  required<Request = IncomingMessage>(policy?: Policy<Request>): Middleware
  /** Lets those through who bring no token, with `request.auth` undefined. */
  optional<Request = IncomingMessage>(policy?: OptionalPolicy<Request>): Middleware
  /** Serves the metadata of this resource (RFC 9728), at its well-known place. */
  metadata(options?: MetadataOptions): Middleware
  state(): GuardState
  close(): void
}

/** A guard for Express. Express passes the request and response of node:http along, so this is what that needs. */
export function createGuard(options: GuardOptions = {}): ExpressGuard {
  const { required, optional, metadata, state, close } = createNodeGuard(options)
  return { required, optional, metadata, state, close }
}

/**
 * Who is asking, where a guard has let them through. A TypeError on a route without a guard, and for a caller without
 * a token on an optional one: it is a mistake of the program to ask there.
 */
export function authOf({ auth }: { readonly auth?: Principal | undefined }): Principal {
  if (auth === undefined) throw new TypeError('no guard has let this request through')
  return auth
}
