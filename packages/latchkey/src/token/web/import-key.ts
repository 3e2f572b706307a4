import { checkOptions, type OptionNames } from '../../options/check-options.ts'
import type { AsymmetricAlgorithm, VerificationAlgorithm } from '../algorithms.ts'
import { checkCryptoKey } from '../keys/crypto-key.ts'
import { type BareJwk, bareJwk, type Jwk } from '../keys/jwk.ts'
import { spellingOf } from '../keys/key-spelling.ts'
import { checkStrength } from '../keys/key-strength.ts'
import { checkKeyId, type PrivateKey, type PublicKey, type SecretKey, schemeOf } from '../keys/keys.ts'
import { maxKeyLength, readPem } from '../keys/pem.ts'
import { keyOfJwk, secretKey as secretKeyOfBytes, type WebSecretKeyOptions } from './keys.ts'
import { hold, type Material, once, parametersOf, unusable } from './material.ts'
import { decode } from './platform.ts'

/** What an imported key is for, and its name. */
export interface WebKeyOptions<Name extends VerificationAlgorithm = AsymmetricAlgorithm> {
  readonly algorithm: Name
  /** Defaults to the `kid` of a JWK. */
  readonly keyId?: string
}

const keyOptions: OptionNames<WebKeyOptions> = { algorithm: 1, keyId: 1 }
const secretKeyOptions: OptionNames<WebSecretKeyOptions> = { ...keyOptions, insecureShortSecret: 1 }

/** PEM as text or bytes, DER, a JWK, or a key that WebCrypto holds. */
export type WebKeyInput = string | Uint8Array | Jwk | CryptoKey

/**
 * A key that verifies. Reads PEM and DER of SPKI, a JWK, or a CryptoKey, which need not be extractable.
 *
 * @throws {TypeError} as in Node; what only WebCrypto can tell of PEM, DER and a CryptoKey, where the key is first used.
 * @example
 * ```ts
 * const key = publicKey(pem, { algorithm: 'ES256' })
 * ```
 */
export function publicKey(input: WebKeyInput, options: WebKeyOptions<VerificationAlgorithm>): PublicKey {
  return read<PublicKey>('public', input, options)
}

/**
 * A key that signs. Reads PEM and DER of PKCS#8, not encrypted, a JWK, or a CryptoKey.
 *
 * @throws {TypeError} as `publicKey` does.
 * @example
 * ```ts
 * const key = privateKey(jwk, { algorithm: 'ES256' })
 * ```
 */
export function privateKey(input: WebKeyInput, options: WebKeyOptions): PrivateKey {
  return read<PrivateKey>('private', input, options)
}

/**
 * A secret shared by those who sign and those who verify, with at least as many bits as the hash has: bytes, or a CryptoKey
 * that may do both. What is in a CryptoKey that is not extractable cannot be looked at.
 *
 * @throws {TypeError} for too few bits, and for bytes that are a public or private key in any spelling.
 * @example
 * ```ts
 * const key = secretKey(crypto.getRandomValues(new Uint8Array(32)), { algorithm: 'HS256' })
 * ```
 */
export function secretKey(input: Uint8Array | CryptoKey, options: WebSecretKeyOptions): SecretKey {
  checkOptions('secretKey', options, secretKeyOptions)
  const { algorithm, keyId, insecureShortSecret } = options
  if (!(input instanceof CryptoKey)) return secretKeyOfBytes(input, options)
  checkCryptoKey(input, algorithm, 'secret', ['sign', 'verify'])
  const { length } = input.algorithm as unknown as { readonly length: number } // of every HMAC key
  const scheme = schemeOf(algorithm)
  if (scheme.kty === 'oct' && length < 8 * scheme.hashBytes && insecureShortSecret !== true) {
    throw new TypeError(`a secret for ${algorithm} has at least ${scheme.hashBytes} bytes`)
  }
  const check = ({ k }: Jwk) => {
    // As WebCrypto writes it, which is canonical.
    if (spellingOf(decode(String(k))!)) throw new TypeError('these bytes spell a public or private key')
    return { kty: 'oct', k: String(k) }
  }
  return hold<SecretKey>(
    'secret',
    algorithm,
    checkKeyId(keyId),
    materialOfCryptoKey(async () => input, check),
  )
}

