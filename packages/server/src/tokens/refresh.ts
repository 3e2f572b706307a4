import type { EventReason } from '../activity/schema/reasons.ts'
import type { Database, Reader, Transaction } from '../database/database.ts'
import { Refusal } from '../errors.ts'
import { newIdentifier } from '../secrets/identifiers.ts'
import { openWithSecret, sealWithSecret } from '../secrets/sealing.ts'
import { hashSecret, isSecret, newSecret } from '../secrets/secrets.ts'
import type { World } from '../world.ts'
import type { ProvenKey } from './proofs.ts'
import {
  findRefreshToken,
  insertFamily,
  insertRefreshToken,
  type RefreshTokenRow,
  useRefreshToken,
} from './store.ts'

/** Within this time the same token brings the same successor: tabs and retries race, and nobody stole anything. */
const replayWindowMs = 10_000
const day = 24 * 60 * 60 * 1000
export const slidingLifeMs = 30 * day
export const absoluteLifeMs = 90 * day

/** Begin a refresh family for a session and return its first token. With a key, it is refreshed with that key only. */
export async function startFamily(
  tx: Transaction,
  world: World,
  { sessionId, clientId, key }: { sessionId: string; clientId: string | null; key: ProvenKey | undefined },
): Promise<string> {
  const id = newIdentifier('fam', world)
  const now = world.now()
  await insertFamily(tx, {
    id,
    sessionId,
    clientId,
    createdAt: now,
    absoluteExpiresAt: now + absoluteLifeMs,
    keyThumbprint: key ?? null,
  })
  const token = newSecret('rt', world)
  await insertRefreshToken(tx, {
    hash: hashSecret(token),
    familyId: id,
    generation: 0,
    createdAt: now,
    expiresAt: now + slidingLifeMs,
  })
  return token
}

export type Rotation =
  | {
      readonly kind: 'rotated'
      readonly token: string
      readonly sessionId: string
      /** The key that the family was begun with; undefined for bearer tokens. */
      readonly boundTo: string | undefined
    }
  /** Used before, and not by a race: somebody has a copy. The caller ends the session. */
  | { readonly kind: 'reused'; readonly sessionId: string }
  /** Without a proof of the family's key, or with another key: perhaps a copy, and worth nothing. Nothing has changed. */
  | { readonly kind: 'unproven'; readonly reason: 'key_missing' | 'key_mismatch'; readonly sessionId: string }

/**
 * Trade a refresh token for its successor. Exactly one use makes a successor; the same token again within ten
 * seconds, by the same client and before the successor was used, gets the same one, so that a lost answer or a
 * second tab signs nobody out; any later use tells that the token was copied. Whoever lacks the key of the family can
 * neither use its tokens up nor end it.
 * @throws {Refusal} `refresh_invalid` where there is no such token or its time is over.
 */
export async function rotate(
  { db, world }: { db: Database; world: World },
  presented: string,
  { clientId, key }: { clientId: string | null; key: ProvenKey | undefined },
): Promise<Rotation> {
  if (!isSecret('rt', presented)) throw invalid('malformed')
  const hash = hashSecret(presented)
  const successor = newSecret('rt', world)
  // Sealed with the old token, so that the database alone reveals nothing and who replays it can open it.
  const sealed = sealWithSecret(successor, presented, world)

  return db.transaction(async (tx) => {
    const now = world.now()
    const row = await findRefreshToken(tx, hash)
    if (!row) throw invalid('unknown')
    if (row.client_id !== clientId) throw invalid('client_mismatch')
    if (row.ended_at !== null) throw invalid('family_ended')
    // None outlives its family: `insertRefreshToken` below.
    if (row.expires_at <= now) throw invalid('expired')
    // A family that was begun without a key stays without one: whoever brings the first proof may be who copied the
    // token. That proof is passed over, for a client that has learned to send proofs keeps its sessions, and
    // `token_type` tells it what it got (RFC 9449 section 5).
    const boundTo = row.key_thumbprint ?? undefined
    if (boundTo !== undefined && boundTo !== key) {
      const reason = key === undefined ? 'key_missing' : 'key_mismatch'
      return { kind: 'unproven', reason, sessionId: row.session_id }
    }

    if (!(await useRefreshToken(tx, hash, now, sealed)))
      return replay(await findRefreshToken(tx, hash), presented, now)
    await insertRefreshToken(tx, {
      hash: hashSecret(successor),
      familyId: row.family_id,
      generation: row.generation + 1,
      createdAt: now,
      expiresAt: Math.min(now + slidingLifeMs, row.absolute_expires_at),
    })
    return { kind: 'rotated', token: successor, sessionId: row.session_id, boundTo }
  })
}

/** The session that a refresh token belongs to, used or not; undefined where there is no such token. */
export async function sessionOfRefreshToken(reader: Reader, presented: string): Promise<string | undefined> {
  if (!isSecret('rt', presented)) return undefined
  return (await findRefreshToken(reader, hashSecret(presented)))?.session_id
}

/** Whether a refresh token would bring another one now, which this does not use up. */
export async function isLiveRefreshToken(reader: Reader, presented: string, now: number): Promise<boolean> {
  if (!isSecret('rt', presented)) return false
  const row = await findRefreshToken(reader, hashSecret(presented))
  if (row === undefined || row.ended_at !== null) return false
  if (row.expires_at <= now) return false
  return row.used_at === null || now - row.used_at <= replayWindowMs
}

function replay(row: RefreshTokenRow | undefined, presented: string, now: number): Rotation {
  if (!row || row.used_at === null || row.successor_sealed === null) throw invalid('unknown')
  const raced = now - row.used_at <= replayWindowMs && row.newest_used === row.generation
  if (!raced) return { kind: 'reused', sessionId: row.session_id }
  return {
    kind: 'rotated',
    token: openWithSecret(row.successor_sealed, presented),
    sessionId: row.session_id,
    boundTo: row.key_thumbprint ?? undefined,
  }
}

function invalid(reason: EventReason): Refusal {
  return new Refusal('refresh_invalid', 'this refresh token is not valid; sign in again', {
    reason,
    refused: { event: 'session.refresh' },
  })
}
