import 'reflect-metadata'
import { Controller, Get, Module, Post, Req, Res } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import express, { type Request, type Response } from 'express'
import express4 from 'express-4'
import fastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import * as onExpress from 'latchkey/guard/express'
import * as onFastify from 'latchkey/guard/fastify'
import * as onHono from 'latchkey/guard/hono'
import * as onKoa from 'latchkey/guard/koa'
import { Auth, createGuard as createNestGuard, LatchkeyModule } from 'latchkey/guard/nest'
import { type GuardedApp, scope } from '../../packages/latchkey/test/testing/guarded-app.ts'

const cookies = ['a=1', 'b=2']

const guardedApps: readonly GuardedApp[] = [
  {
    name: 'express',
    make(options) {
      const guard = onExpress.createGuard(options)
      const app = express()
      app.get('/me', guard.required(), (request, response) => {
        response.json({ id: onExpress.authOf(request).subject })
      })
      app.post('/open', guard.required({ scope }), (request, response) => {
        request.pipe(response.setHeader('set-cookie', cookies))
      })
      return app
    },
  },
  {
    name: 'express-4',
    make(options) {
      const guard = onExpress.createGuard(options)
      const app = express4()
      app.get('/me', guard.required(), (request, response) => {
        response.json({ id: onExpress.authOf(request).subject })
      })
      app.post('/open', guard.required({ scope }), (request, response) => {
        request.pipe(response.setHeader('set-cookie', cookies))
      })
      return app
    },
  },
  {
    name: 'fastify',
    make(options) {
      const guard = onFastify.createGuard(options)
      const app = fastify()
      app.get('/me', { preHandler: guard.required() }, async (request) => ({
        id: onFastify.authOf(request).subject,
      }))
      app.post('/open', { preHandler: guard.required({ scope }) }, async (request, reply) => {
        reply.header('set-cookie', cookies)
        return request.body
      })
      return app
    },
  },
  {
    name: 'hono',
    make(options) {
      const guard = onHono.createGuard(options)
      const app = new Hono<onHono.GuardEnv>()
      app.get('/me', guard.required(), (c) => c.json({ id: c.var.auth.subject }))
      app.post('/open', guard.required({ scope }), async (c) => {
        for (const cookie of cookies) c.header('set-cookie', cookie, { append: true })
        return c.body(await c.req.text())
      })
      return app
    },
  },
  {
    name: 'koa',
    make(options) {
      const guard = onKoa.createGuard(options)
      const app = new Koa<onKoa.AuthState>()
      const [me, open] = [guard.required(), guard.required({ scope })]
      app.use((ctx) =>
        (ctx.path === '/me' ? me : open)(ctx, async () => {
          if (ctx.path === '/me') ctx.body = { id: ctx.state.auth.subject }
          else {
            ctx.set('set-cookie', cookies)
            ctx.body = ctx.req
          }
        }),
      )
      return app
    },
  },
  {
    name: 'nest',
    async make(options) {
      class Api {
        me(request: Request) {
          return { id: onExpress.authOf(request).subject }
        }
        open(request: Request, response: Response) {
          request.pipe(response.status(200).setHeader('set-cookie', cookies))
        }
      }
      class App {}
      // What decorators do, without their syntax, which Node does not take away.
      const { prototype } = Api
      const methodOf = (name: keyof Api) => Object.getOwnPropertyDescriptor(prototype, name) ?? {}
      Get('me')(prototype, 'me', methodOf('me'))
      Req()(prototype, 'me', 0)
      Post('open')(prototype, 'open', methodOf('open'))
      Auth({ scope })(prototype, 'open', methodOf('open'))
      Req()(prototype, 'open', 0)
      Res()(prototype, 'open', 1)
      Controller()(Api)
      Module({ imports: [LatchkeyModule.forRoot(createNestGuard(options))], controllers: [Api] })(App)
      return (await NestFactory.create(App, { logger: false, bodyParser: false })).init()
    },
  },
]

export default guardedApps
