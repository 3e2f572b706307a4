import { type ProofPolicy, type ProofVerdict, prepareProofCheck, proofPolicy } from '../../dpop/check.ts'
import { type ProofReason, proofDescriptions } from '../../dpop/proof.ts'
import type { OptionNames } from '../../options/check-options.ts'
import { readOptions } from '../../options/read-options.ts'
import type { Authenticator, AuthenticatorFactory, Finding, TokenVerdict } from '../authenticator.ts'
import { quotable, type Refuse } from '../refusal.ts'
import { refused } from './access-token.ts'

/** How a guard checks tokens that are bound to a key of the client, which proves that key with each request (RFC 9449). */
export interface DpopOptions extends Omit<ProofPolicy, 'baseUrl'> {
  /** Refuse tokens that are not bound. Bearer tokens are then no longer read. */
  readonly required?: boolean
  /**
   * The URL that clients use for the `/` of this server: the origin, and the part of the path that a proxy removes. The
   * origin of the resource if not given; never taken from a request. Of several, any.
   */
  readonly baseUrl?: string | readonly string[]
}

export interface DpopSurroundings {
  readonly resource: string | undefined
  /** By how much clocks may differ. */
  readonly toleranceSeconds: number
}

const dpopOptions: OptionNames<DpopOptions> = { ...proofPolicy, required: 1 }

/**
 * The authenticator of the scheme `DPoP` (RFC 9449 section 7.1).
 *
 * @throws {TypeError} if an option is invalid.
 */
export function dpopFactory(
  options: DpopOptions,
  { resource, toleranceSeconds }: DpopSurroundings,
): AuthenticatorFactory {
  const { required, ...proofs } = readOptions('dpop', options, dpopOptions)
  const { baseUrl = resource && new URL(resource).origin } = options
  if (baseUrl === undefined) {
    // A server that believes the Host header would take proofs that were made for somebody else.
    throw new TypeError('dpop needs a baseUrl, or a resource or audience that is a URL')
  }
  const policy = { ...proofs, baseUrl }
  // The guard asks for its authenticators later, and a mistake is told at once.
  prepareProofCheck(policy, { now: () => 0, toleranceSeconds })

  return {
    prepare({ now, realm, verifyToken, describeToken }): Authenticator {
      const { algorithms, check } = prepareProofCheck(policy, { now, toleranceSeconds })
      return {
        scheme: 'DPoP',
        challenge: {
          scheme: 'DPoP',
          parameters: { realm: quotable('realm', realm), algs: algorithms.join(' ') },
          announcesMetadata: true,
        },
        authenticate(request, token, refuse) {
          const judge = (finding: TokenVerdict): Finding | Promise<Finding> => {
            if (finding.kind === 'refused') return finding
            const boundTo = thumbprintOf(finding.confirmation)
            if (boundTo === undefined) {
              // Without a key of its own in the token, any key would do, and so that of a thief.
              return refused(
                refuse('invalid_token', {
                  detail: 'The token is not bound to a key',
                  reason: 'token_not_bound',
                }),
              )
            }
            const { method, url, raw } = request
            const proofs = request.header('dpop')
            const verdict = check({ proofs, method, url, token: { text: token, boundTo }, of: raw })
            return verdict instanceof Promise
              ? verdict.then((late) => findingBy(late, finding, refuse))
              : findingBy(verdict, finding, refuse)
          }
          const finding = verifyToken(token, refuse)
          return finding instanceof Promise ? finding.then(judge) : judge(finding)
        },
        describe: describeToken,
        metadata: {
          dpop_signing_alg_values_supported: algorithms,
          ...(required === true ? { dpop_bound_access_tokens_required: true } : {}),
        },
      }
    },
  }
}

function findingBy(verdict: ProofVerdict, finding: Finding & { kind: 'allowed' }, refuse: Refuse): Finding {
  const headers = verdict.nonce === undefined ? undefined : { 'dpop-nonce': verdict.nonce }
  if (verdict.kind === 'proven') return headers === undefined ? finding : { ...finding, headers }
  const { reason } = verdict
  return refused(
    refuse(errorOf(reason), {
      detail: proofDescriptions[reason],
      reason,
      ...(headers !== undefined && { headers }),
    }),
  )
}

function errorOf(
  reason: ProofReason,
): 'use_dpop_nonce' | 'temporarily_unavailable' | 'invalid_token' | 'invalid_dpop_proof' {
  if (reason === 'proof_nonce_missing' || reason === 'proof_nonce_unknown') return 'use_dpop_nonce'
  if (reason === 'proof_key_mismatch') return 'invalid_token'
  return reason === 'replay_store_full' ? 'temporarily_unavailable' : 'invalid_dpop_proof'
}

/** Section 6.1. */
function thumbprintOf(confirmation: unknown): string | undefined {
  if (typeof confirmation !== 'object' || confirmation === null || !('jkt' in confirmation)) return undefined
  const { jkt } = confirmation
  return typeof jkt === 'string' && jkt !== '' ? jkt : undefined
}
