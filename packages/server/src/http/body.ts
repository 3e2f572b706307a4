import type { IncomingMessage } from 'node:http'
import type { HonoRequest } from 'hono'
import { Refusal } from '../errors.ts'
import { parseExactJson, parseJson } from '../json.ts'
import type { Description } from './route.ts'

const defaultLimit = 64 * 1024
/** What the bodies of a route are sent as. */
export const bodyMediaTypes = {
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
  parameters: 'application/x-www-form-urlencoded',
  text: 'text/plain',
}

/** A request body, as text and parsed. */
export interface ReadBody {
  readonly text: string
  /** Parsed JSON, or a form's fields. */
  readonly content: unknown
}

/** Read and parse the body as the route describes it. */
export async function readBody(
  request: HonoRequest,
  incoming: IncomingMessage | undefined,
  route: Pick<Description, 'bodyType' | 'bodyLimit' | 'exactBody'>,
): Promise<ReadBody> {
  const wanted = bodyMediaTypes[route.bodyType ?? 'json']
  const sent = request.header('content-type')?.split(';', 1)[0]?.trim().toLowerCase()
  // A standard that sends text may not say what it is sent as (C2SP tlog-witness).
  if (sent !== wanted && route.bodyType !== 'text')
    throw new Refusal('media_type_unsupported', `send the body as ${wanted}`)
  // A body that was compressed would have to be unpacked before its size is known.
  const encoding = request.header('content-encoding')
  if (encoding && encoding !== 'identity')
    throw new Refusal('media_type_unsupported', 'send the body without content-encoding')

  const limit = route.bodyLimit ?? defaultLimit
  if (Number(request.header('content-length') ?? 0) > limit) throw tooLarge(limit)
  const bytes = incoming ? await readStream(incoming, limit) : new Uint8Array(await request.arrayBuffer())
  if (bytes.byteLength > limit) throw tooLarge(limit)

  const text = decode(bytes)
  if (route.bodyType === 'form') return { text, content: parseForm(text) }
  if (route.bodyType === 'text' || route.bodyType === 'parameters') return { text, content: text }
  return { text, content: (route.exactBody ? parseExactJson : parseJson)(text, 'the body') }
}

/**
 * Straight from the socket, so that a body without a length is stopped at the limit rather than held whole. By
 * events: an async iterator over the stream costs four times as much as a small body does otherwise.
 */
function readStream(incoming: IncomingMessage, limit: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.byteLength
      if (size <= limit) chunks.push(chunk)
      else reject(tooLarge(limit))
    })
    incoming.on('end', () =>
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size)),
    )
    incoming.on('close', () => {
      // Emitted after each body: only one that was cut off is refused.
      if (!incoming.readableEnded) reject(new Refusal('request_invalid', 'the body ended before its end'))
    })
  })
}

function tooLarge(limit: number): Refusal {
  return new Refusal('body_too_large', `the body may be ${limit} bytes at most`)
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw new Refusal('request_invalid', 'the body is not UTF-8')
  }
}

/** RFC 6749 section 3.2: a parameter must not stand twice, and one without a value counts as left out. */
function parseForm(text: string): Record<string, string> {
  const fields: Record<string, string> = Object.create(null)
  for (const [name, value] of new URLSearchParams(text)) {
    if (name in fields) throw new Refusal('request_invalid', 'a field stands more than once')
    if (value !== '') fields[name] = value
  }
  return { ...fields }
}
