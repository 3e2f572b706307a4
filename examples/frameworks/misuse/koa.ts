import { createServer, IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import Koa, { type Middleware } from 'koa'
import { createGuard } from 'latchkey/guard/koa'
import {
  failingRules,
  good,
  type Loose,
  listening,
  type Mistakes,
  ofPolicies,
  options,
  started,
  thrown,
} from './misuse.test-support.ts'

const guard = createGuard(options)

const withMiddleware = (middleware: unknown, authorization?: string) =>
  started((t) => {
    const app = new Koa()
    app.silent = true
    app.use(middleware as Middleware)
    app.use((ctx) => {
      ctx.body = 'everybody'
    })
    return listening(t, createServer(app.callback()))
  }, authorization)

export default {
  koa: {
    ...ofPolicies(createGuard as Loose, { req: new IncomingMessage(new Socket()), state: {} }),
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
    'an `upgrade` without a handler': thrown(() => (guard.upgrade as Loose)({})),
  },
} satisfies Mistakes
