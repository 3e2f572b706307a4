import { checkOptions, type OptionNames } from '../options/check-options.ts'
import { wholeNumberOf } from '../options/whole-number.ts'
import type { VerifiedClaims } from './claims.ts'
import { TokenError } from './errors.ts'

/** Whether verified tokens are remembered, and how a token that is otherwise good can be refused. */
export interface CachePolicy {
  /**
   * Remember tokens that were found good, so that the same token costs no signature the next time. Off if not given;
   * `true` is `{ maxEntries: 10_000, maxBytes: 16_777_216 }`. Its times are checked by the clock every time.
   */
  readonly cache?: boolean | CacheLimits
  /**
   * Asked about every token that is otherwise good, remembered or not; anything but `false` refuses it with
   * `token_revoked`. The `isRevoked` of a guard's revocation list fits here.
   */
  readonly isRevoked?: (claims: VerifiedClaims) => boolean
}

/** How much a verifier remembers at most. */
export interface CacheLimits {
  readonly maxEntries?: number
  /** An estimate of what the remembered tokens and their claims take. */
  readonly maxBytes?: number
}

export interface Cache<Entry> {
  /** Undefined where nothing is to be remembered. */
  readonly memo: TokenMemo<Entry> | undefined
  /** To be asked every time. A TokenError for claims that were revoked. */
  readonly refuseRevoked: (claims: VerifiedClaims) => void
}

/**
 * What `policy` wants of a verifier. The memo belongs to this one verifier, so no token is ever good by the policy of
 * another. `Entry` is what the verifier makes of a good token.
 */
export function prepareCache<Entry extends { readonly token: string }>(policy: CachePolicy): Cache<Entry> {
  const { cache = false, isRevoked = () => false } = policy
  if (typeof isRevoked !== 'function') throw new TypeError('isRevoked is a function')
  return {
    memo: cache === false ? undefined : createMemo(limitsOf(cache)),
    refuseRevoked(claims) {
      // A hook that answers with a promise, or not at all, has not said that the token is good.
      if (isRevoked(claims) !== false) throw new TokenError('token_revoked')
    },
  }
}

interface TokenMemo<Entry> {
  find(token: string, generation: number): Entry | undefined
  add(entry: Entry): void
}

/**
 * Tokens by a few letters of their signature. Only the whole token decides (fast-jwt took the claims of another:
 * CVE-2026-35039); of two that have these in common, the later is remembered. Two halves: what is asked for moves to the
 * young one, and when that is full the old one is dropped, which costs nothing per use. Emptied when the keys change.
 */
function createMemo<Entry extends { readonly token: string }>({
  maxEntries,
  maxBytes,
}: Required<CacheLimits>): TokenMemo<Entry> {
  let generationOfKeys: number | undefined
  let young = new Map<number, Entry>()
  let old = young
  let youngBytes = 0

  function turn(): void {
    old = young
    young = new Map()
    youngBytes = 0
  }

  function put(name: number, entry: Entry): void {
    // The token, its claims as objects, and the entry: 730 bytes for a token of 400 with ten claims, measured.
    const bytes = 2 * entry.token.length + 256
    if (bytes > maxBytes / 2) return
    if (young.size >= maxEntries >> 1 || youngBytes + bytes > maxBytes / 2) turn()
    young.set(name, entry)
    youngBytes += bytes
  }

  return {
    find(token, generation) {
      if (generation !== generationOfKeys) {
        generationOfKeys = generation
        turn()
        old = young
      }
      // Whatever was passed in place of text, the verifier says what is wrong with it.
      if (typeof token !== 'string') return undefined
      const name = nameOf(token)
      const recent = young.get(name)
      const found = recent ?? old.get(name)
      if (found?.token !== token) return undefined
      if (recent === undefined) put(name, found)
      return found
    },
    add: (entry) => put(nameOf(entry.token), entry),
  }
}

/** Thirty bits from the beginning of an HS256 signature, and from within any other. */
function nameOf(token: string): number {
  let name = 0
  for (let i = token.length - 43; i < token.length - 38; i++) name = (name << 6) ^ token.charCodeAt(i)
  return name
}

const cacheLimits: OptionNames<CacheLimits> = { maxEntries: 1, maxBytes: 1 }

function limitsOf(cache: unknown): Required<CacheLimits> {
  const limits: CacheLimits = cache === true ? {} : (cache as CacheLimits) // looked at here
  checkOptions('cache', limits, cacheLimits)
  return {
    maxEntries: wholeNumberOf('maxEntries', limits.maxEntries, 10_000, 2),
    maxBytes: wholeNumberOf('maxBytes', limits.maxBytes, 16_777_216, 2),
  }
}
