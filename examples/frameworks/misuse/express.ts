import { createServer, IncomingMessage } from 'node:http'
import { createRequire } from 'node:module'
import { Socket } from 'node:net'
import express, { type Express, type RequestHandler } from 'express'
import { createGuard } from 'latchkey/guard/express'
import {
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
  const withApp = (use: (app: Express) => unknown) =>
    started((t) => {
      const app = createApp().set('env', 'test')
      use(app)
      app.get('/me', (_request, response) => void response.end('everybody'))
      return listening(t, createServer(app))
    })
  return {
    ...ofPolicies(createGuard as Loose, new IncomingMessage(new Socket())),
    '`guard.required` in place of what it returns': withApp((app) =>
      app.use(guard.required as unknown as RequestHandler),
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
