import { createHash } from 'node:crypto'
import { wholeText } from '../../../whole-text.ts'
import { cost, HashFault, type HashFormat } from './hash-format.ts'

/** About two seconds of one core. */
const mostRounds = 15
const bcryptForm = wholeText(/\$2b\$(\d\d)\$[./A-Za-z0-9]{53}/)

/** bcrypt reads a password as a text of C, which ends at the first NUL, and of it 72 bytes. */
async function isRight(password: string, hash: string): Promise<boolean> {
  if (password.includes('\0')) return false
  const { verify } = await import('@node-rs/bcrypt')
  return verify(password, hash)
}

function requireWhole(hash: string): void {
  const match = bcryptForm.exec(hash)
  if (!match) throw new HashFault('damaged')
  cost(match[1], 4, mostRounds)
}

/** `$2b$`, as all correct programs compute it whatever letter they write. */
export const bcryptFormat: HashFormat = {
  read(stored) {
    if (!stored.startsWith('$2b$')) return undefined
    requireWhole(stored)
    return (password) => isRight(password, stored)
  },
}

const sha256Prefix = '$bcrypt-sha256'

/** Django's: bcrypt of the SHA-256 of the password in hexadecimal, so that all of a long password counts. */
export const bcryptSha256Format: HashFormat = {
  read(stored) {
    if (!stored.startsWith(`${sha256Prefix}$`)) return undefined
    const hash = stored.slice(sha256Prefix.length)
    requireWhole(hash)
    return (password) => isRight(createHash('sha256').update(password).digest('hex'), hash)
  },
}
