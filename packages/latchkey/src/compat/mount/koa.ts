import { type Answer, type Framework, go, hasMethods, member } from './exchange.ts'
import { askOfNode, isNodeRequest } from './node.ts'

/** Koa 3 and 2. */
export const koa: Framework = {
  mount(app, entry) {
    if (!hasMethods(app, 'use', 'callback', 'createContext')) return undefined
    app.use(async (context: unknown, next: () => Promise<unknown>) => {
      if (!isContext(context)) return next()
      entry.onRequest?.(context.req)
      const handle = entry.routes.get(context.path)
      if (handle === undefined) return next()
      send(context, await handle(askOf(context)))
      return undefined
    })
    return true
  },

  pass([context, next], gate) {
    if (!isContext(context) || typeof next !== 'function') return undefined
    const result = gate(askOf(context)).then((verdict) => {
      if (verdict.kind === 'refused') return send(context, verdict.answer)
      Object.assign(context.state, verdict.found)
      return go(verdict, () => next())
    })
    return { result }
  },
}

interface Context {
  readonly req: import('node:http').IncomingMessage
  readonly path: string
  readonly state: object
  status: number
  body: unknown
  set(headers: Readonly<Record<string, string>>): void
}

function isContext(value: unknown): value is Context {
  return (
    isNodeRequest(member(value, 'req')) &&
    hasMethods(value, 'set') &&
    typeof member(value, 'path') === 'string' &&
    typeof member(value, 'state') === 'object'
  )
}

function askOf(context: Context) {
  return askOfNode(context.req, () => member(member(context, 'request'), 'body'), context.path)
}

function send(context: Context, { status, headers, body }: Answer): void {
  context.status = status
  context.body = body
  // Behind the body, which brings a type of its own.
  context.set(status === 413 ? { ...headers, connection: 'close' } : headers)
}
