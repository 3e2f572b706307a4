import { readOptions } from '../../options/read-options.ts'
import { decodeUnverified, type JsonObject, TokenError, type VerifiedClaims } from '../../token/index.ts'
import type { CachePolicy } from '../../token/verified-cache.ts'
import { type AsyncVerifierOptions, createPromptVerifier } from '../../token/verify-async.ts'
import { findingOf, type TokenFinding } from '../principal.ts'
import { createStatusLists, type StatusLists } from '../revocations/status-lists.ts'
import { type ClaimReader, claimReaderOf } from './claim-mapping.ts'
import {
  type IssuerOptions,
  type IssuerState,
  issuerOptions,
  type Source,
  type Surroundings,
  sourceOf,
} from './source.ts'

/** An issuer with the verifier that its own keys, audience, type and revocations make. */
export interface TrustedIssuer extends Source {
  /** The principal of a token. Throws a TokenError, or rejects with one. */
  readonly verify: (token: string) => TokenFinding | Promise<TokenFinding>
  /** The status lists of this issuer, where tokens are checked by them. */
  readonly statusLists: StatusLists | undefined
  /** What a claim of its tokens should be, for the log; undefined where nothing particular is. */
  readonly expected: (claim: string | undefined) => unknown
  /** The scopes that claims name, and where they were looked for, for the log. */
  readonly describeScopes: (claims: JsonObject) => Readonly<Record<string, unknown>>
}

export interface Issuers {
  /** The issuer that a token names. A TokenError if none of these is. */
  issuerOf(token: string): TrustedIssuer
  /** What `iss` should be, for the log, where no issuer is known yet. */
  readonly expected: (claim: string | undefined) => unknown
  readonly names: readonly string[]
  readonly audiences: readonly string[]
  /** The scopes of a token and where they were looked for, for the log. `claims` are not verified. */
  scopesOf(token: string, claims: JsonObject): Readonly<Record<string, unknown>>
  state(): readonly IssuerState[]
  close(): void
}

interface VerificationPolicy extends Surroundings {
  readonly clockTolerance: number
  readonly cache: CachePolicy['cache'] & {}
}

/**
 * Trust one issuer or several. Of several, the `iss` that a token claims, still unverified, chooses the verifier,
 * which then insists on it: keys of one issuer never answer for another. `isList`: whether several could be named.
 *
 * @throws {TypeError} if two issuers have one name, or an option is invalid.
 */
export function prepareIssuers(
  list: readonly IssuerOptions[],
  isList: boolean,
  policy: VerificationPolicy,
): Issuers {
  const issuers = list.map((given) => {
    const options = isList ? readOptions('an issuer', given, issuerOptions) : given
    const source = sourceOf(options, policy)
    // Of several, none may say what another's users are.
    const reader = claimReaderOf(options.claims === undefined ? (isList ? {} : 'latchkey') : options.claims)
    return {
      ...source,
      verify: verifierOf(source, options, reader, policy),
      ...statusOf(source, options, policy),
      expected: expectedOf(source, options),
      describeScopes: (claims: JsonObject) => ({
        // Nobody has verified these claims, and nothing but the log gets them.
        scopes: reader.scopes(claims as VerifiedClaims),
        scopes_from: reader.scopesFrom,
      }),
    }
  })
  const byName = new Map<unknown, TrustedIssuer>()
  if (issuers.length > 1) {
    for (const issuer of issuers) {
      if (issuer.issuer === undefined) throw new TypeError('of several issuers, each has a name')
      if (byName.has(issuer.issuer)) throw new TypeError('one issuer is there twice')
      byName.set(issuer.issuer, issuer)
    }
  }
  const only = issuers.length === 1 ? issuers[0] : undefined

  const find = (token: string) => only ?? byName.get(decodeUnverified(token).claims.iss)

  return {
    issuerOf(token) {
      const issuer = find(token)
      if (issuer === undefined) throw new TokenError('issuer_mismatch', { claim: 'iss' })
      return issuer
    },
    scopesOf: (token, claims) => find(token)?.describeScopes(claims) ?? {},
    expected: (claim) => (claim === 'iss' ? issuers.flatMap(({ issuer }) => issuer ?? []) : undefined),
    names: issuers.flatMap(({ issuer }) => issuer ?? []),
    audiences: [...new Set(issuers.flatMap(({ audience }) => audience))],
    state: () => issuers.map((issuer) => issuer.state()),
    close: () => {
      for (const issuer of issuers) issuer.close()
    },
  }
}

function verifierOf(
  source: Source,
  options: IssuerOptions,
  reader: ClaimReader,
  policy: VerificationPolicy,
): TrustedIssuer['verify'] {
  const checkMore = prepareMoreChecks(options, source.audience)
  const verifiers = source.keys.map((keys) =>
    createPromptVerifier({ ...verifierOptions(source, options, policy), keys }, ({ claims }, token) => {
      checkMore(claims)
      return findingOf(claims, token, reader)
    }),
  )
  const [first, second] = verifiers
  if (first === undefined) throw new TypeError('an issuer has keys')
  return second === undefined ? first : eitherOf(first, second)
}

