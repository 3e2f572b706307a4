import { decode } from '#platform'
import type { Scheme, VerificationAlgorithm } from '../algorithms.ts'
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

/** The members that RFC 7518 section 6, RFC 8037 section 2 and RFC 9964 require: of every key, and of a private one. */
const members = {
  RSA: [
    ['n', 'e'],
    ['d', 'p', 'q', 'dp', 'dq', 'qi'],
  ],
  EC: [['crv', 'x', 'y'], ['d']],
  OKP: [['crv', 'x'], ['d']],
  AKP: [['alg', 'pub'], ['priv']],
} as const

/** Longer than the longest member there is, the public key of ML-DSA-87 with 3,456 characters. */
const maxMemberLength = 4096

/**
 * The members that make an asymmetric JWK, for `algorithm` and one operation.
 *
 * @throws {TypeError} if the key says that it is for something else (`use`, `key_ops`, `alg`), is of another type or
 * curve, is not written canonically, or is no key for this operation.
 */
export function bareJwk(jwk: Jwk, algorithm: VerificationAlgorithm, operation: 'verify' | 'sign'): BareJwk {
  const scheme = schemeOf(algorithm)
  checkPurpose(jwk, algorithm, operation)
  requireMember('kty', scheme.kty !== 'oct' && jwk.kty === scheme.kty, algorithm)
  const kty = scheme.kty as keyof typeof members // just checked
  if (operation === 'verify' && ('d' in jwk || 'priv' in jwk)) {
    throw new TypeError('this JWK holds a private key: see privateKey')
  }
  // An RSA key of more than two primes (RFC 7518 section 6.3.2.7), which is another key without the others.
  if (kty === 'RSA' && 'oth' in jwk)
    throw new TypeError('RSA keys of more than two primes (oth) are not read')
  const bare: Record<string, string> & { kty: string } = { kty }
  for (const name of members[kty].slice(0, operation === 'verify' ? 1 : 2).flat()) {
    const value = jwk[name]
    requireMember(
      name,
      typeof value === 'string' && value.length <= maxMemberLength && fits(name, value, scheme),
      algorithm,
    )
    bare[name] = value as string // just checked
  }
  return bare
}

/** `use`, `key_ops` and `alg` bind (RFC 7517 sections 4.2 to 4.4). */
export function checkPurpose(jwk: Jwk, algorithm: string, operation: 'verify' | 'sign'): void {
  const { use = 'sig', key_ops = [operation], alg = algorithm } = jwk
  requireMember('use', use === 'sig', algorithm)
  requireMember('key_ops', Array.isArray(key_ops) && key_ops.includes(operation), algorithm)
  requireMember('alg', alg === algorithm, algorithm)
}

function fits(name: string, value: string, scheme: Scheme): boolean {
  if (name === 'crv') return 'crv' in scheme && value === scheme.crv
  if (name === 'alg') return true
  const bytes = decode(value)
  // Coordinates and private values have the full length of the curve (RFC 7518 section 6.2.1.2).
  return bytes !== undefined && (!('crv' in scheme) || 2 * bytes.length === scheme.signatureBytes)
}

function requireMember(name: string, isGood: boolean, algorithm: string): void {
  if (!isGood) {
    throw new TypeError(`this JWK lacks the member ${name}, or it does not suit ${algorithm}`)
  }
}
