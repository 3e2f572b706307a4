import { type Framework, hasMethods } from './exchange.ts'
import { express } from './express.ts'
import { fastify } from './fastify.ts'

/**
 * Nest 11 on either of its platforms, before `app.init()` or `app.listen()`. What comes in passes by the platform
 * first. A middleware of ours is one of Nest's: `consumer.apply(…).forRoutes(…)`, or `app.use(path, …)`.
 */
export const nest: Framework = {
  mount(app, entry) {
    if (!hasMethods(app, 'getHttpAdapter')) return undefined
    const adapter = app.getHttpAdapter()
    if (!hasMethods(adapter, 'getInstance')) return undefined
    const instance = adapter.getInstance()
    return express.mount(instance, entry) ?? fastify.mount(instance, entry)
  },
  pass: () => undefined,
}
