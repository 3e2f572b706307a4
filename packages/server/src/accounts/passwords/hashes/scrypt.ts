import { createCipheriv, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { wholeText } from '../../../whole-text.ts'
import { cost, fromBase64, HashFault, type HashFormat, shortestTag, toBase64 } from './hash-format.ts'

interface ScryptCost {
  /** The binary logarithm of N. */
  readonly ln: number
  readonly r: number
  readonly p: number
}

const derive = promisify<string, Buffer, number, object, Buffer>(scrypt)

/** 128 MiB for one sign-in, and as much work as N = 2^17 with r = 8 four times. */
const mostBytes = 2 ** 27
const mostWork = 2 ** 22
const scryptForm = wholeText(/\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)/)
const firebaseForm = wholeText(/\$firebase-scrypt\$ln=(\d+),r=(\d+)\$([\w+/]+)\$([\w+/]+)/)

function readCost([ln, r, p]: readonly (string | undefined)[]): ScryptCost {
  const read = { ln: cost(ln, 1, 30), r: cost(r, 1, 32), p: cost(p, 1, 32) }
  if (128 * 2 ** read.ln * read.r > mostBytes) throw new HashFault('too_costly')
  if (2 ** read.ln * read.r * read.p > mostWork) throw new HashFault('too_costly')
  return read
}

function deriveWith(
  { ln, r, p }: ScryptCost,
  password: string,
  salt: Buffer,
  length: number,
): Promise<Buffer> {
  // Node counts a few blocks more than the memory that the algorithm is known for.
  return derive(password, salt, length, { N: 2 ** ln, r, p, maxmem: 2 * mostBytes })
}

/** RFC 7914, in the PHC string format. */
export const scryptFormat: HashFormat = {
  read(stored) {
    const match = scryptForm.exec(stored)
    if (!match) return undefined
    const scryptCost = readCost(match.slice(1, 4))
    const salt = fromBase64(match[4], 1)
    const tag = fromBase64(match[5], shortestTag, 128)
    return async (password) => timingSafeEqual(await deriveWith(scryptCost, password, salt, tag.length), tag)
  },
}

/**
 * Firebase's variant: the derived key encrypts, by AES-256 in counter mode, the signer key of the project. What is stored
 * is the stream that it is encrypted with, so the signer key, which is a secret of all accounts, is nowhere here.
 */
export const firebaseFormat: HashFormat = {
  read(stored) {
    const match = firebaseForm.exec(stored)
    if (!match) return undefined
    const scryptCost = readCost([match[1], match[2], '1'])
    const salt = fromBase64(match[3], 1)
    const stream = fromBase64(match[4], 32, 128)
    return async (password) => {
      const key = await deriveWith(scryptCost, password, salt, 64)
      const cipher = createCipheriv('aes-256-ctr', key.subarray(0, 32), Buffer.alloc(16))
      return timingSafeEqual(cipher.update(Buffer.alloc(stream.length)), stream)
    }
  },
}

/** What Firebase gives to whoever exports the accounts of a project. */
export interface FirebaseParameters {
  readonly signerKey: Buffer
  readonly saltSeparator: Buffer
  readonly rounds: number
  readonly memCost: number
}

/** The stored form of one account's `passwordHash` and `salt`. */
export function firebaseHash(
  { signerKey, saltSeparator, rounds, memCost }: FirebaseParameters,
  { passwordHash, salt }: { passwordHash: string; salt: string },
): string {
  const plain = (text: string) => text.replaceAll('-', '+').replaceAll('_', '/')
  const encrypted = fromBase64(plain(passwordHash), 32, 128)
  if (encrypted.length !== signerKey.length) throw new HashFault('damaged')
  const stream = encrypted.map((byte, at) => byte ^ signerKey[at]!)
  const salted = Buffer.concat([fromBase64(plain(salt), 1), saltSeparator])
  return `$firebase-scrypt$ln=${memCost},r=${rounds}$${toBase64(salted)}$${toBase64(stream)}`
}
