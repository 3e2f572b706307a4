import type { IncomingMessage } from 'node:http'
import type { Context } from 'hono'
import { HonoBase } from 'hono/hono-base'
import { TrieRouter } from 'hono/router/trie-router'
import type { Network } from '../addresses/networks.ts'
import type { ClientInfo } from '../client-info.ts'
import { refusalOf, type StorageFailure, storageFailureOf } from '../database/failure.ts'
import { Refusal } from '../errors.ts'
import type { Caller, Identity } from '../identity.ts'
import { pointerToken } from '../json.ts'
import type { Log } from '../log.ts'
import { newIdentifier } from '../secrets/identifiers.ts'
import { wholeText } from '../whole-text.ts'
import type { World } from '../world.ts'
import { clientAddress } from './address.ts'
import { authorize } from './authorize.ts'
import { readBody } from './body.ts'
import { crossOrigin, preflight } from './cors.ts'
import { type Credentials, credentialsOf, schemeOf } from './credentials.ts'
import { type Lifetime, lifetimeOf } from './lifetime.ts'
import { asHtml, type Outgoing, outgoingOf, written } from './outgoing.ts'
import {
  type Failed,
  failedOf,
  internalProblem,
  internalTextError,
  oauthErrorOf,
  type Problem,
  problemOf,
  textErrorOf,
} from './problem.ts'
import { type CheckedCall, errorFormOf, type PageAnswer, type Route } from './route.ts'
import { securityHeaders } from './security-headers.ts'
import { eventsOf, streamOf } from './streamed.ts'
import type { Streams } from './streams.ts'
import { validate } from './validate.ts'

export interface EdgeOptions {
  readonly world: World
  readonly log: Log
  /** Authenticate credentials. @throws {Refusal} `token_invalid`, `token_unproven`, `token_revoked` */
  authenticate(credentials: Credentials, client: ClientInfo): Promise<Identity>
  /** Called for every refusal before it is answered, with the caller as far as it is known. */
  refused(refusal: Refusal, caller: Caller | ClientInfo, asked: Asked): Promise<void>
  /** Called when a route has been answered: the route by its place among the routes. */
  answered?(route: number, status: number, tookMs: number): void
  /** Answers a route within a span of its trace. */
  traced?(
    asked: {
      readonly id: string
      readonly method: string
      readonly path: string
      readonly header: (name: string) => string | undefined
    },
    answer: () => Promise<Response>,
  ): Promise<Response>
  /** The page for somebody in a browser to whom a route of pages cannot give what they asked for. */
  problemPage(failed: Failed, acceptLanguage: string | undefined): PageAnswer<number>
  /** Called when the storage failed. */
  storageFailed(failure: StorageFailure, error: unknown): void
  /** The open event streams, which end with their token. */
  readonly streams: Streams
  /** Origins whose pages may call the server (`https://app.example`). None by default. */
  readonly corsOrigins: ReadonlySet<string>
  /** The networks of the trusted proxies, whose forwarded headers are read. */
  readonly trustedProxies: readonly Network[]
  /** Whether browsers reach the server by https, so that it may send Strict-Transport-Security. */
  readonly secure: boolean
  /** Aborted when the server begins to stop. */
  readonly stopping: AbortSignal
}

/** The route of a request that was refused. */
export interface Asked {
  /** As it is described: `GET /v1/users/{id}`. */
  readonly route: string
  readonly isPublic: boolean
}

/** What node-server passes beside the request; absent where a test calls with a bare Request. */
interface Bindings {
  readonly incoming?: IncomingMessage
}
type EdgeContext = Context<{ Bindings: Bindings }>
type Edge = HonoBase<{ Bindings: Bindings }>

/**
 * Create the web application of the routes. Every request is authenticated, limited and validated before its handler is
 * called.
 */
export function createEdge(routes: readonly Route[], options: EdgeOptions): Edge {
  // The only router that takes a path as it is: the others ignore a slash at the end, or start more slowly.
  const edge: Edge = new HonoBase({ router: new TrieRouter() })
  const paths = new Map<string, Path>()
  for (const [place, route] of routes.entries()) {
    edge.on(route.method, honoPath(route.path), async (context) => {
      const beganMs = performance.now()
      const answer = () => answerRoute(context, route, options)
      const header = (name: string) => context.req.header(name)
      const response = await (options.traced?.({ ...namesOf(route), header }, answer) ?? answer())
      options.answered?.(place, response.status, performance.now() - beganMs)
      return response
    })
    const known = paths.get(route.path) ?? { pattern: patternOf(route.path), methods: [] }
    paths.set(route.path, { ...known, methods: [...known.methods, route.method] })
  }
  edge.notFound((context) => answerNoRoute(context, [...paths.values()], options))
  return edge
}

