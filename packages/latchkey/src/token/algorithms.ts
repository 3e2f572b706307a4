/** HMAC with SHA-2 (RFC 7518 section 3.2): one secret signs and verifies. */
export type HmacAlgorithm = 'HS256' | 'HS384' | 'HS512'
/** RSASSA-PKCS1-v1_5 and RSASSA-PSS (RFC 7518 sections 3.3 and 3.5). */
export type RsaAlgorithm = 'RS256' | 'RS384' | 'RS512' | 'PS256' | 'PS384' | 'PS512'
/** ECDSA on P-256, P-384 and P-521 (RFC 7518 section 3.4). */
export type EcAlgorithm = 'ES256' | 'ES384' | 'ES512'
/** Ed25519, by its old name `EdDSA` (RFC 8037) and by its own (RFC 9864). */
export type EdwardsAlgorithm = 'EdDSA' | 'Ed25519'
/** ML-DSA (FIPS 204, RFC 9964). Node has it from version 24 on. */
export type LatticeAlgorithm = 'ML-DSA-44' | 'ML-DSA-65' | 'ML-DSA-87'

/** Signed elsewhere and verified here: nothing of ours makes its keys or signatures. */
export type VerifyOnlyAlgorithm = 'Ed448'

/** The algorithms of key pairs that this library signs with. */
export type AsymmetricAlgorithm = RsaAlgorithm | EcAlgorithm | EdwardsAlgorithm | LatticeAlgorithm
/** The algorithms of public keys. */
export type VerificationAlgorithm = AsymmetricAlgorithm | VerifyOnlyAlgorithm
/** The algorithms that this library signs with. */
export type SigningAlgorithm = HmacAlgorithm | AsymmetricAlgorithm
/** The algorithms that this library verifies. `none` is not one. */
export type Algorithm = HmacAlgorithm | VerificationAlgorithm

/** How one algorithm is computed. A signature is two numbers as long as the field of the curve (RFC 7518 section 3.4,
 * RFC 8032), or of a length that the algorithm says. `kty` is that of the JWK (RFC 7518 section 6.1, RFC 8037, RFC 9964). */
export type Scheme =
  | { readonly kty: 'oct'; readonly hash: string; readonly hashBytes: number }
  | { readonly kty: 'RSA'; readonly hash: string; readonly saltLength?: number }
  | {
      readonly kty: 'EC'
      readonly hash: string
      readonly crv: 'P-256' | 'P-384' | 'P-521'
      readonly signatureBytes: number
    }
  | {
      readonly kty: 'OKP'
      readonly crv: 'Ed25519' | 'Ed448'
      readonly signatureBytes: number
    }
  | {
      readonly kty: 'AKP'
      readonly signatureBytes: number
    }

const ed25519 = { kty: 'OKP', crv: 'Ed25519', signatureBytes: 64 } as const

/**
 * The algorithms there are: RFC 7518 section 3, RFC 8037, RFC 9864 (`Ed25519` and `Ed448`, fully specified) and ML-DSA.
 * `none` does not exist. PSS salts are as long as the hash (RFC 7518 section 3.5);
 * RSA without a salt is PKCS #1 v1.5.
 */
export const schemes: Readonly<Record<Algorithm, Scheme>> = {
  HS256: { kty: 'oct', hash: 'sha256', hashBytes: 32 },
  HS384: { kty: 'oct', hash: 'sha384', hashBytes: 48 },
  HS512: { kty: 'oct', hash: 'sha512', hashBytes: 64 },
  RS256: { kty: 'RSA', hash: 'sha256' },
  RS384: { kty: 'RSA', hash: 'sha384' },
  RS512: { kty: 'RSA', hash: 'sha512' },
  PS256: { kty: 'RSA', hash: 'sha256', saltLength: 32 },
  PS384: { kty: 'RSA', hash: 'sha384', saltLength: 48 },
  PS512: { kty: 'RSA', hash: 'sha512', saltLength: 64 },
  ES256: { kty: 'EC', hash: 'sha256', crv: 'P-256', signatureBytes: 64 },
  ES384: { kty: 'EC', hash: 'sha384', crv: 'P-384', signatureBytes: 96 },
  ES512: { kty: 'EC', hash: 'sha512', crv: 'P-521', signatureBytes: 132 },
  EdDSA: ed25519,
  Ed25519: ed25519,
  Ed448: { kty: 'OKP', crv: 'Ed448', signatureBytes: 114 },
  'ML-DSA-44': { kty: 'AKP', signatureBytes: 2420 },
  'ML-DSA-65': { kty: 'AKP', signatureBytes: 3309 },
  'ML-DSA-87': { kty: 'AKP', signatureBytes: 4627 },
}

export const algorithms = /* @__PURE__ */ Object.keys(schemes) as readonly Algorithm[] // the record is typed by exactly these

/** Exact and case-sensitive, as RFC 7515 section 4.1.1 has it: `hs256` and `NoNe` are no algorithms. */
export function isAlgorithm(name: unknown): name is Algorithm {
  return typeof name === 'string' && Object.hasOwn(schemes, name)
}

export function isSigningAlgorithm(name: unknown): name is SigningAlgorithm {
  return isAlgorithm(name) && name !== 'Ed448'
}

/**
 * The algorithms that an option lists, undefined if it is not given.
 *
 * @throws {TypeError} if it is no list of algorithms, or an empty one.
 */
export function algorithmsOf(value: unknown): readonly Algorithm[] | undefined {
  if (value === undefined) return undefined
  if (!Array.isArray(value) || value.length === 0 || !value.every(isAlgorithm)) {
    throw new TypeError('algorithms is a list of algorithms, not empty')
  }
  return [...value]
}
