import type { GenericSchema, InferOutput } from 'valibot'
import type { Identity, Kind } from '../identity.ts'

/** Where a request came from, for the log. */
export interface Origin {
  readonly requestId: string
  /** The client's address as the edge saw it, through as many trusted proxies as are configured. */
  readonly address: string
  readonly userAgent: string | undefined
}

export interface Public {
  readonly kind: 'public'
}
export interface Bearer {
  readonly kind: 'bearer'
  readonly scope?: string
  readonly callers?: readonly Kind[]
}
/** Who may call a route. A route says it in one place; the edge enforces it before the handler runs. */
export type Access = Public | Bearer

export const anyone: Public = { kind: 'public' }

/** A caller with a valid token, holding `scope` where one is named, being one of `callers` where they are named. */
export function bearer(scope?: string, ...callers: Kind[]): Bearer {
  return { kind: 'bearer', ...(scope && { scope }), ...(callers.length > 0 && { callers }) }
}

/** What a handler is given: everything checked, nothing left to parse. */
export interface Call<Params, Query, Body, Caller> {
  readonly params: Params
  readonly query: Query
  readonly body: Body
  readonly caller: Caller
  readonly origin: Origin
  /** Headers by lower-case name, for the few routes whose standard puts arguments there. */
  header(name: string): string | undefined
  /** Aborted when the client goes away or the server stops; for events also when the caller's token is over. */
  readonly signal: AbortSignal
}

/** One server-sent event. `data` is sent as JSON. */
export interface ServerSentEvent {
  readonly id?: string
  readonly event?: string
  readonly data: unknown
}

/** What a handler answers. The edge turns it into a response. */
export type Answer =
  | {
      readonly kind: 'json'
      readonly status: number
      readonly body: unknown
      readonly headers?: Readonly<Record<string, string>>
    }
  | {
      readonly kind: 'empty'
      readonly status: 204 | 202
      readonly headers?: Readonly<Record<string, string>>
    }
  | {
      readonly kind: 'page'
      readonly status: number
      readonly html: string
      readonly headers?: Readonly<Record<string, string>>
    }
  /** Without bytes where what the caller has is still what there is (RFC 9110 section 15.4.5). */
  | {
      readonly kind: 'file'
      readonly bytes: Uint8Array<ArrayBuffer> | undefined
      readonly headers: Readonly<Record<string, string>>
    }
  | { readonly kind: 'events'; readonly events: AsyncIterable<ServerSentEvent> }

export function json(body: unknown, status = 200, headers?: Readonly<Record<string, string>>): Answer {
  return { kind: 'json', status, body, ...(headers && { headers }) }
}
export function created(body: unknown): Answer {
  return { kind: 'json', status: 201, body }
}
export const done: Answer = { kind: 'empty', status: 204 }

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** A route as the edge sees it, its types already spent. */
export interface Route {
  readonly method: Method
  /** With parameters in braces, as OpenAPI writes them: `/v1/devices/{uid}`. */
  readonly path: string
  /** The part of the product it belongs to, for the documentation. */
  readonly tag: string
  /** One sentence. */
  readonly summary: string
  readonly access: Access
  readonly params?: GenericSchema
  readonly query?: GenericSchema
  readonly body?: GenericSchema
  /** What the body is sent as; `form` only where a standard says so (RFC 6749). */
  readonly bodyType?: 'json' | 'form'
  /** Bytes; 64 KiB unless the route says more. */
  readonly bodyLimit?: number
  /** Problem details everywhere but where RFC 6749 section 5.2 fixes another body. */
  readonly errors?: 'problem' | 'oauth'
  /** Whether what it answers is bound to the key that a header `DPoP` proves (RFC 9449 section 5). */
  readonly takesProof?: boolean
  /** The status and shape of what it answers when all is well. */
  readonly answers: Readonly<Record<number, { readonly description: string; readonly body?: GenericSchema }>>
  handle(call: Call<unknown, unknown, unknown, Identity | undefined>): Promise<Answer>
}

type Output<Schema> = Schema extends GenericSchema ? InferOutput<Schema> : undefined

interface Definition<
  A extends Access,
  P extends GenericSchema | undefined,
  Q extends GenericSchema | undefined,
  B extends GenericSchema | undefined,
> extends Omit<Route, 'handle' | 'access' | 'params' | 'query' | 'body'> {
  readonly access: A
  readonly params?: P
  readonly query?: Q
  readonly body?: B
  handle(
    call: Call<Output<P>, Output<Q>, Output<B>, A extends { kind: 'bearer' } ? Identity : undefined>,
  ): Promise<Answer>
}

/**
 * Describe a route. Its schemas give the validation, the types of the handler's arguments, and the OpenAPI
 * document, so that the three cannot disagree.
 */
export function route<
  const A extends Access,
  P extends GenericSchema | undefined = undefined,
  Q extends GenericSchema | undefined = undefined,
  B extends GenericSchema | undefined = undefined,
>(definition: Definition<A, P, Q, B>): Route {
  // The edge calls `handle` only with what these very schemas let through and with the caller `access` demands.
  return definition as unknown as Route
}