const namesOf = ({ id, method, path }: Route) => ({ id, method, path })

/** A path and the methods that it takes. */
interface Path {
  readonly pattern: RegExp
  readonly methods: readonly string[]
}

const honoPath = (path: string) => path.replaceAll(/\{(\w+)\}/g, ':$1')
const patternOf = (path: string) =>
  wholeText(new RegExp(path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')))

/** Answer OPTIONS, a method that the path does not take, or a path that does not exist. */
function answerNoRoute(context: EdgeContext, paths: readonly Path[], options: EdgeOptions): Response {
  const methods = paths
    .filter(({ pattern }) => pattern.test(context.req.path))
    .flatMap((path) => path.methods)
  if (methods.length === 0)
    return refuse(context, options, new Refusal('not_found', 'no route has this path'))
  if (context.req.method === 'OPTIONS') {
    const answer = preflight(context.req, methods, options.corsOrigins)
    return send(context, options, answer, newIdentifier('req', options.world))
  }
  const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ')
  const refusal = new Refusal('method_not_allowed', 'this path does not take this method')
  return refuse(context, options, refusal, { allow })
}

/** Answer a refusal of a request that has no route. */
function refuse(
  context: EdgeContext,
  options: EdgeOptions,
  refusal: Refusal,
  headers?: Record<string, string>,
): Response {
  const requestId = newIdentifier('req', options.world)
  // A browser asks for pages by name, and who mistypes an address reads one.
  const problem = context.req.header('accept')?.includes('text/html')
    ? pageOf(failedOf(refusal, requestId), context, options)
    : problemOf(refusal, requestId)
  return send(context, options, written(problem, headers), requestId)
}

async function answerRoute(context: EdgeContext, route: Route, options: EdgeOptions): Promise<Response> {
  const client: ClientInfo = {
    requestId: newIdentifier('req', options.world),
    address: clientAddress(
      context.env?.incoming?.socket.remoteAddress,
      (name) => context.req.header(name),
      options.trustedProxies,
    ),
    userAgent: context.req.header('user-agent')?.slice(0, 256),
  }
  const ours = client.requestId ?? ''
  const theirs = route.echoesRequestId ? context.req.header('x-request-id') : undefined
  const requestId = theirs !== undefined && requestIdForm.test(theirs) ? theirs : ours
  let actor: Caller | undefined
  try {
    if (options.stopping.aborted)
      throw new Refusal('stopping', 'this server is stopping', { retryAfterSeconds: 1 })
    if (route.access !== 'public') {
      const identity = await options.authenticate(credentialsOf(context.req), client)
      actor = { kind: 'caller', identity, client }
      authorize(identity, route.access, route)
    }
    const lifetime = lifetimeOf(context.req.raw, options.stopping)
    const answer = await route.handle(await callOf(context, route, client, actor, lifetime))
    if (answer.kind === 'page' && answer.refusal) {
      await recordRefusal(answer.refusal, route, actor ?? client, options)
    }
    const streaming = { asker: actor ?? client, lifetime, streams: options.streams }
    const outgoing =
      answer.kind === 'events'
        ? eventsOf(answer, context.req.raw.method === 'HEAD', streaming)
        : answer.kind === 'stream'
          ? streamOf(answer, streaming, options.log)
          : outgoingOf(answer)
    return send(context, options, outgoing, requestId)
  } catch (error) {
    const problem = await problemFor(error, context, route, actor ?? client, options)
    return send(context, options, written(problem), requestId)
  }
}

/** Limits come before work, so a body is read only of a caller who may send it. */
async function callOf(
  context: EdgeContext,
  route: Route,
  client: ClientInfo,
  actor: Caller | undefined,
  lifetime: Lifetime,
): Promise<CheckedCall> {
  const header = (name: string) => context.req.header(name)
  const params = route.params ? validate(route.params, context.req.param(), 'path') : undefined
  const query = validateQuery(context, route)
  const isLeftOut = route.bodyOptional === true && isWithoutBody(header)
  const read =
    route.body && !isLeftOut ? await readBody(context.req, context.env?.incoming, route) : undefined
  return {
    params,
    query,
    body: route.body ? validate(route.body, read?.content ?? {}, 'body') : undefined,
    bodyText: read?.text ?? '',
    get queryText() {
      const { url } = context.req
      const at = url.indexOf('?')
      return at < 0 ? '' : url.slice(at + 1)
    },
    actor,
    proof: route.proof ? { text: header('dpop'), path: route.path } : undefined,
    client,
    header,
    get signal() {
      return lifetime.signal
    },
  }
}

/** RFC 9112 section 6: a request without a length and a coding has no body. One that says what it is sent as is read. */
function isWithoutBody(header: (name: string) => string | undefined): boolean {
  if (header('content-type') !== undefined || header('transfer-encoding') !== undefined) return false
  return (header('content-length') ?? '0') === '0'
}

function validateQuery(context: EdgeContext, route: Route): unknown {
  if (!route.query) return undefined
  const query: Record<string, string> = {}
  for (const [name, values] of Object.entries(context.req.queries())) {
    if (values.length > 1) {
      const fault = { field: `/${pointerToken(name)}`, reason: 'stands more than once' }
      throw new Refusal('request_invalid', 'the query is not as it should be', { faults: [fault] })
    }
    query[name] = values[0] ?? ''
  }
  return validate(route.query, query, 'query')
}

async function problemFor(
  error: unknown,
  context: EdgeContext,
  route: Route,
  caller: Caller | ClientInfo,
  options: EdgeOptions,
): Promise<Problem> {
  const requestId = requestIdOf(caller)
  const form = errorFormOf(route)
  const refusal = refusalOf(error)
  if (refusal) {
    const failure = refusal === error ? undefined : storageFailureOf(error)
    if (failure) options.storageFailed(failure, error)
    await recordRefusal(refusal, route, caller, options)
    switch (form) {
      case 'oauth':
        return oauthErrorOf(refusal)
      case 'text':
        return textErrorOf(refusal, schemeOf(context.req))
      case 'page':
        return pageOf(failedOf(refusal, requestId), context, options)
      case 'problem':
        return problemOf(refusal, requestId, schemeOf(context.req))
    }
  }
  options.log.error('request_failed', error, { route: askedOf(route), requestId })
  if (form === 'page') return pageOf({ status: 500, code: 'internal', requestId }, context, options)
  return form === 'text' ? internalTextError : internalProblem(requestId)
}

function pageOf(failed: Failed, { req }: Pick<EdgeContext, 'req'>, options: EdgeOptions): Problem {
  const { status, html, headers } = options.problemPage(failed, req.header('accept-language'))
  return { status, headers: { ...asHtml, ...headers }, body: html }
}

/** A refusal that cannot be recorded is answered all the same, and told to the operator. */
async function recordRefusal(
  refusal: Refusal,
  route: Route,
  caller: Caller | ClientInfo,
  options: EdgeOptions,
): Promise<void> {
  const isPublic = route.access === 'public'
  await options.refused(refusal, caller, { route: askedOf(route), isPublic }).catch((why: unknown) => {
    options.log.error('record_failed', why, { route: askedOf(route), requestId: requestIdOf(caller) })
  })
}

/** What is sent back of a request is of bounded length, and nothing that means something in a log. */
const requestIdForm = wholeText(/[\x21-\x7e]{1,128}/)

const askedOf = ({ method, path }: Route) => `${method} ${path}`
const requestIdOf = (caller: Caller | ClientInfo) =>
  ('kind' in caller ? caller.client : caller).requestId ?? ''

/** The only place where a Response is made. To change one afterwards would cost as much as to make it. */
function send(context: EdgeContext, options: EdgeOptions, outgoing: Outgoing, requestId: string): Response {
  const { status, body } = outgoing
  const headers: Record<string, string> = {
    ...securityHeaders(options.secure),
    ...outgoing.headers,
    ...crossOrigin(context.req, outgoing.headers.vary, options.corsOrigins),
    'x-request-id': requestId,
  }
  if (options.stopping.aborted || status === 413) headers.connection = 'close'
  const { cookies = [] } = outgoing
  if (cookies.length === 0) return new Response(body, { status, headers })
  const repeated = new Headers(headers)
  for (const cookie of cookies) repeated.append('set-cookie', cookie)
  return new Response(body, { status, headers: repeated })
}
