import { argon2, timingSafeEqual } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { promisify } from 'node:util'
import { Refusal } from '../../errors.ts'
import type { World } from '../../world.ts'

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
  /** A PHC string to store. @throws {Refusal} `password_unacceptable`, or `overloaded` where too many wait. */
  hash(password: string): Promise<string>
  /**
   * Whether this is the password behind `stored`. Without one (no such user, or no password yet) it takes as
   * long as with one and says no, so that time does not tell who exists.
   */
  matches(password: string, stored: string | null | undefined): Promise<boolean>
}

/** NIST SP 800-63B: a password that stands alone has 15 characters; longer ones may not cost us without bound. */
const shortest = 15
const longestBytes = 1024

export function createPasswords(world: World, derive: Derive = argon2id): Passwords {
  const queue = createQueue()
  const decoy = phc(world.random(saltLength), world.random(tagLength))
  return {
    async hash(password) {
      const text = normalize(password)
      if ([...text].length < shortest) {
        throw new Refusal(
          'password_unacceptable',
          `a password has at least ${shortest} characters; a few unrelated words do well`,
        )
      }
      const salt = world.random(saltLength)
      return phc(
        salt,
        await queue(() => derive(text, salt, { memory: memoryKiB, passes, parallelism, tagLength })),
      )
    },
    async matches(password, stored) {
      // One that is too long to be set is nobody's, and says so like any other that is wrong.
      if (Buffer.byteLength(password) > longestBytes) return false
      const { salt, tag, memory, passes, parallelism } = parse(stored ?? decoy)
      const cost = { memory, passes, parallelism, tagLength: tag.length }
      const derived = await queue(() => derive(normalize(password), salt, cost))
      return timingSafeEqual(derived, tag) && stored != null
    },
  }
}

/** One spelling for what looks the same (Unicode NFKC, NIST SP 800-63B section 3.1.1.2), and a bound before any work. */
function normalize(password: string): string {
  if (Buffer.byteLength(password) > longestBytes) {
    throw new Refusal('password_unacceptable', `a password has at most ${longestBytes} bytes`)
  }
  return password.normalize('NFKC')
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

/**
 * As many hashes at once as there are cores, and a bounded line behind them: each needs 19 MiB and 15 ms of a
 * core, so a flood of sign-ins must not take the memory or the time of everything else.
 */
function createQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  const width = availableParallelism()
  const longest = 64 * width
  const waiting: (() => void)[] = []
  let running = 0
  return async (work) => {
    if (running >= width) {
      if (waiting.length >= longest) {
        throw new Refusal('overloaded', 'too many people are signing in right now', { retryAfterSeconds: 2 })
      }
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else running += 1
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running -= 1
    }
  }
}
