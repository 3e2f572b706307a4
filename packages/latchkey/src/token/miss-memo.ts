import type { TokenHeader } from './header.ts'

const maxEntries = 256
const maxKeyIdLength = 128

/**
 * Remembers for a while which key ids a fresh key set did not have, so that a client which keeps sending one
 * old token does not cause a fetch each time the cooldown allows one. Key ids are a stranger's text: at most
 * 256 of at most 128 characters are kept, the oldest leaving first.
 */
export class MissMemo {
  readonly #lifeMs: number
  readonly #untilMs = new Map<string, number>()

  constructor(lifeMs: number) {
    this.#lifeMs = lifeMs
  }

  has({ alg, kid = '' }: TokenHeader, nowMs: number): boolean {
    return (this.#untilMs.get(`${alg} ${kid}`) ?? 0) > nowMs
  }

  add({ alg, kid = '' }: TokenHeader, nowMs: number): void {
    if (kid.length > maxKeyIdLength) return
    const key = `${alg} ${kid}`
    this.#untilMs.delete(key)
    this.#untilMs.set(key, nowMs + this.#lifeMs)
    for (const oldest of this.#untilMs.keys()) {
      if (this.#untilMs.size <= maxEntries) break
      this.#untilMs.delete(oldest)
    }
  }
}
