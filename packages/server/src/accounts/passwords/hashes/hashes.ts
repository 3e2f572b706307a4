import { type Argon2, argon2Format } from './argon2.ts'
import { bcryptFormat, bcryptSha256Format } from './bcrypt.ts'
import { type Check, HashFault, type HashFormat } from './hash-format.ts'
import { pbkdf2Format } from './pbkdf2.ts'
import { firebaseFormat, scryptFormat } from './scrypt.ts'
import { shaCryptFormat } from './sha-crypt.ts'

/** Our own form, and those that accounts of other programs bring. */
export function createHashes(argon2: Argon2): { readonly checkOf: (stored: string) => Check } {
  const formats: readonly HashFormat[] = [
    argon2Format(argon2),
    scryptFormat,
    pbkdf2Format,
    bcryptFormat,
    bcryptSha256Format,
    shaCryptFormat,
    firebaseFormat,
  ]
  return {
    /**
     * How a stored hash is checked.
     * @throws {HashFault} if it cannot be
     */
    checkOf(stored) {
      for (const format of formats) {
        const check = format.read(stored)
        if (check !== undefined) return check
      }
      throw new HashFault('unknown')
    },
  }
}
