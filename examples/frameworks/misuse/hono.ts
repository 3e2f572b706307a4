import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { Context, Hono } from 'hono'
import { createGuard } from 'latchkey/guard/hono'
import { type Loose, listening, type Mistakes, ofPolicies, options, started } from './misuse.test-support.ts'

const guard = createGuard(options)

const withMiddleware = (middleware: unknown) =>
  started((t) => {
    const app = new Hono()
    app.onError((_error, c) => c.body(null, 500))
    app.use(middleware as never)
    app.get('/me', (c) => c.text('everybody'))
    return listening(t, createServer(getRequestListener(app.fetch)))
  })

export default {
  hono: {
    ...ofPolicies(createGuard as Loose, new Context(new Request('https://api.example.com/'))),
    '`guard.required` in place of what it returns': withMiddleware(guard.required),
    'the guard in place of what its methods return': withMiddleware(guard),
  },
} satisfies Mistakes
