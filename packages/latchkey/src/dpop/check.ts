import { hash } from 'node:crypto'
import { checkOptions, type OptionNames } from '../options/check-options.ts'
import { clockOf } from '../options/clock.ts'
import { isAlgorithm, schemes } from '../token/algorithms.ts'
import { secondsOf } from '../token/claims.ts'
import type { AsymmetricAlgorithm } from '../token/index.ts'
import { withoutSlash } from '../without-slash.ts'
import { type DpopNonceOptions, type NonceClock, prepareNonces } from './nonces.ts'
import {
  comparablePath,
  comparableUrl,
  type Proof,
  type ProofReason,
  readProof,
  tokenHashOf,
} from './proof.ts'
import { type ReplayStore, sharedReplayMemory, type Taking } from './replay-memory.ts'

/** What a proof of possession must fulfil (RFC 9449). */
export interface ProofPolicy {
  /** The algorithms that proofs may be signed with; `ES256`, `EdDSA` and `Ed25519` if not given. */
  readonly algorithms?: readonly AsymmetricAlgorithm[]
  /** Seconds after which a proof is too old, besides what clocks may differ; 60 if not given. */
  readonly maxAgeSeconds?: number
  /**
   * Require a nonce of this server in each proof (section 9). Then the clocks of clients need not be right: the nonce
   * limits the age of a proof.
   */
  readonly nonce?: boolean | DpopNonceOptions
  /** Where used proofs are remembered; in one memory for all guards of this process if not given. */
  readonly replayStore?: ReplayStore
  /**
   * The URL that clients use for the `/` of this server: the origin, and the part of the path that a proxy removes. Never
   * taken from a request. Of several, any.
   */
  readonly baseUrl: string | readonly string[]
}

export const proofPolicy: OptionNames<ProofPolicy> = {
  algorithms: 1,
  maxAgeSeconds: 1,
  nonce: 1,
  replayStore: 1,
  baseUrl: 1,
}

/** The clock by which proofs are judged. */
export interface ProofSurroundings {
  /** The time in milliseconds since the Unix epoch. */
  readonly now: () => number
  /** By how much clocks may differ. */
  readonly toleranceSeconds: number
}

/** The parts of a request that its proof refers to. */
export interface ProvenRequest {
  /** The values of all lines of the header `DPoP`. */
  readonly proofs: readonly string[]
  readonly method: string
  /** Path and query as the client sent them. */
  readonly url: string
  /** What comes with it, and the thumbprint that it is bound to. None at a token endpoint (section 5). */
  readonly token?: { readonly text: string; readonly boundTo: string }
  /**
   * The request itself. A proof that comes again with the same object is no replay: two guards in a row judge one
   * request twice.
   */
  readonly of?: object | undefined
}

/** The result of a check of a proof. */
export type ProofVerdict =
  | {
      readonly kind: 'proven'
      /** Of the key (RFC 7638), which a token can be bound to. */
      readonly thumbprint: string
      /** For the header `DPoP-Nonce`, where the client should use another from now on (section 8.2). */
      readonly nonce: string | undefined
    }
  | {
      readonly kind: 'refused'
      readonly reason: ProofReason
      /** For the header `DPoP-Nonce`, where nonces are demanded. */
      readonly nonce: string | undefined
    }

/** A prepared check of proofs. */
export interface ProofCheck {
  readonly algorithms: readonly AsymmetricAlgorithm[]
  /** A promise only where the replay store gives one. */
  readonly check: (request: ProvenRequest) => ProofVerdict | Promise<ProofVerdict>
}

/**
 * Prepare the check of proofs of possession (RFC 9449 section 4.3).
 *
 * @example
 * const { check } = prepareProofCheck(
 *   { baseUrl: 'https://id.example.com' },
 *   { now: Date.now, toleranceSeconds: 30 },
 * )
 * const verdict = await check({ proofs: [proof], method: 'POST', url: '/oauth/token' })
 *
 * @throws {TypeError} if the policy is invalid.
 */
