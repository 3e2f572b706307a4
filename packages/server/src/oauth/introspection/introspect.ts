import {
  createVerifier,
  decodeUnverified,
  TokenError,
  type VerifiedClaims,
  type VerifierOptions,
} from 'latchkey/token'
import { Refusal } from '../../errors.ts'
import { remember } from '../../remember.ts'
import type { Client } from '../clients/authenticate.ts'
import type { OauthGround } from '../ground.ts'
import { findRefreshFamily, type RefreshFamily } from './refresh-families.ts'

/** What an introspection tells (RFC 7662 section 2.2); `active` alone of a token that is not good, or none of the caller's business. */
export type Introspection =
  | { readonly active: false }
  | {
      readonly active: true
      readonly token_type: 'Bearer' | 'DPoP' | 'refresh_token'
      readonly claims: Readonly<Record<string, unknown>>
    }

const inactive: Introspection = { active: false }

/**
 * Look at a token for whoever it is meant for: the service that is its audience, or the client that got it. It is refused at once when
 * it was revoked, as it is at this server.
 * @throws {Refusal} `client_invalid` for one that proves nothing
 */
export async function introspect(ground: OauthGround, asker: Client, token: string): Promise<Introspection> {
  // RFC 7662 section 2.1: whoever asks has to prove who they are.
  if (asker.kind === 'application' && asker.application.authentication === 'none') {
    throw new Refusal('client_invalid', 'this endpoint takes clients that authenticate', {
      reason: 'client_public',
    })
  }
  return lookAt(ground, asker, token)
}

/** The same for whoever has the token as its client, whether that proves who it is or not. */
export async function lookAt(ground: OauthGround, asker: Client, token: string): Promise<Introspection> {
  const family = await findRefreshFamily(ground, token)
  if (family) return introspectedFamily(asker, family)
  const claims = await verified(ground, token)
  if (!claims || ground.revocations.list.isRevoked(claims)) return inactive
  const isMine = claims.client_id === asker.id || isFor(asker, claims.aud)
  if (!isMine) return inactive
  return { active: true, token_type: claims.cnf === undefined ? 'Bearer' : 'DPoP', claims }
}

function introspectedFamily(
  asker: Client,
  { clientId, subject, sessionId, expiresAtMs, isLive }: RefreshFamily,
) {
  if (clientId !== asker.id || !isLive) return inactive
  return {
    active: true,
    token_type: 'refresh_token',
    claims: { sub: subject, client_id: clientId, sid: sessionId, exp: Math.floor(expiresAtMs / 1000) },
  } as const
}

function isFor(asker: Client, audience: unknown): boolean {
  if (asker.kind !== 'service' || asker.service.audience === null) return false
  return Array.isArray(audience)
    ? audience.includes(asker.service.audience)
    : audience === asker.service.audience
}

/** An access token of this server, for whomever it is, that is in force by its times and its signature. */
async function verified(
  { ring, findKeyOfService, world, issuer }: OauthGround,
  token: string,
): Promise<VerifiedClaims | undefined> {
  try {
    const { header, claims } = decodeUnverified(token)
    const { kid, typ } = header
    if (typeof kid !== 'string') return undefined
    const isOurs = ring.jwks().keys.some((key) => key.kid === kid) && !ring.isRevoked(kid)
    const keys = isOurs ? ring.keySet() : await findKeyOfService(kid)
    // An ID token is no access token, although the same key signs both.
    if (!keys || (isOurs && typ !== 'at+jwt' && claims.client_id === undefined)) return undefined
    const audience = Array.isArray(claims.aud) ? claims.aud.map(String) : [String(claims.aud)]
    const wanted = {
      ...{ keys, issuer, audience, now: world.now },
      type: typeof typ === 'string' ? typ : ([null] as const),
    }
    const read = isOurs ? rememberingVerifier(wanted)(token) : createVerifier(wanted)(token)
    return typeof read.jti === 'string' && typeof read.client_id === 'string' ? read : undefined
  } catch (error) {
    if (error instanceof TokenError) return undefined
    throw error
  }
}

/**
 * A service asks again about a token for as long as it lives, and its signature costs more than all else of the answer. So tokens of
 * this server that were verified are remembered by its keys of now, with their times, which are looked at each time.
 */
function rememberingVerifier(wanted: VerifierOptions): (token: string) => VerifiedClaims {
  const { keys, audience, type } = wanted
  const own = remembering.get(keys) ?? new Map<string, (token: string) => VerifiedClaims>()
  remembering.set(keys, own)
  const name = JSON.stringify([audience, type])
  let verify = own.get(name)
  if (!verify) {
    verify = createVerifier({ ...wanted, cache: { maxEntries: rememberedTokens } })
    remember(own, name, verify, rememberedAudiences)
  }
  return verify
}
const remembering = new WeakMap<object, Map<string, (token: string) => VerifiedClaims>>()
const rememberedAudiences = 20
const rememberedTokens = 2_000
