import { hash } from 'node:crypto'
import { isAlgorithm, schemes } from '../token/algorithms.ts'
import { secondsOf } from '../token/claims.ts'
import type { AsymmetricAlgorithm } from '../token/index.ts'
import { refused, type TokenVerdict } from './access-token.ts'
import type { Authenticator, AuthenticatorFactory, Finding } from './authenticator.ts'
import { describeToken } from './bearer.ts'
import { type DpopNonceOptions, type NonceClock, prepareNonces } from './dpop-nonce.ts'
import {
  comparableUrl,
  type Proof,
  type ProofReason,
  proofDescriptions,
  readProof,
  tokenHashOf,
} from './dpop-proof.ts'
import { quotable, type Refuse } from './refusal.ts'
import { createReplayMemory, type ReplayStore, type Taking } from './replay-memory.ts'
import type { GuardRequest } from './request.ts'

/** Tokens that are bound to a key of the client, which proves that key with every request (RFC 9449). */
export interface DpopOptions {
  /** What proofs may be signed with; `ES256`, `EdDSA` and `Ed25519` if not given. */
  readonly algorithms?: readonly AsymmetricAlgorithm[]
  /** Take no token that is not bound. Bearer tokens are then no longer read. */
  readonly required?: boolean
  /** Seconds after which a proof is too old, besides what clocks may differ; 60 if not given. */
  readonly maxAgeSeconds?: number
  /**
   * Demand a nonce of ours in each proof (section 9). Then the clocks of clients need not be right: the nonce says how
   * old a proof can be.
   */
  readonly nonce?: boolean | DpopNonceOptions
  /** Where used proofs are remembered; in the memory of this process if not given. */
  readonly replayStore?: ReplayStore
  /**
   * The URL by which clients reach what this server calls `/`: the origin, and what a proxy cuts off the path. The
   * origin of the resource if not given; never what a request claims. Of several, any.
   */
  readonly baseUrl?: string | readonly string[]
}

export interface DpopSurroundings {
  readonly resource: string | undefined
  /** By how much clocks may differ. */
  readonly toleranceSeconds: number
}

const names: ReadonlySet<string> = new Set<keyof DpopOptions>([
  'algorithms',
  'required',
  'maxAgeSeconds',
  'nonce',
  'replayStore',
  'baseUrl',
])

