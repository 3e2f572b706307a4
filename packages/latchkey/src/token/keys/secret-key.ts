import { createSecretKey } from 'node:crypto'
import { checkOptions, type OptionNames } from '../../options/check-options.ts'
import type { HmacAlgorithm } from '../algorithms.ts'
import { type HeldKey, heldKey, isHeldKey } from './key-object.ts'
import { spellingOf } from './key-spelling.ts'
import { checkKeyId, type SecretKey, schemeOf, wrap } from './keys.ts'

/** What a secret is for, and its name. */
export interface SecretKeyOptions {
  readonly algorithm: HmacAlgorithm
  readonly keyId?: string
  /** Accept fewer bits than the hash has, against RFC 7518 section 3.2: for old tokens that cannot change. */
  readonly insecureShortSecret?: boolean
}

const secretKeyOptions: OptionNames<SecretKeyOptions> = { algorithm: 1, keyId: 1, insecureShortSecret: 1 }

/**
 * A secret shared by those who sign and those who verify. Takes bytes, or a secret that Node or WebCrypto holds (a CryptoKey
 * must be extractable). Text is refused, since nothing says whether it is to be decoded.
 *
 * @throws {TypeError} for fewer bits than the hash of the algorithm has (RFC 7518 section 3.2), and for bytes that are a
 * public or private key in any spelling (RFC 8725 section 2.1).
 * @example
 * ```ts
 * const key = secretKey(Buffer.from(process.env.JWT_SECRET ?? '', 'base64url'), { algorithm: 'HS256' })
 * ```
 */
export function secretKey(input: Uint8Array | HeldKey, options: SecretKeyOptions): SecretKey {
  checkOptions('secretKey', options, secretKeyOptions)
  return secretKeyOfBytes(isHeldKey(input) ? exported(input, options.algorithm) : input, options)
}

/** As `secretKey`, for the bytes in key sets: whoever holds no key elsewhere does not ship what reads it. */
export function secretKeyOfBytes(
  bytes: Uint8Array,
  { algorithm, keyId, insecureShortSecret = false }: SecretKeyOptions,
): SecretKey {
  const scheme = schemeOf(algorithm)
  if (scheme.kty !== 'oct' || !(bytes instanceof Uint8Array)) {
    throw new TypeError('a secret is bytes (Uint8Array), for HMAC')
  }
  if (bytes.length < (insecureShortSecret === true ? 1 : scheme.hashBytes)) {
    throw new TypeError(
      `a secret for ${algorithm} has at least ${scheme.hashBytes} bytes; insecureShortSecret: true allows fewer`,
    )
  }
  if (spellingOf(bytes)) throw new TypeError('these bytes spell a public or private key')
  return wrapSecret(bytes, algorithm, checkKeyId(keyId))
}

/** `bytes` must already have been judged fit for `algorithm`. */
export function wrapSecret(
  bytes: Uint8Array,
  algorithm: HmacAlgorithm,
  keyId: string | undefined,
): SecretKey {
  return wrap<SecretKey>('secret', algorithm, keyId, createSecretKey(bytes))
}

function exported(input: HeldKey, algorithm: HmacAlgorithm): Buffer {
  // The key both signs and verifies here, so it must be allowed to do both.
  return heldKey(input, algorithm, 'secret', 'sign', 'verify').export()
}
