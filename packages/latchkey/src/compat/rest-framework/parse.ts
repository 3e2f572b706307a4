import type { Ask } from '../mount/exchange.ts'
import { BodyTooLarge, ParseError, UnsupportedMediaType } from './exceptions.ts'
import { jsonError } from './json-error.ts'

/** What Django REST framework's three standard parsers read: JSON, a form, a form in parts. */
export async function parse(ask: Ask, limit: number): Promise<unknown> {
  const body = await ask.body(limit)
  if (body.kind === 'too_large') throw new BodyTooLarge()
  if (body.kind === 'broken') throw new ParseError('The request body ended early.')
  if (body.kind === 'parsed') return body.value
  const { bytes } = body
  if (bytes.length === 0) return {}
  const type = ask.header('content-type') ?? ''
  switch (type.split(';', 1)[0]?.trim().toLowerCase()) {
    case 'application/json':
      return parseJson(bytes)
    case 'application/x-www-form-urlencoded':
      return Object.fromEntries(new URLSearchParams(Buffer.from(bytes).toString()))
    case 'multipart/form-data':
      return parseParts(bytes, type)
    default:
      throw new UnsupportedMediaType(type)
  }
}

function parseJson(bytes: Uint8Array): unknown {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new ParseError("JSON parse error - 'utf-8' codec can't decode the body")
  }
  try {
    return JSON.parse(text)
  } catch {
    throw new ParseError(`JSON parse error - ${jsonError(text) ?? 'Expecting value'}`)
  }
}

async function parseParts(bytes: Uint8Array, type: string): Promise<unknown> {
  try {
    const form = await new Response(Buffer.from(bytes), { headers: { 'content-type': type } }).formData()
    return Object.fromEntries(form)
  } catch {
    throw new ParseError('Multipart form parse error - Invalid boundary in multipart: None')
  }
}
