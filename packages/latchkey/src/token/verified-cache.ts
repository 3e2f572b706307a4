import type { CheckClaims, VerifiedClaims } from './claims.ts'
import { TokenError } from './errors.ts'

export interface CachePolicy {
  /**
   * Remember tokens that were found good, so that the same token costs no signature the next time. Off if not given;
   * `true` is `{ maxEntries: 10_000, maxBytes: 16_777_216 }`. All claims are checked by the clock every time.
   */
  readonly cache?: boolean | CacheLimits
  /**
   * Asked about every token that is otherwise good, remembered or not; anything but `false` refuses it with
   * `token_revoked`. The `isRevoked` of a guard's revocation list fits here.
   */
  readonly isRevoked?: (claims: VerifiedClaims) => boolean
}

export interface CacheLimits {
  readonly maxEntries?: number
  /** An estimate of what the remembered tokens and their claims take. */
  readonly maxBytes?: number
}

/** What the cache needs to know of the verifier that it belongs to. */
export interface CachedVerifier<Answer> {
  readonly keys: { readonly generation: number }
  readonly checkClaims: CheckClaims
  verify(token: string): Answer
  claimsOf(answer: Answer): VerifiedClaims
}

/**
 * Put the cache and the question for revocations around a verifier, as far as `policy` wants them. The cache belongs
 * to this one verifier, so no token is ever good by the policy of another; it is emptied when the keys change.
 */
export function withCache<Answer>(
  { cache = false, isRevoked }: CachePolicy,
  verifier: CachedVerifier<Answer>,
): (token: string) => Answer {
  const { keys, verify, claimsOf } = verifier
  const checkClaims: CheckClaims = verifier.checkClaims
  if (isRevoked !== undefined && typeof isRevoked !== 'function') {
    throw new TypeError('isRevoked is a function of claims')
  }
  const verifyNow = isRevoked === undefined ? verify : (token: string) => refuseRevoked(verify(token))
  const limits = limitsOf(cache)
  if (limits === undefined) return verifyNow
  const remembered = new TokenMemo<Answer>(limits)

  function refuseRevoked(answer: Answer): Answer {
    // A hook that answers with a promise, or not at all, has not said that the token is good.
    if (isRevoked !== undefined && isRevoked(claimsOf(answer)) !== false)
      throw new TokenError('token_revoked')
    return answer
  }

  return (token) => {
    const known = remembered.find(token, keys.generation)
    if (known !== undefined) {
      // What a token says does not change, but the time does.
      checkClaims(claimsOf(known))
      return refuseRevoked(known)
    }
    const answer = verify(token)
    remembered.add(token, answer)
    return refuseRevoked(answer)
  }
}

interface Entry<Answer> {
  readonly token: string
  readonly answer: Answer
}

/**
 * Tokens by the end of their signature, which differs between any two and is short to hash. Only the whole token
 * decides (fast-jwt took the claims of another: CVE-2026-35039). Two generations, each of half the room: what is
 * asked for moves to the young one, and when that is full the old one is dropped, which costs nothing per use.
 */
export class TokenMemo<Answer> {
  readonly #maxEntries: number
  readonly #maxBytes: number
  #generation = Number.NaN
  #young = new Map<string, Entry<Answer>>()
  #old = new Map<string, Entry<Answer>>()
  #youngBytes = 0

  constructor({ maxEntries, maxBytes }: Required<CacheLimits>) {
    this.#maxEntries = Math.max(1, maxEntries >> 1)
    this.#maxBytes = maxBytes / 2
  }

  find(token: string, generation: number): Answer | undefined {
    if (generation !== this.#generation) {
      this.#generation = generation
      this.#young = new Map()
      this.#old = new Map()
      this.#youngBytes = 0
      return undefined
    }
    // Whatever was passed in place of text, the verifier says what is wrong with it.
    if (typeof token !== 'string') return undefined
    const name = nameOf(token)
    const young = this.#young.get(name)
    if (young !== undefined) return young.token === token ? young.answer : undefined
    const old = this.#old.get(name)
    if (old === undefined || old.token !== token) return undefined
    this.#old.delete(name)
    this.#put(name, old)
    return old.answer
  }

  add(token: string, answer: Answer): void {
    this.#put(nameOf(token), { token, answer })
  }

  #put(name: string, entry: Entry<Answer>): void {
    const bytes = bytesOf(entry.token)
    if (bytes > this.#maxBytes) return
    if (this.#young.size >= this.#maxEntries || this.#youngBytes + bytes > this.#maxBytes) {
      this.#old = this.#young
      this.#young = new Map()
      this.#youngBytes = 0
    }
    const replaced = this.#young.get(name)
    if (replaced !== undefined) this.#youngBytes -= bytesOf(replaced.token)
    this.#young.set(name, entry)
    this.#youngBytes += bytes
  }
}

/** All of the signature of an HS256 token, and no less random in any other. */
function nameOf(token: string): string {
  return token.slice(-43)
}

/** The token, its claims as objects, and the entry: 730 bytes for a token of 400 with ten claims, measured. */
function bytesOf(token: string): number {
  return 2 * token.length + 256
}

export function limitsOf(cache: unknown): Required<CacheLimits> | undefined {
  if (cache === false) return undefined
  if (cache !== true && (typeof cache !== 'object' || cache === null)) {
    throw new TypeError('cache is true, false or { maxEntries, maxBytes }')
  }
  const { maxEntries = 10_000, maxBytes = 16_777_216 }: CacheLimits = cache === true ? {} : cache
  for (const limit of [maxEntries, maxBytes]) {
    if (!Number.isSafeInteger(limit) || limit < 2 || limit > 2 ** 31 - 1) {
      throw new TypeError('maxEntries and maxBytes are whole numbers, at least 2')
    }
  }
  return { maxEntries, maxBytes }
}
