import { jsonOf } from './json-text.ts'
import type { Problem } from './problem.ts'
import type { Answer } from './route.ts'

/** What is about to be sent, in plain parts. Header names are in lower case. */
export interface Outgoing {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Values of `Set-Cookie`, each a header of its own. */
  readonly cookies?: readonly string[] | undefined
  readonly body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null
}

export const asHtml = { 'content-type': 'text/html; charset=utf-8' }

/** What a handler has answered. Events and streams are begun by `streamed.ts`. */
export function outgoingOf(answer: Exclude<Answer, { kind: 'events' | 'stream' }>): Outgoing {
  switch (answer.kind) {
    case 'json':
      return {
        status: answer.status,
        headers: { 'content-type': 'application/json', ...answer.headers },
        cookies: answer.cookies,
        body: jsonOf(answer.body),
      }
    case 'empty':
      return { status: answer.status, headers: answer.headers ?? {}, cookies: answer.cookies, body: null }
    case 'page':
      return {
        status: answer.status,
        headers: { ...asHtml, ...answer.headers },
        cookies: answer.cookies,
        body: answer.html,
      }
    case 'text': {
      const { status, text: body, contentType = 'text/plain; charset=utf-8' } = answer
      return { status, headers: { 'content-type': contentType }, body }
    }
    case 'file':
      return { status: answer.bytes ? 200 : 304, headers: answer.headers, body: answer.bytes ?? null }
  }
}

export function written({ status, headers, body }: Problem, more: Record<string, string> = {}): Outgoing {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return { status, headers: { ...headers, ...more }, body: text }
}
