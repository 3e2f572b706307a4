import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Decide, Decision } from './decider.ts'
import { type FastifyReplyLike, send } from './fastify.ts'
import {
  createGuard as createCore,
  type Guard,
  type GuardOptions,
  type GuardState,
  type OptionalPolicy,
} from './guard.ts'
import type { MetadataOptions } from './metadata.ts'
import { type Middleware, metadataMiddleware } from './node.ts'
import type { Policy } from './policy.ts'
import type { Principal as GuardPrincipal } from './principal.ts'
import { isPreflight, NodeRequest } from './request.ts'

/** The part of Nest's ExecutionContext that a guard uses. */
export interface NestContext {
  getType(): string
  getClass(): object
  getHandler(): object
  switchToHttp(): { getRequest(): unknown; getResponse(): unknown }
}

/** A guard for Nest 11, on Express and on Fastify: what `APP_GUARD` and `@UseGuards` take. */
export interface NestGuard {
  canActivate(context: NestContext): boolean | Promise<boolean>
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
}

type Rule =
  | { readonly kind: 'required'; readonly policy: Policy<never> }
  | { readonly kind: 'optional'; readonly policy: OptionalPolicy<never> }
  | { readonly kind: 'public' }

type Place = string | symbol | undefined

// What the decorators said, by the class or prototype that they stood on, and the method (undefined: the class). No
// program can forge an entry, and nothing is written on anybody's functions.
const rules = new WeakMap<object, Map<Place, Rule>>()

/** On a controller or one of its methods: what callers must be, besides known. A method's own word counts. */
export function Auth<Request = never>(policy: Policy<Request> = {}): ClassDecorator & MethodDecorator {
  return decorator({ kind: 'required', policy })
}

/** On a controller or one of its methods: callers may bring no token; a bad one is refused. */
export function OptionalAuth<Request = never>(
  policy: OptionalPolicy<Request> = {},
): ClassDecorator & MethodDecorator {
  return decorator({ kind: 'optional', policy })
}

/** On a controller or one of its methods: everybody may come, and tokens are not read at all. */
export function Public(): ClassDecorator & MethodDecorator {
  return decorator({ kind: 'public' })
}

function decorator(rule: Rule): ClassDecorator & MethodDecorator {
  return (target: object, method?: string | symbol) => {
    const said = rules.get(target) ?? new Map<Place, Rule>()
    if (said.has(method)) throw new TypeError('one of @Auth, @OptionalAuth and @Public is enough')
    rules.set(target, said.set(method, rule))
  }
}

/** On a parameter: who is asking. */
export function Principal(): ParameterDecorator {
  return (target, method, index) => {
    const { getMetadata, defineMetadata } = Reflect as unknown as Metadata // reflect-metadata adds them
    if (getMetadata === undefined || defineMetadata === undefined) {
      throw new TypeError('Reflect has no metadata: load reflect-metadata first, as Nest does')
    }
    // Where createParamDecorator of @nestjs/common writes, and in its form: a type of our own, and a factory.
    const place = '__routeArguments__'
    const known: object = getMetadata(place, target.constructor, method) ?? {}
    const factory = (_data: unknown, context: NestContext) => authOf(context.switchToHttp().getRequest())
    const argument = { index, factory, data: undefined, pipes: [] }
    const all = { ...known, [`latchkey__customRouteArgs__:${index}`]: argument }
    defineMetadata(place, all, target.constructor, method)
  }
}

/** Who is asking, as `@Principal()` says in a handler. */
export type Principal = GuardPrincipal

interface Metadata {
  getMetadata?(place: string, target: object, method: string | symbol | undefined): object | undefined
  defineMetadata?(place: string, value: object, target: object, method: string | symbol | undefined): void
}

// biome-ignore lint/complexity/noStaticOnlyClass: Nest knows a module by its class.
export class LatchkeyModule {
  /**
   * Guard every route of the application: a token is needed wherever neither `@OptionalAuth` nor `@Public` stands.
   * Takes the options of `createGuard`, or a guard that it made.
   */
  static forRoot(options: GuardOptions | NestGuard = {}): NestModule {
    const guard = 'canActivate' in options ? options : createGuard(options)
    return { module: LatchkeyModule, global: true, providers: [{ provide: 'APP_GUARD', useValue: guard }] }
  }
}

/** A guard to pass to `LatchkeyModule.forRoot`, for those who also want `metadata` or `state`. */
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
      if (decide === 'public') return true
      if (context.getType() !== 'http') {
        throw new TypeError('this guard judges HTTP requests; say @Public() on other handlers')
      }
      return activate(decide, context)
    },
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

const tokenNeeded: Rule = { kind: 'required', policy: {} }

/** The nearest word: of the method, then of its class; from the class of the controller up to what it extends. */
function findRule(type: object, handler: object): Rule {
  const chain: object[] = []
  for (let one: unknown = type; typeof one === 'function' && one !== Function.prototype; ) {
    chain.push(one)
    one = Object.getPrototypeOf(one)
  }
  const prototypes = chain.map((one) => ('prototype' in one ? (one.prototype as object) : {}))
  // By name and not by function: a decorator that wraps the method must not make our word unheard.
  const names = new Set(prototypes.flatMap((one) => Reflect.ownKeys(one)))
  const methods = [...names].filter((name) => methodNamed(prototypes, name) === handler)
  if (methods.length === 0 && prototypes.some((one) => rules.has(one))) {
    // What was said of one method must not be forgotten because it is not known which.
    throw new TypeError(
      'this handler is no method of its controller, so what decorators said of it is not known',
    )
  }
  for (const prototype of prototypes) {
    for (const method of methods) {
      const rule = rules.get(prototype)?.get(method)
      if (rule !== undefined) return rule
    }
  }
  for (const one of chain) {
    const rule = rules.get(one)?.get(undefined)
    if (rule !== undefined) return rule
  }
  return tokenNeeded
}

function methodNamed(prototypes: readonly object[], name: string | symbol): unknown {
  const owner = prototypes.find((one) => Object.hasOwn(one, name))
  // A getter is not asked: it is not a handler.
  return owner === undefined ? undefined : Object.getOwnPropertyDescriptor(owner, name)?.value
}

function activate(decide: Decide, context: NestContext): boolean | Promise<boolean> {
  const http = context.switchToHttp()
  const source = http.getRequest() as NestRequest // on Express node:http's own, on Fastify one that holds it
  const reply = http.getResponse() as NestReply
  const request = new NodeRequest('rawHeaders' in source ? source : source.raw, source)
  if (isPreflight(request)) return end(reply, 204, { vary: 'origin, access-control-request-method' })
  const decision = decide(request)
  return decision instanceof Promise
    ? decision.then((made) => settle(made, source, reply))
    : settle(decision, source, reply)
}

function settle(decision: Decision, request: NestRequest, reply: NestReply): boolean | Promise<boolean> {
  if (decision.kind === 'refused') {
    const { status, headers, text } = decision.refusal
    return end(reply, status, headers, text)
  }
  const { headers } = decision
  if (headers !== undefined) {
    if ('writeHead' in reply) for (const name in headers) reply.setHeader(name, headers[name] ?? '')
    else reply.headers({ ...headers })
  }
  request.auth = decision.auth
  return true
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

/** On Express that of node:http, on Fastify its own. */
type NestReply = ServerResponse | FastifyReplyLike

type NestRequest = (IncomingMessage | { readonly raw: IncomingMessage }) & {
  auth?: GuardPrincipal | undefined
}

function authOf(request: unknown): GuardPrincipal | undefined {
  return (request as { auth?: GuardPrincipal }).auth // where `activate` puts it
}
