import { type Ask, type Framework, go, hasMethods, member } from './exchange.ts'
import { askOfFetch, isRequest, responseOf } from './fetch.ts'

/** Hono 4. What a body parser of the app has read already, Hono keeps, and gives again. */
export const hono: Framework = {
  mount(app, entry) {
    if (!hasMethods(app, 'fetch', 'use', 'on', 'request')) return undefined
    app.use(async (context: unknown, next: () => Promise<void>) => {
      if (!isContext(context)) return next()
      entry.onRequest?.(context.req.raw)
      const handle = entry.routes.get(context.req.path)
      return handle === undefined ? next() : responseOf(await handle(askOf(context)))
    })
    return true
  },

  pass([context, next], gate) {
    if (!isContext(context) || typeof next !== 'function') return undefined
    const result = gate(askOf(context)).then((verdict) => {
      if (verdict.kind === 'refused') return responseOf(verdict.answer)
      for (const [name, value] of Object.entries(verdict.found)) context.set(name, value)
      return go(verdict, () => next())
    })
    return { result }
  },
}

interface Context {
  readonly req: { readonly raw: Request; readonly path: string; arrayBuffer(): Promise<ArrayBuffer> }
  set(name: string, value: unknown): void
}

function isContext(value: unknown): value is Context {
  return (
    hasMethods(value, 'set', 'header') &&
    isRequest(member(member(value, 'req'), 'raw')) &&
    typeof member(member(value, 'req'), 'path') === 'string'
  )
}

function askOf({ req }: Context): Ask {
  const ask = askOfFetch(req.raw, req.path)
  return {
    ...ask,
    async body(limit) {
      if (!req.raw.bodyUsed) return ask.body(limit)
      const bytes = new Uint8Array(await req.arrayBuffer())
      return bytes.length > limit ? { kind: 'too_large' } : { kind: 'bytes', bytes }
    },
  }
}
