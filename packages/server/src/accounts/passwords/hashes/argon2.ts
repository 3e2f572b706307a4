import { argon2, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { wholeText } from '../../../whole-text.ts'
import { cost, fromBase64, HashFault, type HashFormat, shortestTag, toBase64 } from './hash-format.ts'

export interface Argon2Cost {
  readonly variant: 'argon2d' | 'argon2i' | 'argon2id'
  /** In KiB. */
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
  /** In bytes. */
  readonly tagLength: number
}

export type Argon2 = (password: string, salt: Buffer, cost: Argon2Cost) => Promise<Buffer>

/** The PHC string format, so that parameters travel with the hash and may be raised later. */
export function phc(salt: Buffer, tag: Buffer, { variant, memory, passes, parallelism }: Argon2Cost): string {
  return `$${variant}$v=19$m=${memory},t=${passes},p=${parallelism}$${toBase64(salt)}$${toBase64(tag)}`
}

/** 128 MiB for one sign-in; Django asks for 100. */
const mostMemory = 131_072
const mostPasses = 10
/** Memory times passes, as if it were 128 MiB in four passes: about a second of one core. */
const mostWork = 4 * mostMemory
const argon2Form = wholeText(
  /\$(argon2d|argon2i|argon2id)\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)/,
)

/** RFC 9106, version 19. */
export function argon2Format(derive: Argon2): HashFormat {
  return {
    read(stored) {
      const match = argon2Form.exec(stored)
      if (!match) return undefined
      const [, variant, m, t, p, saltText, tagText] = match
      const salt = fromBase64(saltText, 8, 64)
      const tag = fromBase64(tagText, shortestTag, 64)
      const lanes = cost(p, 1, 16)
      const memory = cost(m, 8 * lanes, mostMemory)
      const passes = cost(t, 1, mostPasses)
      if (memory * passes > mostWork) throw new HashFault('too_costly')
      return async (password) => {
        const derived = await derive(password, salt, {
          variant: variant as Argon2Cost['variant'], // the pattern has the three
          ...{ memory, passes, parallelism: lanes, tagLength: tag.length },
        })
        return timingSafeEqual(derived, tag)
      }
    },
  }
}

/** The prebuilt addon is three times faster; where it does not load, Node's own gives the same tags. */
export const platformArgon2: Argon2 = async (password, salt, given) =>
  (await deriver())(password, salt, given)

/** The algorithms of the package, which declares them as a const enum: type stripping cannot read it. */
const algorithms = { argon2d: 0, argon2i: 1, argon2id: 2 } as const

/** Loaded at the first password rather than at start, which it would slow by 20 ms. */
async function deriver(): Promise<Argon2> {
  try {
    const { hashRaw } = await import('@node-rs/argon2')
    return async (password, salt, { variant, memory, passes, parallelism, tagLength }) =>
      hashRaw(password, {
        algorithm: algorithms[variant],
        salt,
        memoryCost: memory,
        timeCost: passes,
        parallelism,
        outputLen: tagLength,
      })
  } catch {
    const builtIn = promisify(argon2)
    return async (message, nonce, { variant, ...given }) =>
      Buffer.from(await builtIn(variant, { message, nonce, ...given }))
  }
}
