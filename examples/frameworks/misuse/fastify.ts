import fastify, { type FastifyInstance } from 'fastify'
import { createGuard } from 'latchkey/guard/fastify'
import {
  failingRules,
  good,
  type Loose,
  type Mistakes,
  ofPolicies,
  options,
  started,
  thrown,
} from './misuse.test-support.ts'

const guard = createGuard(options)
const plugin = guard.plugin as never

const route = (app: FastifyInstance, auth: unknown = true) =>
  app.get('/me', { config: { auth } as object }, async () => 'everybody')

const withApp = (build: (app: FastifyInstance) => unknown, authorization?: string) =>
  started(async (t) => {
    const app = fastify()
    t.after(() => app.close())
    await build(app)
    return `${await app.listen({ host: '127.0.0.1', port: 0 })}/me`
  }, authorization)

export default {
  fastify: {
    ...ofPolicies(createGuard as Loose, { raw: {}, id: 'req-1', params: {} }),
    '`guard.required` without a call, as the middleware': withApp((app) => {
      app.addHook('onRequest', guard.required as never)
      route(app, false)
    }),
    ...Object.fromEntries(
      Object.entries(failingRules).map(([name, rule]) => [
        name,
        withApp((app) => {
          app.addHook('onRequest', guard.required({ rule }) as never)
          route(app, false)
        }, good),
      ]),
    ),
    'what `required` returns, called without `next` or `done`': withApp((app) => {
      app.addHook('onRequest', async (request, reply) => {
        ;(guard.required() as Loose)(request, reply)
      })
      route(app, false)
    }),
    'the guard in place of what its methods return': withApp((app) => app.register(guard as never)),
    'an `upgrade` without a handler': thrown(() => (guard.upgrade as Loose)({})),
    // Awaited here is nothing but the end of the function: `register` gives a promise that nobody asked for.
    'the plugin registered without `await`': withApp((app) => {
      app.register(plugin)
      route(app)
    }),
    'the plugin registered after the route': withApp(async (app) => {
      route(app)
      await app.register(plugin)
    }),
    'the plugin registered after a plugin with the route': withApp(async (app) => {
      await app.register(async (inner) => void route(inner))
      await app.register(plugin)
    }),
    'the plugin never registered': withApp((app) => void route(app)),
    'the plugin registered in another scope than the route': withApp(async (app) => {
      await app.register(async (inner) => void (await inner.register(plugin)))
      route(app)
    }),
    'an option of the plugin that is misspelt': withApp(async (app) => {
      await app.register(plugin, { defualt: true } as object)
      route(app, false)
    }),
    'a `config.auth` that is undefined': thrown(async () => {
      const app = fastify()
      await app.register(plugin)
      app.get('/me', { config: { auth: undefined } as object }, async () => 'everybody')
    }),
    'a `config.auth` that is no policy': thrown(async () => {
      const app = fastify()
      await app.register(plugin)
      route(app, 'requierd')
    }),
    'a wrong `config.auth` before the plugin': withApp(async (app) => {
      route(app, { scopes: 'a' })
      await app.register(plugin)
    }),
  },
} satisfies Mistakes
