import type { IncomingMessage } from 'node:http'
import type { Decide, Decision } from '../decider.ts'
import { createGuard as createCore, type Guard, type GuardOptions, type GuardState } from '../guard.ts'
import type { MetadataOptions } from '../metadata.ts'
import type { Principal as GuardPrincipal } from '../principal.ts'
import type { Refusal } from '../refusal.ts'
import { isPreflight } from '../request.ts'
import { send } from './fastify-reply.ts'
import { setPrincipal } from './guarded-request.ts'
import {
  type NestContext,
  NestGuardRequest,
  type NestReply,
  type NestRequest,
  rememberConnection,
  requestOf,
} from './nest-request.ts'
import { findRule, guardToken, metadata, type Rule } from './nest-rules.ts'
import { type Middleware, metadataMiddleware } from './node.ts'

export type { NestContext } from './nest-request.ts'
export { Auth, OptionalAuth, Public } from './nest-rules.ts'

/**
 * A guard for Nest 11, on Express and on Fastify: what `APP_GUARD` and `@UseGuards` take. It judges controllers,
 * GraphQL resolvers and WebSocket gateways.
 */
export interface NestGuard {
  canActivate(context: NestContext): boolean | Promise<boolean>
  /**
   * For `handleConnection` of a gateway whose clients do not hold their request, such as those of the package `ws`:
   * remembers it, so that messages can be judged.
   */
  connected(client: object, request: IncomingMessage): void
  /** For `app.use`: serves the metadata of this resource (RFC 9728), at its well-known place. */
  metadata(options?: MetadataOptions): Middleware
  state(): GuardState
  close(): void
}

/** A module that guards every route of an application; see `LatchkeyModule.forRoot`. */
export interface NestModule {
  readonly module: new () => object
  readonly global: true
  readonly providers: { provide: string; useValue: NestGuard }[]
  readonly exports: string[]
}

/** On a parameter: the principal, undefined for a caller without a token. */
export function Principal(): ParameterDecorator {
  return (target, method, index) => {
    const { getMetadata, defineMetadata } = metadata()
    // Where createParamDecorator of @nestjs/common writes, and in its form: a type of our own, and a factory.
    const place = '__routeArguments__'
    const known = getMetadata(place, target.constructor, method) ?? {}
    const factory = (_data: unknown, context: NestContext) => requestOf(context)?.auth
    const argument = { index, factory, data: undefined, pipes: [] }
    const all = { ...known, [`latchkey__customRouteArgs__:${index}`]: argument }
    defineMetadata(place, all, target.constructor, method)
  }
}

/** The principal, as `@Principal()` gives it to a handler. */
export type Principal = GuardPrincipal

/** The module that guards an application. */
// biome-ignore lint/complexity/noStaticOnlyClass: Nest knows a module by its class.
export class LatchkeyModule {
  /**
   * Guard every handler of the application: a token is needed wherever neither `@OptionalAuth` nor `@Public` stands.
   * Takes the options of `createGuard`, or a guard that it made.
   *
   * @throws {TypeError} if an option is invalid.
   */
  static forRoot(options: GuardOptions | NestGuard = {}): NestModule {
    const guard = 'canActivate' in options ? options : createGuard(options)
    return {
      module: LatchkeyModule,
      global: true,
      providers: [
        { provide: 'APP_GUARD', useValue: guard },
        { provide: guardToken, useValue: guard },
      ],
      exports: [guardToken],
    }
  }
}

/**
 * Build a guard to pass to `LatchkeyModule.forRoot`, for programs that also want its `metadata`, `state` or `connected`.
 *
 * @example
 * const guard = createGuard({ issuer: 'https://id.example.com', audience: 'https://api.example.com' })
 *
 * @Module({ imports: [LatchkeyModule.forRoot(guard)], controllers: [Devices] })
 * class App {}
 *
 * @throws {TypeError} if an option is invalid.
 */
