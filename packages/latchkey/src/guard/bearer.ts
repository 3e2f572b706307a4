import { decodeUnverified } from '../token/index.ts'
import { refused, type TokenVerdict, type VerifyAccessToken } from './access-token.ts'
import type { Authenticator, AuthenticatorFactory } from './authenticator.ts'
import { quotable, type Refuse } from './refusal.ts'

/**
 * Where among the `authenticators` of a guard bearer tokens stand. Only with `compat: 'drf'` does the order matter;
 * a guard that is told nothing has them first.
 */
export function bearer(): AuthenticatorFactory {
  return bearerFactory
}

export const bearerFactory: AuthenticatorFactory = Object.freeze<AuthenticatorFactory>({
  prepare: ({ realm, verifyToken }) => bearerAuthenticator(verifyToken, realm),
})

/** Access tokens in the Authorization header (RFC 6750 section 2.1), and nowhere else. */
function bearerAuthenticator(verifyToken: VerifyAccessToken, realm: string): Authenticator {
  return {
    scheme: 'Bearer',
    challenge: {
      scheme: 'Bearer',
      parameters: { realm: quotable('realm', realm) },
      announcesMetadata: true,
    },
    authenticate(_request, token, refuse) {
      const finding = verifyToken(token, refuse)
      return finding instanceof Promise
        ? finding.then((found) => unbound(found, refuse))
        : unbound(finding, refuse)
    },
    describe: describeToken,
  }
}

/**
 * A token that is bound to a key is worth nothing without the proof of it, whatever that proof would be (RFC 9449
 * section 7.2, RFC 8705 section 3): whoever brings it as a bearer may have stolen it.
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

/** What a token says of itself, for the log. */
export function describeToken(token: string): Readonly<Record<string, unknown>> {
  try {
    const { header, claims } = decodeUnverified(token)
    const { iss, aud, exp, nbf, iat } = claims
    return { kid: header.kid, iss, aud, exp, nbf, iat }
  } catch {
    return {}
  }
}
