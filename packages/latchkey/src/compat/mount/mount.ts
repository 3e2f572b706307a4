import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Entry, Framework, Gate, Route } from './exchange.ts'
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
export function mount(app: unknown, entry: Entry): void {
  if (frameworks.some((framework) => framework.mount(app, entry))) return
  throw new TypeError(
    'expected an app of express, fastify, hono, koa or nest, a Server of node:http, or an object with fetch',
  )
}

/** Put views at their paths, as Django's `urlpatterns` does: `urlpatterns(app, { '/api-token-auth/': obtain_jwt_token })`. */
export function urlpatterns(app: unknown, views: Readonly<Record<string, Route>>): void {
  for (const path of Object.keys(views)) {
    if (!path.startsWith('/')) throw new TypeError('a path begins with a slash')
  }
  mount(app, { routes: new Map(Object.entries(views)) })
}

/** A middleware of whichever framework calls it. */
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
  const protector = (...args: unknown[]): unknown => {
    for (const framework of frameworks) {
      const passed = framework.pass(args, gate)
      if (passed !== undefined) return passed.result
    }
    throw new TypeError(
      'expected to be called by express, fastify, hono, koa, nest or node:http, or with a Request and a function',
    )
  }
  return protector as Protector // each framework's `pass` gives what its signature says
}
