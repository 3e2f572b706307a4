import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Principal } from '../principal.ts'
import { NodeRequest } from '../request.ts'
import type { FastifyReplyLike } from './fastify-reply.ts'
import { isGuarded } from './guarded-request.ts'

/** The part of Nest's ExecutionContext that a guard uses. */
export interface NestContext {
  /** `http`, `ws`, `graphql`, `rpc`. */
  getType(): string
  getClass(): object
  getHandler(): object
  getArgs?(): readonly unknown[]
  switchToHttp(): { getRequest(): unknown; getResponse(): unknown }
  switchToWs?(): { getClient(): unknown }
}

/** On Express that of node:http, on Fastify its own. */
export type NestReply = ServerResponse | FastifyReplyLike

/** The request that carries the credentials: on Express that of node:http, on Fastify one that holds it. */
export type NestRequest = (IncomingMessage | { readonly raw: IncomingMessage }) & {
  auth?: Principal | undefined
}

export function wasJudged(context: NestContext): boolean {
  const request = requestOf(context)
  return request !== undefined && isGuarded(request)
}

/** Requests by which clients have connected, where the client does not hold its own: those of the package `ws`. */
const connections = new WeakMap<object, IncomingMessage>()

/** Remember the request with which `client` has connected. */
export function rememberConnection(client: object, request: IncomingMessage): void {
  connections.set(client, request)
}

/** The request behind a call of any kind that is known here; undefined for another kind. */
export function requestOf(context: NestContext): NestRequest | undefined {
  switch (context.getType()) {
    case 'http':
      return asRequest(context.switchToHttp().getRequest())
    case 'graphql':
      return requestOfGraphql(context.getArgs?.()[2])
    case 'ws':
      return requestOfClient(context.switchToWs?.().getClient())
    default:
      return undefined
  }
}

/** Of the context of a query: `req` with Apollo, `reply` with Mercurius, `extra` with graphql-ws. */
function requestOfGraphql(context: unknown): NestRequest | undefined {
  const request = asRequest(memberOf(context, 'req'))
  if (request !== undefined) return request
  return (
    asRequest(memberOf(memberOf(context, 'reply'), 'request')) ??
    asRequest(memberOf(memberOf(memberOf(context, 'req'), 'extra'), 'request')) ??
    asRequest(memberOf(memberOf(context, 'extra'), 'request'))
  )
}

/** Of a socket.io client its own; of another, the one that `guard.connected` was told. */
function requestOfClient(client: unknown): NestRequest | undefined {
  if (typeof client !== 'object' || client === null) return undefined
  return asRequest(connections.get(client) ?? memberOf(client, 'request'))
}

function asRequest(request: unknown): NestRequest | undefined {
  return memberOf(request, 'rawHeaders') !== undefined || memberOf(request, 'raw') !== undefined
    ? (request as NestRequest) // nothing else has these
    : undefined
}

function memberOf(object: unknown, name: string): unknown {
  return typeof object === 'object' && object !== null ? (object as Record<string, unknown>)[name] : undefined
}

/**
 * The request as the authenticators read it. A browser cannot send a header with a WebSocket, so that a client of
 * socket.io may give its token as `auth: { token }` instead.
 */
export class NestGuardRequest extends NodeRequest {
  readonly #token: string | undefined

  constructor(request: NestRequest, context: NestContext) {
    const isHttp = context.getType() === 'http'
    super('rawHeaders' in request ? request : request.raw, isHttp ? request : context)
    this.#token = context.getType() === 'ws' ? tokenOf(context.switchToWs?.().getClient()) : undefined
  }

  override header(name: string): readonly string[] {
    const lines = super.header(name)
    return name === 'authorization' && this.#token !== undefined ? [...lines, `Bearer ${this.#token}`] : lines
  }
}

function tokenOf(client: unknown): string | undefined {
  const token = memberOf(memberOf(memberOf(client, 'handshake'), 'auth'), 'token')
  return typeof token === 'string' ? token : undefined
}
