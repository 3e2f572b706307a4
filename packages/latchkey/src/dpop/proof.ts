import { hash } from 'node:crypto'
import {
  type AsymmetricAlgorithm,
  decodeUnverified,
  type Jwk,
  type PublicKey,
  publicKey,
  TokenError,
  thumbprint,
  verifyJws,
} from '../token/index.ts'
import { wholeText } from '../whole-text.ts'

/** Why a proof is refused, for the log. */
export type ProofReason = keyof typeof proofDescriptions

/** The message for a client whose proof is refused, by reason. */
export const proofDescriptions = {
  proof_missing: 'A DPoP proof is needed',
  proof_ambiguous: 'There is more than one DPoP proof',
  proof_malformed: 'The DPoP proof is malformed',
  proof_type_mismatch: 'The DPoP proof is of another type',
  proof_algorithm_not_allowed: 'The algorithm of the DPoP proof is not allowed',
  proof_critical_unknown: 'The DPoP proof demands an unknown extension',
  proof_key_invalid: 'The key in the DPoP proof is invalid',
  proof_signature_invalid: 'The signature of the DPoP proof is invalid',
  proof_claim_missing: 'The DPoP proof lacks a claim',
  proof_claim_invalid: 'A claim of the DPoP proof is invalid',
  proof_method_mismatch: 'The DPoP proof is for another method',
  proof_url_mismatch: 'The DPoP proof is for another URL',
  proof_token_mismatch: 'The DPoP proof is for another token',
  proof_key_mismatch: 'The token is bound to another key',
  proof_expired: 'The DPoP proof is too old',
  proof_not_yet_valid: 'The DPoP proof is not valid yet',
  proof_nonce_missing: 'The DPoP proof needs a nonce',
  proof_nonce_unknown: 'The nonce of the DPoP proof is too old',
  proof_replayed: 'The DPoP proof was used before',
  replay_store_full: 'DPoP proofs cannot be taken now',
} as const

/** A proof whose signature is good. What it says was not yet compared with anything. */
export interface Proof {
  /** The thumbprint (RFC 7638) of the key that it proves. */
  readonly thumbprint: string
  readonly method: string
  readonly url: string
  readonly tokenId: string
  /** Seconds since the Unix epoch. */
  readonly issuedAt: number
  readonly nonce: string | undefined
  /** The hash of the access token, in base64url. None where there is no token yet (section 5). */
  readonly tokenHash: string | undefined
}

/** More than any random value needs, and little to hash. */
const maxTokenIdLength = 256
const proofType = wholeText(/(application\/)?dpop\+jwt/i)
const httpUrl = wholeText(/https?:\/\/[\x21-\x5b\x5d-\x7e]+/i)

/**
 * Read a proof (RFC 9449 sections 4.2 and 4.3, steps 2 to 7), or the reason why it is none.
 * The key comes out of the proof itself, so a valid signature says only that the holder of that key wrote it.
 */
export function readProof(proof: string, algorithms: readonly AsymmetricAlgorithm[]): Proof | ProofReason {
  let decoded: ReturnType<typeof decodeUnverified>
  try {
    decoded = decodeUnverified(proof)
  } catch (error) {
    return tokenErrorOf(error, 'proof_malformed')
  }
  const { header, claims } = decoded
  // RFC 9449 section 4.2 has exactly this value, which RFC 7515 section 4.1.9 compares without case.
  if (typeof header.typ !== 'string' || !proofType.test(header.typ)) {
    return 'proof_type_mismatch'
  }
  const algorithm = algorithms.find((one) => one === header.alg)
  if (algorithm === undefined) return 'proof_algorithm_not_allowed'
  // No extension is understood, and RFC 7797 section 7 forbids the one that `verifyJws` knows.
  if (Object.hasOwn(header, 'crit') || Object.hasOwn(header, 'b64')) return 'proof_critical_unknown'
  const key = keyOf(header.jwk, algorithm)
  if (key === undefined) return 'proof_key_invalid'
  try {
    verifyJws(proof, { keys: withoutId(key), maxLength: proof.length })
  } catch (error) {
    return tokenErrorOf(error, 'proof_signature_invalid')
  }

  const { htm: method, htu: url, jti: tokenId, iat: issuedAt, nonce } = claims
  const tokenHash = claims.ath ?? undefined
  for (const value of [method, url, tokenId, issuedAt]) {
    if (value === undefined || value === null) return 'proof_claim_missing'
  }
  if (typeof method !== 'string' || typeof url !== 'string') return 'proof_claim_invalid'
  if (tokenHash !== undefined && typeof tokenHash !== 'string') return 'proof_claim_invalid'
  if (typeof tokenId !== 'string' || tokenId === '' || tokenId.length > maxTokenIdLength)
    return 'proof_claim_invalid'
  if (typeof issuedAt !== 'number' || !(Math.abs(issuedAt) <= 2 ** 53)) return 'proof_claim_invalid'
  if (nonce !== undefined && typeof nonce !== 'string') return 'proof_claim_invalid'
  return { thumbprint: thumbprint(key), method, url, tokenId, issuedAt, nonce, tokenHash }
}

/** What `ath` must be for a token (RFC 9449 section 4.2). */
export function tokenHashOf(token: string): string {
  return hash('sha256', token, 'base64url')
}

/**
 * A URL as the `htu` of a request is compared: without query and fragment, normalized by syntax and scheme (RFC 3986
 * sections 6.2.2 and 6.2.3). undefined for what is no http or https URL.
 */
export function comparableUrl(text: string): string | undefined {
  // The parser would drop blanks, and read a backslash as a slash.
  if (!httpUrl.test(text) || text.length > 8192) return undefined
  let url: URL
  try {
    url = new URL(text)
  } catch {
    return undefined
  }
  if (url.username !== '' || url.password !== '') return undefined
  return `${url.protocol}//${url.host}${comparablePath(url.pathname)}`
}

/** Escapes of characters that need none are undone, the others written in capitals (RFC 3986 section 6.2.2). */
export function comparablePath(path: string): string {
  return path.replaceAll(/%[\da-f]{2}/gi, (encoded) => {
    const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16))
    return /[\w\-.~]/.test(character) ? character : encoded.toUpperCase()
  })
}

/** The public key of a proof; undefined for one that is private, of another algorithm, weak, or none at all. */
function keyOf(jwk: unknown, algorithm: AsymmetricAlgorithm): PublicKey | undefined {
  if (typeof jwk !== 'object' || jwk === null || Array.isArray(jwk)) return undefined
  const members = jwk as Jwk // publicKey looks at every member
  if (privateMembers.some((name) => Object.hasOwn(members, name))) return undefined
  try {
    return publicKey(members, { algorithm })
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}

/** RFC 7518 sections 6.2.2, 6.3.2 and 6.4, RFC 9964: of whatever type, nobody sends these to anybody. */
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']

/** A key that answers whatever `kid` the header names: here the key itself is in the header. */
function withoutId(key: PublicKey) {
  return { generation: 0, find: () => key }
}

function tokenErrorOf(error: unknown, reason: ProofReason): ProofReason {
  if (error instanceof TokenError) return reason
  throw error
}
