import { pbkdf2, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { wholeText } from '../../../whole-text.ts'
import { cost, fromBase64, type HashFormat, shortestTag } from './hash-format.ts'

const derive = promisify(pbkdf2)

/** Two seconds of one core at most; Django asks for a million of SHA-256. */
const mostIterations = 5_000_000
const pbkdf2Form = wholeText(/\$pbkdf2-(sha1|sha256|sha512)\$i=(\d+)\$([\w+/]*)\$([\w+/]+)/)

/** RFC 8018 section 5.2, in the PHC string format. */
export const pbkdf2Format: HashFormat = {
  read(stored) {
    const match = pbkdf2Form.exec(stored)
    if (!match) return undefined
    const [, digest = '', i, saltText, tagText] = match
    const iterations = cost(i, 1, mostIterations)
    const salt = fromBase64(saltText, 1)
    const tag = fromBase64(tagText, shortestTag, 128)
    return async (password) =>
      timingSafeEqual(await derive(password, salt, iterations, tag.length, digest), tag)
  },
}
