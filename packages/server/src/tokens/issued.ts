import {
  createVerifier,
  decodeUnverified,
  TokenError,
  tokenOfApiKey,
  type UnverifiedToken,
  type VerifiedClaims,
  type VerifierOptions,
} from 'latchkey/token'
import type { EventReason } from '../activity/schema/reasons.ts'
import { Refusal } from '../errors.ts'
import { isKind } from '../identity.ts'
import { isIdentifier } from '../secrets/identifiers.ts'
import type { TokenOwner } from './grant.ts'
import type { ServedTokens } from './ground.ts'

/** What a token of this server says that is needed to end it. */
interface IssuedFacts {
  readonly tokenId: string
  readonly owner: TokenOwner
  readonly expiresAtMs: number
}

/**
 * Read an access token of this server, whoever it is for and whether it has expired or not. It authenticates nobody: it is judged
 * as of the time at which it was made.
 * @throws {Refusal} `token_unknown`
 */
export async function readIssued(ground: ServedTokens, text: string): Promise<IssuedFacts> {
  const token = tokenOfApiKey(text)
  try {
    const unproven = decodeUnverified(token)
    const { jti, sub, kind, exp } = verified(token, unproven, await keysFor(ground, unproven))
    if (typeof jti === 'string' && isTokenId(jti) && typeof sub === 'string' && isKind(kind)) {
      return { tokenId: jti, owner: { subject: sub, kind }, expiresAtMs: (exp ?? 0) * 1000 }
    }
  } catch (error) {
    if (!(error instanceof TokenError)) throw error
    throw unknown(error.code)
  }
  throw unknown('claim_missing')
}

export function isTokenId(text: string): boolean {
  return isIdentifier('jti', text) || isIdentifier('key', text)
}

async function keysFor(
  { ring, findKeyOfService }: ServedTokens,
  { header: { kid } }: UnverifiedToken,
): Promise<VerifierOptions['keys']> {
  if (ring.jwks().keys.some((key) => key.kid === kid)) return ring.keySet()
  const key = typeof kid === 'string' ? await findKeyOfService(kid) : undefined
  if (!key) throw unknown('key_not_found')
  return key
}

function verified(
  token: string,
  { header, claims }: UnverifiedToken,
  keys: VerifierOptions['keys'],
): VerifiedClaims {
  const { aud, iat } = claims
  const audience = Array.isArray(aud) ? aud.map(String) : [String(aud)]
  const verify = createVerifier({
    keys,
    audience,
    // A service chooses the type of its tokens.
    type: typeof header.typ === 'string' ? header.typ : [null],
    now: () => (typeof iat === 'number' ? iat * 1000 : 0),
  })
  return verify(token)
}

function unknown(reason: EventReason): Refusal {
  return new Refusal('token_unknown', 'this is no access token of this server', { reason })
}