/** The authenticator of the scheme `DPoP` (RFC 9449 section 7.1). A TypeError for options that cannot be meant. */
export function dpopFactory(
  options: DpopOptions,
  { resource, toleranceSeconds }: DpopSurroundings,
): AuthenticatorFactory {
  const strange = Object.keys(options).find((name) => !names.has(name))
  if (strange !== undefined) throw new TypeError(`dpop has no ${JSON.stringify(strange)}`)
  const algorithms = algorithmsOf(options.algorithms)
  const bases = basesOf(options.baseUrl, resource)
  const maxAgeSeconds = secondsOf('maxAgeSeconds', options.maxAgeSeconds) ?? 60
  const { nonce = false } = options
  const nonces = nonce === false ? undefined : prepareNonces(nonce === true ? {} : nonce)

  return {
    prepare({ now, realm, verifyToken }): Authenticator {
      const replayStore = options.replayStore ?? createReplayMemory({ now })

      function refusalOf(refuse: Refuse, reason: ProofReason, clock: NonceClock | undefined): Finding {
        return refused(
          refuse(errorOf(reason), {
            detail: proofDescriptions[reason],
            reason,
            ...(clock === undefined ? {} : { headers: { 'dpop-nonce': clock.current } }),
          }),
        )
      }

      /** Until when the proof could be taken again, or why it cannot be taken now (section 4.3, steps 10 and 11). */
      function endOf(
        { issuedAt, nonce: brought }: Proof,
        clock: NonceClock | undefined,
      ): number | ProofReason {
        if (clock !== undefined) {
          return brought === undefined
            ? 'proof_nonce_missing'
            : (clock.endOf(brought) ?? 'proof_nonce_unknown')
        }
        const seconds = now() / 1000
        if (issuedAt > seconds + toleranceSeconds) return 'proof_not_yet_valid'
        const end = issuedAt + maxAgeSeconds + toleranceSeconds
        return end <= seconds ? 'proof_expired' : end * 1000
      }

      function isFor(request: GuardRequest, url: string): boolean {
        const asked = comparableUrl(url)
        const path = pathOf(request.url)
        if (asked === undefined || path === undefined) return false
        return bases.some((base) => comparableUrl(base + path) === asked)
      }

      function check(request: GuardRequest, token: string, bound: string, finding: Finding, refuse: Refuse) {
        const clock = nonces?.(now())
        const no = (reason: ProofReason) => refusalOf(refuse, reason, clock)
        const [line = '', ...more] = request.header('dpop')
        // The lines of one header may arrive joined by commas, and no proof has one.
        if (more.length > 0 || line.includes(',')) return no('proof_ambiguous')
        if (line.trim() === '') return no('proof_missing')
        const proof = readProof(line.trim(), algorithms)
        if (typeof proof === 'string') return no(proof)
        if (proof.method !== request.method) return no('proof_method_mismatch')
        if (!isFor(request, proof.url)) return no('proof_url_mismatch')
        const end = endOf(proof, clock)
        if (typeof end === 'string') return no(end)
        if (proof.tokenHash !== tokenHashOf(token)) return no('proof_token_mismatch')
        if (proof.thumbprint !== bound) {
          return refused(
            refuse('invalid_token', {
              detail: 'The token is bound to another key',
              reason: 'token_bound_to_another_key',
            }),
          )
        }
        const judge = (taking: Taking): Finding => {
          if (taking !== 'first') return no(taking === 'full' ? 'replay_store_full' : 'proof_replayed')
          // Section 8.2: whoever proves with the nonce of before is told the one of now.
          if (clock === undefined || proof.nonce === clock.current) return finding
          return { ...finding, headers: { 'dpop-nonce': clock.current } } as Finding // one that allows
        }
        // Last, so that nobody but the holder of the token and the key can use up an id; and by the key, so that nobody can
        // use up that of another.
        const taken = replayStore.take(
          hash('sha256', `${proof.thumbprint}.${proof.tokenId}`, 'base64url'),
          end,
        )
        return taken instanceof Promise ? taken.then(judge) : judge(taken)
      }

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
            const bound = thumbprintOf(finding.confirmation)
            if (bound !== undefined) return check(request, token, bound, finding, refuse)
            // Without a key of its own in the token, any key would do, and so that of a thief.
            return refused(
              refuse('invalid_token', {
                detail: 'The token is not bound to a key',
                reason: 'token_not_bound',
              }),
            )
          }
          const finding = verifyToken(token, refuse)
          return finding instanceof Promise ? finding.then(judge) : judge(finding)
        },
        describe: describeToken,
        metadata: {
          dpop_signing_alg_values_supported: algorithms,
          ...(options.required === true ? { dpop_bound_access_tokens_required: true } : {}),
        },
      }
    },
  }
}

function errorOf(reason: ProofReason): 'use_dpop_nonce' | 'temporarily_unavailable' | 'invalid_dpop_proof' {
  if (reason === 'proof_nonce_missing' || reason === 'proof_nonce_unknown') return 'use_dpop_nonce'
  return reason === 'replay_store_full' ? 'temporarily_unavailable' : 'invalid_dpop_proof'
}

/** Section 6.1. */
function thumbprintOf(confirmation: unknown): string | undefined {
  if (typeof confirmation !== 'object' || confirmation === null || !('jkt' in confirmation)) return undefined
  const { jkt } = confirmation
  return typeof jkt === 'string' && jkt !== '' ? jkt : undefined
}

/** A client may send the whole URL in place of the path (RFC 9112 section 3.2.2). Whose it is, is configured. */
function pathOf(url: string): string | undefined {
  const path = url.startsWith('/') ? url : url.replace(/^https?:\/\/[^/?#]*/i, '')
  // Anything else behind the name of our host would make another host of it.
  return path === '' || /^[/?]/.test(path) ? path : undefined
}

function algorithmsOf(value: unknown = ['ES256', 'EdDSA', 'Ed25519']): readonly AsymmetricAlgorithm[] {
  const isFit = (name: unknown) => isAlgorithm(name) && schemes[name].kty !== 'oct'
  if (!Array.isArray(value) || value.length === 0 || !value.every(isFit)) {
    throw new TypeError('algorithms is a list of asymmetric algorithms that is not empty')
  }
  return Object.freeze([...value]) as readonly AsymmetricAlgorithm[] // just checked
}

function basesOf(value: unknown, resource: string | undefined): readonly string[] {
  const given: readonly unknown[] =
    value !== undefined ? [value].flat() : resource === undefined ? [] : [new URL(resource).origin]
  if (given.length === 0) {
    // A server that believes the Host header would take proofs that were made for somebody else.
    throw new TypeError('dpop needs a baseUrl, or a resource or audience that is a URL')
  }
  return given.map((base) => {
    const url = typeof base === 'string' ? comparableUrl(base) : undefined
    if (url === undefined || /[?#]/.test(String(base))) {
      throw new TypeError('baseUrl is an http or https URL without query and fragment')
    }
    return url.replace(/\/$/, '')
  })
}
