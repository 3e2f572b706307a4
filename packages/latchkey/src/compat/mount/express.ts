import { type Framework, hasMethods, member } from './exchange.ts'
import { askOfNode, isNodeRequest, isNodeResponse, route, settle } from './node.ts'

/** Express 4 and 5: an app or a Router. Its middlewares are called as those of node:http. */
export const express: Framework = {
  mount(app, entry) {
    if (typeof app !== 'function' || !hasMethods(app, 'use', 'handle', 'route')) return undefined
    app.use((request: unknown, response: unknown, next: (error?: unknown) => void) => {
      if (isNodeRequest(request) && isNodeResponse(response)) route(entry, request, response, next)
      else next()
    })
    // A body parser of the app that stands before us refuses in its own words what it cannot read; for our
    // paths we say it. Four parameters make this a handler of errors.
    app.use((error: unknown, request: unknown, response: unknown, next: (error?: unknown) => void) => {
      if (!isNodeRequest(request) || !isNodeResponse(response)) return next(error)
      const body = unreadBody(error)
      const ask = askOfNode(request)
      const handle = entry.routes.get(ask.path)
      if (body === undefined || handle === undefined) return next(error)
      settle(async () => handle({ ...ask, body: async () => body }), response, next)
    })
    return true
  },
  pass: () => undefined,
}

/** The errors of `body-parser`, by their types: the text is in the error. */
function unreadBody(error: unknown) {
  const text = member(error, 'body')
  if (member(error, 'type') === 'entity.too.large') return { kind: 'too_large' } as const
  return member(error, 'type') === 'entity.parse.failed' && typeof text === 'string'
    ? ({ kind: 'bytes', bytes: Buffer.from(text) } as const)
    : undefined
}
