import { type Clock, clockOf } from '../../options/clock.ts'
import type { May } from '../rest-framework/users.ts'

/** What is stored of a token that was given out. The token itself is not stored: a stored token could be stolen. */
export interface OutstandingToken {
  readonly jti: string
  /** Whose it is, as in the token. */
  readonly userId: unknown
  readonly createdAtMs: number
  readonly expiresAtMs: number
}

/**
 * Stores refresh tokens and sliding tokens, as `token_blacklist` does in Django. Entries may be deleted once they have
 * expired. Processes that accept each other's tokens must share a store.
 */
export interface TokenStore {
  /** Store a token that is about to be given out. */
  outstand(token: OutstandingToken): May<void>
  /** Blacklist a token, known or not. False if it is blacklisted already; of several callers at once, one gets true. */
  blacklist(token: OutstandingToken): May<boolean>
  /** Whether the token with this id is blacklisted. */
  isBlacklisted(jti: string): May<boolean>
}

interface Entry extends OutstandingToken {
  isBlacklisted: boolean
}

const smallest = 1024

/** A TokenStore in the memory of this process. Expired entries are deleted as new ones are added. */
export class MemoryTokenStore implements TokenStore {
  readonly #entries = new Map<string, Entry>()
  readonly #now: Clock
  #pruneAt = smallest

  constructor(now?: () => number) {
    this.#now = clockOf(now)
  }

  outstand(token: OutstandingToken): void {
    this.#add({ ...token, isBlacklisted: false })
  }

  blacklist(token: OutstandingToken): boolean {
    const known = this.#entries.get(token.jti)
    if (known?.isBlacklisted) return false
    if (known) known.isBlacklisted = true
    else this.#add({ ...token, isBlacklisted: true })
    return true
  }

  isBlacklisted(jti: string): boolean {
    return this.#entries.get(jti)?.isBlacklisted ?? false
  }

  /** The tokens of a user that are valid still, to blacklist them all. */
  outstandingOf(userId: unknown): readonly OutstandingToken[] {
    const nowMs = this.#now()
    return [...this.#entries.values()]
      .filter((entry) => entry.userId === userId && !entry.isBlacklisted && entry.expiresAtMs > nowMs)
      .map(({ isBlacklisted: _, ...token }) => token)
  }

  get size(): number {
    return this.#entries.size
  }

  #add(entry: Entry): void {
    if (this.#entries.size >= this.#pruneAt) {
      const nowMs = this.#now()
      for (const [jti, { expiresAtMs }] of this.#entries) {
        if (expiresAtMs <= nowMs) this.#entries.delete(jti)
      }
      this.#pruneAt = Math.max(smallest, 2 * this.#entries.size)
    }
    this.#entries.set(entry.jti, entry)
  }
}
