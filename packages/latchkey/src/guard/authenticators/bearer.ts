import { decodeUnverified, tokenOfApiKey } from '../../token/index.ts'
import type { Authenticator, AuthenticatorFactory, Surroundings, TokenVerdict } from '../authenticator.ts'
import type { Issuers } from '../issuers/issuers.ts'
import { quotable, type Refuse } from '../refusal.ts'
import { refused } from './access-token.ts'

/**
 * The place of bearer tokens among the `authenticators` of a guard; the first if not given. The order matters only with
 * `compat: 'drf'`.
 */
export function bearer(): AuthenticatorFactory {
  return bearerFactory
}

export const bearerFactory: AuthenticatorFactory = Object.freeze<AuthenticatorFactory>({
  prepare: (surroundings) => bearerAuthenticator(surroundings),
})

/**
 * Access tokens in the Authorization header (RFC 6750 section 2.1), and nowhere else. An API key is one, with its prefix or
 * without.
 */
function bearerAuthenticator({ verifyToken, realm, describeToken }: Surroundings): Authenticator {
  return {
    scheme: 'Bearer',
    challenge: {
      scheme: 'Bearer',
      parameters: { realm: quotable('realm', realm) },
      announcesMetadata: true,
    },
    authenticate(_request, credentials, refuse) {
      const finding = verifyToken(tokenOfApiKey(credentials), refuse)
      return finding instanceof Promise
        ? finding.then((found) => unbound(found, refuse))
        : unbound(finding, refuse)
    },
    describe: (credentials, refusal) => describeToken(tokenOfApiKey(credentials), refusal),
  }
}

/**
 * Refuse a token that is bound to a key and comes without a proof of that key (RFC 9449 section 7.2, RFC 8705 section 3):
 * it may be stolen.
 */
export function unbound(finding: TokenVerdict, refuse: Refuse): TokenVerdict {
  if (finding.kind === 'refused' || finding.confirmation === undefined) return finding
  return refused(
    refuse('invalid_token', {
      detail: 'The token is bound to a key',
      reason: 'token_bound',
      alsoToldIn: 'DPoP',
    }),
  )
}

/** What may be logged of a token. It is not verified here, so its author may be an attacker. */
export function prepareDescription(issuers: Issuers): Surroundings['describeToken'] {
  return (token, { claim }) => {
    try {
      const { header, claims } = decodeUnverified(token)
      const { iss, aud, exp, nbf, iat } = claims
      const usual = { kid: header.kid, iss, aud, exp, nbf, iat }
      if (claim === 'scopes') return { ...usual, ...issuers.scopesOf(token, claims) }
      if (claim === 'typ') return { typ: header.typ ?? null, ...usual }
      if (claim === undefined || claim in usual || !Object.hasOwn(claims, claim)) return usual
      return { found: claims[claim], ...usual }
    } catch {
      return {}
    }
  }
}