export function createGuard(options: GuardOptions = {}): NestGuard {
  const core = createCore(options)
  const prepared = new Map<Rule, Prepared>()
  const known = new WeakMap<object, WeakMap<object, Prepared>>()

  function find(type: object, handler: object): Prepared {
    const rule = findRule(type, handler)
    const found = prepared.get(rule) ?? prepare(core, rule)
    prepared.set(rule, found)
    known.set(type, (known.get(type) ?? new WeakMap<object, Prepared>()).set(handler, found))
    return found
  }

  return {
    canActivate(context) {
      const [type, handler] = [context.getClass(), context.getHandler()]
      const decide = known.get(type)?.get(handler) ?? find(type, handler)
      return decide === 'public' ? true : activate(decide, context)
    },
    connected: rememberConnection,
    metadata: (details) => metadataMiddleware(core.metadata(details)),
    state: () => core.state(),
    close: () => core.close(),
  }
}

type Prepared = Decide | 'public'

function prepare(core: Guard, rule: Rule): Prepared {
  if (rule.kind === 'public') return 'public'
  return rule.kind === 'required' ? core.required(rule.policy) : core.optional(rule.policy)
}

function activate(decide: Decide, context: NestContext): boolean | Promise<boolean> {
  const source = requestOf(context)
  if (source === undefined) {
    throw new TypeError(
      `this guard finds no request behind a call of type ${context.getType()}: see docs/guards.md, or say @Public()`,
    )
  }
  const request = new NestGuardRequest(source, context)
  const isHttp = context.getType() === 'http'
  if (isHttp && isPreflight(request)) {
    return end(replyOf(context), 204, { vary: 'origin, access-control-request-method' })
  }
  const decision = decide(request)
  return decision instanceof Promise
    ? decision.then((made) => settle(made, source, context))
    : settle(decision, source, context)
}

function settle(decision: Decision, request: NestRequest, context: NestContext): boolean | Promise<boolean> {
  if (decision.kind === 'refused') return refuse(decision.refusal, context)
  const { headers } = decision
  if (headers !== undefined && context.getType() === 'http') {
    const reply = replyOf(context)
    if ('writeHead' in reply)
      for (const [name, value] of Object.entries(headers)) reply.setHeader(name, value)
    else reply.headers({ ...headers })
  }
  setPrincipal(request, decision.auth)
  return true
}

function refuse(refusal: Refusal, context: NestContext): boolean | Promise<boolean> {
  const { status, headers, text } = refusal
  if (context.getType() === 'http') return end(replyOf(context), status, headers, text)
  // Other fields of the query may be answered, so that the refusal is an error of this field.
  if (context.getType() === 'graphql') throw new GraphqlRefusal(refusal)
  // Nest sends the client an `exception`.
  return false
}

/** A refusal in the form that GraphQL servers pass on to the client: a message and `extensions`. */
class GraphqlRefusal extends Error {
  readonly extensions: Readonly<Record<string, unknown>>

  constructor({ status, body }: Refusal) {
    super(String(body.error_description))
    this.name = 'GraphqlRefusal'
    this.extensions = { code: graphqlCodes[status] ?? 'FORBIDDEN', ...body }
  }
}

/** The names that Apollo gives to these. */
const graphqlCodes: Readonly<Record<number, string>> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHENTICATED',
  404: 'NOT_FOUND',
  429: 'TOO_MANY_REQUESTS',
  503: 'SERVICE_UNAVAILABLE',
}

/**
 * The answer is sent, with all its headers. Nest would have a filter answer again, whether this gave false or threw; a
 * promise that never settles ends the matter, and is collected with the request.
 */
function end(
  reply: NestReply,
  status: number,
  headers: Readonly<Record<string, string>>,
  text?: string,
): Promise<boolean> {
  if ('writeHead' in reply) reply.writeHead(status, headers).end(text)
  else send(reply, status, headers, text)
  return new Promise<boolean>(() => {})
}

function replyOf(context: NestContext): NestReply {
  return context.switchToHttp().getResponse() as NestReply // of HTTP, and so one of the two
}
