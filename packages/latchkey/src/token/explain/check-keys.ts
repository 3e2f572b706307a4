import { families } from './check-header.ts'
import type { Findings } from './finding.ts'
import type { keyFitWords } from './words.ts'

/** What may be known of a key, and a way to try it. */
export interface KeyToTry {
  readonly kind: 'secret' | 'public'
  readonly algorithm: string
  readonly keyId?: string | undefined
  /** Bytes of a secret. */
  readonly secretBytes?: number
  /** Whether this key made `signature` over `input`; undefined where that could not be tried. */
  fits(input: string, signature: string): boolean | undefined
  /** How the secret must be read for `signature` to be of it, if it is in another reading. */
  readAs?(input: string, signature: string): SecretReading | undefined
}

/** What a text that was given as a secret may stand for. */
export type SecretReading = 'base64' | 'base64url' | 'hex' | 'without its line end'

/** Whether the signature is of a key: a code, whose words are in `keyFitWords`. */
export type KeyFit = keyof typeof keyFitWords

/** A key that was tried, and what came of it. */
export interface TriedKey {
  readonly algorithm: string
  readonly keyId: string | undefined
  readonly fit: KeyFit
}

interface Signed {
  readonly algorithm: string
  readonly kid: unknown
  readonly input: string
  /** In its canonical spelling. */
  readonly signature: string
}

/** Try each key and say which check of a verifier fails, if one does. */
export function checkKeys(
  signed: Signed,
  keys: readonly KeyToTry[],
  findings: Findings,
): readonly TriedKey[] {
  const { algorithm: alg, kid, input, signature } = signed
  const tried = keys.map((key) => ({ key, fit: tryKey(key, signed) }))
  const named = kid === undefined ? keys : keys.filter(({ keyId }) => keyId === kid)
  const candidates = named.length > 0 ? named : keys.filter(({ keyId }) => keyId === undefined)
  const fitting = candidates.filter(({ algorithm }) => algorithm === alg)
  if (candidates.length === 0) {
    findings.refuse('key', 'key_unknown', 'key_not_found', { kid: String(kid) })
  } else if (fitting.length === 0) {
    findings.refuse('key', whyNoneFits(alg, candidates), 'algorithm_not_allowed', {
      alg,
      algorithms: [...new Set(candidates.map(({ algorithm }) => algorithm))].join(', '),
    })
  } else if (fitting.length > 1) {
    findings.refuse('key', 'key_ambiguous', 'key_ambiguous')
  } else if (tried.some(({ key, fit }) => key === fitting[0] && fit === 'signature_not_of_it')) {
    findings.refuse('signature', 'signature_wrong', 'signature_invalid')
    explainSignature(alg, signature, findings)
    const reading = fitting[0]?.readAs?.(input, signature)
    if (reading === 'without its line end')
      findings.refuse('signature', 'secret_line_end', 'signature_invalid')
    else if (reading)
      findings.refuse('signature', 'secret_spelled', 'signature_invalid', { spelling: reading })
  }
  const elsewhere = tried.find(({ key, fit }) => fit === 'fits' && !fitting.includes(key))
  if (elsewhere) findings.note('key_by_other_name', { kid: elsewhere.key.keyId ?? '(none)' })
  for (const { key, fit } of tried) {
    const wanted = families[key.algorithm]?.secretBytes ?? 0
    if (fit === 'fits' && key.secretBytes !== undefined && key.secretBytes < wanted) {
      findings.warn('secret_short', { bytes: key.secretBytes, wanted, alg: key.algorithm })
    }
  }
  return tried.map(({ key: { algorithm, keyId }, fit }) => ({ algorithm, keyId, fit }))

  function tryKey(key: KeyToTry, { algorithm }: Signed): KeyFit {
    if (key.algorithm !== algorithm) return 'other_algorithm'
    const fits = key.fits(input, signature)
    if (fits === undefined) return 'not_tried'
    if (fits) return 'fits'
    return kid !== undefined && key.keyId !== undefined && key.keyId !== kid
      ? 'other_id'
      : 'signature_not_of_it'
  }
}

function whyNoneFits(alg: string, candidates: readonly KeyToTry[]) {
  const wantsSecret = families[alg]?.key === 'secret'
  if (wantsSecret && candidates.every(({ kind }) => kind === 'public')) return 'hmac_with_public_key'
  if (!wantsSecret && candidates.every(({ kind }) => kind === 'secret')) return 'public_with_secret'
  return 'key_other_algorithm'
}

/** Say what the length and the form of a signature that does not fit tell. */
export function explainSignature(alg: string, signature: string, findings: Findings): void {
  const expected = families[alg]?.signatureLength
  if (expected === undefined || signature.length === expected) return
  // A DER sequence of two integers begins 0x30, which in base64url is M.
  const isDer = alg.startsWith('ES') && /^M[A-P]/.test(signature)
  if (isDer) findings.refuse('signature', 'signature_der', 'signature_invalid')
  else {
    findings.refuse('signature', 'signature_length', 'signature_invalid', {
      alg,
      expected,
      length: signature.length,
    })
  }
}
