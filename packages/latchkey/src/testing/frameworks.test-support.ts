import { existsSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { createRequire } from 'node:module'
import * as express from '../guard/express.ts'
import * as fastify from '../guard/fastify.ts'
import * as fetchGuard from '../guard/fetch.ts'
import * as hono from '../guard/hono.ts'
import * as koa from '../guard/koa.ts'
import * as nest from '../guard/nest.ts'
import * as node from '../guard/node.ts'
import type { AskedApp } from './ask.ts'
import type { GuardOptionsForTests } from './test-issuer.ts'

const manifest = new URL('../../../../examples/frameworks/package.json', import.meta.url)
const require = createRequire(manifest)

/** An app of one framework: `GET /me` says who asks, `POST /open` needs a scope and gives its body back. */
export interface GuardedApp {
  readonly name: string
  readonly skip: string | false
  make(options: GuardOptionsForTests): AskedApp | Promise<AskedApp>
}

const scope = 'devices:control'

interface Carrier {
  readonly auth?: { readonly subject: string }
}

/** What stands in the packages, which have no types here. */
// biome-ignore lint/suspicious/noExplicitAny: the types of the frameworks are not part of this repository
type Untyped = any
const load = (name: string): Untyped => require(name)

const plain = ({ guardedBy }: { guardedBy: node.NodeGuard }): RequestListener => {
  const me = guardedBy.listener({}, (request, response) =>
    response.end(JSON.stringify({ id: request.auth.subject })),
  )
  const open = guardedBy.listener({ scope }, (request, response) => {
    response.setHeader('set-cookie', ['a=1', 'b=2'])
    request.pipe(response)
  })
  return (request, response) => (request.url === '/me' ? me : open)(request, response)
}

const skipWithout = (...names: string[]): string | false =>
  names.every((name) => existsSync(new URL(`node_modules/${name}/package.json`, manifest)))
    ? false
    : 'the frameworks are not installed: npm ci --prefix examples/frameworks'

export const guardedApps: readonly GuardedApp[] = [
  {
    name: 'a listener of node:http',
    skip: false,
    make: (options) => plain({ guardedBy: node.createGuard(options) }),
  },
  {
    name: 'a server of node:http',
    skip: false,
    make: (options) => createServer(plain({ guardedBy: node.createGuard(options) })),
  },
  {
    name: 'a function from Request to Response',
    skip: false,
    make(options) {
      const guard = fetchGuard.createGuard(options)
      return async (request: Request) => {
        const isMe = new URL(request.url).pathname === '/me'
        const { auth, response } = await guard.required(isMe ? {} : { scope })(request)
        if (response !== undefined) return response
        if (isMe) return Response.json({ id: auth.subject })
        const headers = new Headers([
          ['set-cookie', 'a=1'],
          ['set-cookie', 'b=2'],
        ])
        return new Response(await request.text(), { headers })
      }
    },
  },
  ...['express', 'express-4'].map((name) => ({
    name,
    skip: skipWithout(name),
    make(options: GuardOptionsForTests) {
      const guard = express.createGuard(options)
      const app = load(name)()
      app.get('/me', guard.required(), (request: Carrier, response: Untyped) =>
        response.json({ id: request.auth?.subject }),
      )
      app.post('/open', guard.required({ scope }), (request: Untyped, response: Untyped) => {
        response.setHeader('set-cookie', ['a=1', 'b=2'])
        request.pipe(response)
      })
      return app as AskedApp
    },
  })),
  {
    name: 'fastify',
    skip: skipWithout('fastify'),
    make(options) {
      const guard = fastify.createGuard(options)
      const app = load('fastify')()
      app.get('/me', { preHandler: guard.required() }, async (request: object) => ({
        id: fastify.authOf(request).subject,
      }))
      app.post(
        '/open',
        { preHandler: guard.required({ scope }) },
        async (request: Untyped, reply: Untyped) => {
          reply.header('set-cookie', ['a=1', 'b=2'])
          return request.body
        },
      )
      return app
    },
  },
  {
    name: 'hono',
    skip: skipWithout('hono'),
    make(options) {
      const guard = hono.createGuard(options)
      const app = new (load('hono').Hono)()
      app.get('/me', guard.required(), (c: Untyped) => c.json({ id: c.var.auth.subject }))
      app.post('/open', guard.required({ scope }), async (c: Untyped) => {
        c.header('set-cookie', 'a=1', { append: true })
        c.header('set-cookie', 'b=2', { append: true })
        return c.body(await c.req.text())
      })
      return app
    },
  },
  {
    name: 'koa',
    skip: skipWithout('koa'),
    make(options) {
      const guard = koa.createGuard(options)
      const app = new (load('koa'))()
      const [me, open] = [guard.required(), guard.required({ scope })]
      app.use((ctx: Untyped) =>
        (ctx.path === '/me' ? me : open)(ctx, async () => {
          if (ctx.path === '/me') ctx.body = { id: ctx.state.auth.subject }
          else {
            ctx.set('set-cookie', ['a=1', 'b=2'])
            ctx.body = ctx.req
          }
        }),
      )
      return app
    },
  },
  {
    name: 'nest',
    skip: skipWithout('@nestjs/core', '@nestjs/platform-express', 'reflect-metadata'),
    async make(options) {
      load('reflect-metadata')
      const { Controller, Get, Module, Post, Req, Res } = load('@nestjs/common')
      const guard = nest.createGuard(options)
      class Api {
        me(request: Carrier) {
          return { id: request.auth?.subject }
        }
        open(request: Untyped, response: Untyped) {
          response.setHeader('set-cookie', ['a=1', 'b=2'])
          request.pipe(response.status(200))
        }
      }
      // What decorators do, without their syntax, which Node does not take away.
      const decorate = (name: 'me' | 'open', ...decorators: Untyped[]) => {
        for (const one of decorators)
          one(Api.prototype, name, Object.getOwnPropertyDescriptor(Api.prototype, name))
      }
      decorate('me', Get('me'))
      decorate('open', Post('open'), nest.Auth({ scope }))
      Req()(Api.prototype, 'me', 0)
      Req()(Api.prototype, 'open', 0)
      Res()(Api.prototype, 'open', 1)
      Controller()(Api)
      class App {}
      Module({ imports: [nest.LatchkeyModule.forRoot(guard)], controllers: [Api] })(App)
      const app = await load('@nestjs/core').NestFactory.create(App, { logger: false, bodyParser: false })
      return app.init()
    },
  },
]
