import { checkOptions, type OptionNames } from '../../options/check-options.ts'
import type { Decide, Decision } from '../decider.ts'
import {
  createGuard as createCore,
  type GuardOptions,
  type GuardState,
  type OptionalPolicy,
} from '../guard.ts'
import type { MetadataOptions } from '../metadata.ts'
import type { Policy } from '../policy.ts'
import type { Principal } from '../principal.ts'
import { isPreflight, NodeRequest } from '../request.ts'
import { type FastifyReplyLike, send } from './fastify-reply.ts'
import { type FastifyHook, type FastifyLike, type FastifyRequestLike, guardRoutes } from './fastify-routes.ts'
import { type Upgrade, upgradeBy } from './node.ts'

export type { FastifyHook, FastifyLike, FastifyReplyLike, FastifyRequestLike }

/** What a route says in its `config`: `{ config: { auth: { scope: 'devices:control' } } }`. */
export type RouteAuth<Request = FastifyRequestLike> = boolean | 'optional' | Policy<Request>

/** A plugin in the form that `app.register` takes. */
export type FastifyPlugin<Options> = (
  app: FastifyLike,
  options: Options,
  done: (error?: Error) => void,
) => void

/** The options of `guard.plugin`, beside those that Fastify itself reads. */
export interface PluginOptions {
  /** For routes whose `config` has no `auth`; they are open if not given. */
  readonly default?: RouteAuth
}

/** What Fastify itself reads of the options of a plugin. */
interface FastifyPluginOptions {
  readonly prefix?: unknown
  readonly logLevel?: unknown
  readonly logSerializers?: unknown
}

/** A guard for Fastify 5. */
export interface FastifyGuard {
  /** A hook that rejects requests that fail the policy, and sets `request.auth` on the others. */
  required<Request = FastifyRequestLike>(policy?: Policy<Request>): FastifyHook
  /** As `required`, but lets requests without a token pass, with `request.auth` undefined. */
  optional<Request = FastifyRequestLike>(policy?: OptionalPolicy<Request>): FastifyHook
  /**
   * A plugin that guards all routes of the instance that it is registered on, and of those within, each as `auth` in its
   * `config` says. The order of registration does not matter. An app with a route that asks for `auth` where no plugin
   * is registered does not start.
   */
  readonly plugin: FastifyPlugin<PluginOptions>
  /** A plugin that serves the metadata of this resource (RFC 9728), at its well-known place. */
  metadata(options?: MetadataOptions): FastifyPlugin<object>
  /** For the event `upgrade` of the server of the app: `app.server.on('upgrade', guard.upgrade({}, handler))`. */
  readonly upgrade: Upgrade
  state(): GuardState
  close(): void
}

/**
 * Build a guard for Fastify.
 *
 * @example
 * const guard = createGuard({ issuer: 'https://id.example.com', audience: 'https://api.example.com' })
 * await app.register(guard.plugin)
 * app.get('/me', { config: { auth: true } }, async (request) => ({ id: authOf(request).subject }))
 *
 * @throws {TypeError} if an option is invalid.
 */
export function createGuard(options: GuardOptions = {}): FastifyGuard {
  const core = createCore(options)
  const plugin: FastifyPlugin<PluginOptions> = (app, options, done) => {
    const hooks = new Map<RouteAuth, FastifyHook>()
    const hookFor = (auth: RouteAuth) => {
      const found = hooks.get(auth) ?? hook(decideBy(core, auth))
      hooks.set(auth, found)
      return found
    }
    try {
      checkOptions('the plugin', options, pluginOptions)
      const byDefault = said(options, 'default')
      if (!app.hasRequestDecorator('auth')) app.decorateRequest('auth', undefined)
      guardRoutes(app, (config) => {
        const own = said(config, 'auth')
        const auth = own === undefined ? byDefault : own
        return auth === undefined || auth === false ? undefined : hookFor(auth)
      })
      done()
    } catch (error) {
      // Fastify does not catch what such a plugin throws: an app that awaits its start would never hear of it.
      done(error as Error) // whatever it is, it was thrown
    }
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
    upgrade: upgradeBy(core),
    state: () => core.state(),
    close: () => core.close(),
  }
}

/**
 * The principal of a request that a guard has let pass. With `optional`, undefined for a caller without a token.
 *
 * @throws {TypeError} on a route without a guard, and for a caller without a token unless `optional` is passed.
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
    // Within an async hook nobody would wait for the answer.
    if (typeof done !== 'function') throw new TypeError('a hook is given to Fastify, or called with done')
    const request = new NodeRequest(source.raw, source)
    if (isPreflight(request)) {
      // No CORS headers, so that a browser stops: a plugin for CORS stands before the guard.
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

function decideBy(core: ReturnType<typeof createCore>, auth: unknown): Decide {
  if (auth === true) return core.required()
  if (auth === 'optional') return core.optional()
  return core.required(auth as Policy) // preparePolicy looks at every member
}

/** What is said of a route. `undefined` is a mistake where it is written: a policy whose name was mistyped. */
function said(options: unknown, name: 'auth' | 'default'): RouteAuth | undefined {
  if (typeof options !== 'object' || options === null || !(name in options)) return undefined
  const auth: unknown = (options as Record<string, unknown>)[name]
  if (auth === undefined) throw new TypeError(`${name} of a route is undefined`)
  return auth as RouteAuth // decideBy refuses what it is not
}

const pluginOptions: OptionNames<PluginOptions & FastifyPluginOptions> = {
  default: 1,
  prefix: 1,
  logLevel: 1,
  logSerializers: 1,
}

/** Fastify gives each plugin a scope of its own, unless it says that it is meant for the whole application. */
function forWholeApp<Options>(plugin: FastifyPlugin<Options>): FastifyPlugin<Options> {
  return Object.assign(plugin, { [Symbol.for('skip-override')]: true })
}
