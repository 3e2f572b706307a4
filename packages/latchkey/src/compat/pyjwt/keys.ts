import { KeyObject } from 'node:crypto'
import {
  type AsymmetricAlgorithm,
  isSigningAlgorithm,
  type SigningAlgorithm,
  schemes,
} from '../../token/algorithms.ts'
import { privateKey, publicKey, publicKeyOf } from '../../token/keys/asymmetric-key.ts'
import { spellingOf } from '../../token/keys/key-spelling.ts'
import {
  isKey,
  type Key,
  type SecretKey,
  type SigningKey,
  type VerificationKey,
} from '../../token/keys/keys.ts'
import { secretKey } from '../../token/keys/secret-key.ts'
import { InvalidKeyError, NotImplementedError } from './errors.ts'

/**
 * Where PyJWT takes a key: the text or bytes of a secret or of PEM, a key object of the platform, or a key that this
 * library has made, such as `PyJWK.key`.
 */
export type KeyInput = string | Uint8Array | KeyObject | Key

/** How a key that came of a JWK is made for another algorithm, which only the JWK can allow. */
const origins = new WeakMap<Key, (algorithm: SigningAlgorithm) => Key>()

/** Remember the JWK that a key came of. */
export function rememberOrigin(key: Key, forAlgorithm: (algorithm: SigningAlgorithm) => Key): void {
  origins.set(key, forAlgorithm)
}

/** This key for this algorithm: a key has one, and none but its JWK may give it another. */
function rekey(key: Key, algorithm: SigningAlgorithm): Key {
  if (key.algorithm === algorithm) return key
  const forAlgorithm = origins.get(key)
  if (forAlgorithm === undefined) throw new InvalidKeyError(`The key is for ${key.algorithm}`)
  return forAlgorithm(algorithm)
}

/** An HMAC secret is as it is in PyJWT: any text or bytes that are not empty, and not some other key. */
function prepareSecret(input: Exclude<KeyInput, Key>, algorithm: 'HS256' | 'HS384' | 'HS512'): SecretKey {
  const bytes = secretBytes(input)
  if (bytes.length === 0) throw new InvalidKeyError('HMAC key must not be empty.')
  const spelling = spellingOf(bytes)
  if (spelling === 'jwk') {
    throw new InvalidKeyError(
      'The specified key looks like a JWK and should not be used directly as an HMAC secret. Load it via PyJWK / HMACAlgorithm.from_jwk first.',
    )
  }
  if (spelling === 'asymmetric') throw new InvalidKeyError(confusion)
  return naming(() => secretKey(bytes, { algorithm, insecureShortSecret: true }), confusion)
}

const confusion =
  'The specified key is an asymmetric key or x509 certificate and should not be used as an HMAC secret.'

export function prepareSigningKey(input: KeyInput, algorithm: SigningAlgorithm): SigningKey {
  if (isKey(input)) {
    const key = rekey(input, algorithm)
    if (key.kind === 'public') throw new InvalidKeyError('a public key cannot sign')
    return key
  }
  if (isHmac(algorithm)) return prepareSecret(input, algorithm)
  const key = pemOf(input)
  return naming(() => privateKey(key, { algorithm }))
}

export function prepareVerificationKey(input: KeyInput, algorithm: SigningAlgorithm): VerificationKey {
  if (isKey(input)) {
    const key = rekey(input, algorithm)
    return key.kind === 'private' ? publicKeyOf(key) : key
  }
  if (isHmac(algorithm)) return prepareSecret(input, algorithm)
  if (input instanceof KeyObject && input.type === 'private') {
    const key = pemOf(input)
    return naming(() => publicKeyOf(privateKey(key, { algorithm })))
  }
  const key = pemOf(input)
  return naming(() => verifierOf(key, algorithm))
}

/** PyJWT verifies with a private key too, by its public half. */
function verifierOf(key: string | Uint8Array, algorithm: AsymmetricAlgorithm): VerificationKey {
  try {
    return publicKey(key, { algorithm })
  } catch (error) {
    try {
      return publicKeyOf(privateKey(key, { algorithm }))
    } catch {
      throw error
    }
  }
}

/** The algorithm of that name; PyJWT's NotImplementedError where there is none. `none` is none. */
export function algorithmNamed(name: unknown): SigningAlgorithm {
  if (!isSigningAlgorithm(name)) throw new NotImplementedError('Algorithm not supported')
  return name
}

export function isHmac(algorithm: SigningAlgorithm): algorithm is 'HS256' | 'HS384' | 'HS512' {
  return schemes[algorithm].kty === 'oct'
}

/** Run `make`, whose TypeErrors are about the key, so that they are said as PyJWT says them. */
export function naming<T>(make: () => T, message?: string): T {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new InvalidKeyError(message ?? error.message, { cause: error })
  }
}

function secretBytes(input: Exclude<KeyInput, Key>): Uint8Array {
  if (typeof input === 'string') return Buffer.from(input, 'utf8')
  if (input instanceof Uint8Array) return input
  if (input instanceof KeyObject) {
    if (input.type !== 'secret') throw new InvalidKeyError(confusion)
    return input.export()
  }
  throw new TypeError('Expected a string or bytes value')
}

function pemOf(input: Exclude<KeyInput, Key>): string | Uint8Array {
  if (typeof input === 'string' || input instanceof Uint8Array) return input
  if (!(input instanceof KeyObject)) throw new TypeError('Expecting a PEM-formatted key.')
  if (input.type === 'secret') throw new InvalidKeyError('Not a public or private key')
  return input.export({ format: 'der', type: input.type === 'private' ? 'pkcs8' : 'spki' })
}