function read<K extends PublicKey | PrivateKey>(
  kind: K['kind'],
  input: WebKeyInput,
  options: WebKeyOptions<K['algorithm']>,
): K {
  checkOptions(`${kind}Key`, options, keyOptions)
  const { algorithm, keyId } = options
  if (schemeOf(algorithm).kty === 'oct') throw new TypeError(`${algorithm} uses a secret key: see secretKey`)
  const operation = kind === 'public' ? 'verify' : 'sign'
  // What WebCrypto itself writes as `alg`, `use` and `key_ops` is no word of the owner.
  const check = ({ kty, alg, use, key_ops, ...members }: Jwk) => {
    const bare = bareJwk({ ...members, kty, ...(kty === 'AKP' && { alg }) }, algorithm, operation)
    checkStrength(bare)
    return bare
  }
  if (input instanceof CryptoKey) {
    checkCryptoKey(input, algorithm, kind, [operation])
    const { modulusLength = 2048 } = input.algorithm as unknown as { readonly modulusLength?: number }
    if (modulusLength < 2048) throw new TypeError('an RSA key has at least 2048 bits (RFC 7518 section 3.3)')
    return hold<K>(
      kind,
      algorithm,
      checkKeyId(keyId),
      materialOfCryptoKey(async () => input, check),
    )
  }
  if (typeof input !== 'string' && !(input instanceof Uint8Array)) {
    if (typeof input === 'object' && input !== null) return keyOfJwk<K>(kind, input, algorithm, keyId)
    throw new TypeError('a key is given as PEM, DER, JWK or CryptoKey')
  }
  const der = derOf(input, kind)
  const importDer = async () => {
    try {
      return await crypto.subtle.importKey(forms[kind].format, der, parametersOf(algorithm), true, [
        operation,
      ])
    } catch (cause) {
      throw unusable(algorithm, cause)
    }
  }
  return hold<K>(kind, algorithm, checkKeyId(keyId), materialOfCryptoKey(importDer, check))
}

/** What comes as a CryptoKey, or can only be read by making one: it is looked at when it is first used. */
function materialOfCryptoKey(load: () => Promise<CryptoKey>, check: (jwk: Jwk) => BareJwk): Material {
  const loaded = once(load)
  const jwk = once(async () => {
    const key = await loaded()
    if (!key.extractable) throw new TypeError('this CryptoKey is not extractable')
    const exported = await crypto.subtle.exportKey('jwk', key)
    return check({ ...exported, kty: String(exported.kty) })
  })
  return {
    jwk,
    async held() {
      const key = await loaded()
      if (key.extractable) await jwk()
      return key
    },
  }
}

const forms = {
  public: { label: 'PUBLIC KEY', format: 'spki', name: 'SPKI', tag: 0x30 },
  private: { label: 'PRIVATE KEY', format: 'pkcs8', name: 'PKCS#8', tag: 0x02 },
} as const

/** The DER in PEM or as it is. The first thing in it tells SPKI, an algorithm, from PKCS#8, a version. */
function derOf(input: string | Uint8Array, kind: 'public' | 'private'): Uint8Array<ArrayBuffer> {
  const { label, name, tag } = forms[kind]
  if (input.length > maxKeyLength) throw new TypeError(`a key has at most ${maxKeyLength} bytes`)
  let der = typeof input === 'string' || input[0] !== 0x30 ? undefined : Uint8Array.from(input)
  if (der === undefined) {
    const text = typeof input === 'string' ? input : new TextDecoder().decode(input)
    const { contents } = readPem(text, kind, [label])
    try {
      der = Uint8Array.from(atob(contents), (character) => character.charCodeAt(0))
    } catch {
      throw new TypeError('the contents of this key cannot be read')
    }
  }
  const length = der[1] ?? 0
  if (der[(length & 0x80) === 0 ? 2 : 2 + (length & 0x7f)] !== tag)
    throw new TypeError(`expected the DER of ${name}`)
  return der
}
