import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { checkOptions, type OptionNames } from '../../options/check-options.ts'
import { wholeNumberOf } from '../../options/whole-number.ts'
import type {
  Algorithm,
  AsymmetricAlgorithm,
  HmacAlgorithm,
  LatticeAlgorithm,
  Scheme,
} from '../algorithms.ts'
import { thumbprint } from './export-key.ts'
import { checkKeyId, type Key, type PrivateKey, type SecretKey, schemeOf, wrap } from './keys.ts'
import { wrapSecret } from './secret-key.ts'

/** How a new key is named, and how long it is. */
export interface GenerateKeyOptions {
  /** Defaults to the thumbprint of the key (RFC 7638). */
  readonly keyId?: string
  /** Bits of an RSA key; 2048 if not given. */
  readonly modulusLength?: number
}

const generateKeyOptions: OptionNames<GenerateKeyOptions> = { keyId: 1, modulusLength: 1 }

/**
 * A new key: a SecretKey as long as the hash for the HMAC algorithms, else a PrivateKey. Its key id is its thumbprint
 * (RFC 7638) if none is given.
 *
 * @throws {TypeError} for an algorithm that is none, and for unknown or invalid options.
 * @example
 * ```ts
 * const key = generateKey('ES256')
 * const jwks = { keys: [toJwk(publicKeyOf(key))] }
 * ```
 */
export function generateKey(algorithm: HmacAlgorithm, options?: GenerateKeyOptions): SecretKey
export function generateKey(algorithm: AsymmetricAlgorithm, options?: GenerateKeyOptions): PrivateKey
export function generateKey(algorithm: Algorithm, options?: GenerateKeyOptions): PrivateKey | SecretKey
export function generateKey(algorithm: Algorithm, options: GenerateKeyOptions = {}): PrivateKey | SecretKey {
  checkOptions('generateKey', options, generateKeyOptions)
  const scheme = schemeOf(algorithm)
  const keyId = checkKeyId(options.keyId)
  const modulusLength = wholeNumberOf('modulusLength', options.modulusLength, 2048, 2048, 8192)
  if (scheme.kty === 'oct') {
    const bytes = randomBytes(scheme.hashBytes)
    const hmac = algorithm as HmacAlgorithm // kty oct
    return named(keyId, (id) => wrapSecret(bytes, hmac, id))
  }
  const handle = generate(algorithm, scheme, modulusLength)
  const asymmetric = algorithm as AsymmetricAlgorithm // kty other than oct
  return named(keyId, (id) => wrap<PrivateKey>('private', asymmetric, id, handle))
}

/** What Node calls these types of keys. */
const latticeTypes = {
  'ML-DSA-44': 'ml-dsa-44',
  'ML-DSA-65': 'ml-dsa-65',
  'ML-DSA-87': 'ml-dsa-87',
} as const satisfies Record<LatticeAlgorithm, string>

function generate(
  algorithm: Algorithm,
  scheme: Exclude<Scheme, { kty: 'oct' }>,
  modulusLength: number,
): KeyObject {
  switch (scheme.kty) {
    case 'RSA':
      return generateKeyPairSync('rsa', { modulusLength }).privateKey
    case 'EC':
      return generateKeyPairSync('ec', { namedCurve: scheme.crv }).privateKey
    case 'OKP':
      return generateKeyPairSync('ed25519').privateKey
    case 'AKP':
      return generateKeyPairSync(latticeTypes[algorithm as LatticeAlgorithm]).privateKey // kty AKP
  }
}

function named<K extends Key>(keyId: string | undefined, make: (keyId: string | undefined) => K): K {
  if (keyId !== undefined) return make(keyId)
  return make(thumbprint(make(undefined)))
}
