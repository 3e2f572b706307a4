import { IncomingMessage, type ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import {
  type Answer,
  type Ask,
  type Body,
  type Entry,
  type Framework,
  go,
  hasMethods,
  member,
  type Verdict,
} from './exchange.ts'

/** A `node:http` Server: the listeners that it has by now come behind ours. */
export const node: Framework = {
  mount(app, entry) {
    if (!hasMethods(app, 'listeners', 'removeAllListeners', 'on', 'listen', 'address')) return undefined
    const behind = app.listeners('request') as ((...args: unknown[]) => unknown)[] // what EventEmitter gives
    app.removeAllListeners('request')
    app.on('request', (request: unknown, response: unknown) => {
      if (!isNodeRequest(request) || !isNodeResponse(response)) return
      route(entry, request, response, (error) => {
        // Without a framework there is nobody to hand an error to; Node ends the process, as for any other.
        if (error !== undefined) throw error
        if (behind.length === 0) write(response, { status: 404, headers: {}, body: '' })
        for (const listener of behind) listener.call(app, request, response)
      })
    })
    return true
  },

  pass([request, response, next], gate) {
    if (!isNodeRequest(request) || !isNodeResponse(response) || typeof next !== 'function') return undefined
    const settled = (verdict: Verdict): void => {
      if (verdict.kind === 'refused') {
        write(response, verdict.answer)
        return
      }
      Object.assign(request, verdict.found)
      go(verdict, () => next())
    }
    // What comes behind throws for itself: to call `next` for that again would run it twice.
    gate(askOfNode(request)).then(settled, (error: unknown) => next(error))
    return { result: undefined }
  },
}

type Next = (error?: unknown) => void

/** Answer a request to one of the routes; hand on any other. */
export function route(
  entry: Entry,
  request: IncomingMessage,
  response: ServerResponse,
  next: Next,
  parsed?: () => unknown,
): void {
  entry.onRequest?.(request)
  const ask = askOfNode(request, parsed)
  const handle = entry.routes.get(ask.path)
  if (handle === undefined) next()
  else settle(async () => handle(ask), response, next)
}

/** Write the answer when it is there. */
export function settle(answer: () => Promise<Answer>, response: ServerResponse, next: Next): void {
  answer().then((made) => write(response, made), next)
}

function write(response: ServerResponse, { status, headers, body }: Answer): void {
  if (response.headersSent) return
  // A client that sends more than is read gets no second request through.
  const closing = status === 413 ? { connection: 'close' } : {}
  response.writeHead(status, { ...headers, ...closing, 'content-length': Buffer.byteLength(body) }).end(body)
}

export function askOfNode(
  request: IncomingMessage,
  parsed: () => unknown = () => member(request, 'body'),
  path = pathOf(request.url ?? '/'),
): Ask {
  return {
    method: request.method ?? 'GET',
    path,
    query: queryOf(request.url ?? '/'),
    source: request,
    header(name) {
      // Node keeps one line of some headers in `headers`. Two credentials must not look like one.
      const lines = request.headersDistinct?.[name] ?? request.headers[name]
      return Array.isArray(lines) ? lines.join(name === 'cookie' ? '; ' : ',') : lines
    },
    body: (limit) => bodyOf(request, parsed, limit),
  }
}

function pathOf(url: string): string {
  const end = url.search(/[?#]/)
  return end === -1 ? url : url.slice(0, end)
}

function queryOf(url: string): string {
  const [before = ''] = url.split('#', 1)
  const mark = before.indexOf('?')
  return mark === -1 ? '' : before.slice(mark + 1)
}

async function bodyOf(request: Readable, parsed: () => unknown, limit: number): Promise<Body> {
  if (request.readableDidRead) return bodyOfParser(parsed())
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      const bytes = Buffer.from(chunk as Uint8Array) // no encoding is set, so chunks are bytes
      length += bytes.length
      if (length > limit) return { kind: 'too_large' }
      chunks.push(bytes)
    }
  } catch {
    return { kind: 'broken' }
  }
  return { kind: 'bytes', bytes: Buffer.concat(chunks) }
}

/** Parsers of text and of bytes leave those; a parser that did not care left nothing. */
function bodyOfParser(value: unknown): Body {
  if (value === undefined) return { kind: 'bytes', bytes: new Uint8Array() }
  if (typeof value === 'string') return { kind: 'bytes', bytes: Buffer.from(value) }
  return value instanceof Uint8Array ? { kind: 'bytes', bytes: value } : { kind: 'parsed', value }
}

export function isNodeRequest(value: unknown): value is IncomingMessage {
  // Tools that inject requests bring their own class.
  return (
    value instanceof IncomingMessage ||
    (hasMethods(value, 'iterator', 'on') &&
      typeof member(value, 'headers') === 'object' &&
      typeof member(value, 'url') === 'string')
  )
}

export function isNodeResponse(value: unknown): value is ServerResponse {
  return hasMethods(value, 'writeHead', 'setHeader', 'end')
}
