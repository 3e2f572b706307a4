import type { GenericSchema, InferOutput } from 'valibot'
import type { ClientInfo } from '../client-info.ts'
import type { Refusal } from '../errors.ts'
import type { Caller, Kind } from '../identity.ts'
import type { Permission } from '../permissions.ts'
import type { RefusalCode } from '../refusal-codes.ts'
import type { PresentedProof } from './credentials.ts'
import type { Written } from './schema.ts'

/** Who may call a route that is not public: callers with the permission and of one of the kinds, if they are given. */
export interface ForCallers {
  readonly permission?: Permission
  readonly kinds?: readonly Kind[]
}
export type Access = 'public' | ForCallers

/** Every caller with a valid token. The verb authorizes them by their relation. */
export const anyCaller: ForCallers = {}

/** The validated request, as every handler gets it. */
export interface Call<Params = unknown, Query = unknown, Body = unknown> {
  readonly params: Params
  readonly query: Query
  readonly body: Body
  /** The query as it was sent, for a standard that has words of its own for one that is wrong; empty where there is none. */
  readonly queryText: string
  /** The body as it was sent, for what is stored byte for byte; empty where there is none. */
  readonly bodyText: string
  readonly client: ClientInfo
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

type Headers = Readonly<Record<string, string>>

export interface JsonAnswer<Status extends number = number, Body = unknown> {
  readonly kind: 'json'
  readonly status: Status
  readonly body: Body
  readonly headers?: Headers | undefined
  /** Values of `Set-Cookie`. */
  readonly cookies?: readonly string[]
}
export interface EmptyAnswer<Status extends number = number> {
  readonly kind: 'empty'
  readonly status: Status
  readonly headers?: Headers | undefined
  readonly cookies?: readonly string[]
}
export interface PageAnswer<Status extends number = number> {
  readonly kind: 'page'
  readonly status: Status
  readonly html: string
  readonly headers?: Headers | undefined
  readonly cookies?: readonly string[]
  /** What the page says in its own words. The edge records it as if it had been thrown. */
  readonly refusal?: Refusal | undefined
}
/** A line or a few, in a form that a standard fixes. */
export interface TextAnswer<Status extends number = number> {
  readonly kind: 'text'
  readonly status: Status
  readonly text: string
  /** `text/plain; charset=utf-8` if not given. */
  readonly contentType?: string
}
/** Without bytes if the file of the caller is up to date (304, RFC 9110 section 15.4.5). */
export interface FileAnswer {
  readonly kind: 'file'
  readonly bytes: Uint8Array<ArrayBuffer> | undefined
  readonly headers: Headers
}
export interface EventsAnswer {
  readonly kind: 'events'
  readonly events: AsyncIterable<ServerSentEvent>
}

/** A file that is made while it is sent, and is never whole in memory. It ends early, with an error, when the token of its caller ends. */
export interface StreamAnswer {
  readonly kind: 'stream'
  readonly chunks: AsyncIterable<string>
  readonly headers: Headers
}

/** The answer of a handler. The edge makes the response of it. */
export type Answer =
  | JsonAnswer
  | EmptyAnswer
  | PageAnswer
  | TextAnswer
  | FileAnswer
  | StreamAnswer
  | EventsAnswer

export function json<const Status extends number, Body>(
  status: Status,
  body: Body,
  headers?: Headers,
): JsonAnswer<Status, Body> {
  return { kind: 'json', status, body, ...(headers && { headers }) }
}
export function ok<Body>(body: Body, headers?: Headers): JsonAnswer<200, Body> {
  return json(200, body, headers)
}
export function created<Body>(body: Body, headers?: Headers): JsonAnswer<201, Body> {
  return json(201, body, headers)
}
export function plain<const Status extends number>(
  status: Status,
  text: string,
  contentType?: string,
): TextAnswer<Status> {
  return { kind: 'text', status, text, ...(contentType !== undefined && { contentType }) }
}
export const done: EmptyAnswer<204> = { kind: 'empty', status: 204 }
export const accepted: EmptyAnswer<202> = { kind: 'empty', status: 202 }

/** The content of one status: JSON of a schema, a page, a file, server-sent events, or nothing. */
export interface Described {
  readonly description: string
  readonly body?: GenericSchema
  readonly type?: 'page' | 'text' | 'file' | 'events'
  /** Headers of this answer that a client is meant to read, by name, with what they say. */
  readonly headers?: Readonly<Record<string, string>>
}
export type Answers = Readonly<Record<number, Described>>

/** What a handler may answer by what its route declares: another status, or a body that lacks a member, does not compile. */
type AnswerOf<A extends Answers> = {
  [Status in keyof A & number]: A[Status] extends { readonly type: 'page' }
    ? PageAnswer<Status>
    : A[Status] extends { readonly type: 'text' }
      ? TextAnswer<Status>
      : A[Status] extends { readonly type: 'file' }
        ? FileAnswer | StreamAnswer
        : A[Status] extends { readonly type: 'events' }
          ? EventsAnswer
          : A[Status] extends { readonly body: infer Schema extends GenericSchema }
            ? JsonAnswer<Status, Written<InferOutput<Schema>>>
            : EmptyAnswer<Status>
}[keyof A & number]

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** The description of a route. The edge enforces it, and the OpenAPI document is generated from it. */
export interface Description {
  /** What client generators call the operation: `listUsers`. */
  readonly id: string
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
  /**
   * What the body is sent as; others than `json` only where a standard says so (RFC 6749, C2SP tlog-witness). `parameters` is a form as
   * text, whose route has words of its own for one that is wrong.
   */
  readonly bodyType?: 'json' | 'form' | 'parameters' | 'text'
  /** Whether a request may come without a body, which is then an empty one. */
  readonly bodyOptional?: boolean
  /** Bytes; 64 KiB unless the route says more. */
  readonly bodyLimit?: number
  /** Whether what the body says is stored or sent on: a number or a member that would be changed is refused. */
  readonly exactBody?: boolean
  /**
   * Where RFC 6749 section 5.2 fixes another body than problem details, or the Authorization API 1.0 (section 10.1.2) a line of
   * text; there a media type that is not supported is a 400. See {@link errorFormOf} for all others.
   */
  readonly errors?: 'oauth' | 'text'
  /** Whether the answer bears the `X-Request-ID` of the request, if it has one, in place of ours (Authorization API 1.0). */
  readonly echoesRequestId?: boolean
  /** Whether somebody who acts as a person may ask for it. What does not say so is refused to them. */
  readonly acting?: boolean
  /** Whether programs may ask for it: API keys, and applications that people let in. What does not say so is refused to them. */
  readonly apiKeys?: boolean
  /** Whether what it answers is bound to the key that a header `DPoP` proves (RFC 9449 section 5). */
  readonly proof?: boolean
  /** Each status and shape that it answers when all is well. */
  readonly answers: Answers
  /** Why its verb may refuse, beside what the edge refuses by the rest of the description. */
  readonly refuses?: readonly RefusalCode[]
}

/** In what form a route says that something failed: where it gives pages to people, as a page. */
export function errorFormOf({ errors, answers }: Pick<Description, 'errors' | 'answers'>): ErrorForm {
  if (errors !== undefined) return errors
  const types = Object.values(answers).map(({ type }) => type)
  return types.includes('page') && !types.includes(undefined) ? 'page' : 'problem'
}
export type ErrorForm = 'problem' | 'oauth' | 'text' | 'page'

/** What the edge hands over: a call with the caller where the route is not public, and the proof where it takes one. */
export interface CheckedCall extends Call {
  readonly actor: Caller | undefined
  readonly proof: PresentedProof | undefined
}

/** A route as the edge uses it, without the types of its handler. */
export interface Route extends Description {
  handle(call: CheckedCall): Promise<Answer>
}

/** A route that has not been given its part yet; see {@link serve}. */
export interface RouteFor<Served> extends Description {
  readonly handle: (served: Served, call: CheckedCall) => Promise<Answer>
}

type Output<Schema> = Schema extends GenericSchema ? InferOutput<Schema> : undefined

interface Definition<
  Served,
  A extends Access,
  P extends GenericSchema | undefined,
  Q extends GenericSchema | undefined,
  B extends GenericSchema | undefined,
  Proof extends boolean,
  Answered extends Answers,
> extends Omit<Description, 'access' | 'params' | 'query' | 'body' | 'proof' | 'answers'> {
  readonly access: A
  readonly params?: P
  readonly query?: Q
  readonly body?: B
  readonly proof?: Proof
  readonly answers: Answered
  handle(
    served: Served,
    call: Call<Output<P>, Output<Q>, Output<B>> & {
      readonly actor: A extends 'public' ? undefined : Caller
      readonly proof: Proof extends true ? PresentedProof : undefined
    },
  ): Promise<AnswerOf<Answered>>
}

/**
 * Describe the routes that serve `Served`: `const route = routesFor<Users>()`, then one exported constant a route. The
 * schemas give the validation, the types of the handler's arguments, what it may answer, and the OpenAPI document, so that
 * the four cannot disagree.
 */
export function routesFor<Served>() {
  return <
    const A extends Access,
    const Answered extends Answers,
    P extends GenericSchema | undefined = undefined,
    Q extends GenericSchema | undefined = undefined,
    B extends GenericSchema | undefined = undefined,
    const Proof extends boolean = false,
  >(
    definition: Definition<Served, A, P, Q, B, Proof, Answered>,
  ): RouteFor<Served> =>
    // The edge calls `handle` only with what these very schemas let through and with the caller that `access` names.
    definition as unknown as RouteFor<Served>
}

/** Bind the routes to the part that they serve. */
export function serve<Served>(served: Served, routes: readonly RouteFor<Served>[]): Route[] {
  return routes.map((route) => ({ ...route, handle: (call) => route.handle(served, call) }))
}
