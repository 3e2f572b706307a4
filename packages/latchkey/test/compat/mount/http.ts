import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'

export interface Reply {
  readonly url: string
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** What the text is as JSON; undefined where it is not. */
  readonly json: unknown
}

export interface Sending {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  /** As JSON. */
  readonly json?: unknown
  /** As a form. */
  readonly form?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array | FormData
}

export type Send = (path: string, sending?: Sending) => Promise<Reply>

/** Send requests over a socket. One with a body is a POST. */
export function sendTo(origin: string): Send {
  return async (path, { method, headers = {}, json, form, body }: Sending = {}) => {
    const content =
      json !== undefined
        ? { body: JSON.stringify(json), type: 'application/json' }
        : form !== undefined
          ? { body: String(new URLSearchParams(form)), type: 'application/x-www-form-urlencoded' }
          : { body: typeof body === 'string' ? Buffer.from(body) : body }
    const response = await fetch(`${origin}${path}`, {
      method: method ?? (content.body === undefined ? 'GET' : 'POST'),
      headers: { ...('type' in content ? { 'content-type': content.type } : {}), ...headers },
      ...(content.body === undefined ? {} : { body: content.body as RequestInit['body'] & {} }), // bytes of any buffer
      redirect: 'error',
    })
    const text = await response.text()
    return { url: response.url, status: response.status, headers: response.headers, text, json: jsonOf(text) }
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Listen on a port of the system's choice until the test ends; the origin. */
export async function listen(t: TestContext, server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}` // it listens on TCP
}

/** A node:http server with these listeners, which `put` puts something into. */
export async function startNode(
  t: TestContext,
  listener: RequestListener,
  put: (server: Server) => void,
): Promise<Send> {
  const server = createServer(listener)
  put(server)
  return sendTo(await listen(t, server))
}

/** A token's claims, without asking whether it is good. */
export function claimsOf(token: unknown): Record<string, unknown> {
  if (typeof token !== 'string') throw new TypeError('there is no token')
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>
}

export const aSecret = 'a secret of thirty-two characters'
