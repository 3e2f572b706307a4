import { randomBytes } from 'node:crypto'

/**
 * What the outside world supplies. Handed to whoever needs it, so that a whole App can run under a simulated
 * clock with seeded randomness.
 */
export interface World {
  /** Milliseconds since the Unix epoch. */
  now(): number
  /** `count` bytes that nobody can predict. */
  random(count: number): Buffer
}

export const realWorld: World = { now: () => Date.now(), random: (count) => randomBytes(count) }
