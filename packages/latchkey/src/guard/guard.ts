import { secondsOf } from '../token/claims.ts'
import type { VerifierOptions } from '../token/index.ts'
import {
  type Authenticator,
  type AuthenticatorFactory,
  carriedInOrder,
  type Finding,
  type Link,
  prepareSelection,
  type Selection,
} from './authenticator.ts'
import { prepareChain } from './chain.ts'
import { isDebugging, refusalLine } from './debug.ts'
import type { DpopOptions } from './dpop.ts'
import type { FailureLimit } from './failure-limit.ts'
import { prepareIssuers } from './issuers.ts'
import { type MetadataDocument, type MetadataOptions, metadataDocument, metadataUrl } from './metadata.ts'
import { type CheckPolicy, type Policy, preparePolicy } from './policy.ts'
import type { Principal } from './principal.ts'
import { isPromiseLike } from './promise-like.ts'
import {
  type Announcement,
  quotable,
  type Refusal,
  type RefusalError,
  type RefusalReason,
} from './refusal.ts'
import type { GuardRequest } from './request.ts'
import type { RevocationFeedState } from './revocations.ts'
import { environment, type IssuerOptions, type IssuerState } from './source.ts'

/** How an API is guarded: one issuer, described here, or several in `issuers`. */
export interface GuardOptions extends IssuerOptions {
  /** Several issuers; a token is checked by what is said of the one that it names, and by nothing else. */
  readonly issuers?: readonly IssuerOptions[]
  /** Seconds by which clocks may differ; 30 if not given. */
  readonly clockTolerance?: number
  /** What the challenge calls this API; `api` if not given. */
  readonly realm?: string
  /** The URL by which clients know this API, for its metadata; the audience if that is a URL. */
  readonly resource?: string
  /** The URL of the metadata of this resource (RFC 9728), for the challenge, where somebody else serves it. */
  readonly resourceMetadata?: string
  /** More ways of proving who is asking, beside bearer tokens. */
  readonly authenticators?: readonly (Authenticator | AuthenticatorFactory)[]
  /** Take tokens that are bound to a key of the client (RFC 9449). Without it they are refused. */
  readonly dpop?: boolean | DpopOptions
  /** Answer 429 to addresses from which too much was tried in vain. A token that has merely ended is not counted. */
  readonly failureLimit?: FailureLimit
  /**
   * `drf`: as Django REST framework, authenticators are asked in their order, the first that knows the caller counts, and
   * the first of all gives the challenge; without one, it is 403 in place of 401 and 400.
   */
  readonly compat?: 'drf'
  /**
   * Remember good tokens, see `createVerifier`; on if not given. The clock and revocations are asked for these as
   * well, every time.
   */
  readonly cache?: VerifierOptions['cache']
  /** Told of every refusal, for the log. */
  readonly onRefusal?: (refusal: Refusal) => void
  readonly fetch?: typeof fetch
  /** The time in milliseconds since the Unix epoch; Date.now if not given. */
  readonly now?: () => number
}

export interface OptionalPolicy<Source = never> extends Policy<Source> {
  /** Treat a caller with a bad token as one with none, rather than refusing them. */
  readonly lenient?: boolean
  /** What those may do who bring no token: everything (`always`, the default), or GET, HEAD and OPTIONS (`read`). */
  readonly anonymous?: 'always' | 'read'
}

