import type { webcrypto } from 'node:crypto'
import { checkOptions, type OptionNames } from '../../options/check-options.ts'
import { wholeNumberOf } from '../../options/whole-number.ts'
import type { Algorithm, AsymmetricAlgorithm, HmacAlgorithm } from '../algorithms.ts'
import type { GenerateKeyOptions } from '../keys/generate-key.ts'
import type { Jwk } from '../keys/jwk.ts'
import { checkKeyId, type Key, type PrivateKey, type SecretKey, schemeOf } from '../keys/keys.ts'
import { thumbprint } from './export-key.ts'
import { privateKey } from './import-key.ts'
import { secretKey } from './keys.ts'
import { parametersOf } from './material.ts'

const generateKeyOptions: OptionNames<GenerateKeyOptions> = { keyId: 1, modulusLength: 1 }

/**
 * A new key: a SecretKey as long as the hash for the HMAC algorithms, else a PrivateKey. Its key id is its thumbprint
 * (RFC 7638) if none is given.
 *
 * @throws {TypeError} as a rejection, for an algorithm that this platform does not have.
 * @example
 * ```ts
 * const key = await generateKey('ES256')
 * ```
 */
export function generateKey(algorithm: HmacAlgorithm, options?: GenerateKeyOptions): Promise<SecretKey>
export function generateKey(algorithm: AsymmetricAlgorithm, options?: GenerateKeyOptions): Promise<PrivateKey>
export function generateKey(
  algorithm: Algorithm,
  options?: GenerateKeyOptions,
): Promise<PrivateKey | SecretKey>
export async function generateKey(
  algorithm: Algorithm,
  options: GenerateKeyOptions = {},
): Promise<PrivateKey | SecretKey> {
  checkOptions('generateKey', options, generateKeyOptions)
  const scheme = schemeOf(algorithm)
  const keyId = checkKeyId(options.keyId)
  const modulusLength = wholeNumberOf('modulusLength', options.modulusLength, 2048, 2048, 8192)
  if (scheme.kty === 'oct') {
    const bytes = crypto.getRandomValues(new Uint8Array(scheme.hashBytes))
    const hmac = algorithm as HmacAlgorithm // kty oct
    return named(keyId, (id) => secretKey(bytes, { algorithm: hmac, ...id }))
  }
  const jwk = await generate(algorithm, modulusLength)
  const asymmetric = algorithm as AsymmetricAlgorithm // kty other than oct
  return named(keyId, (id) => privateKey(jwk, { algorithm: asymmetric, ...id }))
}

async function generate(algorithm: Algorithm, modulusLength: number): Promise<Jwk> {
  const { kty } = schemeOf(algorithm)
  const rsa = { modulusLength, publicExponent: Uint8Array.of(1, 0, 1) }
  const parameters = { ...parametersOf(algorithm), ...rsa }
  let pair: webcrypto.CryptoKeyPair
  try {
    // Each of these algorithms gives a pair; the types tell them apart by members that others ignore.
    pair = (await crypto.subtle.generateKey(parameters, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair
  } catch (cause) {
    throw new TypeError(`this platform has no ${algorithm}`, { cause })
  }
  const { alg: _, key_ops: __, ...members } = await crypto.subtle.exportKey('jwk', pair.privateKey)
  return { ...members, kty, ...(kty === 'AKP' && { alg: algorithm }) }
}

async function named<K extends Key>(
  keyId: string | undefined,
  make: (id: { keyId?: string }) => K,
): Promise<K> {
  return make({ keyId: keyId ?? (await thumbprint(make({}))) })
}
