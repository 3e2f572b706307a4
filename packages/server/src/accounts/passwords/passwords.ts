import { argon2, timingSafeEqual } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { promisify } from 'node:util'
import { Refusal } from '../../errors.ts'
import type { World } from '../../world.ts'
import { isTooLong, normalizePassword, type PasswordRules } from './rules.ts'

/**
 * argon2id, 19 MiB, two passes, one lane: the lowest point that stands on both the OWASP Password Storage
 * Cheat Sheet and ASVS 5.0 appendix C. It may be raised, never lowered.
 */
const memoryKiB = 19_456
const passes = 2
const parallelism = 1
const tagLength = 32
const saltLength = 16

/** The only place where passwords are hashed. */
export interface Passwords {
  /**
   * A PHC string to store, of a password that the rules allow.
   * @param names of the account, which its password may not consist of
   * @throws {Refusal} `password_unacceptable`, or `overloaded` if too many wait
   */
  hash(password: string, names: readonly string[]): Promise<string>
  /**
   * Whether the password matches `stored`. If `stored` is missing (no such user, or no password yet), the answer is false after
   * the same time, so that the time does not reveal whether an account exists.
   */
  matches(password: string, stored: string | null | undefined): Promise<boolean>
}

export function createPasswords(world: World, rules: PasswordRules, derive: Derive = argon2id): Passwords {
  const queue = createQueue(world)
  const decoy = phc(world.random(saltLength), world.random(tagLength))
  return {
    async hash(password, names) {
      const text = rules.accept(password, names)
      const salt = world.random(saltLength)
      return phc(
        salt,
        await queue(() => derive(text, salt, { memory: memoryKiB, passes, parallelism, tagLength })),
      )
    },
    async matches(password, stored) {
      // No stored password is this long.
      if (isTooLong(password)) return false
      const { salt, tag, memory, passes, parallelism } = parse(stored ?? decoy)
      const cost = { memory, passes, parallelism, tagLength: tag.length }
      const derived = await queue(() => derive(normalizePassword(password), salt, cost))
      return timingSafeEqual(derived, tag) && stored != null
    },
  }
}

export interface Cost {
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
  readonly tagLength: number
}

/** The prebuilt addon is three times faster; where it does not load, Node's own gives the same tags. */
const argon2id: Derive = async (password, salt, cost) => (await deriver())(password, salt, cost)

export type Derive = (password: string, salt: Buffer, cost: Cost) => Promise<Buffer>

/** Loaded at the first password rather than at start, which it would slow by 20 ms. */
async function deriver(): Promise<Derive> {
  try {
    const { hashRaw } = await import('@node-rs/argon2')
    return async (password, salt, { memory, passes, parallelism, tagLength }) =>
      // 2 is Algorithm.Argon2id: the package declares it as a const enum, which type stripping cannot read.
      hashRaw(password, {
        algorithm: 2,
        salt,
        memoryCost: memory,
        timeCost: passes,
        parallelism,
        outputLen: tagLength,
      })
  } catch {
    const builtIn = promisify(argon2)
    return async (message, nonce, { memory, passes, parallelism, tagLength }) =>
      Buffer.from(await builtIn('argon2id', { message, nonce, memory, passes, parallelism, tagLength }))
  }
}

/** The PHC string format, so that parameters travel with the hash and may be raised later. */
function phc(salt: Buffer, tag: Buffer): string {
  const base64 = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '')
  return `$argon2id$v=19$m=${memoryKiB},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`
}

function parse(stored: string): {
  salt: Buffer
  tag: Buffer
  memory: number
  passes: number
  parallelism: number
} {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/.exec(stored)
  if (!match) throw new Error('a stored password hash is not argon2id in the PHC format')
  const [, memory, time, lanes, salt, tag] = match as unknown as [
    string,
    string,
    string,
    string,
    string,
    string,
  ] // five groups, all required
  return {
    memory: Number(memory),
    passes: Number(time),
    parallelism: Number(lanes),
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  }
}

/** A request that has waited longer is refused: its client has given up, and its hash would delay the others. */
const patienceMs = 10_000

/**
 * As many hashes at once as there are cores, and a bounded line behind them: each needs 19 MiB and 15 ms of a
 * core, so a flood of sign-ins must not take the memory or the time of everything else.
 */
function createQueue(world: World): <T>(work: () => Promise<T>) => Promise<T> {
  const width = availableParallelism()
  const longest = 64 * width
  const waiting: (() => void)[] = []
  let running = 0
  return async (work) => {
    const cameAt = world.now()
    if (running >= width) {
      if (waiting.length >= longest) throw overloaded()
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else running += 1
    try {
      if (world.now() - cameAt > patienceMs) throw overloaded()
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running -= 1
    }
  }
}

const overloaded = () =>
  new Refusal('overloaded', 'too many people are signing in right now', { retryAfterSeconds: 2 })
