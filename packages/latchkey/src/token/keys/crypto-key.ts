import type { webcrypto } from 'node:crypto'
import type { Algorithm } from '../algorithms.ts'
import { schemeOf } from './keys.ts'

/**
 * Refuse a CryptoKey that is not what `algorithm` asks for: a TypeError for one of another kind than `type`, for
 * another algorithm, hash or curve, or that may not do all of `operations`.
 */
export function checkCryptoKey(
  key: webcrypto.CryptoKey,
  algorithm: Algorithm,
  type: 'public' | 'private' | 'secret',
  operations: readonly ('verify' | 'sign')[],
): void {
  const { name, hash, namedCurve } = key.algorithm as CryptoKeyForm
  const scheme = schemeOf(algorithm)
  const fits =
    key.type === type &&
    name === nameOf(algorithm) &&
    (hash === undefined || hash.name === `SHA-${algorithm.slice(2)}`) &&
    (namedCurve === undefined || ('crv' in scheme && namedCurve === scheme.crv))
  if (!fits) throw new TypeError(`this CryptoKey is not a ${type} key for ${algorithm}`)
  for (const operation of operations) {
    if (!key.usages.includes(operation)) throw new TypeError(`this CryptoKey may not be used to ${operation}`)
  }
}

/** What WebCrypto says of a key; each algorithm has its own members. */
interface CryptoKeyForm {
  readonly name: string
  readonly hash?: { readonly name: string }
  readonly namedCurve?: string
}

/** What WebCrypto calls the algorithm. */
export function nameOf(algorithm: Algorithm): string {
  const scheme = schemeOf(algorithm)
  return {
    oct: 'HMAC',
    RSA: algorithm.startsWith('PS') ? 'RSA-PSS' : 'RSASSA-PKCS1-v1_5',
    EC: 'ECDSA',
    OKP: 'crv' in scheme ? scheme.crv : '',
    AKP: algorithm,
  }[scheme.kty]
}
