import type { OptionNames } from '../options/check-options.ts'
import { clockOf } from '../options/clock.ts'
import { readOptions } from '../options/read-options.ts'
import { secondsOf } from '../token/claims.ts'
import type { VerifierOptions } from '../token/index.ts'
import type { Authenticator, AuthenticatorFactory } from './authenticator.ts'
import type { DpopOptions } from './authenticators/dpop.ts'
import { prepareChain } from './chain.ts'
import { isDebugging, issuerLine, refusalLine } from './debug.ts'
import { type Decide, prepareDecider, type RouteTerms } from './decider.ts'
import type { FailureLimit } from './failure-limit.ts'
import { IssuerMismatch } from './issuers/discovery.ts'
import { prepareIssuers } from './issuers/issuers.ts'
import { environment, type IssuerOptions, type IssuerState, issuerOptions } from './issuers/source.ts'
import { type MetadataDocument, type MetadataOptions, metadataDocument, metadataUrl } from './metadata.ts'
import { checkPolicy, type Policy, policyMembers, refuseUndefined } from './policy.ts'
import { type Announcement, quotable, type Refusal } from './refusal.ts'
import type { GuardRequest } from './request.ts'
import type { RevocationFeedState } from './revocations/revocations.ts'

/** The options of a guard: one issuer, described here, or several in `issuers`. */
export interface GuardOptions extends IssuerOptions {
  /** Several issuers; a token is checked by the options of the issuer that it names, and by nothing else. */
  readonly issuers?: readonly IssuerOptions[]
  /** Seconds by which clocks may differ; 30 if not given. */
  readonly clockTolerance?: number
  /** The realm of the challenge; `api` if not given. */
  readonly realm?: string
  /** The URL by which clients know this API, for its metadata; the audience if that is a URL. */
  readonly resource?: string
  /** The URL of the metadata of this resource (RFC 9728), for the challenge, where somebody else serves it. */
  readonly resourceMetadata?: string
  /** More ways to authenticate, besides bearer tokens. */
  readonly authenticators?: readonly (Authenticator | AuthenticatorFactory)[]
  /** Accept tokens that are bound to a key of the client (RFC 9449). Without it they are refused. */
  readonly dpop?: boolean | DpopOptions
  /** Answer 429 to addresses with too many failures. A token that has expired is not counted. */
  readonly failureLimit?: FailureLimit
  /**
   * `drf`: as Django REST framework, authenticators are asked in their order, the first that knows the caller counts, and
   * the first of all gives the challenge; without one, it is 403 in place of 401 and 400.
   */
  readonly compat?: 'drf'
  /**
   * Remember verified tokens, see `createVerifier`; on if not given. Times and revocations are checked for these as well,
   * each time.
   */
  readonly cache?: VerifierOptions['cache']
  /** Called with each refusal, for the log. */
  readonly onRefusal?: (refusal: Refusal) => void
  readonly fetch?: typeof fetch
  /** The time in milliseconds since the Unix epoch; Date.now if not given. */
  readonly now?: () => number
}

/** The policy of a route that callers may use without a token. */
export interface OptionalPolicy<Source = never> extends Policy<Source> {
  /** Treat an invalid token as none, rather than refusing the request. */
  readonly lenient?: boolean
  /** The methods that callers without a token may use: all (`always`, the default), or GET, HEAD and OPTIONS (`read`). */
  readonly anonymous?: 'always' | 'read'
}

/** How a guard is doing: its keys and its revocation feeds. */
export interface GuardState {
  /** The worst of all issuers. */
  readonly keys: IssuerState['keys']
  /** The worst of all issuers. */
  readonly revocations: RevocationFeedState
  readonly issuers: readonly IssuerState[]
}

/** The guard that every adapter is built on: it takes a request without a framework and gives a decision. */
export interface Guard {
  required(policy?: Policy): Decide
  optional(policy?: OptionalPolicy): Decide
  /** The metadata of this resource (RFC 9728). From now on challenges say where it is. */
  metadata(options?: MetadataOptions): MetadataDocument
  state(): GuardState
  /** Close the revocation feeds. Decisions can still be made, with the revocations known so far. */
  close(): void
}

/**
 * Build a guard for one API. With an issuer alone, keys and revocations are found by discovery at the first
 * request: starting does not depend on the issuer.
 *
 * @example
 * const guard = createGuard({ issuer: 'https://id.example.com', audience: 'https://api.example.com' })
 * const decision = await guard.required({ scope: 'devices:view' })(new FetchRequest(request))
 *
 * @throws {TypeError} if an option is invalid.
 */
