import { type OptionalPolicy, termsOfOptional, termsOfRequired } from '../guard.ts'
import type { Policy } from '../policy.ts'
import { type NestContext, wasJudged } from './nest-request.ts'

export type Rule =
  | { readonly kind: 'required'; readonly policy: Policy<never> }
  | { readonly kind: 'optional'; readonly policy: OptionalPolicy<never> }
  | { readonly kind: 'public' }

type Place = string | symbol | undefined

// What the decorators said, by the class or prototype that they stand on, and the method (undefined: the class). No
// program can forge an entry, and nothing is written on anybody's functions.
const rules = new WeakMap<object, Map<Place, Rule>>()

/**
 * On a controller, resolver or gateway, or on one of its methods: a token is needed, and it must fulfil `policy`. A
 * decorator on a method takes the place of the one on its class.
 *
 * @throws {TypeError} if the policy is invalid, or the parentheses are missing.
 */
export function Auth<Request = never>(
  policy: Policy<Request> = {},
  ...more: readonly never[]
): ClassDecorator & MethodDecorator {
  refuseMore(more)
  termsOfRequired(policy)
  return decorator({ kind: 'required', policy })
}

/**
 * As `Auth`, but callers need no token. An invalid token is refused.
 *
 * @throws {TypeError} if the policy is invalid, or the parentheses are missing.
 */
export function OptionalAuth<Request = never>(
  policy: OptionalPolicy<Request> = {},
  ...more: readonly never[]
): ClassDecorator & MethodDecorator {
  refuseMore(more)
  termsOfOptional(policy)
  return decorator({ kind: 'optional', policy })
}

/** On a controller, resolver or gateway, or on one of its methods: open to every caller; tokens are not read. */
export function Public(...more: readonly never[]): ClassDecorator & MethodDecorator {
  refuseMore(more)
  return decorator({ kind: 'public' })
}

/** `@Auth` without parentheses is called with what it stands on, and would be forgotten. */
function refuseMore(more: readonly never[]): void {
  if (more.length > 0) throw new TypeError('this decorator is written with parentheses: @Auth()')
}

function decorator(rule: Rule): ClassDecorator & MethodDecorator {
  return (target: object, method?: string | symbol) => {
    const said = rules.get(target) ?? new Map<Place, Rule>()
    if (said.has(method)) throw new TypeError('one of @Auth, @OptionalAuth and @Public is enough')
    rules.set(target, said.set(method, rule))
    if (rule.kind !== 'public') demandGuard(typeof target === 'function' ? target : target.constructor)
  }
}

/** Where `UseGuards` of @nestjs/common writes. */
const guardsOfClass = '__guards__'

/** By which `GuardInForce` finds the guard of its application. */
export const guardToken = 'latchkey guard'

/**
 * A decorator alone protects nothing: a guard has to look for it. So each class with one gets this guard of its own, which
 * lets a request pass only if a guard of Latchkey has judged it. Nest asks guards of the application before those of a class, but
 * about gateways it asks only those of the class: there this one has the guard of the application judge.
 */
class GuardInForce {
  readonly #guard: Judge | undefined

  constructor(guard?: Judge) {
    this.#guard = guard
  }

  canActivate(context: NestContext): boolean | Promise<boolean> {
    if (context.getType() !== 'ws' && wasJudged(context)) return true
    if (findRule(context.getClass(), context.getHandler()).kind === 'public') return true
    if (this.#guard !== undefined) return this.#guard.canActivate(context)
    throw new TypeError('@Auth protects nothing without a guard: import LatchkeyModule.forRoot(…)')
  }
}

interface Judge {
  canActivate(context: NestContext): boolean | Promise<boolean>
}

function demandGuard(type: object): void {
  const { getMetadata, defineMetadata } = metadata()
  // As @Inject and @Optional of @nestjs/common on the parameter of the constructor.
  defineMetadata('self:paramtypes', [{ index: 0, param: guardToken }], GuardInForce)
  defineMetadata('optional:paramtypes', [0], GuardInForce)
  const guards: unknown = getMetadata(guardsOfClass, type)
  const list: readonly unknown[] = Array.isArray(guards) ? guards : []
  if (!list.includes(GuardInForce)) defineMetadata(guardsOfClass, [...list, GuardInForce], type)
}

interface Metadata {
  getMetadata(place: string, target: object, method?: string | symbol): unknown
  defineMetadata(place: string, value: object, target: object, method?: string | symbol): void
}

/**
 * What reflect-metadata adds to Reflect.
 *
 * @throws {TypeError} if it is not loaded; then Nest is not either.
 */
export function metadata(): Metadata {
  const { getMetadata, defineMetadata } = Reflect as unknown as Partial<Metadata>
  if (getMetadata === undefined || defineMetadata === undefined) {
    throw new TypeError('Reflect has no metadata: load reflect-metadata first, as Nest does')
  }
  return { getMetadata, defineMetadata }
}

const tokenNeeded: Rule = { kind: 'required', policy: {} }

/** The nearest rule: of the method, then of its class; from the class itself up to those that it extends. */
export function findRule(type: object, handler: object): Rule {
  const chain: object[] = []
  for (let one: unknown = type; typeof one === 'function' && one !== Function.prototype; ) {
    chain.push(one)
    one = Object.getPrototypeOf(one)
  }
  const prototypes = chain.map((one) => ('prototype' in one ? (one.prototype as object) : {}))
  // By name and not by function: a decorator that wraps the method must not hide the rule.
  const names = new Set(prototypes.flatMap((one) => Reflect.ownKeys(one)))
  const methods = [...names].filter((name) => methodNamed(prototypes, name) === handler)
  if (methods.length === 0 && prototypes.some((one) => rules.has(one))) {
    // The rule of one method must not be lost because it is not known which method this is.
    throw new TypeError('this handler is no method of its class, so what decorators said of it is not known')
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
