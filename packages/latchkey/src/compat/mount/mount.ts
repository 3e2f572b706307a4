import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Answer, Entry, Framework, Gate, Route } from './exchange.ts'
import { express } from './express.ts'
import { fastify } from './fastify.ts'
import { fetchHandler } from './fetch.ts'
import { hono } from './hono.ts'
import { koa } from './koa.ts'
import { nest } from './nest.ts'
import { node } from './node.ts'

/** In this order: what has more of a shape comes before what has less. */
const frameworks: readonly Framework[] = [nest, fastify, koa, express, hono, node, fetchHandler]

/**
 * Put routes into an app of Express 4 or 5, Fastify 5, Hono 4, Koa or Nest 11, a `node:http` Server, or an object
 * with `fetch`, which is known by its shape. A TypeError for anything else. What the app has before stays before.
 */
export function mount(app: unknown, { routes, ...entry }: Entry): void {
  const checked = new Map([...routes].map(([path, handle]) => [path, checkedRoute(handle)]))
  if (frameworks.some((framework) => framework.mount(app, { ...entry, routes: checked }))) return
  throw new TypeError(
    'expected an app of express, fastify, hono, koa or nest, a Server of node:http, or an object with fetch',
  )
}

/**
 * Put views at their paths, as Django's `urlpatterns` does. The app is one of Express, Fastify, Hono, Koa or Nest, a
 * `node:http` Server, or an object with `fetch`.
 *
 * @throws {TypeError} if the app is none of these, a path does not begin with a slash, or a view is not a function.
 *
 * @example
 * ```ts
 * urlpatterns(app, { '/api/token/': jwt.token_obtain_pair, '/api/token/refresh/': jwt.token_refresh })
 * ```
 */
export function urlpatterns(app: unknown, views: Readonly<Record<string, Route>>): void {
  for (const [path, view] of Object.entries(views)) {
    if (!path.startsWith('/')) throw new TypeError('a path begins with a slash')
    if (typeof view !== 'function') throw new TypeError(`there is no view for ${path}`)
  }
  mount(app, { routes: new Map(Object.entries(views)) })
}

/** A middleware that works in every supported framework. */
export interface Protector {
  /** Express, Nest, and whatever else hands on Node's request and response. */
  (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void): void
  /** Hono. */
  (
    context: { readonly req: { readonly raw: Request; readonly path: string } },
    next: () => Promise<void>,
  ): Promise<Response | undefined>
  /** Koa. */
  (
    context: { readonly req: IncomingMessage; readonly state: object; readonly path: string },
    next: () => Promise<unknown>,
  ): Promise<unknown>
  /** Fastify: a `preHandler`. */
  (
    request: { readonly raw: IncomingMessage },
    reply: { readonly raw: ServerResponse },
    done: (error?: Error) => void,
  ): void
  /** Fastify, from within an asynchronous hook; look at `reply.sent` behind it. */
  (request: { readonly raw: IncomingMessage }, reply: { readonly raw: ServerResponse }): Promise<unknown>
  /** Where there is only a Request: what comes behind gets what the others find at the request. */
  (
    request: Request,
    next: (found: Readonly<Record<string, unknown>>) => Response | Promise<Response>,
  ): Promise<Response>
}

/** A middleware that lets through what the gate grants. A TypeError where a framework calls it that is none of ours. */
export function protect(gate: Gate): Protector {
  const checked = checkedGate(gate)
  const protector = (...args: unknown[]): unknown => {
    for (const framework of frameworks) {
      const passed = framework.pass(args, checked)
      if (passed !== undefined) return passed.result
    }
    throw new TypeError(
      'expected to be called by express, fastify, hono, koa, nest or node:http, or with a Request and a function',
    )
  }
  return protector as Protector // each framework's `pass` gives what its signature says
}

function checkedRoute(handle: Route): Route {
  return async (ask) => {
    try {
      return checkedAnswer(await handle(ask))
    } catch (error) {
      throw asError(error)
    }
  }
}

function checkedGate(gate: Gate): Gate {
  return async (ask) => {
    try {
      const verdict = await gate(ask)
      if (verdict.kind === 'refused') checkedAnswer(verdict.answer)
      return verdict
    } catch (error) {
      throw asError(error)
    }
  }
}

/** What handlers of the app give is looked at here, where a fault can still be told to the framework. */
function checkedAnswer(answer: Answer): Answer {
  const { status, headers, body } = Object(answer)
  if (
    !Number.isInteger(status) ||
    typeof headers !== 'object' ||
    headers === null ||
    typeof body !== 'string'
  ) {
    throw new TypeError('a handler that answers gives { status, headers, body }')
  }
  return answer
}

/** To `next` and `done`, undefined is no error, and `route` is an order: what was thrown would let the request pass. */
function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error('a handler threw what is no Error', { cause: thrown })
}
