import { type Jwk, publicKey, TokenError, toJwk } from 'latchkey/token'
import { isVisible } from '../text.ts'
import { type AppAlgorithm, appAlgorithms, keyIdText } from './key-form.ts'

/** A key of a set that an app may sign with. */
export interface SetKey {
  readonly kid: string
  readonly algorithm: AppAlgorithm
  readonly public_jwk: string
}

export type ReadSet =
  | {
      readonly kind: 'read'
      readonly keys: readonly SetKey[]
      /** How many entries are of no use here. */
      readonly skipped: number
    }
  | {
      readonly kind: 'failed'
      readonly cause: 'not_json' | 'not_a_key_set' | 'too_many_keys' | 'private_key'
    }

const mostKeys = 100

/**
 * The keys of a JWK Set (RFC 7517 section 5) by which assertions may be signed. An entry that is of another kind, for another
 * purpose, too weak or without `kid` is left out, and so are two of one `kid`: nobody could tell which is meant.
 */
export function readKeySet(document: Buffer): ReadSet {
  let set: unknown
  try {
    set = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(document))
  } catch {
    return { kind: 'failed', cause: 'not_json' }
  }
  const entries = typeof set === 'object' && set !== null && 'keys' in set ? set.keys : undefined
  if (!Array.isArray(entries) || !entries.every(isObject)) return { kind: 'failed', cause: 'not_a_key_set' }
  if (entries.length > mostKeys) return { kind: 'failed', cause: 'too_many_keys' }
  // Whoever publishes the private half of one key has published the keys of everything.
  if (entries.some((entry) => 'd' in entry || 'priv' in entry))
    return { kind: 'failed', cause: 'private_key' }
  const read = entries.flatMap((entry) => readEntry(entry) ?? [])
  const count = (kid: string) => read.filter((one) => one.kid === kid).length
  const keys = read.filter(({ kid }) => count(kid) === 1)
  return { kind: 'read', keys, skipped: entries.length - keys.length }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function readEntry(entry: Record<string, unknown>): SetKey | undefined {
  const { kid } = entry
  const algorithm = algorithmOf(entry)
  if (typeof kid !== 'string' || !isVisible(kid) || !keyIdText.test(kid) || !algorithm) return undefined
  try {
    const key = publicKey(entry as unknown as Jwk, { algorithm, keyId: kid }) // which looks at every member
    return { kid, algorithm, public_jwk: JSON.stringify(toJwk(key)) }
  } catch (error) {
    if (error instanceof TypeError || error instanceof TokenError) return undefined
    throw error
  }
}

/** What a key says that it is for, else what keys of its type are usually for. */
function algorithmOf({ alg, kty, crv }: Record<string, unknown>): AppAlgorithm | undefined {
  if (alg !== undefined) return appAlgorithms.find((one) => one === alg)
  if (kty === 'RSA') return 'RS256'
  if (kty === 'EC' && crv === 'P-256') return 'ES256'
  return kty === 'OKP' && crv === 'Ed25519' ? 'EdDSA' : undefined
}
