import type { KeyObject } from 'node:crypto'
import {
  type Algorithm,
  type AsymmetricAlgorithm,
  type HmacAlgorithm,
  isAlgorithm,
  isSigningAlgorithm,
  type Scheme,
  schemes,
  type VerificationAlgorithm,
} from '../algorithms.ts'

declare const genuine: unique symbol

/** A key with the one algorithm it is for. Only the import functions of this package make one. */
interface TypedKey<Kind extends string, Alg extends Algorithm> {
  readonly kind: Kind
  readonly algorithm: Alg
  readonly keyId: string | undefined
  readonly [genuine]: Kind
}

/** A secret of an HMAC algorithm: it signs and verifies. Made by `secretKey` and `generateKey`. */
export type SecretKey = TypedKey<'secret', HmacAlgorithm>
/** A key that verifies. Made by `publicKey` and `publicKeyOf`. */
export type PublicKey = TypedKey<'public', VerificationAlgorithm>
/** A key that signs. Made by `privateKey` and `generateKey`. */
export type PrivateKey = TypedKey<'private', AsymmetricAlgorithm>

/** Any key of this library. Each is for one algorithm; what is secret in it is not shown when it is printed. */
export type Key = SecretKey | PublicKey | PrivateKey
/** A key that a verifier takes. */
export type VerificationKey = SecretKey | PublicKey
/** A key that a signer takes. */
export type SigningKey = SecretKey | PrivateKey

/**
 * What the typed keys stand for. Held apart from them, so that printing or serialising a key shows no secret
 * and an object that merely looks like a key is none.
 */
const handles = new WeakMap<object, KeyObject>()

/** Wrap a key that has been checked for `algorithm`. The import functions end here; nothing else may. */
export function wrap<K extends Key>(
  kind: K['kind'],
  algorithm: K['algorithm'],
  keyId: string | undefined,
  handle: KeyObject,
): K {
  if (kind === 'private' && !isSigningAlgorithm(algorithm)) {
    throw new TypeError(`${algorithm} cannot sign here`)
  }
  const key = Object.freeze({ kind, algorithm, keyId })
  handles.set(key, handle)
  return key as unknown as K // the brand exists in the type only
}

export function isKey(value: unknown): value is Key {
  return handles.has(value as object) // it has nothing that is no object
}

/** The KeyObject behind a typed key. Throws a TypeError for anything that was not made here. */
export function handleOf(key: Key): KeyObject {
  const handle = handles.get(key)
  if (handle === undefined) {
    throw new TypeError('this is no key of this library')
  }
  return handle
}

/** The scheme of a named algorithm. Throws a TypeError for a name that is none. */
export function schemeOf(algorithm: unknown): Scheme {
  if (!isAlgorithm(algorithm)) {
    throw new TypeError(`algorithm is one of ${Object.keys(schemes).join(', ')}`)
  }
  return schemes[algorithm]
}

export function checkKeyId(keyId: unknown): string | undefined {
  return textOf('keyId', keyId)
}

/** A text that an option gives. A TypeError for anything else, and for the empty one. */
export function textOf(option: string, value: unknown): string | undefined {
  if (value !== undefined && (typeof value !== 'string' || value === '')) {
    throw new TypeError(`${option} is a string, not empty`)
  }
  return value
}
