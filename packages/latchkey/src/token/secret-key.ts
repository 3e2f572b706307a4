import { createPrivateKey, createPublicKey, createSecretKey, X509Certificate } from 'node:crypto'
import type { HmacAlgorithm } from './algorithms.ts'
import { type HeldKey, heldKey, isHeldKey } from './key-object.ts'
import { checkKeyId, type SecretKey, schemeOf, wrap } from './keys.ts'

export interface SecretKeyOptions {
  readonly algorithm: HmacAlgorithm
  readonly keyId?: string
  /** Accept fewer bits than the hash has, against RFC 7518 section 3.2: for old tokens that cannot change. */
  readonly insecureShortSecret?: boolean
}

/**
 * A secret shared by those who sign and those who verify. Takes bytes, or a secret that Node or WebCrypto holds
 * (a CryptoKey must be extractable); text is refused, so that nobody has to guess whether it is to be decoded. A TypeError for fewer bits than the hash of the algorithm
 * (RFC 7518 section 3.2) and for bytes that are some public key.
 */
export function secretKey(
  input: Uint8Array | HeldKey,
  { algorithm, keyId, insecureShortSecret = false }: SecretKeyOptions,
): SecretKey {
  const scheme = schemeOf(algorithm)
  if (scheme.kty !== 'oct') throw new TypeError(`${algorithm} does not use a secret key: see privateKey`)
  const bytes = isHeldKey(input) ? exported(input, algorithm) : input
  if (!(bytes instanceof Uint8Array)) throw new TypeError('a secret is given as bytes (Uint8Array or Buffer)')
  if (bytes.length === 0) throw new TypeError('a secret must not be empty')
  if (bytes.length < scheme.hashBytes && insecureShortSecret !== true) {
    throw new TypeError(
      `a secret for ${algorithm} has at least ${scheme.hashBytes} bytes; insecureShortSecret: true allows fewer`,
    )
  }
  if (isPublicKey(bytes)) {
    throw new TypeError(
      'these bytes are a public or private key in some spelling; see publicKey and privateKey',
    )
  }
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
  heldKey(input, algorithm, 'secret', 'sign')
  return heldKey(input, algorithm, 'secret', 'verify').export()
}

/**
 * Whether the bytes are what everybody may know: RFC 8725 section 2.1 is the attack in which a public key is
 * used as an HMAC secret. The typed keys exclude it wherever an RS256 verifier is asked; this finds the
 * configuration file in which a public key stands where the secret should.
 */
function isPublicKey(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes).toString('latin1')
  if (text.includes('-----BEGIN ') || /^\s*(ssh-|ecdsa-sha2-|sk-)/.test(text)) return true
  if (/^[^[{]{0,3}\s*[[{]/.test(text) && /"(kty|keys)"/.test(text)) return true
  if (isDer(bytes)) return true
  return /^[\sA-Za-z0-9+/=_-]+$/.test(text) && isDer(Buffer.from(text, 'base64'))
}

function isDer(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0x30) return false
  const key = Buffer.from(bytes)
  const readers = [
    () => createPublicKey({ key, format: 'der', type: 'spki' }),
    () => createPublicKey({ key, format: 'der', type: 'pkcs1' }),
    () => new X509Certificate(key),
    () => createPrivateKey({ key, format: 'der', type: 'pkcs8' }),
    () => createPrivateKey({ key, format: 'der', type: 'pkcs1' }),
    () => createPrivateKey({ key, format: 'der', type: 'sec1' }),
  ]
  return readers.some((read) => {
    try {
      read()
      return true
    } catch {
      return false
    }
  })
}
