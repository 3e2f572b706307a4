import { decode } from '#platform'
import type { Scheme, VerificationAlgorithm } from './algorithms.ts'
import { schemeOf } from './keys.ts'

/** A JSON Web Key (RFC 7517 section 4), as it comes out of JSON. Members that are not known are allowed. */
export interface Jwk {
  readonly kty: string
  readonly kid?: string
  readonly use?: string
  readonly key_ops?: readonly string[]
  readonly alg?: string
  readonly [member: string]: unknown
}

/** A JWK without what is not needed to make a key of it. */
export interface BareJwk {
  readonly kty: string
  readonly [member: string]: string
}

/** The members that RFC 7518 section 6, RFC 8037 section 2 and RFC 9964 require, public then private. */
const members = {
  RSA: { public: ['n', 'e'], private: ['d', 'p', 'q', 'dp', 'dq', 'qi'] },
  EC: { public: ['crv', 'x', 'y'], private: ['d'] },
  OKP: { public: ['crv', 'x'], private: ['d'] },
  AKP: { public: ['alg', 'pub'], private: ['priv'] },
} as const

/**
 * The members that make an asymmetric JWK, for `algorithm` and one operation. A TypeError if the key says that it is for
 * something else (`use`, `key_ops`, `alg`), is of another type or curve, or is not written canonically.
 */
export function bareJwk(jwk: Jwk, algorithm: VerificationAlgorithm, operation: 'verify' | 'sign'): BareJwk {
  const scheme = schemeOf(algorithm)
  if (scheme.kty === 'oct') throw new TypeError(`${algorithm} uses a secret key`)
  checkPurpose(jwk, algorithm, operation)
  if (jwk.kty !== scheme.kty) throw new TypeError(`a key for ${algorithm} has kty ${scheme.kty}`)
  const names = members[scheme.kty]
  if (operation === 'sign' && jwk.oth !== undefined) {
    throw new TypeError('an RSA key has two primes: a JWK with more of them (oth) is not read')
  }
  if (operation === 'verify' && ('d' in jwk || 'priv' in jwk)) {
    throw new TypeError('this JWK holds a private key: see privateKey')
  }
  const wanted: readonly string[] =
    operation === 'verify' ? names.public : [...names.public, ...names.private]
  const bare = pick(jwk, wanted)
  checkSizes(bare, scheme)
  return { ...bare, kty: scheme.kty }
}

/** `use`, `key_ops` and `alg` bind (RFC 7517 sections 4.2 to 4.4). */
export function checkPurpose(jwk: Jwk, algorithm: string, operation: 'verify' | 'sign'): void {
  if (jwk.use !== undefined && jwk.use !== 'sig') throw new TypeError('this JWK is not for signatures (use)')
  const { key_ops: operations } = jwk
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes(operation))) {
    throw new TypeError(`this JWK may not be used to ${operation} (key_ops)`)
  }
  if (jwk.alg !== undefined && jwk.alg !== algorithm)
    throw new TypeError('this JWK is for another algorithm (alg)')
}

/**
 * Longer than any member of a key that is accepted: the public key of ML-DSA-87 has 3,456 characters, 8,192 bits of
 * RSA have 1,366. Looked at before anything is decoded, since a JWK is often a document of somebody else's.
 */
export const longestMember = 4096

function pick(jwk: Jwk, names: readonly string[]): Record<string, string> {
  const picked: Record<string, string> = {}
  for (const name of names) {
    const value = jwk[name]
    if (typeof value !== 'string') throw new TypeError(`this JWK lacks the member ${name}`)
    if (value.length > longestMember) throw new TypeError(`the member ${name} of this JWK is too long`)
    if (name !== 'crv' && name !== 'alg' && decode(value) === undefined) {
      throw new TypeError(`the member ${name} of this JWK is not base64url`)
    }
    picked[name] = value
  }
  return picked
}

/** Coordinates and private values have the full length of the curve (RFC 7518 section 6.2.1.2). */
function checkSizes(bare: Record<string, string>, scheme: Scheme): void {
  if (scheme.kty !== 'EC' && scheme.kty !== 'OKP') return
  if (bare.crv !== scheme.crv) throw new TypeError(`this JWK is not on the curve ${scheme.crv}`)
  const bytes = scheme.coordinateBytes
  for (const name of ['x', 'y', 'd']) {
    const value = bare[name]
    if (value !== undefined && decode(value)?.length !== bytes) {
      throw new TypeError(`the member ${name} of this JWK does not have ${bytes} bytes`)
    }
  }
}
