import { existsSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { TestContext } from 'node:test'
import { get_current_identity } from '../../../src/compat/flask-jwt/index.ts'
import type { hasMethods } from '../../../src/compat/mount/exchange.ts'
import type { Protector } from '../../../src/compat/mount/mount.ts'
import { listen } from './http.ts'

const manifest = new URL('../../../../../examples/frameworks/package.json', import.meta.url)
const require = createRequire(manifest)

/** Why a test of this framework is skipped; false if it runs. */
export function skipUnless(framework: FrameworkApp): string | false {
  return framework.packages.every((name) =>
    existsSync(new URL(`node_modules/${name}/package.json`, manifest)),
  )
    ? false
    : 'the frameworks are not installed: npm ci --prefix examples/frameworks'
}

/** What a protector left, and whom Flask-JWT has for the current identity. */
function answerWith(found: unknown): object {
  return { found, current: get_current_identity() ?? null }
}

/** An app that ports are put into. */
export interface App {
  /** What the ports know by its shape. */
  readonly app: unknown
  /** A route behind a protector that answers `{ found, current }`: what the protector left under this name, and the current identity. */
  protect(path: string, protector: Protector, name: string): void
  /** Its origin. */
  start(t: TestContext): Promise<string>
}

export interface FrameworkApp {
  readonly name: string
  readonly packages: readonly string[]
  /** With the framework's own parsers of bodies before everything else, or without. */
  make(parsesBodies: boolean): App | Promise<App>
}

type Any = Parameters<typeof hasMethods>[0] & Record<string, (...args: never[]) => unknown>
type Handler = (...args: never[]) => unknown
interface Usable {
  use(...handlers: (Handler | Protector | string)[]): void
  get(path: string, ...handlers: (Handler | Protector)[]): void
}
/** What stands in the packages, which have no types here. */
function load<T>(name: string): T {
  return require(name) as T
}

function expressApp(module: string): FrameworkApp {
  return {
    name: module,
    packages: [module],
    make(parsesBodies) {
      const express = load<
        (() => Usable & Parameters<typeof createServer>[1]) &
          Record<'json' | 'urlencoded', (options: object) => Handler>
      >(module)
      const app = express()
      if (parsesBodies) app.use(express.json({}), express.urlencoded({ extended: true }))
      return {
        app,
        protect: (path, protector, name) =>
          app.get(path, protector, (request: Any, response: { json(value: unknown): void }) =>
            response.json(answerWith(request[name])),
          ),
        start: (t) => listen(t, createServer(app)),
      }
    },
  }
}

const fastify: FrameworkApp = {
  name: 'fastify',
  packages: ['fastify'],
  make() {
    interface Fastify {
      get(path: string, options: object, handler: Handler): void
      ready(): Promise<void>
      close(): Promise<void>
      readonly server: Server
    }
    const app = load<() => Fastify>('fastify')()
    return {
      app,
      protect: (path, preHandler, name) =>
        app.get(path, { preHandler }, async (request: Any) => answerWith(request[name])),
      async start(t) {
        await app.ready()
        t.after(() => app.close())
        return listen(t, app.server)
      },
    }
  },
}

const koa: FrameworkApp = {
  name: 'koa',
  packages: ['koa'],
  make() {
    interface Context {
      readonly path: string
      readonly state: Record<string, unknown>
      body: unknown
    }
    interface Koa {
      use(middleware: (context: Context, next: () => Promise<void>) => unknown): void
      callback(): Parameters<typeof createServer>[1]
    }
    const app = new (load<new () => Koa>('koa'))()
    return {
      app,
      protect: (path, protector, name) =>
        app.use((context, next) => {
          const behind = async (): Promise<void> => {
            context.body = answerWith(context.state[name])
          }
          return context.path === path ? Reflect.apply(protector, undefined, [context, behind]) : next()
        }),
      start: (t) => listen(t, createServer(app.callback())),
    }
  },
}

const hono: FrameworkApp = {
  name: 'hono',
  packages: ['hono', '@hono/node-server'],
  make(parsesBodies) {
    const { Hono } = load<{ Hono: new () => Usable & { fetch: Handler } }>('hono')
    const { createAdaptorServer } = load<{ createAdaptorServer(options: object): Server }>(
      '@hono/node-server',
    )
    const app = new Hono()
    if (parsesBodies) {
      app.use(async (context: { req: { text(): Promise<string> } }, next: () => Promise<void>) => {
        await context.req.text()
        return next()
      })
    }
    return {
      app,
      protect: (path, protector, name) =>
        app.get(path, protector, (context: { get(name: string): unknown; json(value: unknown): unknown }) =>
          context.json(answerWith(context.get(name))),
        ),
      start: (t) => listen(t, createAdaptorServer({ fetch: app.fetch })),
    }
  },
}

function nestApp(platform: 'express' | 'fastify'): FrameworkApp {
  const adapter = `@nestjs/platform-${platform}`
  return {
    name: `nest on ${platform}`,
    packages: ['@nestjs/core', '@nestjs/common', adapter, 'reflect-metadata'],
    async make() {
      load('reflect-metadata')
      interface Nest extends Usable {
        init(): Promise<unknown>
        close(): Promise<void>
        getHttpServer(): Server
      }
      const { NestFactory } = load<{
        NestFactory: { create(module: unknown, ...rest: unknown[]): Promise<Nest> }
      }>('@nestjs/core')
      const common =
        load<Record<'Module' | 'Controller' | 'Get' | 'Req', (...args: unknown[]) => Handler>>(
          '@nestjs/common',
        )
      const routes = new Map<string, string>()
      class Things {
        find(
          request: Record<string, unknown> & { readonly url: string; readonly raw?: Record<string, unknown> },
        ) {
          return answerWith((request.raw ?? request)[routes.get(request.url) ?? ''])
        }
      }
      class Root {
        configure(consumer: { apply(protector: Protector): { forRoutes(path: string): void } }) {
          for (const [path, protector] of protectors) consumer.apply(protector).forRoutes(path)
        }
      }
      const protectors = new Map<string, Protector>()
      const decorate = (decorator: unknown, ...args: unknown[]) =>
        Reflect.apply(decorator as Handler, undefined, args) // one of Nest's
      decorate(common.Controller(), Things)
      decorate(
        common.Get('protected'),
        Things.prototype,
        'find',
        Object.getOwnPropertyDescriptor(Things.prototype, 'find'),
      )
      decorate(common.Req(), Things.prototype, 'find', 0)
      decorate(common.Module({ controllers: [Things] }), Root)
      const platforms = load<Record<string, new () => unknown>>(adapter)
      const rest = platform === 'fastify' ? [new (platforms.FastifyAdapter ?? Object)()] : []
      const app = await NestFactory.create(Root, ...rest, { logger: false, abortOnError: false })
      return {
        app,
        protect(path, protector, name) {
          routes.set(path, name)
          protectors.set(path, protector)
        },
        async start(t) {
          await app.init()
          t.after(() => app.close())
          const instance =
            platform === 'fastify' ? Reflect.get(Object(app), 'getHttpAdapter').call(app).getInstance() : null
          if (instance !== null) await instance.ready()
          return listen(t, app.getHttpServer())
        },
      }
    },
  }
}

const node: FrameworkApp = {
  name: 'node:http',
  packages: [],
  make() {
    const routes = new Map<string, { protector: Protector; name: string }>()
    const server = createServer((request, response) => {
      const route = routes.get(request.url ?? '')
      if (route === undefined) return void response.writeHead(404).end()
      route.protector(request, response, (error) =>
        response
          .writeHead(error === undefined ? 200 : 500)
          .end(JSON.stringify(answerWith(Reflect.get(request, route.name)))),
      )
    })
    return {
      app: server,
      protect: (path, protector, name) => void routes.set(path, { protector, name }),
      start: (t) => listen(t, server),
    }
  },
}

/** Where there is nothing but a Request and a Response; a server of node:http only carries them here. */
const fetchApp: FrameworkApp = {
  name: 'fetch',
  packages: ['@hono/node-server'],
  make() {
    const routes = new Map<string, { protector: Protector; name: string }>()
    const app = {
      fetch: async (request: Request): Promise<Response> => {
        const route = routes.get(new URL(request.url).pathname)
        if (route === undefined) return new Response('', { status: 404 })
        return route.protector(request, (found) => Response.json(answerWith(found[route.name])))
      },
    }
    const { createAdaptorServer } = load<{ createAdaptorServer(options: object): Server }>(
      '@hono/node-server',
    )
    return {
      app,
      protect: (path, protector, name) => void routes.set(path, { protector, name }),
      start: (t) => listen(t, createAdaptorServer({ fetch: (request: Request) => app.fetch(request) })),
    }
  },
}

export const frameworkApps: readonly FrameworkApp[] = [
  expressApp('express'),
  expressApp('express-4'),
  fastify,
  koa,
  hono,
  nestApp('express'),
  nestApp('fastify'),
  node,
  fetchApp,
]
