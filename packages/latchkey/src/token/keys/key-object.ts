import { KeyObject, type webcrypto } from 'node:crypto'
import type { Algorithm } from '../algorithms.ts'
import { checkCryptoKey } from './crypto-key.ts'

/** A key that Node or WebCrypto already holds. */
export type HeldKey = KeyObject | webcrypto.CryptoKey

export function isHeldKey(input: unknown): input is HeldKey {
  return input instanceof KeyObject || input instanceof CryptoKey
}

/**
 * The KeyObject of a held key. A TypeError for a key of another kind than `type`, and for a CryptoKey that is for
 * another algorithm, may not do `operations`, or may not leave WebCrypto (not extractable).
 */
export function heldKey(
  input: HeldKey,
  algorithm: Algorithm,
  type: 'public' | 'private' | 'secret',
  ...operations: readonly ('verify' | 'sign')[]
): KeyObject {
  if (input instanceof KeyObject) {
    if (input.type !== type)
      throw new TypeError(`this is a ${input.type} key where a ${type} key is expected`)
    return input
  }
  checkCryptoKey(input, algorithm, type, operations)
  if (!input.extractable) throw new TypeError('this CryptoKey is not extractable')
  return KeyObject.from(input)
}
