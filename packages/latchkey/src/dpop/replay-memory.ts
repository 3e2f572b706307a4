import { checkOptions, type OptionNames } from '../options/check-options.ts'
import { clockOf } from '../options/clock.ts'

/**
 * `first`: never seen while it mattered; `again`: seen before; `full`: it cannot be remembered, so nobody can say.
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

export interface ReplayMemoryOptions {
  /** Keys that are remembered at most; 100,000 if not given, about 15 MB. */
  readonly maxEntries?: number
  /** Milliseconds since the Unix epoch; Date.now if not given. */
  readonly now?: () => number
}

/**
 * A store in the memory of this process. When it is full of keys that still matter it says so, for to forget one
 * would allow its proof a second time.
 */
export function createReplayMemory(options: ReplayMemoryOptions = {}): ReplayStore {
  checkOptions('createReplayMemory', options, {
    maxEntries: 1,
    now: 1,
  } satisfies OptionNames<ReplayMemoryOptions>)
  const { maxEntries = 100_000 } = options
  const now = clockOf(options.now)
  if (!Number.isSafeInteger(maxEntries) || maxEntries < 1) {
    throw new TypeError('maxEntries is a positive whole number')
  }
  const ends = new Map<string, number>()
  // No key is looked at more than once in a while, so that a full memory is not searched for every request.
  let sweepAtMs = 0

  function sweep(nowMs: number): void {
    if (nowMs < sweepAtMs) return
    for (const [key, untilMs] of ends) if (untilMs <= nowMs) ends.delete(key)
    sweepAtMs = nowMs + 1000
  }

  return {
    take(key, untilMs) {
      const nowMs = now()
      const known = ends.get(key)
      if (known !== undefined && known > nowMs) return 'again'
      if (known === undefined && ends.size >= maxEntries / 2) sweep(nowMs)
      if (known === undefined && ends.size >= maxEntries) return 'full'
      ends.set(key, untilMs)
      return 'first'
    },
  }
}
