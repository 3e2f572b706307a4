import { type Clock, clockOf } from '../../options/clock.ts'
import type { May } from '../rest-framework/users.ts'

/** What is remembered of a token that was given out; never the token. */
export interface OutstandingToken {
  readonly jti: string
  /** Whose it is, as in the token. */
  readonly userId: unknown
  readonly createdAtMs: number
  readonly expiresAtMs: number
}

/**
 * Where refresh tokens and sliding tokens are remembered: what `token_blacklist` does in Django. Entries may be
 * forgotten once they have expired. Processes that take each other's tokens share one.
 */
export interface TokenStore {
  /** Remember a token that is about to be given out. */
  outstand(token: OutstandingToken): May<void>
  /** Blacklist a token, known or not. False if it is blacklisted already; of several callers at once, one gets true. */
  blacklist(token: OutstandingToken): May<boolean>
  isBlacklisted(jti: string): May<boolean>
}

interface Entry extends OutstandingToken {
  isBlacklisted: boolean
}

const smallest = 1024

/** In this process, until it ends. Expired entries leave as new ones come. */
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

  /** The tokens of a user that still can be used, to blacklist them all. */
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
