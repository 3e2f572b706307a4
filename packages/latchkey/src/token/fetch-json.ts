import { parseJson } from '#platform'
import { TokenError } from './errors.ts'
import type { JsonObject } from './json.ts'

export interface FetchLimits {
  /** Seconds for the whole answer. */
  readonly timeout: number
  readonly maxBytes: number
  readonly fetch: typeof fetch
}

type FetchedJson =
  | { readonly kind: 'document'; readonly document: JsonObject; readonly headers: Headers }
  | { readonly kind: 'unchanged'; readonly headers: Headers }

/**
 * GET one JSON object from a server that might be slow, broken or hostile: bounded in time and in bytes, no
 * redirect followed, nothing but 200 (or 304, where an ETag was sent) accepted.
 *
 * @throws {Error} otherwise; its message names the URL, what was expected and what came.
 */
export async function fetchJson(url: URL, limits: FetchLimits, etag?: string): Promise<FetchedJson> {
  try {
    return await fetchUnnamed(url, limits, etag)
  } catch (error) {
    throw new Error(`${url}: ${reasonOf(error, limits)}`, { cause: error })
  }
}

/** Whether a fetch failed because the server did not answer in time, rather than at once. */
export function isTimeout(error: unknown): boolean {
  return error instanceof Error && (error.name === 'TimeoutError' || isTimeout(error.cause))
}

function reasonOf(error: unknown, { timeout }: FetchLimits): string {
  if (isTimeout(error)) return `no answer within ${timeout} s`
  if (error instanceof TokenError) return 'the answer is not one JSON object'
  if (!(error instanceof Error)) return 'the request failed'
  // What Node's fetch says of itself is "fetch failed"; why, is in its cause.
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}

async function fetchUnnamed(
  url: URL,
  { timeout, maxBytes, fetch }: FetchLimits,
  etag: string | undefined,
): Promise<FetchedJson> {
  const response = await fetch(url, {
    headers: { accept: 'application/json', ...(etag === undefined ? {} : { 'if-none-match': etag }) },
    // Whoever can make the server redirect could otherwise choose the keys that we trust.
    redirect: 'manual',
    // Who asks again has to hear what is there now, and a browser would repeat what it heard. An edge runtime without
    // such a memory may throw for the option that it does not have.
    ...('cache' in Request.prototype && { cache: 'no-store' }),
    signal: AbortSignal.timeout(timeout * 1000),
  })
  if (response.status === 304 && etag !== undefined) {
    await response.body?.cancel()
    return { kind: 'unchanged', headers: response.headers }
  }
  if (response.status !== 200) {
    await response.body?.cancel()
    throw new Error(`expected status 200, and ${response.status} came`)
  }
  const bytes = await readAll(response, maxBytes)
  return { kind: 'document', document: parseJson(bytes), headers: response.headers }
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