export type Decision =
  | {
      readonly kind: 'allowed'
      readonly auth: Principal | undefined
      /** To be sent with whatever the handler answers. */
      readonly headers?: Readonly<Record<string, string>>
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

/** Decide about a request. A promise only where keys must be fetched, or a rule gives one. */
export type Decide = (request: GuardRequest) => Decision | Promise<Decision>

export interface GuardState {
  /** The worst of all issuers. */
  readonly keys: IssuerState['keys']
  /** The worst of all issuers. */
  readonly revocations: RevocationFeedState
  readonly issuers: readonly IssuerState[]
}

/** What every adapter is made of: no framework, only what a request carries, and decisions. */
export interface Guard {
  required(policy?: Policy): Decide
  optional(policy?: OptionalPolicy): Decide
  /** The metadata of this resource (RFC 9728). From now on challenges say where it is. */
  metadata(options?: MetadataOptions): MetadataDocument
  state(): GuardState
  /** Leave the revocation feeds. Decisions can still be made, with what is known. */
  close(): void
}

/**
 * Build a guard for one API. With an issuer alone, keys and revocations are found by discovery at the first
 * request: starting does not depend on the issuer. A TypeError for options that cannot be meant.
 */
export function createGuard(options: GuardOptions = {}): Guard {
  const now = options.now ?? Date.now
  const toleranceMs = 1000 * (secondsOf('clockTolerance', options.clockTolerance) ?? 30)
  const cache = options.cache ?? true
  const issuers = prepareIssuers(issuersOf(options), {
    clockTolerance: toleranceMs / 1000,
    cache,
    now,
    fetch: options.fetch ?? globalThis.fetch,
  })
  const resource = options.resource ?? issuers.audiences.find(hasMetadata)
  const announcement = announcementOf(options, resource)
  const { compat, failureLimit } = options
  const { links, refuse, metadata } = prepareChain({
    authenticators: options.authenticators ?? [],
    dpop: options.dpop ?? false,
    compat,
    issuers,
    announcement,
    resource,
    toleranceSeconds: toleranceMs / 1000,
    now,
    realm: options.realm ?? 'api',
  })
  const select = prepareSelection(links)
  const isDebug = isDebugging(environment('DEBUG'))

  const nothingBrought = refuse('unauthorized', { detail: 'Credentials are needed' })
  const ambiguous = refuse('invalid_request', {
    detail: 'The request carries more than one credential',
    reason: 'credentials_ambiguous',
  })

  function tell(refusal: Refusal, link?: Link, credentials = ''): void {
    options.onRefusal?.(refusal)
    if (!isDebug) return
    process.stderr.write(refusalLine(refusal, link?.authenticator.describe?.(credentials) ?? {}, now()))
  }

  function decider(
    policy: Policy,
    mayBeAnonymous: (request: GuardRequest) => boolean,
    lenient: boolean,
  ): Decide {
    const checks: readonly CheckPolicy[] = links.map((link) =>
      preparePolicy(policy, link.refuse, () => now() - toleranceMs),
    )

    function decideNothing(request: GuardRequest): Decision {
      if (mayBeAnonymous(request)) return anonymous
      tell(nothingBrought)
      return { kind: 'refused', refusal: nothingBrought }
    }

    /** A missing right and a missing key are no fault of the token, so leniency does not cover them. */
    function refused(request: GuardRequest, refusal: Refusal, link?: Link, credentials?: string): Decision {
      tell(refusal, link, credentials)
      const isAnonymous = lenient && atFault.has(refusal.error) && mayBeAnonymous(request)
      return isAnonymous ? anonymous : { kind: 'refused', refusal }
    }

    /** `others`: whom to ask where this one turns out to know nobody. */
    function decideBy(
      request: GuardRequest,
      carried: Carried,
      others: readonly Carried[],
    ): Decision | Promise<Decision> {
      const { link, credentials } = carried
      const waitSeconds = failureLimit?.waitSeconds(request, undefined, now())
      if (waitSeconds !== undefined) return refused(request, tooMany(link, waitSeconds), link, credentials)
      const finding = link.authenticator.authenticate(request, credentials, link.refuse)
      return isPromiseLike(finding)
        ? Promise.resolve(finding).then((found) => judge(request, carried, others, found))
        : judge(request, carried, others, finding)
    }

    function judge(
      request: GuardRequest,
      { link, credentials }: Carried,
      others: readonly Carried[],
      finding: Finding,
    ): Decision | Promise<Decision> {
      if (finding.kind === 'refused') {
        const { refusal } = finding
        if (compat === 'drf' && refusal.reason === 'session_unknown') return decideInOrder(request, others)
        if (isGuess(refusal)) failureLimit?.count(request, undefined, now())
        return refused(request, refusal, link, credentials)
      }
      // What is no finding has not said that anybody may come.
      if (finding.kind !== 'allowed' || !finding.auth)
        throw new TypeError('an authenticator answers with a finding')
      const verdict = checks[link.index]!(finding.auth, request) // one for each link
      if (verdict === undefined) return finding
      if (!(verdict instanceof Promise)) return refused(request, verdict, link, credentials)
      return verdict.then((late) =>
        late === undefined ? finding : refused(request, late, link, credentials),
      )
    }

    function decideInOrder(request: GuardRequest, carried: readonly Carried[]): Decision | Promise<Decision> {
      const [next, ...others] = carried
      return next === undefined ? decideNothing(request) : decideBy(request, next, others)
    }

    if (compat === 'drf') {
      return (request) => {
        const carried = carriedInOrder(links, request)
        return carried === 'ambiguous' ? refused(request, ambiguous) : decideInOrder(request, carried)
      }
    }
    return (request) => {
      const selection = select(request)
      if (selection.kind === 'nothing') return decideNothing(request)
      if (selection.kind === 'ambiguous') return refused(request, ambiguous)
      return decideBy(request, selection, nobody)
    }
  }

  return {
    required(policy = {}) {
      if ('anonymous' in policy || 'lenient' in policy) {
        throw new TypeError('a policy for callers without a token is for optional()')
      }
      return decider(policy, () => false, false)
    },
    optional({ lenient = false, anonymous: may = 'always', ...policy } = {}) {
      if (typeof lenient !== 'boolean') throw new TypeError('lenient is a boolean')
      if (may !== 'always' && may !== 'read') throw new TypeError('anonymous is always or read')
      return decider(policy, may === 'always' ? () => true : isRead, lenient)
    },
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

type Carried = Extract<Selection, { kind: 'one' }>

const nobody: readonly Carried[] = Object.freeze([])

/** What is wrong with what was brought, rather than with what it is brought for. */
const atFault: ReadonlySet<RefusalError> = new Set<RefusalError>([
  'invalid_token',
  'invalid_request',
  'invalid_credentials',
  'invalid_dpop_proof',
])

/** What was good once is no guess: a device whose token has ended must not lock out its neighbours. */
function isGuess({ error, reason }: Refusal): boolean {
  return atFault.has(error) && (reason === undefined || !wasGoodOnce.has(reason))
}

const wasGoodOnce: ReadonlySet<RefusalReason> = new Set<RefusalReason>([
  'token_expired',
  'token_revoked',
  'token_too_old',
  'token_not_yet_valid',
  'token_issued_in_future',
  'session_unknown',
  'proof_expired',
  'proof_not_yet_valid',
])

function tooMany({ refuse }: Link, waitSeconds: number): Refusal {
  return refuse('rate_limited', {
    detail: 'There were too many failures',
    reason: 'failures_too_many',
    headers: { 'retry-after': String(waitSeconds) },
  })
}

const anonymous: Decision = Object.freeze({ kind: 'allowed', auth: undefined })

/** The safe methods that a route can have (RFC 9110 section 9.2.1). */
function isRead({ method }: GuardRequest): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
}

const ofOneIssuer = ['issuer', 'audience', 'keys', 'secret', 'type', 'revocations', 'revocationList'] as const

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
