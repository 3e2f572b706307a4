import { mediaType } from '../header.ts'
import type { Jwk } from '../keys/jwk.ts'
import { checkClaims } from './check-claims.ts'
import { checkHeader, families } from './check-header.ts'
import { explainSignature, type TriedKey } from './check-keys.ts'
import type { Findings } from './finding.ts'
import type { Read } from './read-parts.ts'

/** The key that a DPoP proof brings along, and a way to try it. */
export interface ProofKey {
  /** Whether this key made `signature` over `input`; undefined where that could not be tried. */
  fits(input: string, signature: string): boolean | undefined
  /** Its name (RFC 7638), as a token that is bound to it has it in `cnf.jkt`. */
  thumbprint(): string | undefined
}

/** Makes a key of what a proof brings; undefined for what is none. */
export type MakeProofKey = (jwk: Jwk, algorithm: string) => ProofKey | undefined

interface Judged {
  readonly algorithm: string | undefined
  readonly keys: readonly TriedKey[]
}

/** A proof is the one token that is judged by the key in its own header. */
export function isProof(header: Readonly<Record<string, unknown>> | undefined): boolean {
  return header !== undefined && mediaType(header.typ) === 'dpop+jwt'
}

/** Seconds for which servers take a proof: a minute, and what clocks may differ. */
const usualAge = 90

/** Say what a server would hold against a DPoP proof (RFC 9449 section 4.3), as far as it can be told without a request. */
export function checkProof(
  { header: { object: header = {} }, claims: { object: claims }, input, signature }: Read,
  { nowMs, proofKey }: { readonly nowMs: number; readonly proofKey?: MakeProofKey | undefined },
  findings: Findings,
): Judged {
  const algorithm = checkHeader(header, { type: 'dpop+jwt' }, true, findings)
  const jwk = jwkOf(header, algorithm, findings)
  let keys: readonly TriedKey[] = []
  if (proofKey === undefined) findings.warn('signature_not_checked')
  else if (algorithm !== undefined && jwk !== undefined && signature !== undefined) {
    keys = tryKey(proofKey(jwk, algorithm), { algorithm, input, signature }, findings)
  }
  if (claims !== undefined) checkProofClaims(claims, nowMs, findings)
  return { algorithm, keys }
}

const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']

function jwkOf(
  { jwk }: Readonly<Record<string, unknown>>,
  algorithm: string | undefined,
  findings: Findings,
): Jwk | undefined {
  if (algorithm !== undefined && families[algorithm]?.key === 'secret') {
    findings.refuse('header', 'proof_symmetric', 'algorithm_not_allowed', { alg: algorithm })
    return undefined
  }
  if (typeof jwk !== 'object' || jwk === null || Array.isArray(jwk)) {
    findings.refuse('header', 'proof_key_missing', 'token_malformed')
    return undefined
  }
  if (privateMembers.some((name) => Object.hasOwn(jwk, name))) {
    findings.refuse('header', 'proof_key_private', 'token_malformed')
    return undefined
  }
  return jwk as Jwk // whoever makes a key of it looks at every member
}

function tryKey(
  key: ProofKey | undefined,
  { algorithm, input, signature }: { algorithm: string; input: string; signature: string },
  findings: Findings,
): readonly TriedKey[] {
  if (key === undefined) {
    findings.refuse('key', 'proof_key_unusable', 'key_not_found', { alg: algorithm })
    return []
  }
  const fits = key.fits(input, signature)
  const keyId = key.thumbprint()
  if (fits === false) {
    findings.refuse('signature', 'signature_wrong', 'signature_invalid')
    explainSignature(algorithm, signature, findings)
  }
  if (keyId !== undefined) findings.note('proof_thumbprint', { thumbprint: keyId })
  const fit = fits === undefined ? 'not_tried' : fits ? 'fits' : 'signature_not_of_it'
  return [{ algorithm, keyId, fit }]
}

function checkProofClaims(
  claims: Readonly<Record<string, unknown>>,
  nowMs: number,
  findings: Findings,
): void {
  const requiredClaims = { exp: false, htm: true, htu: true, jti: true, iat: true }
  checkClaims(claims, { requiredClaims }, { nowMs, isVerifying: true, isProof: true }, findings)
  const { htm, htu, iat, ath } = claims
  for (const [claim, value] of Object.entries({ htm, htu })) {
    if (value !== undefined && typeof value !== 'string') {
      findings.refuse('claims', 'claim_not_text', 'claim_invalid', { claim })
    }
  }
  if (typeof htu === 'string' && /[?#]/.test(htu)) findings.warn('proof_url_query')
  if (typeof iat === 'number' && nowMs / 1000 - iat > usualAge) findings.warn('proof_old')
  findings.note(ath === undefined ? 'proof_without_token' : 'proof_with_token')
}
