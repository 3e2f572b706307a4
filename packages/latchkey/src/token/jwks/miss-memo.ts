import type { TokenHeader } from '../header.ts'

const maxEntries = 256
const maxNameLength = 138

export interface MissMemo {
  has(header: TokenHeader, nowMs: number): boolean
  add(header: TokenHeader, nowMs: number): void
}

/**
 * Remembers for a while which key ids a fresh key set did not have, so that a client which keeps sending one
 * old token does not cause a fetch each time the cooldown allows one. Key ids are a stranger's text: at most
 * 256 of at most 128 characters (and the algorithm) are kept, the oldest leaving first.
 */
export function createMissMemo(lifeMs: number): MissMemo {
  const untilMs = new Map<string, number>()
  const nameOf = ({ alg, kid = '' }: TokenHeader) => `${alg} ${kid}`
  return {
    has: (header, nowMs) => (untilMs.get(nameOf(header)) ?? 0) > nowMs,
    add(header, nowMs) {
      const name = nameOf(header)
      if (name.length > maxNameLength) return
      untilMs.delete(name)
      untilMs.set(name, nowMs + lifeMs)
      // One more than before, so one leaves.
      for (const oldest of untilMs.keys()) return void (untilMs.size > maxEntries && untilMs.delete(oldest))
    },
  }
}
