import { secondsOf } from '../token/claims.ts'
import type { VerifierOptions } from '../token/index.ts'
import { type Authenticator, type Finding, type Link, prepareSelection } from './authenticator.ts'
import { bearerAuthenticator } from './bearer.ts'
import { isDebugging, refusalLine } from './debug.ts'
import { prepareIssuers } from './issuers.ts'
import { type MetadataDocument, type MetadataOptions, metadataDocument, metadataUrl } from './metadata.ts'
import { type CheckPolicy, type Policy, preparePolicy } from './policy.ts'
import type { Principal } from './principal.ts'
import { type Announcement, checkChallenge, prepareRefusals, quotable, type Refusal } from './refusal.ts'
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
  readonly authenticators?: readonly Authenticator[]
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
  const authenticators = [
    bearerAuthenticator(issuers, { realm: options.realm ?? 'api', remembers: cache !== false }),
    ...(options.authenticators ?? []),
  ]
  const resource = options.resource ?? issuers.audiences.find(hasMetadata)
  const announcement = announcementOf(options, resource)
  const challenges = authenticators.flatMap(({ challenge }) => challenge ?? [])
  for (const challenge of challenges) checkChallenge(challenge)
  const links: readonly Link[] = authenticators.map((authenticator, index) => ({
    authenticator,
    index,
    refuse: prepareRefusals(challenges, authenticator.challenge, announcement),
  }))
  const select = prepareSelection(links)
  const isDebug = isDebugging(environment('DEBUG'))

  const refuse = prepareRefusals(challenges, challenges[0], announcement)
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
      const atFault = refusal.error === 'invalid_token' || refusal.error === 'invalid_request'
      return lenient && atFault && mayBeAnonymous(request) ? anonymous : { kind: 'refused', refusal }
    }

    return (request) => {
      const selection = select(request)
      if (selection.kind === 'nothing') return decideNothing(request)
      if (selection.kind === 'ambiguous') return refused(request, ambiguous)
      const { link, credentials } = selection
      const judge = (finding: Finding): Decision | Promise<Decision> => {
        if (finding.kind === 'refused') return refused(request, finding.refusal, link, credentials)
        const verdict = checks[link.index]!(finding.auth, request) // one for each link
        if (verdict === undefined) return finding
        if (!(verdict instanceof Promise)) return refused(request, verdict, link, credentials)
        return verdict.then((late) =>
          late === undefined ? finding : refused(request, late, link, credentials),
        )
      }
      const finding = link.authenticator.authenticate(request, credentials, link.refuse)
      return finding instanceof Promise ? finding.then(judge) : judge(finding)
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
      const document = metadataDocument(resource, issuers.names, details)
      announcement.isServed = true
      return document
    },
    state: () => worstOf(issuers.state()),
    close: () => issuers.close(),
  }
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
