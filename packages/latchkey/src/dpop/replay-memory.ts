import { checkOptions, type OptionNames } from '../options/check-options.ts'
import { type Clock, clockOf } from '../options/clock.ts'

/**
 * The result of `take`. `first`: not seen before; `again`: seen before; `full`: it cannot be remembered, so it is unknown.
 */
export type Taking = 'first' | 'again' | 'full'

/**
 * Where the proofs that were used are remembered. An implementer shared by several processes owes: of all that `take`
 * one key before `untilMs` (milliseconds since the Unix epoch), exactly one is told `first`, however close together
 * they ask. Keys are 43 characters of base64url. An error is the framework's to answer.
 */
export interface ReplayStore {
  take(key: string, untilMs: number): Taking | PromiseLike<Taking>
}

/** The options of `createReplayMemory`. */
export interface ReplayMemoryOptions {
  /** Keys that are remembered at most; 100,000 if not given, about 15 MB. */
  readonly maxEntries?: number
  /** Milliseconds since the Unix epoch; Date.now if not given. */
  readonly now?: () => number
}

/**
 * A store in the memory of this process. When it is full of keys that still matter it says so, for to forget one
 * would allow its proof a second time.
 *
 * @throws {TypeError} if an option is invalid.
 */
export function createReplayMemory(options: ReplayMemoryOptions = {}): ReplayStore {
  checkOptions('createReplayMemory', options, replayMemoryOptions)
  const memory = new ReplayMemory(options.maxEntries ?? 100_000)
  const now = clockOf(options.now)
  return { take: (key, untilMs) => memory.take(key, untilMs, now()) }
}

const replayMemoryOptions: OptionNames<ReplayMemoryOptions> = { maxEntries: 1, now: 1 }

class ReplayMemory {
  readonly #maxEntries: number
  readonly #ends = new Map<string, number>()
  // No key is looked at more than once in a while, so that a full memory is not searched for every request.
  #sweepAtMs = 0

  constructor(maxEntries: number) {
    if (!Number.isSafeInteger(maxEntries) || maxEntries < 1) {
      throw new TypeError('maxEntries is a positive whole number')
    }
    this.#maxEntries = maxEntries
  }

  take(key: string, untilMs: number, nowMs: number): Taking {
    const ends = this.#ends
    const known = ends.get(key)
    if (known !== undefined && known > nowMs) return 'again'
    if (known === undefined && ends.size >= this.#maxEntries / 2) this.#sweep(nowMs)
    if (known === undefined && ends.size >= this.#maxEntries) return 'full'
    ends.set(key, untilMs)
    return 'first'
  }

  #sweep(nowMs: number): void {
    if (nowMs < this.#sweepAtMs) return
    for (const [key, untilMs] of this.#ends) if (untilMs <= nowMs) this.#ends.delete(key)
    this.#sweepAtMs = nowMs + 1000
  }
}

// A proof that one guard of a process has taken must not be good for the next, so by default all remember in one place.
const memoryOfProcess = new ReplayMemory(100_000)

/** The memory that all checks of this process share, by the clock of one of them. */
export function sharedReplayMemory(now: Clock): ReplayStore {
  return { take: (key, untilMs) => memoryOfProcess.take(key, untilMs, now()) }
}
