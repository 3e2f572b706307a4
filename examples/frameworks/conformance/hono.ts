import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { createGuard, type GuardEnv } from 'latchkey/guard/hono'
import { type AdapterUnderTest, listenOn } from '../../../packages/latchkey/test/guard/conformance.ts'

const adapter: AdapterUnderTest = {
  name: 'hono',
  idOf: (source) => String((source as Context).req.param('id')),
  start(t, api) {
    const guard = createGuard(api.options)
    const unavailable = createGuard(api.unavailable)
    unavailable.metadata()
    const app = new Hono<GuardEnv>()
    app.use(guard.metadata(api.metadata))
    for (const { path, mode, policy, isUnavailable } of api.routes) {
      const by = isUnavailable ? unavailable : guard
      const say = (c: Context) => c.json({ subject: c.var.auth?.subject ?? null })
      if (mode === 'open') app.all(path, say)
      else app.all(path, mode === 'required' ? by.required(policy) : by.optional(policy), say)
    }
    return listenOn(t, createServer({ maxHeaderSize: 65_536 }, getRequestListener(app.fetch)))
  },
}

export default [adapter]
