import { createCipheriv, createDecipheriv, hash, hkdfSync } from 'node:crypto'
import { remember } from '../../remember.ts'
import type { PartName } from '../proof/entry.ts'

// What a backup says of somebody is sealed by the key that commits to it in the log. Whoever is forgotten cannot be read in any
// backup, since their key is destroyed, and is not in the backups that are made from then on.

const algorithm = 'aes-256-gcm'
const tagLength = 16
const nonceLength = 12

export interface PartKeys {
  /** AES-256-GCM; the same text is sealed to the same bytes, so that a file that is written again is the same. */
  seal(secret: Buffer, eventId: string, part: PartName, text: string): string
  /** @throws {Error} if it was not sealed so */
  open(secret: Buffer, eventId: string, part: PartName, sealed: string): string
}

const mostKeys = 10_000

export function partKeys(): PartKeys {
  const known = new Map<string, Buffer>()
  const keyOf = (secret: Buffer): Buffer => {
    const name = secret.toString('base64')
    let key = known.get(name)
    if (key === undefined) {
      key = Buffer.from(hkdfSync('sha256', secret, '', 'latchkey backup', 32))
      remember(known, name, key, mostKeys)
    }
    return key
  }
  // An event has each part once, and never another text of it.
  const nonceOf = (eventId: string, part: PartName) =>
    hash('sha256', `${eventId} ${part}`, 'buffer').subarray(0, nonceLength)
  return {
    seal(secret, eventId, part, text) {
      const cipher = createCipheriv(algorithm, keyOf(secret), nonceOf(eventId, part))
      return Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]).toString('base64url')
    },
    open(secret, eventId, part, sealed) {
      const bytes = Buffer.from(sealed, 'base64url')
      const decipher = createDecipheriv(algorithm, keyOf(secret), nonceOf(eventId, part), {
        authTagLength: tagLength,
      })
      decipher.setAuthTag(bytes.subarray(-tagLength))
      return Buffer.concat([decipher.update(bytes.subarray(0, -tagLength)), decipher.final()]).toString()
    },
  }
}
