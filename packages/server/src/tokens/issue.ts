import { createSigner } from 'latchkey/token'
import type { Transaction } from '../database/database.ts'
import type { KeyRing } from '../keys/key-ring.ts'
import { newIdentifier } from '../secrets/identifiers.ts'
import type { World } from '../world.ts'
import type { Grant, TokenFacts } from './grant.ts'
import { claimsFor } from './profiles/claims.ts'
import type { Claims } from './profiles/profile.ts'
import { shippedProfiles } from './profiles/shipped.ts'
import type { StatusClaim } from './status-lists/status-claim.ts'
import type { StatusLists } from './status-lists/status-lists.ts'
import type { TokenTarget } from './target.ts'

export interface IssuedToken {
  readonly token: string
  /** As answers name it (RFC 6750 section 4, RFC 9449 section 5). */
  readonly type: 'Bearer' | 'DPoP'
  readonly tokenId: string
  readonly lifeSeconds: number
  /** The claims that were left out so that it is not too long. */
  readonly without: readonly string[]
}

/**
 * For a service, or for this server if none is given. In a transaction it awaits nothing but that, and the log is not told of a token
 * that was too long: whoever asked decides by `without`.
 */
export type IssueToken = (grant: Grant, target?: TokenTarget, tx?: Transaction) => Promise<IssuedToken>

/**
 * The most bytes of a token: with more, proxies and clients refuse the header that it stands in. A signature of ML-DSA is longer than
 * that by itself and does not count.
 */
export const longestToken = 3_072

/** Told of a token that was too long: which claims it lost, whose it is and for which service. */
export type NoteShortened = (grant: Grant, target: TokenTarget, without: readonly string[]) => void

interface Parts {
  readonly ring: KeyRing
  readonly world: World
  readonly issuer: string
  readonly audience: string
  readonly lifeSeconds: number
  readonly noteShortened: NoteShortened
  readonly statusLists: Pick<StatusLists, 'take'>
}

/** Makes access tokens: for this server as RFC 9068 section 2 lays them out, for a service as its profile says. */
export function createIssuer({ world, noteShortened, statusLists, ...ours }: Parts): IssueToken {
  const server = createServerTarget(ours)

  return async (grant, target = server, tx) => {
    const tokenId = grant.tokenId ?? newIdentifier('jti', world)
    const issuedAt = Math.floor(world.now() / 1000)
    const secondOf = (atMs: number) => Math.floor(atMs / 1000)
    const endsAt = grant.endsAtMs === undefined ? Number.POSITIVE_INFINITY : secondOf(grant.endsAtMs)
    const longest =
      grant.livesUntilMs === undefined ? issuedAt + target.lifeSeconds : secondOf(grant.livesUntilMs)
    const expiresAt = Math.min(longest, endsAt)
    const { issuer, audience } = target
    const permissionsVersion = versionOf(grant, target)
    const plain = { ...grant, permissionsVersion, issuer, audience, tokenId, issuedAt, expiresAt }
    const facts = { ...plain, status: await placeOf(target, plain, tx) }
    const { token, without } = write(target, facts)
    if (without.length > 0 && tx === undefined) noteShortened(grant, target, without)
    // The tokens of NATS have no place for the key.
    const isBound = grant.boundTo !== undefined && target.profile.form === 'jwt'
    const type = isBound ? 'DPoP' : 'Bearer'
    return { token, type, tokenId, lifeSeconds: expiresAt - issuedAt, without }
  }

  /** The place is stored before the token is sent: no list may lack a token that somebody has. */
  async function placeOf(
    { service, profile }: TokenTarget,
    facts: TokenFacts,
    tx: Transaction | undefined,
  ): Promise<StatusClaim | undefined> {
    if (service === undefined || !profile.statusList) return undefined
    return statusLists.take(service, claimsFor(profile, facts).claims, tx)
  }
}

/** `pv`: the versions of the user type, of the subject, and of the scopes of the service, each empty where there is none. */
function versionOf({ kind, permissionsVersion }: Grant, { scopesVersion }: TokenTarget): string | undefined {
  // An API key lives longer than anybody remembers that a version ended. It is revoked by its id.
  if (kind === 'api_key') return undefined
  return scopesVersion === undefined ? permissionsVersion : `${permissionsVersion ?? '.'}.${scopesVersion}`
}

/** The token, and which claims were left out so that it is not too long. */
function write(target: TokenTarget, facts: TokenFacts): { token: string; without: readonly string[] } {
  const { claims, groupLike } = claimsFor(target.profile, facts)
  const token = target.sign(claims)
  const isUncounted = target.profile.signing.algorithm.startsWith('ML-DSA')
  const counted = isUncounted ? token.lastIndexOf('.') : token.length
  if (counted <= longestToken) return { token, without: [] }
  const kept = Object.entries(claims).filter(([name]) => !groupLike.includes(name))
  return { token: target.sign(Object.fromEntries(kept)), without: groupLike }
}

function createServerTarget({
  ring,
  issuer,
  audience,
  lifeSeconds,
}: Pick<Parts, 'ring' | 'issuer' | 'audience' | 'lifeSeconds'>): TokenTarget {
  let generation = -1
  let sign = (_claims: Claims): string => ''
  return {
    service: undefined,
    ...{ issuer, audience, lifeSeconds },
    profile: shippedProfiles.plain,
    get keyId() {
      return ring.signingKey().keyId ?? ''
    },
    sign(claims) {
      if (generation !== ring.generation()) {
        generation = ring.generation()
        sign = createSigner({ key: ring.signingKey(), type: shippedProfiles.plain.type })
      }
      return sign(claims)
    },
  }
}