/** Of two keys, of which one takes the place of the other. */
function eitherOf<Answer>(
  first: (token: string) => Answer,
  second: (token: string) => Answer,
): (token: string) => Answer {
  return (token) => {
    try {
      return first(token)
    } catch (error) {
      // Where the signature was good, whatever else is wrong with the token is the answer.
      if (!(error instanceof TokenError) || !mayBeAnothers.has(error.code)) throw error
      return second(token)
    }
  }
}

/** The status lists of an issuer, and a state that says when they are in force and why one could not be had. */
function statusOf(
  source: Source,
  { statusList = false }: IssuerOptions,
  { clockTolerance, now, fetch }: VerificationPolicy,
): Pick<TrustedIssuer, 'statusLists' | 'state'> {
  if (statusList === false) return { statusLists: undefined, state: source.state }
  const { issuer, keys } = source
  if (issuer === undefined) throw new TypeError('statusList needs the issuer, whose lists are fetched')
  const verifiers = keys.map((one) =>
    createPromptVerifier(
      {
        ...{ keys: one, clockTolerance, now, type: 'statuslist+jwt', maxLength: 2 * 1024 * 1024 },
        requiredClaims: { exp: false, sub: true, iat: true },
      },
      ({ claims }) => claims,
    ),
  )
  const [first, second] = verifiers
  if (first === undefined) throw new TypeError('an issuer has keys')
  const statusLists = createStatusLists({
    ...{ policy: statusList, issuer, now, fetch },
    verify: second === undefined ? first : eitherOf(first, second),
  })
  return {
    statusLists,
    state() {
      const state = source.state()
      const lastError = state.lastError ?? statusLists.lastError()?.message
      return { ...state, lastError, revokedBy: source.isFeedConnected() ? 'feed' : 'status_list' }
    },
  }
}

/** What `audienceClaim` and `require` demand of the claims of a token, whose signature and audience are good. */
function prepareMoreChecks(
  { audienceClaim, require = {} }: IssuerOptions,
  audience: Source['audience'],
): (claims: VerifiedClaims) => void {
  if (audienceClaim !== undefined && (typeof audienceClaim !== 'string' || audienceClaim === '')) {
    throw new TypeError('audienceClaim is the name of a claim')
  }
  if (typeof require !== 'object' || require === null || Array.isArray(require)) {
    throw new TypeError('require is a record of claims and their values')
  }
  const audiences: readonly string[] = [audience].flat()
  const required = Object.entries(require).map(([claim, value]) => {
    const values: readonly unknown[] = [value].flat()
    if (values.length === 0 || !values.every((one) => comparable.has(typeof one))) {
      throw new TypeError(
        `require.${claim} is a text, number or boolean, or a list of them that is not empty`,
      )
    }
    return { claim, values }
  })
  return (claims) => {
    if (audienceClaim !== undefined && claims.aud === undefined) {
      const value = Object.hasOwn(claims, audienceClaim) ? claims[audienceClaim] : undefined
      if (typeof value !== 'string' || !audiences.includes(value)) {
        throw new TokenError('audience_mismatch', { claim: audienceClaim })
      }
    }
    for (const { claim, values } of required) {
      if (!Object.hasOwn(claims, claim)) throw new TokenError('claim_missing', { claim })
      if (!values.some((one) => one === claims[claim])) throw new TokenError('claim_invalid', { claim })
    }
  }
}

const comparable: ReadonlySet<string> = new Set(['string', 'number', 'boolean'])

/** What a claim should have been, for the log. */
function expectedOf(source: Source, options: IssuerOptions): (claim: string | undefined) => unknown {
  return (claim) => {
    if (claim === 'iss') return source.issuer
    if (claim === 'typ') return source.type ?? ['at+jwt', 'JWT', null]
    if (claim === 'aud' || (claim !== undefined && claim === options.audienceClaim)) return source.audience
    if (claim === undefined) return undefined
    return options.require !== undefined && Object.hasOwn(options.require, claim)
      ? options.require[claim]
      : undefined
  }
}

const mayBeAnothers: ReadonlySet<string> = new Set([
  'signature_invalid',
  'key_not_found',
  'algorithm_not_allowed',
])

function verifierOptions(
  { audience, issuer, type, revocations }: Source,
  { audienceClaim }: IssuerOptions,
  { clockTolerance, now, cache }: VerificationPolicy,
): Omit<AsyncVerifierOptions, 'keys'> {
  return {
    audience,
    clockTolerance,
    now,
    cache,
    isRevoked: revocations.isRevoked,
    ...(issuer === undefined ? {} : { issuer }),
    ...(type === undefined ? {} : { type }),
    ...(audienceClaim === undefined ? {} : { requiredClaims: { aud: false } }),
  }
}
