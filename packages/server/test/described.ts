import { safeParse } from 'valibot'
import { refusalsOf } from '../src/http/refusals.ts'
import { type ErrorForm, errorFormOf, type Route } from '../src/http/route.ts'
import type { RefusalCode } from '../src/refusal-codes.ts'

interface Given {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: unknown
}

/**
 * Every answer that a test gets is held to what its route declares: the status, the body by its schema, and of a refusal
 * the code. What the OpenAPI document says is then what the server does.
 */
export function requireDescribed(
  routes: readonly Route[],
  method: string,
  path: string,
  { status, headers, text, body }: Given,
): void {
  const route = routeOf(routes, method === 'HEAD' ? 'GET' : method, new URL(path, 'http://x').pathname)
  if (!route || method === 'HEAD') return
  const name = `${route.method} ${route.path}`
  const described = route.answers[status]
  if (described) {
    if (!described.body) return
    const result = safeParse(described.body, body)
    if (result.success) return
    const what = result.issues.map(
      ({ message, path }) => `${path?.map(({ key }) => key).join('.')}: ${message}`,
    )
    throw new Error(
      `${name} answers ${status} with another body than it declares: ${what.join('; ')}\n${text}`,
    )
  }
  // A file that the client has already, and what a standard fixes (RFC 6749 section 5.2), have codes of their own.
  if (status === 304 || route.errors === 'oauth') return
  const code = codeIn(errorFormOf(route), { headers, text, body })
  if (code === undefined) throw new Error(`${name} does not declare the status ${status}: ${text}`)
  if (code !== 'internal' && !refusalsOf(route).includes(code))
    throw new Error(`${name} refuses with ${code}, which it does not declare`)
}

type Code = RefusalCode | 'internal'

/** The code of a refusal in the form in which its route says it. */
function codeIn(form: ErrorForm, { headers, text, body }: Omit<Given, 'status'>): Code | undefined {
  const type = headers.get('content-type') ?? ''
  if (form === 'text') return /^(\w+): ./.exec(text)?.[1] as RefusalCode | undefined
  if (form === 'page' && type.startsWith('text/html')) return codeOnPage({ text })
  if (form !== 'problem' || !type.startsWith('application/problem+json')) return undefined
  return (body as { code?: Code }).code
}

/** The code of a refusal on its page. */
export function codeOnPage({ text }: Pick<Given, 'text'>): Code | undefined {
  return /<code>(\w+)<\/code>/.exec(text)?.[1] as Code | undefined
}

function routeOf(routes: readonly Route[], method: string, path: string): Route | undefined {
  const found = routes.filter((route) => route.method === method && patternOf(route.path).test(path))
  // `/v1/devices/claims` fits `/v1/devices/{uid}` as well: the one with fewer parameters is meant.
  return found.sort((a, b) => a.path.split('{').length - b.path.split('{').length)[0]
}

/** Every answer looks through the paths of all routes, which are the same in each application of a process. */
const patterns = new Map<string, RegExp>()

function patternOf(path: string): RegExp {
  const pattern =
    patterns.get(path) ?? new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`)
  patterns.set(path, pattern)
  return pattern
}
