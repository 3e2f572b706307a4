import type { Reader } from '../database/database.ts'
import type { Permission } from '../permissions.ts'
import type { ApiKeysGround, KeyOwner } from './ground.ts'
import { type ApiKeyRow, findSharedKeyEnd } from './store.ts'

/** Without it nobody makes keys, and whoever loses it has none. */
export const toHaveKeys: Permission = 'api-keys:write'

/** As much of a key as what it rests on. */
type Resting = Pick<ApiKeyRow, 'audience' | 'service' | 'user_type' | 'scopes' | 'kid' | 'signer'>

/** Why a key may be used no longer, as the list and the log name it. */
export type Loss =
  | 'owner_disabled'
  | 'user_type_changed'
  | 'scope_lost'
  | 'service_ended'
  | 'signing_key_ended'

export type Standing =
  | { readonly kind: 'lost'; readonly reason: Loss; readonly scope?: string | undefined }
  /** `until`: the first end of something that it rests on; null for none. */
  | { readonly kind: 'held'; readonly until: number | null }

/**
 * Whether all that a key says is still true of its owner. It is asked when the key is made, in each transaction that may make it
 * untrue, and when something ends by itself.
 */
export async function standingOf(
  { governed, world }: Pick<ApiKeysGround, 'governed' | 'world'>,
  reader: Reader,
  key: Resting,
  owner: KeyOwner | undefined,
): Promise<Standing> {
  if (!owner?.isEnabled) return lost('owner_disabled')
  if (owner.userType !== key.user_type) return lost('user_type_changed')
  if (!owner.holds.has(toHaveKeys)) return lost('scope_lost', toHaveKeys)
  const has = await scopesOf(governed().services, reader, key, owner)
  if (has === undefined) return lost('service_ended')
  const missing = key.scopes.find((scope) => !has.has(scope))
  if (missing !== undefined) return lost('scope_lost', missing)
  const signerEnd = key.signer === 'shared' ? await findSharedKeyEnd(reader, key.kid) : null
  if (signerEnd === undefined || (signerEnd !== null && signerEnd <= world.now())) {
    return lost('signing_key_ended')
  }
  const ends = [...key.scopes, toHaveKeys].map((scope) => owner.holds.get(scope) ?? null)
  return { kind: 'held', until: earliest([...ends, signerEnd]) }
}

async function scopesOf(
  services: ReturnType<ApiKeysGround['governed']>['services'],
  reader: Reader,
  { service, audience }: Resting,
  { userType, holds }: KeyOwner,
): Promise<ReadonlySet<string> | undefined> {
  if (service === null) return new Set(holds.keys())
  const asker = { userType, holds: [...holds.keys()] }
  const scopes = await services.scopesAt(reader, { id: service, audience }, asker)
  return scopes && new Set(scopes)
}

function earliest(ends: readonly (number | null)[]): number | null {
  const known = ends.filter((end) => end !== null)
  return known.length === 0 ? null : Math.min(...known)
}

const lost = (reason: Loss, scope?: string) => ({ kind: 'lost', reason, scope }) as const
