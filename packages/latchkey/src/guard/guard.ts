import { secondsOf } from '../token/claims.ts'
import {
  type RemoteKeySet,
  type SecretKey,
  TokenError,
  type VerifiedClaims,
  type VerifierOptions,
} from '../token/index.ts'
import { createPromptVerifier } from '../token/verify-async.ts'
import { readBearer } from './bearer.ts'
import { type Policy, preparePolicy } from './policy.ts'
import { type Principal, principalOf } from './principal.ts'
import { descriptions, prepareRefusals, type Refusal } from './refusal.ts'
import type { RevocationList } from './revocation-list.ts'
import type { RevocationFeedState } from './revocations.ts'
import { sourceOf } from './source.ts'

export interface GuardOptions {
  /** Whose tokens are accepted; LATCHKEY_ISSUER if not given. Its keys are found by discovery. */
  readonly issuer?: string
  /** What the tokens must be for; LATCHKEY_AUDIENCE if not given. */
  readonly audience?: string | readonly string[]
  /** Keys to use in place of those that the issuer publishes. */
  readonly keys?: VerifierOptions['keys'] | RemoteKeySet
  /** A secret shared with whoever signs, in place of keys; bytes are for HS256 and at least 32. */
  readonly secret?: SecretKey | Uint8Array
  /** The `typ` of the tokens: `at+jwt` (RFC 9068) where the issuer is asked for keys, else any if not given. */
  readonly type?: string
  /** Seconds by which clocks may differ; 30 if not given. */
  readonly clockTolerance?: number
  /** What the challenge calls this API; `api` if not given. */
  readonly realm?: string
  /** The URL of the metadata of this resource (RFC 9728), for the challenge. */
  readonly resourceMetadata?: string
  /** Whether to follow the revocation feed of the issuer, and what to do when it is lost. */
  readonly revocations?: false | RevocationPolicy
  /** A list that somebody else keeps, in place of the feed. */
  readonly revocationList?: RevocationList
  /** Remember good tokens, see `createVerifier`. Revocations are looked up for these as well. */
  readonly cache?: VerifierOptions['cache']
  /** Told of every refusal, for the log. */
  readonly onRefusal?: (refusal: Refusal) => void
  readonly fetch?: typeof fetch
  /** The time in milliseconds since the Unix epoch; Date.now if not given. */
  readonly now?: () => number
}

export interface RevocationPolicy {
  /** `serve`, the default, goes on with what is known; `refuse` answers 503 once the feed is lost for too long. */
  readonly onStale?: 'serve' | 'refuse'
  /** Seconds for which a lost feed is borne before refusing; 60 if not given. */
  readonly maxStale?: number
}

export interface OptionalPolicy extends Policy {
  /** Treat a caller with a bad token as one with none, rather than refusing them. */
  readonly lenient?: boolean
}

export type Decision =
  | { readonly kind: 'allowed'; readonly auth: Principal | undefined }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

/** Decide by the values of all Authorization header lines of a request. A promise only where keys must be fetched. */
export type Decide = (authorization: readonly string[]) => Decision | Promise<Decision>

export interface GuardState {
  readonly keys: 'fresh' | 'stale' | 'none'
  readonly revocations: RevocationFeedState
}

/** What every adapter is made of: no framework, no request, only header values and decisions. */
export interface Guard {
  required(policy?: Policy): Decide
  optional(policy?: OptionalPolicy): Decide
  state(): GuardState
  /** Leave the revocation feed. Decisions can still be made, with what is known. */
  close(): void
}

/**
 * Build a guard for one API. With an issuer alone, keys and revocations are found by discovery at the first
 * request: starting does not depend on the issuer. A TypeError for options that cannot be meant.
 */
export function createGuard(options: GuardOptions = {}): Guard {
  const now = options.now ?? Date.now
  const toleranceMs = 1000 * (secondsOf('clockTolerance', options.clockTolerance) ?? 30)
  const refuse = prepareRefusals(options.realm ?? 'api', options.resourceMetadata)
  const source = sourceOf(options, now)
  const verify = createPromptVerifier({
    keys: source.keys,
    audience: source.audience,
    clockTolerance: toleranceMs / 1000,
    now,
    ...(options.cache === undefined ? {} : { cache: options.cache }),
    ...(source.issuer === undefined ? {} : { issuer: source.issuer }),
    ...(source.type === undefined ? {} : { type: source.type }),
  })

  const nothingBrought = refuse('unauthorized', { detail: 'A bearer token is needed' })
  const notReadable = refuse('invalid_request', { detail: 'The Authorization header is malformed' })
  const revoked = refuse('invalid_token', {
    detail: 'The token was revoked',
    reason: 'token_revoked',
    members: { reason: 'revoked' },
  })
  const noPrincipal = refuse('invalid_token', {
    detail: 'A claim of the token is invalid',
    reason: 'principal_invalid',
  })
  const feedLost = refuse('temporarily_unavailable', {
    detail: 'Revocations cannot be checked',
    reason: 'revocations_stale',
  })

  function decider(policy: Policy, whenNothing: Decision, lenient: boolean): Decide {
    const check = preparePolicy(policy, refuse)

    function judge(claims: VerifiedClaims, token: string): Decision {
      if (source.revocations.isRevoked(claims)) return refused(revoked)
      const principal = principalOf(claims, token)
      if (principal === undefined) return refused(noPrincipal)
      const refusal = check(principal, now() - toleranceMs)
      return refusal === undefined ? { kind: 'allowed', auth: principal } : refused(refusal)
    }

    function refused(refusal: Refusal): Decision {
      options.onRefusal?.(refusal)
      // A missing right and a missing key are no fault of the token, so leniency does not cover them.
      if (lenient && (refusal.error === 'invalid_token' || refusal.error === 'invalid_request'))
        return anonymous
      return { kind: 'refused', refusal }
    }

    function refusedBecause(error: unknown): Decision {
      if (error instanceof TokenError) return refused(refusalFor(error))
      throw error
    }

    function decideNow(token: string): Decision | Promise<Decision> {
      if (source.isFeedLost()) return refused(feedLost)
      try {
        const claims = verify(token)
        if (!(claims instanceof Promise)) return judge(claims, token)
        return claims.then((fetched) => judge(fetched, token)).catch(refusedBecause)
      } catch (error) {
        return refusedBecause(error)
      }
    }

    return (authorization) => {
      const credentials = readBearer(authorization)
      if (credentials.kind === 'none') {
        if (whenNothing.kind === 'refused') options.onRefusal?.(whenNothing.refusal)
        return whenNothing
      }
      if (credentials.kind === 'unusable') return refused(notReadable)
      const { token } = credentials
      const starting = source.starting()
      return starting === undefined ? decideNow(token) : starting.then(() => decideNow(token))
    }
  }

  function refusalFor({ code }: TokenError): Refusal {
    const detail = descriptions[code]
    if (code === 'key_set_unavailable') return refuse('temporarily_unavailable', { detail, reason: code })
    return refuse('invalid_token', {
      detail,
      reason: code,
      ...(code === 'token_expired' ? { members: { reason: 'expired' } } : {}),
    })
  }

  return {
    required: (policy = {}) => decider(policy, { kind: 'refused', refusal: nothingBrought }, false),
    optional: ({ lenient = false, ...policy } = {}) => decider(policy, anonymous, lenient),
    state: () => source.state(),
    close: () => source.close(),
  }
}

const anonymous: Decision = Object.freeze({ kind: 'allowed', auth: undefined })
