import 'reflect-metadata'
import { createServer } from 'node:http'
import { All, Controller, Module, type Type } from '@nestjs/common'
import { type AbstractHttpAdapter, NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { Auth, createGuard, LatchkeyModule, OptionalAuth, Principal, Public } from 'latchkey/guard/nest'
import {
  type AdapterUnderTest,
  type Api,
  listenOn,
  type Route,
} from '../../../packages/latchkey/test/guard/conformance.ts'

/** A controller for one route. Decorators are functions, and Node does not run them in any other spelling. */
function controllerFor({ path, mode, policy }: Route): Type {
  class OneRoute {
    say(auth: Principal | undefined) {
      return { subject: auth?.subject ?? null }
    }
  }
  const { prototype } = OneRoute
  const descriptor = Object.getOwnPropertyDescriptor(prototype, 'say') ?? {}
  const { lenient: _, anonymous: __, ...demands } = policy
  const rule = mode === 'open' ? Public() : mode === 'optional' ? OptionalAuth(policy) : Auth(demands)
  rule(prototype, 'say', descriptor)
  All(path)(prototype, 'say', descriptor)
  Principal()(prototype, 'say', 0)
  Controller()(OneRoute)
  return OneRoute
}

async function createApp(api: Api, platform: AbstractHttpAdapter, isUnavailable: boolean) {
  class App {}
  const guard = createGuard(isUnavailable ? api.unavailable : api.options)
  Module({
    imports: [LatchkeyModule.forRoot(guard)],
    controllers: api.routes.filter((route) => route.isUnavailable === isUnavailable).map(controllerFor),
  })(App)
  const app = await NestFactory.create(App, platform, { logger: false })
  app.use(guard.metadata(api.metadata))
  return app
}

const adapter = (
  name: 'nest-express' | 'nest-fastify',
  platform: () => AbstractHttpAdapter,
): AdapterUnderTest => ({
  name,
  idOf: (source) => String((source as { params: { id?: unknown } }).params.id),
  async start(t, api) {
    const app = await createApp(api, platform(), false)
    const unavailable = await createApp(api, platform(), true)
    t.after(() => Promise.all([app.close(), unavailable.close()]))
    await unavailable.listen(0, '127.0.0.1')
    const elsewhere = await unavailable.getUrl()
    // One application has one guard, so that the other one's route is asked of the other.
    app.use(
      '/unavailable',
      (
        request: { headers: Record<string, string> },
        response: { writeHead: (status: number, headers: object) => { end: (text: string) => void } },
      ) => {
        fetch(`${elsewhere}/unavailable`, {
          headers: { authorization: request.headers.authorization ?? '' },
        }).then(async (answer) =>
          response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text()),
        )
      },
    )
    if (name === 'nest-fastify') {
      await app.listen(0, '127.0.0.1')
      return app.getUrl()
    }
    // Nest has no other way to let Express read a header that is too long.
    await app.init()
    return listenOn(t, createServer({ maxHeaderSize: 65_536 }, app.getHttpAdapter().getInstance()))
  },
})

export default [
  adapter('nest-express', () => new ExpressAdapter()),
  adapter('nest-fastify', () => new FastifyAdapter({ http: { maxHeaderSize: 65_536 } })),
]
