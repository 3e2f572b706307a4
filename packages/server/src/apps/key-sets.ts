import type { Ground } from '../ground.ts'
import type { Outbound } from '../outbound/outbound.ts'
import { readKeySet } from './key-set.ts'
import {
  type AppRow,
  beginSetRead,
  findApp,
  findSetKey,
  noteSetFailure,
  noteSetRead,
  replaceSetKeys,
  type SetKeyRow,
} from './store.ts'

/** A key of a set is good for so long at most, and for less if its server says so. */
const longestLifeMs = 600_000
/** Between two reads of one set, whoever asks for what: also the shortest life of a set. */
const cooldownMs = 30_000
/** So long before the end of its life the set is read again by whoever comes, while the others go on with what there is. */
const renewBeforeMs = 60_000
/** So long the keys are used past their life while the set cannot be read. */
const staleIfErrorMs = 3_600_000

export type KeyMissing = 'key_unknown' | 'key_set_unavailable'

/** The key sets that apps publish. They are kept in the database, so every process has what one has read. */
export interface KeySets {
  /** The key of this id, for which the set is read if need be. */
  keyOf(app: AppRow, kid: string): Promise<SetKeyRow | KeyMissing>
  /** Read a set at once, whenever it was read last. */
  readNow(app: string): Promise<void>
}

export function createKeySets({
  db,
  world,
  log,
  outbound,
}: Pick<Ground, 'db' | 'world' | 'log'> & { readonly outbound: Outbound }): KeySets {
  const inFlight = new Map<string, Promise<void>>()

  async function keyOf(app: AppRow, kid: string): Promise<SetKeyRow | KeyMissing> {
    if (app.jwks_uri === null) return 'key_unknown'
    const freshUntil = app.set_fresh_until ?? 0
    const now = world.now()
    const known = freshUntil > now ? await findSetKey(db, app.id, kid) : undefined
    if (known && freshUntil - now > renewBeforeMs) return known
    if (!(await readAgain(app, now, known !== undefined)) && known) return known
    const set = await findApp(db, app.id)
    const isUsable = (set?.set_usable_until ?? 0) > world.now()
    const key = isUsable ? await findSetKey(db, app.id, kid) : undefined
    return (
      key ?? (set?.set_ended_at === null || set?.set_cause !== null ? 'key_set_unavailable' : 'key_unknown')
    )
  }

  /** False if the set was read just now, or is being read and the caller can go on without. */
  async function readAgain(
    { id, set_tried_at: triedAt }: AppRow,
    now: number,
    hasKey: boolean,
  ): Promise<boolean> {
    const running = inFlight.get(id)
    if (running) {
      if (hasKey) return false
      await running
      return true
    }
    if (triedAt !== null && triedAt > now - cooldownMs) return false
    const read = readOnce(id, now - cooldownMs).finally(() => inFlight.delete(id))
    inFlight.set(id, read)
    await read
    return true
  }

  /** Read the set of an app, if nobody has begun to since `before`. */
  async function readOnce(id: string, before: number): Promise<void> {
    const begun = await db.transaction((tx) => beginSetRead(tx, id, { now: world.now(), before }))
    if (!begun) return
    const answer = await outbound.get(begun.jwks_uri)
    const set = answer.kind === 'answered' ? readKeySet(answer.body) : answer
    const now = world.now()
    if (set.kind === 'failed' || answer.kind === 'failed') {
      const cause = 'cause' in set ? set.cause : 'fault' in set ? `${set.fault}: ${set.detail}` : 'unknown'
      await db.transaction((tx) => noteSetFailure(tx, { app: id, read: begun.set_reads, now, cause }))
      log.warn('app_key_set_failed', { app: id, cause })
      return
    }
    const stated = answer.maxAgeSeconds === undefined ? longestLifeMs : answer.maxAgeSeconds * 1000
    const freshUntil = now + Math.min(Math.max(stated, cooldownMs), longestLifeMs)
    await db.transaction(async (tx) => {
      const life = { freshUntil, usableUntil: freshUntil + staleIfErrorMs }
      const read = { app: id, read: begun.set_reads, now, skipped: set.skipped, ...life }
      // A read that began later has seen what is newer.
      if (!(await noteSetRead(tx, read))) return
      await replaceSetKeys(
        tx,
        id,
        set.keys.map((key) => ({ ...key, app: id, read_at: now })),
      )
    })
  }

  return { keyOf, readNow: (app) => readOnce(app, Number.MAX_SAFE_INTEGER) }
}
