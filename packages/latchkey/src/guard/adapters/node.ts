import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Decide, Decision } from '../decider.ts'
import {
  createGuard as createCore,
  type Guard,
  type GuardOptions,
  type GuardState,
  type OptionalPolicy,
} from '../guard.ts'
import { asksFor, type MetadataDocument, type MetadataOptions } from '../metadata.ts'
import type { Policy } from '../policy.ts'
import type { Principal } from '../principal.ts'
import type { Refusal } from '../refusal.ts'
import { isPreflight, NodeRequest, type RawRequest } from '../request.ts'
import { setPrincipal } from './guarded-request.ts'

/** A request that a guard has let pass. */
export type Guarded<Auth = Principal, Request = IncomingMessage> = Request & { auth: Auth }

/** Middleware in the form that Express and connect have. */
export type Middleware = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void

/** A listener for the event `upgrade` of a server. */
export type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

/**
 * A listener for the event `upgrade` of a server, which calls `handler` for callers that fulfil the policy, to open a
 * WebSocket for example. The others are answered in HTTP, before anything is upgraded.
 */
export type Upgrade = (
  policy: Policy<IncomingMessage>,
  handler: (request: Guarded, socket: Duplex, head: Buffer) => unknown,
) => UpgradeListener

/** A guard for node:http. */
export interface NodeGuard {
  /** Middleware that rejects requests that fail the policy, and sets `request.auth` on the others. */
  required<Request = IncomingMessage>(policy?: Policy<Request>): Middleware
  /** As `required`, but lets requests without a token pass, with `request.auth` undefined. */
  optional<Request = IncomingMessage>(policy?: OptionalPolicy<Request>): Middleware
  /** A listener for `createServer` that calls `handler` for requests that fulfil the policy, and answers the others. */
  listener(
    policy: Policy<IncomingMessage>,
    handler: (request: Guarded, response: ServerResponse) => unknown,
  ): (request: IncomingMessage, response: ServerResponse) => void
  readonly upgrade: Upgrade
  /** Middleware that serves the metadata of this resource (RFC 9728), at its well-known place. */
  metadata(options?: MetadataOptions): Middleware
  state(): GuardState
  close(): void
}

/**
 * Build a guard for node:http, and for all frameworks that pass its request and response along.
 *
 * @example
 * const guard = createGuard({ issuer: 'https://id.example.com', audience: 'https://api.example.com' })
 * createServer(
 *   guard.listener({ scope: 'devices:view' }, (request, response) => response.end(request.auth.subject)),
 * ).listen(3000)
 *
 * @throws {TypeError} if an option is invalid.
 */
export function createGuard(options: GuardOptions = {}): NodeGuard {
  const core = createCore(options)
  return {
    required: (policy) => middleware(core.required(policy)),
    optional: (policy) => middleware(core.optional(policy)),
    listener(policy, handler) {
      const decide = core.required(policy)
      checkHandler(handler)
      return (request, response) => {
        if (isAnsweredPreflight(request, response)) return
        const decision = decide(new NodeRequest(request))
        // Without a framework there is nobody to hand an error to; Node ends the process, as for any other.
        if (decision instanceof Promise) {
          decision.then((made) => letIn(made, request, response) && handler(request as Guarded, response))
        } else if (letIn(decision, request, response)) handler(request as Guarded, response) // required: has auth
      }
    },
    upgrade: upgradeBy(core),
    metadata: (details) => metadataMiddleware(core.metadata(details)),
    state: () => core.state(),
    close: () => core.close(),
  }
}

function middleware(decide: Decide): Middleware {
  return (request, response, next) => {
    if (typeof next !== 'function')
      throw new TypeError('middleware is called with a request, a response and next')
    if (isAnsweredPreflight(request, response)) return
    const decision = decide(new NodeRequest(request))
    if (decision instanceof Promise) decision.then((made) => letIn(made, request, response) && next(), next)
    else if (letIn(decision, request, response)) next()
  }
}

/**
 * A preflight must not reach a handler that expects credentials. Middleware for CORS stands before the guard, and this
 * answer without CORS headers makes a browser stop.
 */
function isAnsweredPreflight(request: IncomingMessage, response: ServerResponse): boolean {
  if (request.method !== 'OPTIONS' || !isPreflight(new NodeRequest(request))) return false
  response.writeHead(204, { vary: 'origin, access-control-request-method' }).end()
  return true
}

/** Set `auth` on a request that may pass, and answer the others. */
function letIn(decision: Decision, request: IncomingMessage, response: ServerResponse): boolean {
  if (decision.kind === 'refused') {
    answer(response, decision.refusal)
    return false
  }
  for (const name in decision.headers) response.setHeader(name, decision.headers[name] ?? '')
  setPrincipal(request, decision.auth)
  return true
}

function answer(response: ServerResponse, { status, headers, text }: Refusal): void {
  response.writeHead(status, headers).end(text)
}

/** Answers where the document is asked for, and passes everything else on. */
export function metadataMiddleware(document: MetadataDocument): Middleware {
  return (request: RawRequest, response, next) => {
    if (asksFor(document, request.method ?? '', request.originalUrl ?? request.url ?? '')) {
      response.writeHead(200, document.headers).end(document.text)
    } else next()
  }
}

/** Make the `upgrade` of an adapter. */
export function upgradeBy(core: Guard): Upgrade {
  return (policy, handler) => {
    checkHandler(handler)
    return upgradeListener(core.required(policy), handler)
  }
}

function checkHandler(handler: unknown): void {
  if (typeof handler !== 'function') throw new TypeError('a policy is followed by a handler, a function')
}

function upgradeListener(
  decide: Decide,
  handler: (request: Guarded, socket: Duplex, head: Buffer) => unknown,
): UpgradeListener {
  return (raw, socket, head) => {
    // Nobody else listens yet, and a client that hangs up meanwhile must not end the process.
    const ignore = () => {}
    socket.on('error', ignore)
    const settle = (decision: Decision): void => {
      if (decision.kind === 'refused') {
        socket.end(written(decision.refusal))
        return
      }
      socket.off('error', ignore)
      setPrincipal(raw, decision.auth)
      handler(raw as Guarded, socket, head)
    }
    const decision = decide(new NodeRequest(raw))
    if (!(decision instanceof Promise)) {
      settle(decision)
      return
    }
    decision.then(settle, (error: unknown) => {
      socket.destroy()
      throw error
    })
  }
}

/** A refusal as HTTP/1.1: after `upgrade` there is no response object any more. */
function written({ status, headers, text }: Refusal): string {
  const lines = Object.entries({ ...headers, connection: 'close' }).map(
    ([name, value]) => `${name}: ${value}`,
  )
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('\r\n')}\r\n\r\n${text}`
}
