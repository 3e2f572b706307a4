import { defaultMaxLength } from '#platform'
import { type Algorithm, isAlgorithm } from './algorithms.ts'
import type { ClaimsPolicy } from './claims.ts'
import { mediaType } from './header.ts'
import { type KeySet, keySetOf } from './key-set.ts'
import { isKey, type VerificationKey } from './keys.ts'
import type { CachePolicy } from './verified-cache.ts'

export interface VerifierPolicy extends ClaimsPolicy, CachePolicy {
  /** Narrows what the keys allow; it never allows more. */
  readonly algorithms?: readonly Algorithm[]
  /** The `typ` that must be in the header, for example `at+jwt` (RFC 8725 section 3.11). */
  readonly type?: string
  /** The longest token that is read, in characters; 16,384 if not given. */
  readonly maxLength?: number
}

export interface VerifierOptions extends VerifierPolicy {
  readonly keys: VerificationKey | readonly VerificationKey[] | KeySet
}

export function keySetFrom(keys: VerifierOptions['keys']): KeySet {
  const list: unknown = isKey(keys) ? [keys] : keys
  if (Array.isArray(list) && list.length > 0) return keySetOf(list)
  if (
    typeof keys !== 'object' ||
    keys === null ||
    !('generation' in keys) ||
    typeof keys.generation !== 'number'
  ) {
    throw new TypeError('keys is a key, a list of keys that is not empty, or a key set')
  }
  return keys
}

export function maxLengthOf(value: unknown): number {
  if (value === undefined) return defaultMaxLength
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1) {
    throw new TypeError('maxLength is a positive whole number')
  }
  return value
}

export function algorithmsOf(value: unknown): readonly Algorithm[] | undefined {
  if (value === undefined) return undefined
  if (!Array.isArray(value) || value.length === 0 || !value.every(isAlgorithm)) {
    throw new TypeError('algorithms is a list of names that is not empty')
  }
  return [...value]
}

export function typeOf(value: unknown): string | undefined {
  if (value === undefined) return undefined
  const type = mediaType(value)
  if (type === undefined || type === '') throw new TypeError('type is a string that is not empty')
  return type
}
