import fastify, { type FastifyRequest } from 'fastify'
import { createGuard } from 'latchkey/guard/fastify'
import { type AdapterUnderTest, acceptUpgrade } from '../../../packages/latchkey/test/guard/conformance.ts'

const adapter: AdapterUnderTest = {
  name: 'fastify',
  idOf: (source) => String(((source as FastifyRequest).params as { id?: unknown }).id),
  async start(t, api) {
    const guard = createGuard(api.options)
    const unavailable = createGuard(api.unavailable)
    unavailable.metadata()
    const app = fastify({ http: { maxHeaderSize: 65_536 } })
    await app.register(guard.plugin)
    await app.register(guard.metadata(api.metadata))
    for (const { path, mode, policy, isUnavailable } of api.routes) {
      const by = isUnavailable ? unavailable : guard
      // Half by the plugin and half by a hook of the route, for both must answer alike.
      const byPlugin = mode === 'required' && !isUnavailable
      const byHook =
        mode === 'open' || byPlugin ? [] : [mode === 'optional' ? by.optional(policy) : by.required(policy)]
      app.route({
        method: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'],
        url: path,
        config: { auth: byPlugin ? policy : false },
        preHandler: byHook,
        handler: async (request) => ({
          subject: (request as { auth?: { subject: string } }).auth?.subject ?? null,
        }),
      })
    }
    app.server.on('upgrade', guard.upgrade({}, acceptUpgrade))
    t.after(() => app.close())
    return app.listen({ host: '127.0.0.1', port: 0 })
  },
}

export default [adapter]
