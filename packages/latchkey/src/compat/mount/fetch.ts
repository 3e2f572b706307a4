import {
  type Answer,
  type Ask,
  type Body,
  type Entry,
  type Framework,
  go,
  hasMethods,
  member,
} from './exchange.ts'

/** An object with `fetch`, as Deno, Bun and workers export it. A middleware is called with the request and what comes behind. */
export const fetchHandler: Framework = {
  mount(app, entry) {
    if (!hasMethods(app, 'fetch')) return undefined
    const behind = app.fetch.bind(app)
    const fetch = (request: unknown, ...rest: unknown[]): unknown => {
      const answering = isRequest(request) ? routeOf(entry, request) : undefined
      return answering ?? behind(request, ...rest)
    }
    Object.assign(app, { fetch })
    return true
  },

  pass([request, next], gate) {
    if (!isRequest(request) || typeof next !== 'function') return undefined
    const result = gate(askOfFetch(request)).then((verdict) =>
      verdict.kind === 'refused' ? responseOf(verdict.answer) : go(verdict, () => next(verdict.found)),
    )
    return { result }
  },
}

function routeOf(entry: Entry, request: Request): Promise<Response> | undefined {
  entry.onRequest?.(request)
  const ask = askOfFetch(request)
  const handle = entry.routes.get(ask.path)
  return handle === undefined ? undefined : Promise.resolve(handle(ask)).then(responseOf)
}

export function responseOf({ status, headers, body }: Answer): Response {
  return new Response(body, { status, headers })
}

export function askOfFetch(request: Request, path = new URL(request.url).pathname): Ask {
  return {
    method: request.method,
    path,
    query: new URL(request.url).search.slice(1),
    source: request,
    header: (name) => request.headers.get(name) ?? undefined,
    body: (limit) => bodyOf(request, limit),
  }
}

export function isRequest(value: unknown): value is Request {
  return (
    typeof member(value, 'url') === 'string' &&
    typeof member(value, 'method') === 'string' &&
    hasMethods(member(value, 'headers'), 'get') &&
    hasMethods(value, 'arrayBuffer')
  )
}

async function bodyOf(request: Request, limit: number): Promise<Body> {
  if (request.bodyUsed || request.body === null) return { kind: 'bytes', bytes: new Uint8Array() }
  const chunks: Uint8Array[] = []
  let length = 0
  const reader = request.body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      length += value.length
      if (length > limit) {
        await reader.cancel()
        return { kind: 'too_large' }
      }
      chunks.push(value)
    }
  } catch {
    return { kind: 'broken' }
  }
  return { kind: 'bytes', bytes: Buffer.concat(chunks) }
}
