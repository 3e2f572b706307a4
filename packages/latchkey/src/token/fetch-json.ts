import { parseJson } from '#platform'
import type { JsonObject } from './json.ts'

export interface FetchLimits {
  /** Seconds for the whole answer. */
  readonly timeout: number
  readonly maxBytes: number
  readonly fetch: typeof fetch
}

type FetchedJson<Document> =
  | { readonly kind: 'document'; readonly document: Document; readonly headers: Headers }
  | { readonly kind: 'unchanged'; readonly headers: Headers }

/**
 * GET one JSON object from a server that might be slow, broken or hostile: bounded in time and in bytes, no
 * redirect followed, nothing but 200 (or 304, where an ETag was sent) accepted. `read` makes of the object what is wanted.
 *
 * @throws {Error} otherwise; its message names the URL, what was expected and what came.
 */
export function fetchJson<Document>(
  url: URL,
  limits: FetchLimits,
  read: (document: JsonObject) => Document,
  etag?: string,
): Promise<FetchedJson<Document>> {
  return fetchDocument(url, limits, { accept: 'application/json', etag }, (bytes) => read(parse(bytes)))
}

/** As `fetchJson` for a text of this media type. */
export async function fetchText(url: URL, limits: FetchLimits, accept: string): Promise<string> {
  const fetched = await fetchDocument(url, limits, { accept }, (bytes) => new TextDecoder().decode(bytes))
  if (fetched.kind === 'unchanged') throw new Error(`${url}: expected status 200, and 304 came`)
  return fetched.document
}

async function fetchDocument<Document>(
  url: URL,
  { timeout, maxBytes, fetch }: FetchLimits,
  { accept, etag }: { readonly accept: string; readonly etag?: string | undefined },
  read: (bytes: Uint8Array) => Document,
): Promise<FetchedJson<Document>> {
  try {
    const response = await fetch(url, {
      headers: { accept, ...(etag && { 'if-none-match': etag }) },
      // Whoever can make the server redirect could otherwise choose the keys that we trust.
      redirect: 'manual',
      // Who asks again has to hear what is there now, and a browser would repeat what it heard. An edge runtime without
      // such a memory may throw for the option that it does not have.
      ...('cache' in Request.prototype && { cache: 'no-store' }),
      signal: AbortSignal.timeout(timeout * 1000),
    })
    const { status, headers } = response
    if (status === 200) {
      return { kind: 'document', document: read(await readAll(response, maxBytes)), headers }
    }
    await response.body?.cancel()
    if (status === 304 && etag !== undefined) return { kind: 'unchanged', headers }
    throw new Error(`expected status 200, and ${status} came`)
  } catch (error) {
    const { name, message, cause } = error as Error // nothing else is thrown here
    const reason = name === timedOut ? `no answer within ${timeout} s` : message
    // What Node's fetch says of itself is "fetch failed"; why, is in its cause.
    const why = cause instanceof Error ? `: ${cause.message}` : ''
    throw new Error(`${url}: ${reason}${why}`, { cause: error })
  }
}

function parse(bytes: Uint8Array): JsonObject {
  try {
    return parseJson(bytes)
  } catch {
    throw new Error('the answer is not one JSON object')
  }
}

/** What an AbortSignal calls the error of a fetch that took too long (DOM Standard, section 3.2.1). */
const timedOut = 'TimeoutError'

/** Whether a fetch failed because the server did not answer in time, rather than at once. */
export function isTimeout(error: Error | undefined): boolean {
  return (error?.cause as Error | undefined)?.name === timedOut // fetchJson says with what it failed
}

async function readAll(response: Response, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array<ArrayBuffer>[] = []
  let size = 0
  // A reader, for not every browser iterates over a stream.
  const reader = response.body?.getReader()
  for (let read = await reader?.read(); read?.value !== undefined; read = await reader?.read()) {
    size += read.value.length
    if (size > maxBytes) {
      await reader?.cancel()
      throw new Error(`the answer is longer than ${maxBytes} bytes`)
    }
    chunks.push(read.value)
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer())
}
