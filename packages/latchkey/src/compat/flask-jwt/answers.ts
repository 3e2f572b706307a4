import type { Answer } from '../mount/exchange.ts'
import { dumps } from '../pyjwt/python-json.ts'

/** A response of JSON as Flask's `jsonify` writes it: members sorted by name, ASCII only, with a line feed at the end. */
export function jsonify(
  value: Readonly<Record<string, unknown>>,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const body = `${dumps(sorted(value))}\n`
  return { status, headers: { ...headers, 'content-type': 'application/json' }, body }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) {
    return value
  }
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]))
}

/** The pages of Werkzeug for what Flask refuses before Flask-JWT sees it. */
const pages = {
  400: ['Bad Request', 'The browser (or proxy) sent a request that this server could not understand.'],
  405: ['Method Not Allowed', 'The method is not allowed for the requested URL.'],
  413: ['Request Entity Too Large', 'The data value transmitted exceeds the capacity limit.'],
} as const

export function page(status: keyof typeof pages, headers: Readonly<Record<string, string>> = {}): Answer {
  const [title, text] = pages[status]
  return {
    status,
    headers: { ...headers, 'content-type': 'text/html; charset=utf-8' },
    body: `<!doctype html>\n<html lang=en>\n<title>${status} ${title}</title>\n<h1>${title}</h1>\n<p>${text}</p>\n`,
  }
}
