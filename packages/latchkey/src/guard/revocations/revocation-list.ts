import { hash } from 'node:crypto'
import { checkOptions, type OptionNames } from '../../options/check-options.ts'
import { clockOf } from '../../options/clock.ts'
import type { VerifiedClaims } from '../../token/index.ts'

/**
 * What a revocation names: `sid`, `jti`, `sub` or `user_type` of the tokens that it ends, or the version of what is permitted in
 * them: a user type or a subject (`permissions`), or an audience (`scopes`), a dot, and its part of `pv`. A `key` is named by its `kid`:
 * that revocation says of no token anything, but that the key set is another one.
 */
export type RevocationKind = 'session' | 'token' | 'subject' | 'user_type' | 'permissions' | 'scopes' | 'key'

/** One revocation, as it travels in the feed. */
export interface Revocation {
  /** See {@link revocationKey}. */
  readonly key: string
  /** Tokens issued before this time are revoked; for a session, a token or permissions the time of issue does not matter. */
  readonly revokedAtMs: number
  /** When every token that this could concern has expired, so that it may be forgotten. */
  readonly expiresAtMs: number
}

/**
 * The key of a revocation: 132 bits of a hash, so that the feed may be public and tells a stranger neither the subject nor
 * the event.
 */
export function revocationKey(kind: RevocationKind, value: string): string {
  return hash('sha256', `${kind}:${value}`, 'base64url').slice(0, 22)
}

/** Revocations in memory, for a verifier to ask. */
export interface RevocationList {
  /** Remember a revocation. Adding one twice, or out of order, keeps what revokes most. */
  add(revocation: Revocation): void
  isRevoked(claims: VerifiedClaims): boolean
  readonly size: number
  /** How many live revocations had to be forgotten for want of room. Other than 0, the list is not complete. */
  readonly dropped: number
}

/** The options of `createRevocationList`. */
export interface RevocationListOptions {
  /** The time in milliseconds since the Unix epoch; Date.now if not given. */
  readonly now?: () => number
  /** 100,000 if not given: about 20 MB. */
  readonly maxEntries?: number
}

const revocationListOptions: OptionNames<RevocationListOptions> = { now: 1, maxEntries: 1 }

const maxRememberedKeys = 4096

/**
 * A list of revocations in memory. It is empty nearly always, and then a question costs nothing.
 *
 * @throws {TypeError} if an option is invalid.
 */
export function createRevocationList(options: RevocationListOptions = {}): RevocationList {
  checkOptions('createRevocationList', options, revocationListOptions)
  const now = clockOf(options.now)
  const { maxEntries = 100_000 } = options
  if (!Number.isSafeInteger(maxEntries) || maxEntries < 1) {
    throw new TypeError('maxEntries is a positive whole number')
  }
  const entries = new Map<string, Revocation>()
  const keys = new Map<string, string>()
  let dropped = 0

  /** The hash of what is asked again and again, for one request asks for six. */
  function keyOf(kind: RevocationKind, value: string): string {
    const name = `${kind}:${value}`
    let key = keys.get(name)
    if (key === undefined) {
      key = revocationKey(kind, value)
      if (keys.size >= maxRememberedKeys) keys.clear()
      if (name.length <= 256) keys.set(name, key)
    }
    return key
  }

  function find(kind: RevocationKind, value: unknown): Revocation | undefined {
    if (typeof value !== 'string') return undefined
    const entry = entries.get(keyOf(kind, value))
    return entry !== undefined && entry.expiresAtMs > now() ? entry : undefined
  }

  /** `pv` is two or three versions: of the permissions of the user type, of the subject, and of the scopes of the service. */
  function isOutdated({ pv, sub, aud, user_type: userType }: VerifiedClaims): boolean {
    if (typeof pv !== 'string') return false
    const [ofType, own, ofService] = pv.split('.')
    if (find('permissions', `${userType}.${ofType}`) !== undefined) return true
    if (find('permissions', `${sub}.${own}`) !== undefined) return true
    if (ofService === undefined) return false
    return [aud].flat().some((audience) => find('scopes', `${audience}.${ofService}`) !== undefined)
  }

  /** Whether a revocation names these claims, of a subject or of who acts as one. */
  function isNamed(claims: VerifiedClaims): boolean {
    const { sid, jti, sub, iat, user_type: userType } = claims
    if (find('session', sid) !== undefined || find('token', jti) !== undefined) return true
    const issuedAtMs = (iat ?? 0) * 1000
    const subject = find('subject', sub)
    if (subject !== undefined && issuedAtMs < subject.revokedAtMs) return true
    const type = find('user_type', userType)
    if (type !== undefined && issuedAtMs < type.revokedAtMs) return true
    return isOutdated(claims)
  }

  function forgetExpired(): void {
    const nowMs = now()
    for (const [key, { expiresAtMs }] of entries) if (expiresAtMs <= nowMs) entries.delete(key)
  }

  function makeRoom(): void {
    forgetExpired()
    if (entries.size < maxEntries) return
    // The one that would be forgotten first is the one that the fewest tokens still need.
    let first: Revocation | undefined
    for (const entry of entries.values()) {
      if (first === undefined || entry.expiresAtMs < first.expiresAtMs) first = entry
    }
    if (first !== undefined) entries.delete(first.key)
    dropped++
  }

  return {
    add({ key, revokedAtMs, expiresAtMs }) {
      if (expiresAtMs <= now()) return
      const held = entries.get(key)
      if (held === undefined && entries.size >= maxEntries) makeRoom()
      entries.set(key, {
        key,
        revokedAtMs: Math.max(revokedAtMs, held?.revokedAtMs ?? 0),
        expiresAtMs: Math.max(expiresAtMs, held?.expiresAtMs ?? 0),
      })
    },
    isRevoked(claims) {
      if (entries.size === 0) return false
      if (isNamed(claims)) return true
      // What ends the tokens of whoever acts as the subject (RFC 8693 section 4.1) ends this one, too.
      const { act, iat } = claims
      return typeof act === 'object' && act !== null && isNamed({ ...act, iat } as VerifiedClaims) // verified with the others
    },
    get size() {
      forgetExpired()
      return entries.size
    },
    get dropped() {
      return dropped
    },
  }
}
