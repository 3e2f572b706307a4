import { hash, timingSafeEqual } from 'node:crypto'
import { wholeText } from '../../../whole-text.ts'
import { cost, HashFault, type HashFormat } from './hash-format.ts'

/** U. Drepper, Unix crypt using SHA-256 and SHA-512, version 0.6. */
const variants = {
  5: {
    digest: 'sha256',
    length: 32,
    // The order in which the bytes are written, in threes; the last group is shorter.
    order: [
      [0, 10, 20],
      [21, 1, 11],
      [12, 22, 2],
      [3, 13, 23],
      [24, 4, 14],
      [15, 25, 5],
      [6, 16, 26],
      [27, 7, 17],
      [18, 28, 8],
      [9, 19, 29],
      [31, 30],
    ],
  },
  6: {
    digest: 'sha512',
    length: 64,
    order: [...Array.from({ length: 21 }, (_, at) => rotated([at, at + 21, at + 42], at)), [63]],
  },
} as const

/** SHA-512's groups: each begins one place later in its three than the one before. */
function rotated(group: readonly number[], by: number): readonly number[] {
  const from = by % 3
  return [...group.slice(from), ...group.slice(0, from)]
}

const alphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const defaultRounds = 5_000
/** About two seconds of one core. */
const mostRounds = 1_000_000
/** After so many rounds, others have their turn. */
const roundsAtOnce = 1_000
/** The work grows with the square of a password's length: who signs in with more than this did not do so there. */
const longestPassword = 256
const shaCryptForm = wholeText(/\$([56])\$(?:rounds=(\d+)\$)?([^$]{1,16})\$([./A-Za-z0-9]+)/)

export const shaCryptFormat: HashFormat = {
  read(stored) {
    const match = shaCryptForm.exec(stored)
    if (!match) return undefined
    const [, kind, given, salt = '', text = ''] = match
    const variant = variants[kind as '5' | '6'] // the pattern has the two
    if (text.length !== Math.ceil((variant.length * 4) / 3)) throw new HashFault('damaged')
    const rounds = given === undefined ? defaultRounds : cost(given, 1_000, mostRounds)
    return async (password) => {
      const bytes = Buffer.from(password)
      if (bytes.length > longestPassword || bytes.includes(0)) return false
      const derived = await derive(variant, bytes, Buffer.from(salt), rounds)
      return timingSafeEqual(Buffer.from(written(variant, derived)), Buffer.from(text))
    }
  },
}

type Variant = (typeof variants)[5 | 6]

async function derive(variant: Variant, password: Buffer, salt: Buffer, rounds: number): Promise<Buffer> {
  const hashed = (...parts: readonly Uint8Array[]) => hash(variant.digest, Buffer.concat(parts), 'buffer')
  const inner = hashed(password, salt, password)
  const first = [password, salt, repeated(inner, password.length)]
  for (let rest = password.length; rest > 0; rest >>= 1) first.push(rest & 1 ? inner : password)
  let result = hashed(...first)
  const p = repeated(hashed(...Array<Buffer>(password.length).fill(password)), password.length)
  const s = repeated(hashed(...Array<Buffer>(16 + result[0]!).fill(salt)), salt.length)
  for (let round = 0; round < rounds; round++) {
    const parts = [round & 1 ? p : result]
    if (round % 3 !== 0) parts.push(s)
    if (round % 7 !== 0) parts.push(p)
    parts.push(round & 1 ? result : p)
    result = hashed(...parts)
    if (round % roundsAtOnce === roundsAtOnce - 1) await new Promise(setImmediate)
  }
  return result
}

/** So many bytes, of these over and over. */
function repeated(bytes: Buffer, length: number): Buffer {
  return Buffer.alloc(length, bytes)
}

function written({ order }: Variant, bytes: Buffer): string {
  let text = ''
  for (const group of order) {
    let value = group.reduce((sum, at) => (sum << 8) | bytes[at]!, 0)
    for (let at = 0; at <= group.length; at++) {
      text += alphabet[value & 63]
      value >>>= 6
    }
  }
  return text
}
