import { checkOptions } from '../options/check-options.ts'
import { decodeUnverified, TokenError } from '../token/index.ts'
import type { CachePolicy } from '../token/verified-cache.ts'
import { type AsyncVerifierOptions, createPromptVerifier } from '../token/verify-async.ts'
import { findingOf, type TokenFinding } from './principal.ts'
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
  /** Whom a token speaks for. Throws a TokenError, or rejects with one. */
  readonly verify: (token: string) => TokenFinding | Promise<TokenFinding>
}

export interface Issuers {
  /** Whose token this claims to be. A TokenError for one of nobody here. */
  issuerOf(token: string): TrustedIssuer
  readonly names: readonly string[]
  readonly audiences: readonly string[]
  state(): readonly IssuerState[]
  close(): void
}

interface VerificationPolicy extends Surroundings {
  readonly clockTolerance: number
  readonly cache: CachePolicy['cache'] & {}
}

/**
 * Trust one issuer or several. Of several, the `iss` that a token claims, still unverified, chooses the verifier,
 * which then insists on it: keys of one issuer never answer for another. A TypeError where two have one name.
 */
export function prepareIssuers(list: readonly IssuerOptions[], policy: VerificationPolicy): Issuers {
  const issuers = list.map((options) => {
    if (list.length > 1) checkOptions('an issuer', options, issuerOptions)
    const source = sourceOf(options, policy)
    return { ...source, verify: verifierOf(source, policy) }
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

  return {
    issuerOf(token) {
      const issuer = only ?? byName.get(decodeUnverified(token).claims.iss)
      if (issuer === undefined) throw new TokenError('issuer_mismatch', { claim: 'iss' })
      return issuer
    },
    names: issuers.flatMap(({ issuer }) => issuer ?? []),
    audiences: [...new Set(issuers.flatMap(({ audience }) => audience))],
    state: () => issuers.map((issuer) => issuer.state()),
    close: () => {
      for (const issuer of issuers) issuer.close()
    },
  }
}

function verifierOf(source: Source, policy: VerificationPolicy): TrustedIssuer['verify'] {
  const verifiers = source.keys.map((keys) =>
    createPromptVerifier({ ...optionsFor(source, policy), keys }, findingOf),
  )
  const [first, second] = verifiers
  if (first === undefined) throw new TypeError('an issuer has keys')
  if (second === undefined) return first
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

const mayBeAnothers: ReadonlySet<string> = new Set([
  'signature_invalid',
  'key_not_found',
  'algorithm_not_allowed',
])

function optionsFor(
  { audience, issuer, type, revocations }: Source,
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
  }
}
