import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  Server,
  type ServerResponse,
} from 'node:http'
import { Server as HttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'

/** A listener of node:http. An app of Express is one. */
export type Listener = (request: IncomingMessage, response: ServerResponse) => unknown

/** An app under test, by the shape that its framework gives it. */
export type AskedApp =
  | Listener
  | Server
  | HttpsServer
  | ((request: Request) => Response | Promise<Response>)
  | FetchApp
  | InjectApp
  | CallbackApp
  | ServerApp

/** Hono, and whatever is served by its `fetch`. */
export interface FetchApp {
  fetch(request: Request): Response | Promise<Response>
}

/** An app of Fastify, as far as it is asked. */
export interface InjectApp {
  inject(options: {
    method: InjectMethod
    url: string
    headers: Record<string, string>
    payload?: Buffer
  }): PromiseLike<{
    readonly statusCode: number
    readonly headers: Readonly<Record<string, number | string | readonly string[] | undefined>>
    readonly rawPayload: Uint8Array
  }>
}

type InjectMethod = 'DELETE' | 'GET' | 'HEAD' | 'OPTIONS' | 'PATCH' | 'POST' | 'PUT'

/** An app of Koa, as far as it is asked. */
export interface CallbackApp {
  callback(): Listener
}

/** Nest, once it was initialized. */
export interface ServerApp {
  getHttpServer(): Server | HttpsServer
}

type Ask = (request: Request) => Promise<Response>

/** How this app is asked. A TypeError for what is no app. */
export function prepareAsk(app: AskedApp): Ask {
  if (app instanceof Server || app instanceof HttpsServer) return askServer(app)
  if (typeof app === 'function' && !('inject' in app)) {
    // Functions from Request to Response take one thing, or none; listeners take the answer too.
    return app.length < 2
      ? async (request) => (app as (request: Request) => Response | Promise<Response>)(request)
      : (request) => askListener(app as Listener, request)
  }
  if (typeof app === 'object' && app !== null) {
    if ('inject' in app && typeof app.inject === 'function') return (request) => askInject(app, request)
    if ('callback' in app && typeof app.callback === 'function') {
      const listener = app.callback()
      return (request) => askListener(listener, request)
    }
    if ('getHttpServer' in app && typeof app.getHttpServer === 'function')
      return askServer(app.getHttpServer())
    if ('fetch' in app && typeof app.fetch === 'function') return async (request) => app.fetch(request)
  }
  throw new TypeError('an app is a listener, a server, or what a framework of docs/testing.md makes')
}

/** By its listeners and not by its address, so that one that speaks TLS needs no certificate that anybody believes. */
function askServer(server: Server | HttpsServer): Ask {
  return (request) => askListener((incoming, response) => server.emit('request', incoming, response), request)
}

/** On a socket of loopback for one request, so that what the app gets is what Node gives it. */
async function askListener(listener: Listener, request: Request): Promise<Response> {
  const server = createServer((incoming, response) => void listener(incoming, response))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  try {
    return await send(server.address() as AddressInfo, request) // it listens on TCP
  } finally {
    // It takes nobody else; the connection of now goes on until its answer is read.
    server.close()
  }
}

async function send({ port }: AddressInfo, request: Request): Promise<Response> {
  const body = Buffer.from(await request.arrayBuffer())
  request.signal.throwIfAborted()
  const { pathname, search, host } = new URL(request.url)
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      {
        host: '127.0.0.1',
        port,
        method: request.method,
        path: pathname + search,
        agent: false,
        headers: { host, ...Object.fromEntries(request.headers), 'content-length': body.length },
      },
      (incoming) => resolve(responseOf(incoming)),
    )
    outgoing.on('error', reject)
    request.signal.addEventListener('abort', () => outgoing.destroy(request.signal.reason))
    outgoing.end(body)
  })
}

function responseOf(incoming: IncomingMessage): Response {
  const headers = new Headers()
  for (let i = 0; i < incoming.rawHeaders.length; i += 2) {
    headers.append(incoming.rawHeaders[i]!, incoming.rawHeaders[i + 1]!) // names and values take turns
  }
  const status = incoming.statusCode ?? 0
  if (hasNoBody(status)) incoming.resume()
  return new Response(hasNoBody(status) ? null : (Readable.toWeb(incoming) as ReadableStream), {
    status,
    headers,
  })
}

async function askInject(app: InjectApp, request: Request): Promise<Response> {
  const payload = Buffer.from(await request.arrayBuffer())
  request.signal.throwIfAborted()
  const { pathname, search, host } = new URL(request.url)
  const answer = await app.inject({
    // Fastify refuses a method that it does not know.
    method: request.method as InjectMethod,
    url: pathname + search,
    headers: { host, ...Object.fromEntries(request.headers) },
    ...(payload.length > 0 && { payload }),
  })
  const headers = new Headers()
  for (const [name, value] of Object.entries(answer.headers)) {
    for (const one of [value ?? []].flat()) headers.append(name, String(one))
  }
  const { statusCode: status } = answer
  return new Response(hasNoBody(status) ? null : Buffer.from(answer.rawPayload), { status, headers })
}

/** A Response of one of these must not have a body (Fetch Standard, section 2.2.3). */
function hasNoBody(status: number): boolean {
  return status === 204 || status === 205 || status === 304
}