export function createGuard(given: GuardOptions = {}): Guard {
  const options = readOptions('createGuard', given, guardOptions)
  const now = clockOf(options.now)
  const toleranceMs = 1000 * (secondsOf('clockTolerance', options.clockTolerance) ?? 30)
  const { cache = true, dpop = false, authenticators = [], realm = 'api', onRefusal, failureLimit } = options
  checkHooks(options)
  const isDebug = isDebugging(environment('DEBUG'))
  const warned = new Set<string>()
  const issuers = prepareIssuers(issuersOf(options), options.issuers !== undefined, {
    clockTolerance: toleranceMs / 1000,
    cache,
    now,
    fetch: options.fetch ?? globalThis.fetch,
    onError(error) {
      if (isDebug) process.stderr.write(issuerLine(error))
      // Waiting does not mend it, so that somebody has to hear of it without asking.
      if (!(error instanceof IssuerMismatch) || warned.has(error.message)) return
      warned.add(error.message)
      process.emitWarning(error.message, { code: 'LATCHKEY_ISSUER_MISMATCH' })
    },
  })
  const resource = options.resource ?? issuers.audiences.find(hasMetadata)
  const announcement = announcementOf(options, resource)
  const { compat } = options
  const { links, refuse, metadata } = prepareChain({
    authenticators,
    dpop,
    compat,
    issuers,
    announcement,
    resource,
    toleranceSeconds: toleranceMs / 1000,
    now,
    realm,
  })
  const decider = prepareDecider({
    links,
    refuse,
    compat,
    failureLimit,
    now,
    toleranceMs,
    tell(refusal, link, credentials) {
      onRefusal?.(refusal)
      if (!isDebug) return
      const described = link?.authenticator.describe?.(credentials, refusal) ?? {}
      process.stderr.write(refusalLine(refusal, described, now()))
    },
  })

  return {
    required: (policy) => decider(termsOfRequired(policy)),
    optional: (policy) => decider(termsOfOptional(policy)),
    metadata(details = {}) {
      if (resource === undefined)
        throw new TypeError('metadata needs a resource, or an audience that is a URL')
      const document = metadataDocument(resource, issuers.names, details, metadata)
      announcement.isServed = true
      return document
    },
    state: () => worstOf(issuers.state()),
    close: () => issuers.close(),
  }
}

/** @throws {TypeError} if the policy has a member that only `optional` reads. */
export function termsOfRequired(policy: Policy = {}): RouteTerms {
  checkPolicy(policy)
  return { policy, mayBeAnonymous: () => false, lenient: false }
}

/** @throws {TypeError} if `lenient` or `anonymous` is invalid, or the policy beside them. */
export function termsOfOptional(policy: OptionalPolicy = {}): RouteTerms {
  const {
    lenient = false,
    anonymous: may = 'always',
    ...rest
  } = readOptions('a policy', policy, optionalPolicyMembers)
  refuseUndefined(policy)
  checkPolicy(rest)
  if (typeof lenient !== 'boolean') throw new TypeError('lenient is a boolean')
  if (may !== 'always' && may !== 'read') throw new TypeError('anonymous is always or read')
  return { policy: rest, mayBeAnonymous: may === 'always' ? () => true : isRead, lenient }
}

const optionalPolicyMembers: OptionNames<OptionalPolicy> = { ...policyMembers, lenient: 1, anonymous: 1 }

/** The safe methods that a route can have (RFC 9110 section 9.2.1). */
function isRead({ method }: GuardRequest): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
}

const guardOptions: OptionNames<GuardOptions> = {
  ...issuerOptions,
  issuers: 1,
  clockTolerance: 1,
  realm: 1,
  resource: 1,
  resourceMetadata: 1,
  authenticators: 1,
  dpop: 1,
  failureLimit: 1,
  compat: 1,
  cache: 1,
  onRefusal: 1,
  fetch: 1,
  now: 1,
}

/** What a guard calls, or asks, and would otherwise miss at a request. */
function checkHooks({ failureLimit, revocationList, onRefusal, fetch, authenticators }: GuardOptions): void {
  const isFunction = (one: unknown) => one === undefined || typeof one === 'function'
  if (failureLimit !== undefined && typeof failureLimit?.waitSeconds !== 'function') {
    throw new TypeError('failureLimit is what failureLimit() makes')
  }
  if (revocationList !== undefined && typeof revocationList?.isRevoked !== 'function') {
    throw new TypeError('revocationList is what createRevocationList() makes')
  }
  if (!isFunction(onRefusal) || !isFunction(fetch)) throw new TypeError('onRefusal and fetch are functions')
  if (authenticators !== undefined && !Array.isArray(authenticators)) {
    throw new TypeError('authenticators is a list')
  }
}

const ofOneIssuer = Object.keys(issuerOptions) as (keyof IssuerOptions)[] // the record is typed by exactly these

function issuersOf(options: GuardOptions): readonly IssuerOptions[] {
  const { issuers } = options
  if (issuers === undefined) return [options]
  if (!Array.isArray(issuers) || issuers.length === 0) {
    throw new TypeError('issuers is a list that is not empty')
  }
  const stray = ofOneIssuer.find((name) => options[name] !== undefined)
  if (stray !== undefined) throw new TypeError(`of several issuers, ${stray} is said of each`)
  return issuers
}

function announcementOf({ resourceMetadata }: GuardOptions, resource: string | undefined): Announcement {
  if (resourceMetadata !== undefined) {
    return { url: quotable('resourceMetadata', resourceMetadata), isServed: true }
  }
  if (resource === undefined) return { url: undefined, isServed: false }
  return { url: quotable('resource', metadataUrl(resource).href), isServed: false }
}

/** An audience may be any text; only a URL says where metadata could be. */
function hasMetadata(audience: string): boolean {
  try {
    metadataUrl(audience)
    return true
  } catch {
    return false
  }
}

function worstOf(issuers: readonly IssuerState[]): GuardState {
  const rank = ['none', 'stale', 'fresh'] as const
  const keys = rank.find((state) => issuers.some((issuer) => issuer.keys === state)) ?? 'none'
  const [worst] = issuers
    .map(({ revocations }) => revocations)
    .sort((a, b) => b.staleForMs - a.staleForMs || Number(b.connected) - Number(a.connected))
  return { keys, revocations: worst!, issuers } // there is at least one issuer
}
