import { hash, timingSafeEqual } from 'node:crypto'
import type { World } from '../world.ts'

/** What an opaque secret is for. It stands in the secret, so that scanners and people recognise a leak. */
export type SecretKind =
  | 'rt'
  | 'invite'
  | 'claim'
  | 'service'
  | 'shared'
  | 'browser'
  | 'challenge'
  | 'address'
  | 'recover'
  | 'register'
  | 'notme'
  | 'nonce'
  | 'client'
  | 'code'
  | 'request'
  | 'registration'
  | 'device'
  | 'signedin'
  | 'flow'
  | 'state'

/**
 * An opaque secret: `lk_<kind>_`, 256 random bits in base64url or as many as are asked for, and six characters of checksum by
 * which a scanner tells a real one from noise. Only its hash is ever stored, but of those that sign.
 */
export function newSecret(kind: SecretKind, { random }: World, bytes = 32): string {
  const body = `lk_${kind}_${random(bytes).toString('base64url')}`
  return body + checksum(body)
}

/** Whether `text` was made by `newSecret` for `kind`. Refuses typing errors without asking the database. */
export function isSecret(kind: SecretKind, text: string): boolean {
  const body = text.slice(0, -6)
  return (
    text.length === `lk_${kind}_`.length + 43 + 6 &&
    text.startsWith(`lk_${kind}_`) &&
    checksum(body) === text.slice(-6)
  )
}

/**
 * What is stored of a secret. A plain SHA-256 suffices: there are 256 random bits behind it, nothing to guess.
 */
export function hashSecret(secret: string): string {
  return hash('sha256', secret, 'base64url')
}

/** Compare two hashes of `hashSecret` without telling by time where they differ. */
export function sameHash(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
}

function checksum(body: string): string {
  return hash('sha256', `latchkey checksum ${body}`, 'base64url').slice(0, 6)
}
