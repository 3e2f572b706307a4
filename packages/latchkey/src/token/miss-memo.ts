import type { TokenHeader } from './header.ts'

const maxEntries = 256
const maxKeyIdLength = 128

export interface MissMemo {
  has(header: TokenHeader, nowMs: number): boolean
  add(header: TokenHeader, nowMs: number): void
}

/**
 * Remembers for a while which key ids a fresh key set did not have, so that a client which keeps sending one
 * old token does not cause a fetch each time the cooldown allows one. Key ids are a stranger's text: at most
 * 256 of at most 128 characters are kept, the oldest leaving first.
 */
export function createMissMemo(lifeMs: number): MissMemo {
  const untilMs = new Map<string, number>()
  return {
    has: ({ alg, kid = '' }, nowMs) => (untilMs.get(`${alg} ${kid}`) ?? 0) > nowMs,
    add({ alg, kid = '' }, nowMs) {
      if (kid.length > maxKeyIdLength) return
      const key = `${alg} ${kid}`
      untilMs.delete(key)
      untilMs.set(key, nowMs + lifeMs)
      // One more than before, so one leaves.
      for (const oldest of untilMs.keys()) return void (untilMs.size > maxEntries && untilMs.delete(oldest))
    },
  }
}
