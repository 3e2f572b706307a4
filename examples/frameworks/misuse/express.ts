import { createServer, IncomingMessage } from 'node:http'
import { createRequire } from 'node:module'
import { Socket } from 'node:net'
import express, { type Express, type RequestHandler } from 'express'
import { createGuard } from 'latchkey/guard/express'
import {
  failingRules,
  good,
  type Loose,
  listening,
  type Mistake,
  type Mistakes,
  ofPolicies,
  options,
  started,
  thrown,
} from './misuse.test-support.ts'

const express4 = createRequire(import.meta.url)('express-4') as typeof express
const guard = createGuard(options)

function mistakes(createApp: typeof express): Readonly<Record<string, Mistake>> {
  const withApp = (use: (app: Express) => unknown, authorization?: string) =>
    started((t) => {
      const app = createApp().set('env', 'test')
      use(app)
      app.get('/me', (_request, response) => void response.end('everybody'))
      return listening(t, createServer(app))
    }, authorization)
  return {
    ...ofPolicies(createGuard as Loose, new IncomingMessage(new Socket())),
    '`guard.required` without a call, as the middleware': withApp((app) =>
      app.use(guard.required as unknown as RequestHandler),
    ),
    ...Object.fromEntries(
      Object.entries(failingRules).map(([name, rule]) => [
        name,
        withApp((app) => app.use(guard.required({ rule })), good),
      ]),
    ),
    'what `required` returns, called without `next` or `done`': withApp((app) =>
      app.use((request, response, next) => {
        ;(guard.required() as Loose)(request, response)
        next()
      }),
    ),
    'the guard in place of what its methods return': withApp((app) =>
      app.use(guard as unknown as RequestHandler),
    ),
  }
}

export default {
  express: {
    ...mistakes(express),
    'an `upgrade` without a handler': thrown(() => (guard.upgrade as Loose)({})),
  },
  'express-4': mistakes(express4),
} satisfies Mistakes