export function prepareProofCheck(policy: ProofPolicy, surroundings: ProofSurroundings): ProofCheck {
  checkOptions('the policy for proofs', policy, proofPolicy)
  checkOptions('the surroundings of proofs', surroundings, { now: 1, toleranceSeconds: 1 })
  const now = clockOf(surroundings.now)
  const toleranceSeconds = secondsOf('toleranceSeconds', surroundings.toleranceSeconds) ?? 0
  const algorithms = algorithmsOf(policy.algorithms)
  const bases = basesOf(policy.baseUrl)
  const maxAgeSeconds = secondsOf('maxAgeSeconds', policy.maxAgeSeconds) ?? 60
  const { nonce = false, replayStore = sharedReplayMemory(now) } = policy
  const takeOnce = prepareTaking(replayStore, policy.replayStore ?? sharedReplayMemory)
  const nonces = nonce === false ? undefined : prepareNonces(nonce === true ? {} : nonce)

  /** Until when the proof could be taken again, or why it cannot be taken now (section 4.3, steps 10 and 11). */
  function endOf({ issuedAt, nonce: brought }: Proof, clock: NonceClock | undefined): number | ProofReason {
    if (clock !== undefined) {
      return brought === undefined ? 'proof_nonce_missing' : (clock.endOf(brought) ?? 'proof_nonce_unknown')
    }
    const seconds = now() / 1000
    if (issuedAt > seconds + toleranceSeconds) return 'proof_not_yet_valid'
    const end = issuedAt + maxAgeSeconds + toleranceSeconds
    return end <= seconds ? 'proof_expired' : end * 1000
  }

  function isFor(requestUrl: string, url: string): boolean {
    const asked = comparableUrl(url)
    const path = pathOf(requestUrl)
    if (asked === undefined || path === undefined) return false
    return bases.some((base) => base + path === asked)
  }

  function check({ proofs, method, url, token, of }: ProvenRequest): ProofVerdict | Promise<ProofVerdict> {
    const clock = nonces?.(now())
    const no = (reason: ProofReason): ProofVerdict => ({ kind: 'refused', reason, nonce: clock?.current })
    const [line = '', ...more] = proofs
    // The lines of one header may arrive joined by commas, and no proof has one.
    if (more.length > 0 || line.includes(',')) return no('proof_ambiguous')
    if (line.trim() === '') return no('proof_missing')
    const proof = readProof(line.trim(), algorithms)
    if (typeof proof === 'string') return no(proof)
    if (token !== undefined && proof.tokenHash === undefined) return no('proof_claim_missing')
    if (proof.method !== method) return no('proof_method_mismatch')
    if (!isFor(url, proof.url)) return no('proof_url_mismatch')
    const end = endOf(proof, clock)
    if (typeof end === 'string') return no(end)
    if (token !== undefined && proof.tokenHash !== tokenHashOf(token.text)) return no('proof_token_mismatch')
    if (token !== undefined && proof.thumbprint !== token.boundTo) return no('proof_key_mismatch')
    const judge = (taking: Taking): ProofVerdict => {
      if (taking !== 'first') return no(taking === 'full' ? 'replay_store_full' : 'proof_replayed')
      const isCurrent = clock === undefined || proof.nonce === clock.current
      return { kind: 'proven', thumbprint: proof.thumbprint, nonce: isCurrent ? undefined : clock.current }
    }
    // Last, so that nobody but the holder of the token and the key can use up an id; and by the key, so that nobody can
    // use up that of another.
    const key = hash('sha256', `${proof.thumbprint}.${proof.tokenId}`, 'base64url')
    const taken = takeOnce(key, end, of)
    return typeof taken === 'string' ? judge(taken) : Promise.resolve(taken).then(judge)
  }

  return { algorithms, check }
}

/** What the proof of each request was found to be; it is found out once for each store. */
const takings = new WeakMap<object, Map<object, { readonly key: string; readonly taking: AnyTaking }>>()
type AnyTaking = Taking | PromiseLike<Taking>

/** `identity`: what the stores of several checks have in common if they are one. */
function prepareTaking(
  store: ReplayStore,
  identity: object,
): (key: string, untilMs: number, of: object | undefined) => AnyTaking {
  return (key, untilMs, of) => {
    if (of === undefined) return store.take(key, untilMs)
    const found = takings.get(of) ?? new Map<object, { readonly key: string; readonly taking: AnyTaking }>()
    const known = found.get(identity)
    if (known?.key === key) return known.taking
    const taking = store.take(key, untilMs)
    takings.set(of, found.set(identity, { key, taking }))
    return taking
  }
}

/**
 * The path of a request in the form in which proofs are compared, but with its dot segments: a proof for `/x` is none for
 * `/admin/../x`, whatever a router makes of that. A client may send the whole URL in place of the path (RFC 9112 section
 * 3.2.2); whose it is, is configured.
 */
function pathOf(url: string): string | undefined {
  const [origin = ''] = /^https?:\/\/[^/?#]*/i.exec(url) ?? []
  const target = url.slice(origin.length)
  // Anything else behind the name of our host would make another host of it.
  if (target !== '' && !/^[/?]/.test(target)) return undefined
  const [path] = target.split(/[?#]/, 1)
  return comparablePath(path || '/')
}

function algorithmsOf(value: unknown = ['ES256', 'EdDSA', 'Ed25519']): readonly AsymmetricAlgorithm[] {
  const isFit = (name: unknown) => isAlgorithm(name) && schemes[name].kty !== 'oct'
  if (!Array.isArray(value) || value.length === 0 || !value.every(isFit)) {
    throw new TypeError('algorithms is a list of asymmetric algorithms that is not empty')
  }
  return Object.freeze([...value]) as readonly AsymmetricAlgorithm[] // just checked
}

function basesOf(value: unknown): readonly string[] {
  const given: readonly unknown[] = [value].flat()
  if (given.length === 0) throw new TypeError('baseUrl is a URL, or a list of URLs that is not empty')
  return given.map((base) => {
    const url = typeof base === 'string' ? comparableUrl(base) : undefined
    if (url === undefined || /[?#]/.test(String(base))) {
      throw new TypeError('baseUrl is an http or https URL without query and fragment')
    }
    return withoutSlash(url)
  })
}
