import {
  createRevocationList,
  type RevocationKind,
  type RevocationList,
  revocationKey,
} from 'latchkey/guard/revocation-list'
import type { Database, Transaction } from '../database/database.ts'
import { findLongestLife } from '../keys/store.ts'
import { firstIdentifierAt, newIdentifier, timeOf } from '../secrets/identifiers.ts'
import type { World } from '../world.ts'
import {
  deleteExpiredRevocations,
  findRevocations,
  insertRevocation,
  isRevokedUntil,
  type RevocationRow,
} from './store.ts'

/**
 * What is revoked and may still be presented. Rows in the database, a list in memory that every request is
 * checked against, and a feed to all who verify locally. An entry ends with the last token it concerns.
 */
export interface Revocations {
  readonly list: RevocationList
  /**
   * Revoke in the transaction of the change. Verifiers are told after the commit. `endsAtMs`: when no token that this concerns can
   * be presented any more, where that is known. False if an entry is there that lasts as long, and nothing was done.
   */
  revoke(tx: Transaction, kind: RevocationKind, value: string, endsAtMs?: number): Promise<boolean>
  /** Be told of each new entry, of this process or another. Returns the way to stop. */
  follow(listener: (row: RevocationRow) => void): () => void
  /** What is alive, oldest first; with `since`, only what is newer than that id, or perhaps a little older. */
  alive(since?: string): Promise<RevocationRow[]>
  /** Take in what another process wrote. */
  refresh(): Promise<void>
  /** Drop what no longer concerns any token. */
  sweep(): Promise<void>
}

/**
 * Another process may commit an older id after a newer one, and its clock may be behind by as much as verifiers
 * tolerate. Adding an entry twice does no harm.
 */
const overlapMs = 60_000

interface Parts {
  readonly db: Database
  readonly world: World
  /** The life of a token of this server, and the clock skew that verifiers tolerate. */
  readonly tokenLifeMs: number
  /** That skew alone, for services whose tokens live longer. */
  readonly skewMs: number
}

export async function openRevocations({ db, world, tokenLifeMs, skewMs }: Parts): Promise<Revocations> {
  const list = createRevocationList({ now: world.now })
  const listeners = new Set<(row: RevocationRow) => void>()
  let readUpToMs = 0

  const known = new Map<string, number>()
  const take = (row: RevocationRow) => {
    if (known.has(row.id)) return
    known.set(row.id, row.expires_at)
    list.add({ key: row.key, revokedAtMs: row.revoked_at, expiresAtMs: row.expires_at })
    for (const listener of listeners) listener(row)
  }

  async function refresh(): Promise<void> {
    const now = world.now()
    // A clock that steps back makes older ids than were read.
    const from = Math.min(readUpToMs, now) - overlapMs
    for (const row of await findRevocations(db, firstIdentifierAt('rev', from), now)) take(row)
    readUpToMs = now
  }
  await refresh()

  return {
    list,
    refresh,
    async revoke(tx, kind, value, endsAtMs) {
      const key = revocationKey(kind, value)
      if (endsAtMs !== undefined && (await isRevokedUntil(tx, key, endsAtMs))) return false
      const longest = (await findLongestLife(tx)) * 1000 + skewMs
      const row: RevocationRow = {
        id: newIdentifier('rev', world),
        key,
        kind,
        revoked_at: world.now(),
        expires_at: endsAtMs ?? world.now() + Math.max(tokenLifeMs, longest),
      }
      if (!(await insertRevocation(tx, row))) return false
      tx.announce()
      tx.afterCommit(() => take(row))
      return true
    },
    follow(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    alive: (since) => findRevocations(db, since === undefined ? '' : overlapping(since), world.now()),
    async sweep() {
      const now = world.now()
      for (const [id, expiresAt] of known) if (expiresAt <= now) known.delete(id)
      await db.transaction((tx) => deleteExpiredRevocations(tx, now))
    },
  }
}

/** The id a little before `since`, by the time that stands in it. */
function overlapping(since: string): string {
  return firstIdentifierAt('rev', timeOf(since) - overlapMs)
}
