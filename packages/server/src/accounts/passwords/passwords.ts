import { availableParallelism } from 'node:os'
import { Refusal } from '../../errors.ts'
import { wholeText } from '../../whole-text.ts'
import type { World } from '../../world.ts'
import { type Argon2, type Argon2Cost, phc, platformArgon2 } from './hashes/argon2.ts'
import { createHashes } from './hashes/hashes.ts'
import { createPeppers, type Peppers } from './pepper.ts'
import { isTooLong, normalizePassword, type PasswordRules } from './rules.ts'

/**
 * argon2id, 19 MiB, two passes, one lane: the lowest point that stands on both the OWASP Password Storage
 * Cheat Sheet and ASVS 5.0 appendix C. It may be raised, never lowered.
 */
export const ourArgon2Cost: Argon2Cost = {
  variant: 'argon2id',
  memory: 19_456,
  passes: 2,
  parallelism: 1,
  tagLength: 32,
}
const saltLength = 16
const argon2idForm = wholeText(/\$argon2id\$v=19\$m=(\d+),t=(\d+),p=\d+\$.*/s)

/** The only place where passwords are hashed. */
export interface Passwords {
  /**
   * A PHC string to store, of a password that the rules allow.
   * @param names of the account, which its password may not consist of
   * @param isBesideFactor whether the account has a second factor in force, beside which a password may be shorter
   * @throws {Refusal} `password_unacceptable`, or `overloaded` if too many wait
   */
  hash(password: string, names: readonly string[], isBesideFactor?: boolean): Promise<string>
  /**
   * Whether the password matches `stored`. If `stored` is missing (no such user, or no password yet), the answer is false after
   * the same time, so that the time does not reveal whether an account exists.
   */
  matches(password: string, stored: string | null | undefined): Promise<boolean>
  /**
   * Refuse as the others do if too many wait, before anything is done for somebody who would be refused in the end.
   * @throws {Refusal} `overloaded`
   */
  requireRoom(): void
  /** How many hashes wait for their turn now. */
  waiting(): number
  /**
   * Whether the stored hash is not as one of today would be: cheaper to guess at, because it was imported or is old, or with another
   * pepper.
   */
  isOutdated(stored: string): boolean
  /**
   * A hash of ours for a password that somebody has already, by whatever rules it was chosen.
   * @throws {Refusal} `overloaded`
   */
  renew(password: string): Promise<string>
}

export function createPasswords(
  world: World,
  rules: PasswordRules,
  derive: Argon2 = platformArgon2,
  peppers: Peppers = createPeppers([]),
): Passwords {
  const queue = createQueue(world)
  const hashes = createHashes(derive)
  const decoy = peppers.write(
    phc(world.random(saltLength), world.random(ourArgon2Cost.tagLength), ourArgon2Cost),
  )
  async function hashed(text: string): Promise<string> {
    const salt = world.random(saltLength)
    const seasoned = peppers.season(text, peppers.current)
    return peppers.write(
      phc(salt, await queue.run(() => derive(seasoned, salt, ourArgon2Cost)), ourArgon2Cost),
    )
  }
  return {
    hash: async (password, names, isBesideFactor) => hashed(rules.accept(password, names, isBesideFactor)),
    requireRoom: queue.requireRoom,
    waiting: queue.waiting,
    renew: (password) => hashed(normalizePassword(password)),
    isOutdated(stored) {
      const { pepper, hash } = peppers.read(stored)
      if (pepper !== peppers.current) return true
      const [, memory, passes] = argon2idForm.exec(hash) ?? []
      return !(Number(memory) >= ourArgon2Cost.memory && Number(passes) >= ourArgon2Cost.passes)
    },
    async matches(password, stored) {
      // No stored password is this long.
      if (isTooLong(password)) return false
      const { pepper, hash } = peppers.read(stored ?? decoy)
      const check = hashes.checkOf(hash)
      // Ours are of the one spelling; other programs hashed what was typed.
      for (const spelling of new Set([normalizePassword(password), password])) {
        if (await queue.run(() => check(peppers.season(spelling, pepper)))) return stored != null
      }
      return false
    },
  }
}

/** A request that has waited longer is refused: its client has given up, and its hash would delay the others. */
const patienceMs = 10_000

/**
 * As many hashes at once as there are cores, and a bounded line behind them: each needs 19 MiB and 15 ms of a
 * core, so a flood of sign-ins must not take the memory or the time of everything else.
 */
function createQueue(world: World): Queue {
  const width = availableParallelism()
  const longest = 64 * width
  const waiting: (() => void)[] = []
  let running = 0
  function requireRoom(): void {
    if (running >= width && waiting.length >= longest) throw overloaded()
  }
  return {
    requireRoom,
    waiting: () => waiting.length,
    async run(work) {
      const cameAt = world.now()
      requireRoom()
      if (running >= width) await new Promise<void>((resolve) => waiting.push(resolve))
      else running += 1
      try {
        if (world.now() - cameAt > patienceMs) throw overloaded()
        return await work()
      } finally {
        const next = waiting.shift()
        if (next) next()
        else running -= 1
      }
    },
  }
}

interface Queue {
  requireRoom(): void
  waiting(): number
  run<T>(work: () => Promise<T>): Promise<T>
}

const overloaded = () =>
  new Refusal('overloaded', 'too many people are signing in right now', { retryAfterSeconds: 2 })
