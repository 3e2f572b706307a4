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
import { FetchRequest, type GuardRequest, isPreflight, NodeRequest, type RawRequest } from '../request.ts'
import { preflightResponse, responseOf } from './fetch.ts'

/** The part of Hono's Context that a guard uses. */
export interface HonoContext {
  readonly req: { readonly raw: Request }
  readonly env: unknown
  set(key: 'auth', value: Principal | undefined): void
  header(name: string, value?: string): void
}

/** Middleware in the form that `app.use` and routes take. */
export type HonoMiddleware = (
  context: HonoContext,
  next: () => Promise<void>,
  // biome-ignore lint/suspicious/noConfusingVoidType: Hono's own type, which ours must be assignable to.
) => Promise<Response | void>

/**
 * What a guard adds to the context: `new Hono<GuardEnv>()` types `c.var.auth`. `GuardEnv<Principal | undefined>` makes
 * handlers look, in an app with routes that are optional or open.
 */
export interface GuardEnv<Auth extends Principal | undefined = Principal> {
  Variables: { auth: Auth }
}

/** A guard for Hono 4: middleware for an application or one route. */
export interface HonoGuard {
  /** Rejects requests that fail the policy, and sets `c.var.auth` on the others. */
  required<Context = HonoContext>(policy?: Policy<Context>): HonoMiddleware
  /** As `required`, but lets requests without a token pass, with `c.var.auth` undefined. */
  optional<Context = HonoContext>(policy?: OptionalPolicy<Context>): HonoMiddleware
  /** Serves the metadata of this resource (RFC 9728), at its well-known place. */
  metadata(options?: MetadataOptions): HonoMiddleware
  state(): GuardState
  close(): void
}

/**
 * Build a guard for Hono.
 *
 * @example
 * const guard = createGuard({ issuer: 'https://id.example.com', audience: 'https://api.example.com' })
 * app.get('/me', guard.required(), (c) => c.json({ id: c.var.auth.subject }))
 *
 * @throws {TypeError} if an option is invalid.
 */
export function createGuard(options: GuardOptions = {}): HonoGuard {
  const core = createCore(options)
  return {
    required: (policy) => middleware(core.required(policy)),
    optional: (policy) => middleware(core.optional(policy)),
    metadata(details) {
      const document = core.metadata(details)
      return async ({ req: { raw } }, next) => {
        if (!asksFor(document, raw.method, new FetchRequest(raw).url)) return next()
        return new Response(raw.method === 'HEAD' ? null : document.text, { headers: document.headers })
      }
    },
    state: () => core.state(),
    close: () => core.close(),
  }
}

function middleware(decide: Decide): HonoMiddleware {
  // Not `async`: one promise more for each request is a tenth of what a guard may cost.
  return (context, next) => {
    if (typeof next !== 'function') throw new TypeError('middleware is called with a context and next')
    const request = requestOf(context)
    if (isPreflight(request)) return Promise.resolve(preflightResponse())
    const decision = decide(request)
    return decision instanceof Promise
      ? decision.then((made) => settle(made, request, context, next))
      : settle(decision, request, context, next)
  }
}

function settle(
  decision: Decision,
  request: GuardRequest,
  context: HonoContext,
  next: () => Promise<void>,
): ReturnType<HonoMiddleware> {
  if (decision.kind === 'refused') return Promise.resolve(responseOf(decision.refusal, request.method))
  for (const name in decision.headers) context.header(name, decision.headers[name])
  context.set('auth', decision.auth)
  return next()
}

/** On node:http, `@hono/node-server` hands over the request beneath, which spares making Headers of all its headers. */
function requestOf(context: HonoContext): GuardRequest {
  const { env } = context
  const incoming = typeof env === 'object' && env !== null && 'incoming' in env ? env.incoming : undefined
  if (typeof incoming === 'object' && incoming !== null && 'rawHeaders' in incoming) {
    return new NodeRequest(incoming as RawRequest, context) // nothing else has rawHeaders
  }
  return new FetchRequest(context.req.raw, context)
}
