import type { KeyObject } from 'node:crypto'
import type { Algorithm, AsymmetricAlgorithm, HmacAlgorithm } from '../algorithms.ts'
import { type BareJwk, bareJwk, type Jwk } from '../jwk.ts'
import { weaknessOf } from '../key-strength.ts'
import {
  checkKeyId,
  handleOf,
  type Key,
  type PrivateKey,
  type PublicKey,
  type SecretKey,
  schemeOf,
  wrap,
} from '../keys.ts'

export interface WebKeyOptions {
  readonly algorithm: AsymmetricAlgorithm
  /** Defaults to the `kid` of the JWK. */
  readonly keyId?: string
}

/** What a typed key stands for here. WebCrypto imports it when it is first used, for it does so asynchronously. */
export interface Material {
  readonly format: 'jwk' | 'raw'
  readonly value: BareJwk | Uint8Array<ArrayBuffer>
}

/** A key that verifies, from a JWK. A TypeError as in Node: another type or curve, a private key, a weak key. */
export function publicKey(jwk: Jwk, options: WebKeyOptions): PublicKey {
  return fromJwk<PublicKey>('public', jwk, options)
}

/** A key that signs, from a JWK; refuses as `publicKey` does. */
export function privateKey(jwk: Jwk, options: WebKeyOptions): PrivateKey {
  return fromJwk<PrivateKey>('private', jwk, options)
}

/** A secret shared by those who sign and those who verify, with at least as many bits as the hash has. */
export function secretKey(
  bytes: Uint8Array,
  { algorithm, keyId }: { readonly algorithm: HmacAlgorithm; readonly keyId?: string },
): SecretKey {
  const scheme = schemeOf(algorithm)
  if (scheme.kty !== 'oct') throw new TypeError(`${algorithm} does not use a secret key`)
  if (!(bytes instanceof Uint8Array)) throw new TypeError('a secret is given as bytes (Uint8Array)')
  if (bytes.length < scheme.hashBytes) {
    throw new TypeError(`a secret for ${algorithm} has at least ${scheme.hashBytes} bytes`)
  }
  if (looksPublic(bytes)) throw new TypeError('these bytes are a public or private key in some spelling')
  return hold<SecretKey>('secret', algorithm, checkKeyId(keyId), {
    format: 'raw',
    value: Uint8Array.from(bytes),
  })
}

/** What stands behind a key; a TypeError for anything that was not made here. */
export function materialOf(key: Key): Material {
  return handleOf(key) as unknown as Material // where this file makes the keys, nothing else is held
}

function fromJwk<K extends PublicKey | PrivateKey>(
  kind: K['kind'],
  jwk: Jwk,
  { algorithm, keyId }: WebKeyOptions,
): K {
  if (schemeOf(algorithm).kty === 'oct') throw new TypeError(`${algorithm} uses a secret key: see secretKey`)
  if (typeof jwk !== 'object' || jwk === null || jwk instanceof Uint8Array) {
    throw new TypeError('a key is given as JWK here')
  }
  const value = bareJwk(jwk, algorithm, kind === 'public' ? 'verify' : 'sign')
  const weakness = weaknessOf(value)
  if (weakness !== undefined) throw new TypeError(weakness)
  return hold<K>(kind, algorithm, checkKeyId(keyId) ?? checkKeyId(jwk.kid), { format: 'jwk', value })
}

function hold<K extends Key>(
  kind: K['kind'],
  algorithm: Algorithm,
  keyId: string | undefined,
  material: Material,
): K {
  return wrap<K>(kind, algorithm as K['algorithm'], keyId, material as unknown as KeyObject)
}

/** RFC 8725 section 2.1, as far as it can be told without parsing ASN.1: text of PEM, OpenSSH or JWK, and whole DER. */
function looksPublic(bytes: Uint8Array): boolean {
  const text = String.fromCharCode(...bytes.subarray(0, 16_384))
  if (text.includes('-----BEGIN ') || /^\s*(ssh-|ecdsa-sha2-|sk-)/.test(text)) return true
  if (/^[^[{]{0,3}\s*[[{]/.test(text) && /"(kty|keys)"/.test(text)) return true
  if (isSequence(bytes)) return true
  if (!/^[\sA-Za-z0-9+/=_-]+$/.test(text)) return false
  try {
    const binary = atob(text.replaceAll(/\s/g, '').replaceAll('-', '+').replaceAll('_', '/'))
    return isSequence(Uint8Array.from(binary, (character) => character.charCodeAt(0)))
  } catch {
    return false
  }
}

/** One ASN.1 sequence that begins with a sequence, an integer, and is exactly as long as it says. */
function isSequence(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0x30) return false
  const first = bytes[1] ?? 0
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f
  if (lengthBytes > 2) return false
  let length = lengthBytes === 0 ? first : 0
  for (let i = 0; i < lengthBytes; i++) length = length * 256 + (bytes[2 + i] ?? 0)
  const start = 2 + lengthBytes
  return length === bytes.length - start && (bytes[start] === 0x30 || bytes[start] === 0x02)
}
