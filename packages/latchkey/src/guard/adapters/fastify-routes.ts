import { subscribe } from 'node:diagnostics_channel'
import { isPolicy } from '../policy.ts'
import type { RawRequest } from '../request.ts'
import type { FastifyReplyLike } from './fastify-reply.ts'

/** The part of Fastify's request that a guard uses. */
export interface FastifyRequestLike {
  readonly raw: RawRequest
}

/** A hook for `onRequest` or `preHandler`, of a route or of all routes. */
export type FastifyHook = (
  request: FastifyRequestLike,
  reply: FastifyReplyLike,
  done: (error?: Error) => void,
) => void

interface Route {
  readonly method?: unknown
  readonly url?: string
  config?: unknown
  onRequest?: unknown
}

/** The part of a Fastify instance that the plugins use. */
export interface FastifyLike {
  hasRequestDecorator(name: string): boolean
  decorateRequest(name: string, value: unknown): unknown
  addHook(name: 'onRoute', hook: (route: Route) => void): unknown
  addHook(name: 'onRequest', hook: FastifyHook): unknown
  get(path: string, handler: (request: FastifyRequestLike, reply: FastifyReplyLike) => unknown): unknown
}

/** What Fastify's own request has beside that; a program's types may describe `config` in more detail. */
interface RoutedRequest extends FastifyRequestLike {
  readonly is404: boolean
  readonly routeOptions: { readonly config: unknown }
}

/** A Fastify app at the moment when it is made. */
interface NewApp {
  addHook(name: 'onRoute', hook: (this: object, route: Route) => void): unknown
  addHook(name: 'onReady', hook: (done: (error?: Error) => void) => void): unknown
}

interface KnownRoute {
  /** The instance that the route was registered on; those within inherit from those around them. */
  readonly instance: object
  readonly route: Route
}

/** The routes of each app that was made after this file was loaded. */
const routesOfApp = new WeakMap<object, KnownRoute[]>()

/** The instances on which the plugin of a guard is registered. */
const guardedInstances = new WeakSet<object>()

// A guard that nobody registers is never asked anything, so the app itself has to be watched. Fastify announces every new
// one on this channel.
subscribe('fastify.initialization', (message) => {
  watch((message as { readonly fastify: NewApp }).fastify)
})

function watch(app: NewApp): void {
  const routes: KnownRoute[] = []
  routesOfApp.set(app, routes)
  app.addHook('onRoute', function (route) {
    routes.push({ instance: this, route })
  })
  app.addHook('onReady', (done) => {
    const open = routes.find(({ instance, route }) => asksForGuard(route.config) && !isGuarded(instance))
    if (open === undefined) done()
    else done(new TypeError(`${nameOf(open.route)} asks for auth, but no guard is registered: ${remedy}`))
  })
}

const remedy = 'app.register(guard.plugin), where the route is registered or around it'

function nameOf({ method, url = '' }: Route): string {
  return `${[method].flat().join(', ')} ${url}`
}

/** Another plugin may read `auth` as well, so only what a guard would take counts. */
function asksForGuard(config: unknown): boolean {
  if (typeof config !== 'object' || config === null || !('auth' in config)) return false
  const { auth } = config
  return auth === true || auth === 'optional' || isPolicy(auth)
}

function isGuarded(instance: object): boolean {
  return outwards(instance).some((one) => guardedInstances.has(one))
}

/** An instance and those around it. */
function outwards(instance: object): readonly object[] {
  const found: object[] = []
  for (let one: object | null = instance; one !== null; one = Object.getPrototypeOf(one)) found.push(one)
  return found
}

/**
 * Guard every route of `app` and of the instances within, whether it was registered before or is registered later.
 * `hookFor` gives the hook that the `config` of a route asks for; it throws a TypeError for a config that is invalid.
 */
export function guardRoutes(app: FastifyLike, hookFor: (config: unknown) => FastifyHook | undefined): void {
  guardedInstances.add(app)
  const root = outwards(app).find((one) => routesOfApp.has(one))
  const known = root === undefined ? undefined : routesOfApp.get(root)
  const earlier = known?.filter(({ instance }) => outwards(instance).includes(app))
  for (const { route } of earlier ?? []) hookFor(route.config)
  if (earlier?.length === 0) {
    app.addHook('onRoute', (route) => {
      const hook = hookFor(route.config)
      if (hook === undefined) return
      const hooks: unknown[] = [route.onRequest ?? []].flat()
      // The route that Fastify makes for HEAD is a copy of the one for GET, hooks and all.
      if (!hooks.includes(hook)) route.onRequest = [hook, ...hooks]
    })
    return
  }
  app.addHook('onRoute', ({ config }) => void hookFor(config))
  // Hooks of an instance are for its earlier routes as well, but are told of a route only with each request, which
  // costs 0.2 us.
  app.addHook('onRequest', (request, reply, done) => {
    const { is404, routeOptions } = request as RoutedRequest // of Fastify 4.10 and later
    const hook = is404 ? undefined : hookFor(routeOptions.config)
    if (hook === undefined) done()
    else hook(request, reply, done)
  })
}
