import { apiKey, type Who } from '../activity/events.ts'
import type { EventReason } from '../activity/schema/reasons.ts'
import type { Transaction } from '../database/database.ts'
import { Refusal } from '../errors.ts'
import { type Actor, type Caller, operator } from '../identity.ts'
import type { Job } from '../part.ts'
import { clockSkewMs } from '../tokens/authenticate.ts'
import type { ApiKeysGround, KeyOwner } from './ground.ts'
import { standingOf } from './standing.ts'
import {
  type ApiKeyRow,
  findApiKey,
  findDueKeys,
  findLiveKeysBySigner,
  findLiveKeysFor,
  findLiveKeysOf,
  findLiveKeysOfType,
  lookWhenSignerEnds,
  markKeyRevoked,
  setLook,
} from './store.ts'

/**
 * Revoke a key of one's own, as somebody who has signed in here; or by the key itself: whoever holds it can end it.
 * @throws {Refusal} `key_not_found`, `kind_not_allowed`
 */
export async function revokeOwnKey(ground: ApiKeysGround, caller: Caller, id: string): Promise<void> {
  const { identity } = caller
  await ground.db.transaction(async (tx) => {
    const isItself = identity.kind === 'api_key' && identity.tokenId === id
    if (!isItself) await ground.governed().owners.requireInteractive(tx, caller)
    await revokeOf(ground, tx, caller, { owner: identity.subject, id })
  })
}

/**
 * Revoke a key of somebody. @throws {Refusal} `user_not_found`, `permission_missing`, `key_not_found`
 */
export async function revokeKeyOf(
  ground: ApiKeysGround,
  actor: Actor,
  owner: string,
  id: string,
): Promise<void> {
  await ground.db.transaction(async (tx) => {
    await ground.governed().owners.requireOver(tx, actor, owner)
    await revokeOf(ground, tx, actor, { owner, id })
  })
}

async function revokeOf(
  ground: ApiKeysGround,
  tx: Transaction,
  actor: Actor,
  { owner, id }: { readonly owner: string; readonly id: string },
): Promise<void> {
  const key = await findApiKey(tx, id)
  // Who else has a key of this id is nobody's business.
  if (key?.owner !== owner || !(await revoke(ground, tx, actor, key, 'revoked'))) {
    throw new Refusal('key_not_found', 'there is no such key, or it is over')
  }
}

/** End a key by its id, whoever has it. Undefined if there is none, or it is over. */
export async function endApiKey(
  ground: ApiKeysGround,
  tx: Transaction,
  actor: Actor,
  id: string,
): Promise<{ readonly endsAtMs: number } | undefined> {
  const key = await findApiKey(tx, id)
  return key && (await revoke(ground, tx, actor, key, 'revoked')) ? { endsAtMs: key.ends_at } : undefined
}

/** End a key, in the transaction of its reason. The revocation lives as long as the key would have. True for one caller. */
async function revoke(
  { world, activity, revocations }: ApiKeysGround,
  tx: Transaction,
  who: Actor | Who,
  { id, owner, ends_at }: ApiKeyRow,
  reason: EventReason,
  scope?: string,
): Promise<boolean> {
  if (!(await markKeyRevoked(tx, id, { now: world.now(), by: subjectOf(who), reason }))) return false
  await revocations.revoke(tx, 'token', id, ends_at + clockSkewMs)
  const details = { owner, ...(scope !== undefined && { scope }) }
  await activity.record(tx, who, 'api_key.revoke', apiKey(id), { reason, details })
  return true
}

function subjectOf(who: Actor | Who): string | null {
  if (!('kind' in who)) return who.subject ?? null
  return who.kind === 'operator' ? null : who.identity.subject
}

/** Whose or which keys a change may concern. */
export type Concerned =
  | { readonly owner: string }
  | { readonly userType: string }
  | { readonly service: string }

/**
 * Look at live keys again, in the transaction of a change and behind it: those end of which something is not true any more.
 */
export async function lookAgain(
  ground: ApiKeysGround,
  tx: Transaction,
  who: Actor | Who,
  concerned: Concerned,
): Promise<void> {
  await lookAtEach(ground, tx, who, await liveOf(ground, tx, concerned))
}

/** End every live key of somebody or for a service. */
export async function endAllKeys(
  ground: ApiKeysGround,
  tx: Transaction,
  who: Actor | Who,
  concerned: Concerned,
  reason: EventReason,
): Promise<void> {
  for (const key of await liveOf(ground, tx, concerned)) await revoke(ground, tx, who, key, reason)
}

/** End what a key of ours has signed, because that is worth nothing any more. How many those were. */
export async function endKeysSignedBy(
  ground: ApiKeysGround,
  tx: Transaction,
  actor: Actor,
  kid: string,
): Promise<number> {
  const keys = await findLiveKeysBySigner(tx, kid, ground.world.now())
  for (const key of keys) await revoke(ground, tx, actor, key, 'signing_key_ended')
  return keys.length
}

/** A key of ours has an end, or another one: what it has signed is looked at then. How many keys those are. */
export async function noteSignerEnd(
  { world }: ApiKeysGround,
  tx: Transaction,
  kid: string,
  at: number,
): Promise<number> {
  await lookWhenSignerEnds(tx, kid, at)
  return (await findLiveKeysBySigner(tx, kid, world.now())).length
}

/** Ends keys that rest on what ends by itself, such as a permission with an end. */
export function createLookJob(ground: ApiKeysGround): Job {
  const { db, world } = ground
  const most = 100
  return {
    name: 'api_keys.look',
    everyMs: 1_000,
    async run() {
      for (;;) {
        const due = await findDueKeys(db, world.now(), most)
        if (due.length > 0) await db.transaction((tx) => lookAtEach(ground, tx, operator, due))
        if (due.length < most) return
      }
    },
  }
}

async function liveOf(
  { world }: ApiKeysGround,
  tx: Transaction,
  concerned: Concerned,
): Promise<readonly ApiKeyRow[]> {
  const now = world.now()
  if ('owner' in concerned) return findLiveKeysOf(tx, concerned.owner, now)
  if ('userType' in concerned) return findLiveKeysOfType(tx, concerned.userType, now)
  return findLiveKeysFor(tx, concerned.service, now)
}

async function lookAtEach(
  ground: ApiKeysGround,
  tx: Transaction,
  who: Actor | Who,
  keys: readonly ApiKeyRow[],
): Promise<void> {
  const owners = new Map<string, KeyOwner | undefined>()
  for (const key of keys) {
    if (!owners.has(key.owner)) {
      owners.set(key.owner, await ground.governed().owners.find(tx, key.owner))
    }
    const standing = await standingOf(ground, tx, key, owners.get(key.owner))
    if (standing.kind === 'lost') await revoke(ground, tx, who, key, standing.reason, standing.scope)
    else if (standing.until !== key.look_at) await setLook(tx, key.id, standing.until)
  }
}
