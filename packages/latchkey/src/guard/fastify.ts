import type { Decide, Decision } from './decider.ts'
import {
  createGuard as createCore,
  type GuardOptions,
  type GuardState,
  type OptionalPolicy,
} from './guard.ts'
import type { MetadataOptions } from './metadata.ts'
import type { Policy } from './policy.ts'
import type { Principal } from './principal.ts'
import { isPreflight, NodeRequest, type RawRequest } from './request.ts'

/** The part of Fastify's request that a guard uses. */
export interface FastifyRequestLike {
  readonly raw: RawRequest
}

/** The part of Fastify's reply that a guard uses. */
export interface FastifyReplyLike {
  code(status: number): unknown
  headers(headers: Record<string, string>): unknown
  send(body?: unknown): unknown
}

/** A hook for `onRequest` or `preHandler`, of a route or of all routes. */
export type FastifyHook = (
  request: FastifyRequestLike,
  reply: FastifyReplyLike,
  done: (error?: Error) => void,
) => void

/** What a route says in its `config`: `{ config: { auth: { scope: 'devices:control' } } }`. */
export type RouteAuth<Request = FastifyRequestLike> = boolean | 'optional' | Policy<Request>

interface Route {
  config?: unknown
  onRequest?: unknown
}

/** The part of a Fastify instance that the plugins use. */
export interface FastifyLike {
  hasRequestDecorator(name: string): boolean
  decorateRequest(name: string, value: unknown): unknown
  addHook(name: 'onRoute', hook: (route: Route) => void): unknown
  get(path: string, handler: (request: FastifyRequestLike, reply: FastifyReplyLike) => unknown): unknown
}

export type FastifyPlugin<Options> = (
  app: FastifyLike,
  options: Options,
  done: (error?: Error) => void,
) => void

export interface PluginOptions {
  /** For routes whose `config` does not speak of `auth`; they are open if not given. */
  readonly default?: RouteAuth
}

/** A guard for Fastify 5. */
export interface FastifyGuard {
  /** A hook that answers those who may not come, and sets `request.auth` for those who may. */
  required<Request = FastifyRequestLike>(policy?: Policy<Request>): FastifyHook
  /** A hook that lets those through who bring no token, with `request.auth` undefined. */
  optional<Request = FastifyRequestLike>(policy?: OptionalPolicy<Request>): FastifyHook
  /** A plugin that guards the routes registered after it, each as `auth` in its `config` says. */
  readonly plugin: FastifyPlugin<PluginOptions>
  /** A plugin that serves the metadata of this resource (RFC 9728), at its well-known place. */
  metadata(options?: MetadataOptions): FastifyPlugin<object>
  state(): GuardState
  close(): void
}

export function createGuard(options: GuardOptions = {}): FastifyGuard {
  const core = createCore(options)
  const plugin: FastifyPlugin<PluginOptions> = (app, { default: fallback = false }, done) => {
    if (!app.hasRequestDecorator('auth')) app.decorateRequest('auth', undefined)
    const guards = new Map<RouteAuth, FastifyHook>()
    const guardOf = (auth: RouteAuth) => {
      const guard = guards.get(auth) ?? hook(decideBy(core, auth))
      guards.set(auth, guard)
      return guard
    }
    app.addHook('onRoute', (route) => {
      const said = authOfRoute(route.config)
      const auth = said === undefined ? fallback : said
      if (auth === false) return
      const hooks: unknown[] = [route.onRequest ?? []].flat()
      const guard = guardOf(auth)
      // The route that Fastify makes for HEAD is a copy of the one for GET, hooks and all.
      if (!hooks.includes(guard)) route.onRequest = [guard, ...hooks]
    })
    done()
  }
  return {
    required: (policy) => hook(core.required(policy)),
    optional: (policy) => hook(core.optional(policy)),
    plugin: forWholeApp(plugin),
    metadata(details) {
      const { path, headers, text } = core.metadata(details)
      return forWholeApp((app, _options, done) => {
        app.get(path.replace(/\?.*/, ''), (_request, reply) => {
          send(reply, 200, headers, text)
        })
        done()
      })
    },
    state: () => core.state(),
    close: () => core.close(),
  }
}

/**
 * Who is asking, where a guard has let them through. A TypeError on a route without a guard, and for a caller without
 * a token, unless one is `optional`: it is a mistake of the program to ask there.
 */
export function authOf(request: object): Principal
export function authOf(request: object, mode: 'optional'): Principal | undefined
export function authOf(request: object, mode?: 'optional'): Principal | undefined {
  const auth = 'auth' in request ? (request.auth as Principal | undefined) : undefined // only a guard writes there
  if (auth === undefined && mode !== 'optional') throw new TypeError('no guard has let this request through')
  return auth
}

function hook(decide: Decide): FastifyHook {
  return (source, reply, done) => {
    const request = new NodeRequest(source.raw, source)
    if (isPreflight(request)) {
      // No CORS headers, so that a browser stops: whoever answers CORS stands before the guard.
      send(reply, 204, { vary: 'origin, access-control-request-method' }, undefined)
      return
    }
    const decision = decide(request)
    if (decision instanceof Promise) decision.then((made) => settle(made, source, reply, done), done)
    else settle(decision, source, reply, done)
  }
}

function settle(
  decision: Decision,
  request: FastifyRequestLike,
  reply: FastifyReplyLike,
  done: () => void,
): void {
  if (decision.kind === 'refused') {
    const { status, headers, text } = decision.refusal
    send(reply, status, headers, text)
    return
  }
  if (decision.headers !== undefined) reply.headers({ ...decision.headers })
  ;(request as { auth?: Principal | undefined }).auth = decision.auth // what `authOf` reads
  done()
}

/** Answer by the reply, so that what other plugins have set on it, CORS for one, is sent as well. */
export function send(
  reply: FastifyReplyLike,
  status: number,
  headers: Readonly<Record<string, string>>,
  text: string | undefined,
): void {
  reply.code(status)
  reply.headers({ ...headers })
  // Fastify adds a charset to JSON that is text, and leaves bytes alone.
  reply.send(text === undefined ? undefined : Buffer.from(text))
}

function decideBy(core: ReturnType<typeof createCore>, auth: unknown): Decide {
  if (auth === true) return core.required()
  if (auth === 'optional') return core.optional()
  return core.required(auth as Policy) // preparePolicy looks at every member
}

function authOfRoute(config: unknown): RouteAuth | undefined {
  const auth = typeof config === 'object' && config !== null && 'auth' in config ? config.auth : undefined
  return auth as RouteAuth | undefined // decideBy refuses what it is not
}

/** Fastify gives each plugin a scope of its own, unless it says that it is meant for the whole application. */
function forWholeApp<Options>(plugin: FastifyPlugin<Options>): FastifyPlugin<Options> {
  return Object.assign(plugin, { [Symbol.for('skip-override')]: true })
}
