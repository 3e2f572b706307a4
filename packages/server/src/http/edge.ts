import type { IncomingMessage } from 'node:http'
import { type Context, Hono } from 'hono'
import { Refusal } from '../errors.ts'
import { newIdentifier } from '../identifiers.ts'
import type { Identity } from '../identity.ts'
import type { Log } from '../log.ts'
import type { World } from '../world.ts'
import { clientAddress } from './address.ts'
import { readBody } from './body.ts'
import { allowOrigin, preflight } from './cors.ts'
import { eventStream } from './events.ts'
import { internalProblem, oauthErrorOf, type Problem, problemOf } from './problem.ts'
import type { Access, Answer, Origin, Route } from './route.ts'
import { securityHeaders } from './security-headers.ts'
import { validate } from './validate.ts'

export interface EdgeOptions {
  readonly world: World
  readonly log: Log
  /** Who a bearer token names, or a Refusal: `token_invalid`, `token_revoked`. */
  authenticate(token: string, origin: Origin): Promise<Identity>
  /** Origins whose pages may call us (`https://app.example`). None by default. */
  readonly corsOrigins: ReadonlySet<string>
  /** How many proxies in front of us write X-Forwarded-For. */
  readonly trustedProxies: number
  /** Whether browsers reach us by https, so that they may be told to insist on it. */
  readonly secure: boolean
  /** Aborted when the server begins to stop. */
  readonly stopping: AbortSignal
}

/** What node-server passes beside the request; absent where a test calls with a bare Request. */
interface Bindings {
  readonly incoming?: IncomingMessage
}
type EdgeContext = Context<{ Bindings: Bindings }>

/** A web application from routes: every request is limited, validated and authenticated before a handler sees it. */
export function createEdge(routes: readonly Route[], options: EdgeOptions): Hono<{ Bindings: Bindings }> {
  const edge = new Hono<{ Bindings: Bindings }>()
  const paths = new Map<string, Path>()
  for (const route of routes) {
    edge.on(route.method, honoPath(route.path), (context) => answerRoute(context, route, options))
    const known = paths.get(route.path) ?? { pattern: patternOf(route.path), methods: [] }
    paths.set(route.path, { ...known, methods: [...known.methods, route.method] })
  }
  edge.notFound((context) => answerNoRoute(context, [...paths.values()], options))
  return edge
}

/** A path and the methods that it takes. */
interface Path {
  readonly pattern: RegExp
  readonly methods: readonly string[]
}

