import type { Ask } from '../mount/exchange.ts'
import { isPlainObject } from '../pyjwt/python-json.ts'
import { strip } from '../python/text.ts'

/** What a request to `/auth` brought: two texts, something else, or nothing that Flask would have read. */
type Credentials =
  | { readonly kind: 'credentials'; readonly username: string; readonly password: string }
  | { readonly kind: 'other' }
  | { readonly kind: 'page'; readonly status: 400 | 413 }

/** Read a JSON object that has the two members and no third: Flask-JWT counts them. */
export async function readCredentials(
  ask: Ask,
  limit: number,
  usernameKey: string,
  passwordKey: string,
): Promise<Credentials> {
  const body = await ask.body(limit)
  if (body.kind === 'too_large') return { kind: 'page', status: 413 }
  if (body.kind === 'broken' || !isJson(ask.header('content-type'))) return { kind: 'page', status: 400 }
  const value = body.kind === 'parsed' ? body.value : parse(body.bytes)
  if (value === undefined) return { kind: 'page', status: 400 }
  if (!isPlainObject(value) || Object.keys(value).length !== 2) return { kind: 'other' }
  const [username, password] = [usernameKey, passwordKey].map((key) =>
    Object.hasOwn(value, key) ? value[key] : undefined,
  )
  return typeof username === 'string' && typeof password === 'string' && username !== '' && password !== ''
    ? { kind: 'credentials', username, password }
    : { kind: 'other' }
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}

/** Python's `json.loads` takes bytes in UTF-8 or UTF-16, with a byte order mark or without: JSON begins with ASCII. */
function encodingOf([first = 1, second = 1]: Uint8Array): string {
  if ((first === 0xff && second === 0xfe) || second === 0) return 'utf-16le'
  return (first === 0xfe && second === 0xff) || first === 0 ? 'utf-16be' : 'utf-8'
}

/** `application/json`, and what is built on it, as Werkzeug's `is_json`. */
function isJson(type = ''): boolean {
  const name = strip(type.split(/[;,]/, 1)[0] ?? '').toLowerCase()
  return name === 'application/json' || (name.startsWith('application/') && name.endsWith('+json'))
}
