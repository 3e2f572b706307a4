import type { Decide, Decision } from '../decider.ts'
import {
  createGuard as createCore,
  type GuardOptions,
  type GuardState,
  type OptionalPolicy,
} from '../guard.ts'
import { asksFor, type MetadataOptions } from '../metadata.ts'
import type { Policy } from '../policy.ts'
import type { Principal } from '../principal.ts'
import { isPreflight, NodeRequest, type RawRequest } from '../request.ts'
import { type Upgrade, upgradeBy } from './node.ts'

/** The part of Koa's context that a guard uses. */
export interface KoaContext {
  readonly req: RawRequest
  readonly method: string
  readonly originalUrl: string
  state: { auth?: Principal | undefined }
  status: number
  body: unknown
  set(headers: { [name: string]: string }): void
}

/** Middleware in the form that `app.use` takes. */
export type KoaMiddleware = (context: KoaContext, next: () => Promise<unknown>) => Promise<unknown>

/**
 * What a guard adds to the context: `new Koa<AuthState>()` types `ctx.state.auth`. `AuthState<Principal | undefined>`
 * makes middleware look, in an app with routes that are optional or open.
 */
export interface AuthState<Auth extends Principal | undefined = Principal> {
  auth: Auth
}

/** A guard for Koa 3: middleware. */
export interface KoaGuard {
  /** Rejects requests that fail the policy, and sets `ctx.state.auth` on the others. */
  required<Context = KoaContext>(policy?: Policy<Context>): KoaMiddleware
  /** As `required`, but lets requests without a token pass, with `ctx.state.auth` undefined. */
  optional<Context = KoaContext>(policy?: OptionalPolicy<Context>): KoaMiddleware
  /** Serves the metadata of this resource (RFC 9728), at its well-known place. */
  metadata(options?: MetadataOptions): KoaMiddleware
  /** For the event `upgrade` of the server that the app listens with: `server.on('upgrade', guard.upgrade({}, handler))`. */
  readonly upgrade: Upgrade
  state(): GuardState
  close(): void
}

/**
 * Build a guard for Koa.
 *
 * @example
 * const guard = createGuard({ issuer: 'https://id.example.com', audience: 'https://api.example.com' })
 * app.use(guard.required({ scope: 'devices:view' }))
 *
 * @throws {TypeError} if an option is invalid.
 */
export function createGuard(options: GuardOptions = {}): KoaGuard {
  const core = createCore(options)
  return {
    required: (policy) => middleware(core.required(policy)),
    optional: (policy) => middleware(core.optional(policy)),
    metadata(details) {
      const document = core.metadata(details)
      return async (context, next) => {
        if (!asksFor(document, context.method, context.originalUrl)) return next()
        return answer(context, 200, document.headers, document.text)
      }
    },
    upgrade: upgradeBy(core),
    state: () => core.state(),
    close: () => core.close(),
  }
}

function middleware(decide: Decide): KoaMiddleware {
  // Not `async`: one promise more for each request is a tenth of what a guard may cost.
  return (context, next) => {
    if (typeof next !== 'function') throw new TypeError('middleware is called with a context and next')
    const request = new KoaRequest(context.req, context)
    if (isPreflight(request)) {
      // No CORS headers, so that a browser stops: middleware for CORS stands before the guard.
      return answer(context, 204, { vary: 'origin, access-control-request-method' }, null)
    }
    const decision = decide(request)
    return decision instanceof Promise
      ? decision.then((made) => settle(made, context, next))
      : settle(decision, context, next)
  }
}

function settle(decision: Decision, context: KoaContext, next: () => Promise<unknown>): Promise<unknown> {
  if (decision.kind === 'refused') {
    const { status, headers, text } = decision.refusal
    return answer(context, status, headers, text)
  }
  if (decision.headers !== undefined) context.set(decision.headers)
  context.state.auth = decision.auth
  return next()
}

class KoaRequest extends NodeRequest {
  readonly #context: KoaContext

  constructor(raw: RawRequest, context: KoaContext) {
    super(raw, context)
    this.#context = context
  }

  // koa-mount writes what is left of the path into the request beneath.
  override get url(): string {
    return this.#context.originalUrl
  }
}

function answer(
  context: KoaContext,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string | null,
): Promise<void> {
  context.status = status
  context.set(headers)
  context.body = body
  return Promise.resolve()
}
