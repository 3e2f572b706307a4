import { wholeText } from '../whole-text.ts'

const normalizedMethod = wholeText(/delete|get|head|options|post|put/i)

/** A request that is sent with one token, and with a second one where its body can be read again. */
export interface Outgoing {
  readonly method: string
  readonly url: URL
  /** False once its body is a stream: that can be sent once. */
  readonly isRepeatable: boolean
  /** Send it with these headers added. */
  send(credentials: Readonly<Record<string, string>>): Promise<Response>
}

type Input = Parameters<typeof fetch>[0]
type Init = Parameters<typeof fetch>[1]

/** @throws {TypeError} if the URL is invalid, or the request has an Authorization header of its own. */
export function prepareOutgoing(fetch: typeof globalThis.fetch, input: Input, init: Init): Outgoing {
  const request = typeof input === 'object' && !(input instanceof URL) ? input : undefined
  const { location } = globalThis as { location?: { readonly href: string } } // in pages and workers
  const url = new URL(request?.url ?? String(input), location?.href)
  const headers = new Headers(init?.headers ?? request?.headers)
  if (headers.has('authorization')) {
    throw new TypeError('the client writes the Authorization header; use fetch itself to send another')
  }
  const body = init?.body ?? null
  return {
    method: normalized(init?.method ?? request?.method ?? 'GET'),
    url,
    isRepeatable: isKept(body) && (body !== null || request === undefined || isEmpty(request)),
    send(credentials) {
      const authorized = new Headers(headers)
      for (const [name, value] of Object.entries(credentials)) authorized.set(name, value)
      return fetch(request ?? url, { ...init, headers: authorized })
    },
  }
}

/** The method as it will be sent (Fetch Standard, section 2.2.1): only these six are put into capitals. */
function normalized(method: string): string {
  return normalizedMethod.test(method) ? method.toUpperCase() : method
}

/** Whether a Request has no body. A body is always a stream here; where there are no streams, the method decides. */
function isEmpty({ body, method }: Request): boolean {
  return body === null || method === 'GET' || method === 'HEAD'
}

/** Whether a body can be read again (Fetch Standard, section 5.1); any other is a stream. */
function isKept(body: unknown): boolean {
  return (
    body === null ||
    typeof body === 'string' ||
    body instanceof ArrayBuffer ||
    ArrayBuffer.isView(body) ||
    body instanceof URLSearchParams ||
    body instanceof Blob ||
    body instanceof FormData
  )
}
