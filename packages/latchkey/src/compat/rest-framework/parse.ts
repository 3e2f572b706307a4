import { isAscii } from 'node:buffer'
import type { Ask } from '../mount/exchange.ts'
import { BodyTooLarge, ParseError, UnsupportedMediaType } from './exceptions.ts'
import { jsonError } from './json-error.ts'
import { isBoundary, parseMultipart } from './multipart.ts'
import { matches, mediaType } from './negotiation.ts'
import { JsonNumber } from './numbers.ts'

/** What Django REST framework's three standard parsers read: JSON, a form, a form in parts. */
export async function parse(ask: Ask, limit: number): Promise<unknown> {
  const body = await ask.body(limit)
  if (body.kind === 'too_large') throw new BodyTooLarge()
  if (body.kind === 'broken') throw new ParseError('The request body ended early.')
  if (body.kind === 'parsed') return body.value
  const { bytes } = body
  if (bytes.length === 0) return {}
  const type = ask.header('content-type') ?? ''
  const media = mediaType(type)
  if (matches('application/json', media)) return parseJson(bytes, media.parameters.get('charset'))
  if (matches('application/x-www-form-urlencoded', media)) {
    const form = Buffer.from(bytes).toString()
    checkCount(form, '&')
    return Object.fromEntries(new URLSearchParams(form))
  }
  if (!matches('multipart/form-data', media)) throw new UnsupportedMediaType(type)
  if (!isAscii(Buffer.from(type))) {
    throw new ParseError(`Multipart form parse error - Invalid non-ASCII Content-Type in multipart: ${type}`)
  }
  const boundary = media.parameters.get('boundary')
  if (boundary === undefined || !isBoundary(boundary)) {
    throw new ParseError(`Multipart form parse error - Invalid boundary in multipart: ${boundary ?? 'None'}`)
  }
  checkCount(Buffer.from(bytes).toString('latin1'), `--${boundary}`)
  return parseMultipart(bytes, boundary)
}

/** Django's limit. More cost much to take apart, and no form has them. */
const maxFields = 1000

function checkCount(form: string, separator: string): void {
  let at = -1
  for (let fields = 0; fields <= maxFields; fields++) {
    at = form.indexOf(separator, at + 1)
    if (at === -1) return
  }
  throw new ParseError('The number of fields exceeds the limit.')
}

/** The types of the standard library lack the third argument, which Node has had since version 21. */
const parseWithSource = JSON.parse as (
  text: string,
  reviver: (name: string, value: unknown, context: { readonly source?: string }) => unknown,
) => unknown

function parseJson(bytes: Uint8Array, charset: string | undefined): unknown {
  const text = decode(bytes, charset)
  try {
    return parseWithSource(text, (_name, value, { source }) =>
      typeof value === 'number' ? new JsonNumber(source ?? String(value)) : value,
    )
  } catch {
    throw new ParseError(`JSON parse error - ${jsonError(text) ?? 'Expecting value'}`)
  }
}

/** The text of these bytes. A charset that nobody knows is UTF-8, as in Django. */
function decode(bytes: Uint8Array, charset = 'utf-8'): string {
  const name = charset.toLowerCase().replaceAll('_', '-')
  // For a TextDecoder this would be windows-1252.
  if (['latin-1', 'latin1', 'iso-8859-1', 'iso8859-1', 'l1'].includes(name))
    return Buffer.from(bytes).toString('latin1')
  try {
    // For a TextDecoder this too would be windows-1252.
    if (['ascii', 'us-ascii'].includes(name) && !isAscii(bytes)) throw new TypeError('not ASCII')
    return decoderOf(name).decode(bytes)
  } catch {
    throw new ParseError(`JSON parse error - '${name}' codec can't decode the body`)
  }
}

function decoderOf(name: string): TextDecoder {
  // Python's name begins with a byte order mark, which says of what it begins.
  const options = { fatal: true, ignoreBOM: name !== 'utf-16' }
  try {
    return new TextDecoder(
      name === 'utf-16-le' || name === 'utf-16-be' ? name.replace('16-', '16') : name,
      options,
    )
  } catch {
    return new TextDecoder('utf-8', options)
  }
}
