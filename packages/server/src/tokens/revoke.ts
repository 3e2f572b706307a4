import { token as tokenTarget } from '../activity/events.ts'
import { Refusal } from '../errors.ts'
import type { Actor } from '../identity.ts'
import { findLongestLife } from '../keys/store.ts'
import { authorizeOver, holds } from '../permissions.ts'
import { isIdentifier, timeOf } from '../secrets/identifiers.ts'
import { clockSkewMs } from './authenticate.ts'
import type { TokenOwner } from './grant.ts'
import type { ServedTokens } from './ground.ts'
import { isTokenId, readIssued } from './issued.ts'

/** A token that somebody has at hand; or its id, with its `exp` where that is known. */
export type AskedRevocation =
  | { readonly token: string }
  | { readonly tokenId: string; readonly expiresAtMs?: number | undefined }

export interface RevokedToken {
  readonly tokenId: string
  /** From then on no verifier accepts the token in any case: its end, and the clock skew that is tolerated. */
  readonly endsAtMs: number
}

/**
 * Revoke one token at every verifier, within a second. Revoking it again, or when it has expired, changes nothing. Every caller
 * may revoke the token that they authenticate this request with; others need `tokens:revoke`, and authority over its owner.
 * @throws {Refusal} `permission_missing`; `token_unknown` for anything that is no access token of this server
 */
export async function revokeToken(
  ground: ServedTokens,
  actor: Actor,
  asked: AskedRevocation,
): Promise<RevokedToken> {
  const { db, world, activity, revocations } = ground
  const { tokenId, owner, endsAtMs } = await found(ground, asked)
  if (!isPresentedBy(actor, tokenId)) await authorizeRevocation(ground, actor, owner)
  if (isIdentifier('key', tokenId)) {
    const ended = await db.transaction((tx) => ground.endApiKey(tx, actor, tokenId))
    return { tokenId, endsAtMs: ended ? ended.endsAtMs + clockSkewMs : endsAtMs }
  }
  if (endsAtMs > world.now()) {
    await db.transaction(async (tx) => {
      if (!(await revocations.revoke(tx, 'token', tokenId, endsAtMs))) return
      const details = { ends_at: endsAtMs, ...(owner && { owner: owner.subject }) }
      await activity.record(tx, actor, 'token.revoke', tokenTarget(tokenId), { details })
    })
  }
  return { tokenId, endsAtMs }
}

type Found = RevokedToken & { readonly owner: TokenOwner | undefined }

async function found(ground: ServedTokens, asked: AskedRevocation): Promise<Found> {
  if ('token' in asked) {
    const { tokenId, owner, expiresAtMs } = await readIssued(ground, asked.token)
    return { tokenId, owner, endsAtMs: expiresAtMs + clockSkewMs }
  }
  const { tokenId, expiresAtMs } = asked
  if (!isTokenId(tokenId)) throw new Refusal('token_unknown', 'this is no id of a token of this server')
  if (isIdentifier('key', tokenId)) {
    const owner = await ground.ownerOfApiKey(tokenId)
    if (!owner) throw new Refusal('token_unknown', 'there is no API key of this id')
    return { tokenId, owner, endsAtMs: ground.world.now() }
  }
  // The id says when the token was made, so that nobody has to be believed about its end.
  const lifeMs = Math.max(ground.lifeSeconds, await findLongestLife(ground.db)) * 1000
  const lastMs = Math.floor(timeOf(tokenId) / 1000) * 1000 + lifeMs
  return { tokenId, owner: undefined, endsAtMs: Math.min(expiresAtMs ?? lastMs, lastMs) + clockSkewMs }
}

/** A device writes the `jti` of its tokens itself, so that it may be the id of another's. */
function isPresentedBy(actor: Actor, tokenId: string): boolean {
  return actor.kind === 'caller' && actor.identity.kind !== 'device' && actor.identity.tokenId === tokenId
}

async function authorizeRevocation(
  { reachOf }: ServedTokens,
  actor: Actor,
  owner: TokenOwner | undefined,
): Promise<void> {
  if (actor.kind === 'caller' && !holds(actor.identity, 'tokens:revoke')) {
    throw new Refusal('permission_missing', 'this needs the permission tokens:revoke', {
      missing: 'tokens:revoke',
    })
  }
  if (owner) authorizeOver(actor, await reachOf(owner))
}
