import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { Context, Hono } from 'hono'
import { createGuard } from 'latchkey/guard/hono'
import {
  failingRules,
  good,
  type Loose,
  listening,
  type Mistakes,
  ofPolicies,
  options,
  started,
} from './misuse.test-support.ts'

const guard = createGuard(options)

const withMiddleware = (middleware: unknown, authorization?: string) =>
  started((t) => {
    const app = new Hono()
    app.onError((_error, c) => c.body(null, 500))
    app.use(middleware as never)
    app.get('/me', (c) => c.text('everybody'))
    return listening(t, createServer(getRequestListener(app.fetch)))
  }, authorization)

export default {
  hono: {
    ...ofPolicies(createGuard as Loose, new Context(new Request('https://api.example.com/'))),
    '`guard.required` without a call, as the middleware': withMiddleware(guard.required),
    ...Object.fromEntries(
      Object.entries(failingRules).map(([name, rule]) => [
        name,
        withMiddleware(guard.required({ rule }), good),
      ]),
    ),
    'what `required` returns, called without `next` or `done`': withMiddleware(
      async (context: unknown, next: () => Promise<unknown>) => {
        await (guard.required() as Loose)(context)
        await next()
      },
    ),
    'the guard in place of what its methods return': withMiddleware(guard),
  },
} satisfies Mistakes
