import { Refusal } from '../errors.ts'
import { type Actor, operator } from '../identity.ts'
import { mainSet } from './fetches/fetches.ts'
import type { FetchRow } from './fetches/store.ts'
import type { KeysGround } from './ground.ts'
import type { KeySummary } from './key-ring.ts'
import { findSignedApiKeys, type SignedApiKeys } from './store.ts'

const dayMs = 86_400_000

/** Who has fetched nothing for so long does not count: services that verify fetch again within a day. */
const countsForMs = 7 * dayMs
/** The next key stands in the set for a day before it signs by itself. */
const overlapMs = dayMs
/** A rotation that is due waits so long for who would be cut off, and not longer. */
export const waitsAtMostMs = 7 * dayMs

/** Whom a rotation would cut off, of those who fetch a key set. */
export interface RotationReach {
  /** Who fetched the set in the last seven days, and not since the next key stands in it. */
  readonly cutOff: readonly FetchRow[]
  /** How many have the next key. */
  readonly ready: number
  /** Whether there are more fetchers than can be noted. */
  readonly isIncomplete: boolean
}

/** By what is known of who fetches a set, network by network and program by program. */
export async function reachOfRotation(
  { fetches, world }: Pick<KeysGround, 'fetches' | 'world'>,
  keySet: string,
  nextKid: string | undefined,
): Promise<RotationReach> {
  const seen = (await fetches.since(world.now() - countsForMs)).filter(({ key_set }) => key_set === keySet)
  const has = ({ key_ids }: FetchRow) => nextKid !== undefined && key_ids.split(' ').includes(nextKid)
  return {
    cutOff: seen.filter((row) => !has(row)),
    ready: seen.filter(has).length,
    isIncomplete: fetches.overflowed(),
  }
}

/** @throws {Refusal} `rotation_cuts_off` */
export function requireNobodyCutOff({ cutOff }: RotationReach): void {
  if (cutOff.length === 0) return
  throw new Refusal(
    'rotation_cuts_off',
    `${cutOff.length} that verify tokens have not fetched the next key yet; wait, or force it`,
  )
}

/** What a rotation would mean now. */
export interface RotationPreview extends RotationReach {
  readonly activeKid: string | undefined
  readonly nextKid: string | undefined
  /** Since when the next key stands in the set. */
  readonly nextSince: number | undefined
  /** When the server rotates by itself; undefined if it does not. */
  readonly dueAt: number | undefined
  /** The API keys that the active key has signed, for which it stays in the set until the last of them ends. */
  readonly apiKeys: SignedApiKeys | undefined
}

export async function previewRotation({
  db,
  ring,
  fetches,
  world,
  rotationDays,
}: KeysGround): Promise<RotationPreview> {
  const own = ring.list().filter((key) => key.algorithm === ring.algorithm)
  const active = own.find(({ status }) => status === 'active')
  const next = own.find(({ status }) => status === 'next')
  const dueAt =
    rotationDays === 0 || active?.activatedAt == null ? undefined : active.activatedAt + rotationDays * dayMs
  return {
    activeKid: active?.kid,
    nextKid: next?.kid,
    nextSince: next?.createdAt,
    dueAt,
    apiKeys: (await findSignedApiKeys(db, world.now())).find(({ kid }) => kid === active?.kid),
    ...(await reachOfRotation({ fetches, world }, mainSet, next?.kid)),
  }
}

/** A key of the ring, and the API keys that it has signed; undefined for none. */
export type RingKey = KeySummary & { readonly apiKeys: SignedApiKeys | undefined }

/** The ring, with what hangs on each key: whoever revokes one ends it. */
export async function listRing({
  db,
  ring,
  world,
}: Pick<KeysGround, 'db' | 'ring' | 'world'>): Promise<readonly RingKey[]> {
  const signed = await findSignedApiKeys(db, world.now())
  return ring.list().map((key) => ({ ...key, apiKeys: signed.find(({ kid }) => kid === key.kid) }))
}

/**
 * Rotate the ring, unless somebody would be cut off by it.
 * @throws {Refusal} `rotation_cuts_off`, unless it is forced.
 */
export async function rotateKeys(ground: KeysGround, actor: Actor, force: boolean): Promise<void> {
  if (!force) requireNobodyCutOff(await previewRotation(ground))
  await ground.ring.rotate(actor)
}

/** Rotate when the active key is old enough, the next one has stood in the set for a day, and all who verify have it. */
export async function rotateWhenDue(ground: KeysGround): Promise<void> {
  const { ring, world, log, rotationDays } = ground
  const now = world.now()
  const { dueAt, nextSince, cutOff } = await previewRotation(ground)
  if (dueAt === undefined || dueAt > now || nextSince === undefined || nextSince + overlapMs > now) return
  if (cutOff.length > 0) {
    const waits = now < dueAt + waitsAtMostMs
    log.warn('key_rotation', { cuts_off: cutOff.length, waits })
    if (waits) return
  }
  await ring.rotateIfActiveSince(operator, now - rotationDays * dayMs)
}
