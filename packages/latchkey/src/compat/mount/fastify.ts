import type { Answer } from './exchange.ts'
import { type Framework, go, hasMethods, member, type Verdict } from './exchange.ts'
import { askOfNode, isNodeRequest, isNodeResponse } from './node.ts'

/** Fastify 5: routes in a plugin of their own, whose parsers of bodies are ours; the middleware is a `preHandler`. */
export const fastify: Framework = {
  mount(app, entry) {
    if (!hasMethods(app, 'register', 'addHook', 'route', 'addContentTypeParser')) return undefined
    const { onRequest } = entry
    if (onRequest !== undefined) {
      // Middlewares of Nest are hooks that run before those of ours; the server itself comes before all of them.
      const server = member(app, 'server')
      if (hasMethods(server, 'prependListener')) server.prependListener('request', onRequest)
      // Requests that are injected pass by no server.
      app.addHook('onRequest', (request: unknown, _reply: unknown, done: () => void) => {
        const raw = member(request, 'raw')
        if (isNodeRequest(raw)) onRequest(raw)
        done()
      })
    }
    app.register(async (scope: unknown) => {
      if (!hasMethods(scope, 'removeAllContentTypeParsers', 'addContentTypeParser', 'all')) return
      // Within this plugin only: the stream goes unread to the code that reads it for every framework.
      scope.removeAllContentTypeParsers()
      scope.addContentTypeParser('*', (_request: unknown, _stream: unknown, done: (error: null) => void) =>
        done(null),
      )
      for (const [path, handle] of entry.routes) {
        const answer = async (request: unknown, reply: unknown) => {
          const raw = member(request, 'raw')
          if (!isNodeRequest(raw) || !isReply(reply)) throw new TypeError('this is no request of fastify')
          return send(reply, await handle(askOfNode(raw, undefined, path)))
        }
        // A Content-Type that is none Fastify refuses itself; of what a route reads, the route decides.
        const errorHandler = (error: unknown, request: unknown, reply: unknown) => {
          if (member(error, 'code') === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return answer(request, reply)
          throw error
        }
        scope.all(path, { errorHandler }, answer)
      }
    })
    return true
  },

  pass([request, reply, done], gate) {
    const raw = member(request, 'raw')
    if (!isNodeRequest(raw) || !isReply(reply)) return undefined
    const settled = (verdict: Verdict): void => {
      if (verdict.kind === 'refused') return void (reply.sent || send(reply, verdict.answer))
      Object.assign(request as object, verdict.found) // it has `raw`
      // Whoever awaits has nothing to be surrounded.
      if (typeof done === 'function') go(verdict, () => done())
    }
    const passing = gate(askOfNode(raw, () => member(request, 'body')))
    if (typeof done !== 'function') return { result: held(reply, passing).then(settled) }
    passing.then(settled, (error: unknown) => done(error))
    return { result: undefined }
  },
}

/**
 * The verdict, before which nothing but an error is sent: a hook that does not await its protector lets the route answer
 * before anybody has looked at the request.
 */
function held(reply: Reply, passing: Promise<Verdict>): Promise<Verdict> {
  const send = reply.send
  reply.send = () => send.call(reply, new TypeError('a protector was called in a hook and not awaited'))
  return passing.finally(() => {
    reply.send = send
  })
}

interface Reply {
  code(status: number): unknown
  headers(headers: Readonly<Record<string, string>>): unknown
  send(body: Buffer | Error): unknown
  readonly sent?: boolean
}

function isReply(value: unknown): value is Reply {
  return hasMethods(value, 'code', 'headers', 'send') && isNodeResponse(member(value, 'raw'))
}

function send(reply: Reply, { status, headers, body }: Answer): unknown {
  reply.code(status)
  reply.headers(status === 413 ? { ...headers, connection: 'close' } : headers)
  // To the type of a text Fastify would add a charset.
  return reply.send(Buffer.from(body))
}
