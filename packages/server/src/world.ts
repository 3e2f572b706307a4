import { randomBytes, randomFillSync } from 'node:crypto'

/**
 * The clock and the randomness. They are arguments, so that a whole App can run with a simulated
 * clock with seeded randomness.
 */
export interface World {
  /** Milliseconds since the Unix epoch. */
  now(): number
  /** `count` bytes that nobody can predict. */
  random(count: number): Buffer
}

export const realWorld: World = { now: () => Date.now(), random: pooledRandom() }

/**
 * Random bytes, drawn 4 KiB at a time: a call to the generator costs 8 us whether it brings 16 bytes or 4,096, and a
 * request needs three identifiers. What is handed out is wiped from the pool.
 */
function pooledRandom(): World['random'] {
  const pool = randomBytes(4096)
  let at = 0
  return (count) => {
    if (count > 64) return randomBytes(count)
    if (at + count > pool.length) {
      randomFillSync(pool)
      at = 0
    }
    const taken = Buffer.from(pool.subarray(at, at + count))
    pool.fill(0, at, at + count)
    at += count
    return taken
  }
}
