import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { createGuard, type GuardEnv } from 'latchkey/guard/hono'

const guard = createGuard() // LATCHKEY_ISSUER says whose tokens, LATCHKEY_AUDIENCE for whom
const app = new Hono<GuardEnv>()
app.use(guard.metadata())

app.get('/me', guard.required(), (c) => c.json({ id: c.var.auth.subject }))
app.post('/devices/:id/open', guard.required({ scope: 'devices:control' }), (c) =>
  c.json({ opened: c.req.param('id') }),
)
app.get('/news', guard.optional(), (c) => c.json({ for: c.var.auth?.subject ?? null }))

serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000), hostname: '127.0.0.1' })
