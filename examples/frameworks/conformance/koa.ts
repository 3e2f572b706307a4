import { createServer } from 'node:http'
import Koa, { type Context } from 'koa'
import { createGuard } from 'latchkey/guard/koa'
import {
  type AdapterUnderTest,
  acceptUpgrade,
  listenOn,
} from '../../../packages/latchkey/test/guard/conformance.ts'

const adapter: AdapterUnderTest = {
  name: 'koa',
  idOf: (source) => (source as Context).path.split('/').at(-1) ?? '',
  start(t, api) {
    const guard = createGuard(api.options)
    const unavailable = createGuard(api.unavailable)
    unavailable.metadata()
    const app = new Koa()
    app.use(guard.metadata(api.metadata))
    for (const { path, mode, policy, isUnavailable } of api.routes) {
      const by = isUnavailable ? unavailable : guard
      const middleware = mode === 'required' ? by.required(policy) : by.optional(policy)
      // Koa has no router of its own.
      app.use((ctx, next) => {
        if (ctx.path.split('/')[1] !== path.split('/')[1]) return next()
        const say = async () => {
          ctx.body = { subject: ctx.state.auth?.subject ?? null }
        }
        return mode === 'open' ? say() : middleware(ctx, say)
      })
    }
    const server = createServer({ maxHeaderSize: 65_536 }, app.callback())
    server.on('upgrade', guard.upgrade({}, acceptUpgrade))
    return listenOn(t, server)
  },
}

export default [adapter]
