import { mediaType, typesOf } from '../header.ts'
import type { Findings } from './finding.ts'

type Members = Readonly<Record<string, unknown>>

interface HeaderPolicy {
  readonly type?: string | readonly (string | null)[]
  readonly algorithms?: readonly string[]
}

/** How an algorithm signs, as far as one can tell from its name. */
interface Family {
  readonly key: 'secret' | 'RSA' | 'P-256' | 'P-384' | 'P-521' | 'Ed25519' | 'Ed448' | 'ML-DSA'
  /** Characters of a signature; it depends on the key where this is undefined. */
  readonly signatureLength?: number
  readonly secretBytes?: number
}

/** Of each algorithm that the library has. Tested against it: this file must not load node:crypto. */
export const families: Readonly<Record<string, Family>> = {
  HS256: { key: 'secret', signatureLength: 43, secretBytes: 32 },
  HS384: { key: 'secret', signatureLength: 64, secretBytes: 48 },
  HS512: { key: 'secret', signatureLength: 86, secretBytes: 64 },
  RS256: { key: 'RSA' },
  RS384: { key: 'RSA' },
  RS512: { key: 'RSA' },
  PS256: { key: 'RSA' },
  PS384: { key: 'RSA' },
  PS512: { key: 'RSA' },
  ES256: { key: 'P-256', signatureLength: 86 },
  ES384: { key: 'P-384', signatureLength: 128 },
  ES512: { key: 'P-521', signatureLength: 176 },
  EdDSA: { key: 'Ed25519', signatureLength: 86 },
  Ed25519: { key: 'Ed25519', signatureLength: 86 },
  Ed448: { key: 'Ed448', signatureLength: 152 },
  'ML-DSA-44': { key: 'ML-DSA', signatureLength: 3227 },
  'ML-DSA-65': { key: 'ML-DSA', signatureLength: 4412 },
  'ML-DSA-87': { key: 'ML-DSA', signatureLength: 6170 },
}

/**
 * Say what a verifier holds against a header, in its order. Without `isVerifying` nobody asked for an access token, so
 * that another type is worth a note only.
 *
 * @returns the algorithm, if there is one.
 */
export function checkHeader(
  header: Members,
  policy: HeaderPolicy,
  isVerifying: boolean,
  findings: Findings,
): string | undefined {
  const critical = ['crit', 'b64'].filter((name) => Object.hasOwn(header, name))
  if (critical.length > 0) {
    findings.refuse('header', 'critical_unknown', 'critical_unknown', { names: critical.join(', ') })
  }
  for (const name of ['enc', 'zip']) {
    if (Object.hasOwn(header, name)) findings.refuse('header', 'jwe_parameter', 'token_malformed', { name })
  }
  const algorithm = checkAlgorithm(header, findings)
  for (const name of ['kid', 'typ', 'cty']) {
    if (Object.hasOwn(header, name) && header[name] !== undefined && typeof header[name] !== 'string') {
      findings.refuse('header', 'parameter_not_text', 'token_malformed', { name })
    }
  }
  if (mediaType(header.cty) === 'jwt') findings.refuse('header', 'nested', 'type_mismatch')
  const { type, algorithms } = policy
  if (!typesOf(type).includes(mediaType(header.typ))) {
    const facts = { type: typeof header.typ === 'string' ? header.typ : '(none)' }
    if (type !== undefined) {
      const expected = [type].flat().map((one) => one ?? '(none)')
      findings.refuse('header', 'type_mismatch', 'type_mismatch', {
        ...facts,
        expected: expected.join('" or "'),
      })
    } else if (isVerifying) findings.refuse('header', 'type_unexpected', 'type_mismatch', facts)
    else findings.note('type_unexpected', facts)
  }
  if (algorithm !== undefined && algorithms !== undefined && !algorithms.includes(algorithm)) {
    findings.refuse('header', 'algorithm_not_listed', 'algorithm_not_allowed', { alg: algorithm })
  }
  for (const name of ['jwk', 'jku', 'x5c', 'x5u']) {
    // Of a DPoP proof the key is in its header (RFC 9449 section 4.2).
    if (name === 'jwk' && mediaType(header.typ) === 'dpop+jwt') continue
    if (Object.hasOwn(header, name)) findings.note('key_in_header', { name })
  }
  return algorithm
}

function checkAlgorithm(header: Members, findings: Findings): string | undefined {
  const alg = Object.hasOwn(header, 'alg') ? header.alg : undefined
  if (typeof alg !== 'string') {
    findings.refuse('header', 'algorithm_missing', 'token_malformed')
    return undefined
  }
  if (Object.hasOwn(families, alg)) return alg
  const right = Object.keys(families).find((name) => name.toLowerCase() === alg.toLowerCase())
  if (alg.toLowerCase() === 'none') {
    findings.refuse('header', 'algorithm_none', 'algorithm_not_allowed', { alg })
  } else if (right !== undefined) {
    findings.refuse('header', 'algorithm_spelling', 'algorithm_not_allowed', { alg, right })
  } else findings.refuse('header', 'algorithm_unknown', 'algorithm_not_allowed', { alg })
  return undefined
}
