import { KeyObject, type webcrypto } from 'node:crypto'
import type { Algorithm } from './algorithms.ts'
import { schemeOf } from './keys.ts'

/** A key that Node or WebCrypto already holds. */
export type HeldKey = KeyObject | webcrypto.CryptoKey

export function isHeldKey(input: unknown): input is HeldKey {
  return input instanceof KeyObject || input instanceof CryptoKey
}

/**
 * The KeyObject of a held key. A TypeError for a key of another kind than `type`, and for a CryptoKey that is for
 * another algorithm, may not do `operation`, or may not leave WebCrypto (not extractable).
 */
export function heldKey(
  input: HeldKey,
  algorithm: Algorithm,
  type: 'public' | 'private' | 'secret',
  operation: 'verify' | 'sign',
): KeyObject {
  if (input.type !== type) throw new TypeError(`this is a ${input.type} key where a ${type} key is expected`)
  if (input instanceof KeyObject) return input
  const { name, hash } = input.algorithm as { name: string; hash?: { name: string } } // as WebCrypto has it
  if (name !== nameOf(algorithm) || (hash !== undefined && hash.name !== `SHA-${algorithm.slice(2)}`)) {
    throw new TypeError(`this CryptoKey is not for ${algorithm}`)
  }
  // A secret serves both; whoever may only verify with it must not sign.
  if (!input.usages.includes(operation)) throw new TypeError(`this CryptoKey may not be used to ${operation}`)
  if (!input.extractable) throw new TypeError('this CryptoKey is not extractable')
  return KeyObject.from(input)
}

/** What WebCrypto calls the algorithm. */
function nameOf(algorithm: Algorithm): string {
  switch (schemeOf(algorithm).kty) {
    case 'oct':
      return 'HMAC'
    case 'RSA':
      return algorithm.startsWith('PS') ? 'RSA-PSS' : 'RSASSA-PKCS1-v1_5'
    case 'EC':
      return 'ECDSA'
    case 'OKP':
      return 'Ed25519'
    case 'AKP':
      return algorithm
  }
}
