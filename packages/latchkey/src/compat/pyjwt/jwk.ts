import type { AsymmetricAlgorithm, SigningAlgorithm } from '../../token/algorithms.ts'
import { isSigningAlgorithm, schemes } from '../../token/algorithms.ts'
import { decode } from '../../token/base64url.ts'
import { privateKey, publicKey } from '../../token/keys/asymmetric-key.ts'
import { checkPurpose, type Jwk } from '../../token/keys/jwk.ts'
import type { Key } from '../../token/keys/keys.ts'
import { secretKey } from '../../token/keys/secret-key.ts'
import { InvalidKeyError, PyJWKError } from './errors.ts'
import { naming, rememberOrigin } from './keys.ts'
import { isPlainObject } from './python-json.ts'

/**
 * A JWK with its one algorithm: the one given, else its `alg`, else the one that `kty` and `crv` imply.
 *
 * @throws {InvalidKeyError} if the JWK cannot be read, or is for another algorithm or purpose.
 * @throws {PyJWKError} if the algorithm does not exist.
 *
 * @example
 * ```ts
 * const claims = decode(token, new PyJWK(jwk), { audience: 'api' })
 * ```
 */
export class PyJWK {
  readonly algorithm_name: SigningAlgorithm
  readonly key_type: string
  readonly key_id: string | undefined
  readonly public_key_use: string | undefined
  /** The key, for `encode`, `decode` and `latchkey/token`. */
  readonly key: Key
  readonly #jwk: Jwk

  constructor(jwk: Jwk, algorithm?: string | null) {
    if (!isPlainObject(jwk)) throw new InvalidKeyError('Key is not valid JSON')
    const { alg, ...rest } = jwk
    const jwk_data: Jwk = alg ? jwk : rest
    this.algorithm_name = algorithmFor(jwk_data, algorithm)
    this.key = naming(() => keyOf(jwk_data, this.algorithm_name))
    this.key_type = jwk_data.kty
    this.key_id = jwk_data.kid
    this.public_key_use = jwk_data.use
    this.#jwk = jwk_data
    rememberOrigin(this.key, (other) => this.for(other).key)
  }

  static from_dict(obj: Jwk, algorithm?: string | null): PyJWK {
    return new PyJWK(obj, algorithm)
  }

  static from_json(data: string, algorithm?: string | null): PyJWK {
    return new PyJWK(JSON.parse(data) as Jwk, algorithm) // the constructor looks at what it is
  }

  /** The same key for another algorithm. An InvalidKeyError if the JWK has an `alg` and it is another one. */
  for(algorithm: SigningAlgorithm): PyJWK {
    return algorithm === this.algorithm_name ? this : new PyJWK(this.#jwk, algorithm)
  }
}

const byCurve: Readonly<Record<string, SigningAlgorithm>> = {
  'P-256': 'ES256',
  'P-384': 'ES384',
  'P-521': 'ES512',
  Ed25519: 'EdDSA',
}

function algorithmFor(jwk: Jwk, given: string | null | undefined): SigningAlgorithm {
  const { kty, crv } = jwk
  if (typeof kty !== 'string') throw new InvalidKeyError('kty is not found')
  // To Python an empty name and None are none.
  const named = given || jwk.alg
  if (named) {
    if (!isSigningAlgorithm(named)) throw new PyJWKError('Unable to find an algorithm for key')
    return named
  }
  if (kty === 'oct') return 'HS256'
  if (kty === 'RSA') return 'RS256'
  if (kty !== 'EC' && kty !== 'OKP') throw new InvalidKeyError(`Unsupported kty: ${kty}`)
  // PyJWT takes an EC key without a curve for P-256, and then fails to read it.
  if (typeof crv !== 'string') throw new InvalidKeyError('crv is not found')
  const algorithm = Object.hasOwn(byCurve, crv) ? byCurve[crv] : undefined
  if (algorithm === undefined) throw new InvalidKeyError(`Unsupported crv: ${crv}`)
  return algorithm
}

const foreign: Readonly<Record<string, string>> = {
  oct: 'Not an HMAC key',
  RSA: 'Not an RSA key',
  EC: 'Not an Elliptic curve key',
  OKP: 'Not an Octet Key Pair',
}

function keyOf(jwk: Jwk, algorithm: SigningAlgorithm): Key {
  const scheme = schemes[algorithm]
  if (jwk.kty !== scheme.kty) throw new TypeError(foreign[scheme.kty] ?? `kty must be ${scheme.kty}`)
  if (scheme.kty === 'oct') {
    checkPurpose(jwk, algorithm, 'verify')
    const bytes = typeof jwk.k === 'string' ? decode(jwk.k) : undefined
    if (bytes === undefined || bytes.length === 0) throw new TypeError('HMAC key must not be empty.')
    const hmac = algorithm as 'HS256' | 'HS384' | 'HS512' // kty oct
    return secretKey(bytes, {
      algorithm: hmac,
      insecureShortSecret: true,
      ...(jwk.kid === undefined ? {} : { keyId: jwk.kid }),
    })
  }
  const asymmetric = algorithm as AsymmetricAlgorithm // any other kty
  const read = 'd' in jwk || 'priv' in jwk ? privateKey : publicKey
  return read(jwk, { algorithm: asymmetric })
}
