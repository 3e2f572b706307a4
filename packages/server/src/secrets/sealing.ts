import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import type { World } from '../world.ts'

/** A key of its own for each purpose (RFC 5869), so that what is sealed for one cannot be opened for another. */
export function subkey(secret: Buffer | string, context: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `latchkey ${context}`, 32))
}

/** Seal with a key drawn from a secret that is itself not stored: only who presents the secret can open it. */
export function sealWithSecret(text: string, secret: string, world: World): string {
  return seal(text, subkey(secret, 'successor'), world)
}

export function openWithSecret(sealed: string, secret: string): string {
  return open(sealed, subkey(secret, 'successor'))
}

export function seal(text: string, key: Buffer, world: World): string {
  const nonce = world.random(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')
}

export function open(sealed: string, key: Buffer): string {
  const bytes = Buffer.from(sealed, 'base64url')
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
  decipher.setAuthTag(bytes.subarray(12, 28))
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
}