const honoPath = (path: string) => path.replaceAll(/\{(\w+)\}/g, ':$1')
const patternOf = (path: string) =>
  new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`)

/** OPTIONS, a method that the path does not take, or a path that does not exist: apart, so that routes cost nothing for it. */
function answerNoRoute(context: EdgeContext, paths: readonly Path[], options: EdgeOptions): Response {
  const methods = paths
    .filter(({ pattern }) => pattern.test(context.req.path))
    .flatMap((path) => path.methods)
  const requestId = newIdentifier('req', options.world)
  if (methods.length === 0) {
    const refusal = new Refusal('not_found', 'no route has this path')
    return finish(context, options, toResponse(problemOf(refusal, requestId)))
  }
  if (context.req.method === 'OPTIONS') {
    return finish(context, options, preflight(context.req.raw, methods, options.corsOrigins))
  }
  const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ')
  const refusal = new Refusal('method_not_allowed', 'this path does not take this method')
  return finish(context, options, toResponse(problemOf(refusal, requestId), { allow }))
}

async function answerRoute(context: EdgeContext, route: Route, options: EdgeOptions): Promise<Response> {
  const origin: Origin = {
    requestId: newIdentifier('req', options.world),
    address: clientAddress(
      context.env?.incoming,
      context.req.header('x-forwarded-for'),
      options.trustedProxies,
    ),
    userAgent: context.req.header('user-agent')?.slice(0, 256),
  }
  try {
    if (options.stopping.aborted)
      throw new Refusal('stopping', 'this server is stopping', { retryAfterSeconds: 1 })
    const caller = await callerOf(context, route.access, origin, options)
    const params = route.params ? validate(route.params, context.req.param(), 'path') : undefined
    const query = validateQuery(context, route)
    const body = route.body
      ? validate(route.body, await readBody(context.req, context.env?.incoming, route), 'body')
      : undefined
    const header = (name: string) => context.req.header(name)
    const call = {
      params,
      query,
      body,
      caller,
      origin,
      header,
      // Made only for those who look: an AbortSignal a request costs more than most handlers.
      get signal() {
        return AbortSignal.any([context.req.raw.signal, options.stopping])
      },
    }
    return finish(context, options, respond(await route.handle(call), options.stopping), origin)
  } catch (error) {
    return finish(context, options, toResponse(problemFor(error, route, origin, options)), origin)
  }
}

async function callerOf(context: EdgeContext, access: Access, origin: Origin, options: EdgeOptions) {
  if (access.kind === 'public') return undefined
  const header = context.req.header('authorization')
  if (header === undefined) throw new Refusal('token_missing', 'send a token as Authorization: Bearer')
  // RFC 9110 section 11.1: the scheme's name has no case. RFC 6750 section 2.1: one blank, then b64token.
  const token = /^bearer +([\w\-.~+/]+=*)$/i.exec(header)?.[1]
  if (token === undefined)
    throw new Refusal('token_missing', 'the Authorization header holds no bearer token')
  const identity = await options.authenticate(token, origin)
  if (access.callers && !access.callers.includes(identity.kind)) {
    throw new Refusal('kind_not_allowed', `this is for callers of kind ${access.callers.join(' or ')}`)
  }
  if (access.scope && !identity.scopes.has(access.scope)) {
    throw new Refusal('permission_missing', `this needs the permission ${access.scope}`)
  }
  return identity
}

function validateQuery(context: EdgeContext, route: Route): unknown {
  if (!route.query) return undefined
  const query: Record<string, string> = {}
  for (const [name, values] of Object.entries(context.req.queries())) {
    if (values.length > 1) {
      const fault = { field: `/${name.slice(0, 64)}`, reason: 'stands more than once' }
      throw new Refusal('request_invalid', 'the query is not as it should be', { faults: [fault] })
    }
    query[name] = values[0] ?? ''
  }
  return validate(route.query, query, 'query')
}

function respond(answer: Answer, signal: AbortSignal): Response {
  switch (answer.kind) {
    case 'json':
      return Response.json(answer.body, { status: answer.status, headers: answer.headers ?? {} })
    case 'empty':
      return new Response(null, { status: answer.status })
    case 'page':
      return new Response(answer.html, {
        status: answer.status,
        headers: { 'content-type': 'text/html; charset=utf-8', ...answer.headers },
      })
    case 'file':
      return new Response(answer.bytes ?? null, { status: answer.bytes ? 200 : 304, headers: answer.headers })
    case 'events':
      return eventStream(answer.events, signal)
  }
}

function problemFor(error: unknown, route: Route, origin: Origin, options: EdgeOptions): Problem {
  if (error instanceof Refusal) {
    return route.errors === 'oauth' ? oauthErrorOf(error) : problemOf(error, origin.requestId)
  }
  options.log.error('request_failed', error, {
    route: `${route.method} ${route.path}`,
    requestId: origin.requestId,
  })
  return internalProblem(origin.requestId)
}

function toResponse({ status, headers, body }: Problem, more: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { ...headers, ...more } })
}

function finish(context: EdgeContext, options: EdgeOptions, response: Response, origin?: Origin): Response {
  const { headers } = response
  for (const [name, value] of securityHeaders(options.secure))
    if (!headers.has(name)) headers.set(name, value)
  if (origin) headers.set('x-request-id', origin.requestId)
  if (options.stopping.aborted || response.status === 413) headers.set('connection', 'close')
  allowOrigin(context.req.raw, headers, options.corsOrigins)
  return response
}
