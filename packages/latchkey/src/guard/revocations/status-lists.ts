import { checkOptions, type OptionNames } from '../../options/check-options.ts'
import { fetchText } from '../../token/fetch-json.ts'
import type { VerifiedClaims } from '../../token/index.ts'
import { isLoopback, trustworthyUrl } from '../../token/trustworthy-url.ts'
import { readStatusList, type StatusList } from './status-list.ts'

/** What a guard does about tokens whose status list cannot be had. */
export interface StatusListPolicy {
  /** `refuse`, the default, answers 503; `serve` lets such a token pass. */
  readonly onUnavailable?: 'refuse' | 'serve'
}

const statusListPolicy: OptionNames<StatusListPolicy> = { onUnavailable: 1 }

/** `malformed`: no statement about the token can be made, so it is refused. */
export type StatusVerdict = 'valid' | 'revoked' | 'malformed' | 'unavailable'

/** The status lists of one issuer, fetched when a token names them. */
export interface StatusLists {
  /** The status of a token whose signature and claims are good; undefined for one without a place in a list. */
  statusOf(claims: VerifiedClaims): StatusVerdict | Promise<StatusVerdict> | undefined
  /** Why a list could not be had the last time. */
  lastError(): Error | undefined
}

interface Parts {
  readonly policy: true | StatusListPolicy
  /** The issuer of the tokens: a list is fetched from its origin only. */
  readonly issuer: string
  /** Verify a status list token by the keys of the issuer. */
  readonly verify: (token: string) => VerifiedClaims | Promise<VerifiedClaims>
  readonly now: () => number
  readonly fetch: typeof fetch
}

interface Known {
  readonly list: StatusList | undefined
  /** Until then it is used without asking; of a list that could not be had, nobody asks again until then. */
  readonly freshUntilMs: number
  /** `exp`: from then on it is not relied on, even if there is no newer one. */
  readonly expiresAtMs: number
}

/** As a status list token, in characters: a list of 1 MiB that cannot be compressed. */
const maxTokenLength = 2 * 1024 * 1024
const timeoutSeconds = 5
const mostLists = 100
/** A list that says otherwise is kept for so long (section 12.4 asks for bounds). */
const [leastTtlSeconds, usualTtlSeconds, mostTtlSeconds] = [5, 60, 3_600]
const restAfterFailureMs = 5_000

/**
 * Check tokens by token status lists (draft-ietf-oauth-status-list-21, section 8.3). A list is fetched from the origin of the issuer,
 * verified by its keys, and kept for its `ttl`; one that was fetched counts until its `exp` while no newer one can be had.
 *
 * @throws {TypeError} if the policy is invalid, or the issuer is not https.
 */
export function createStatusLists({ policy, issuer, verify, now, fetch }: Parts): StatusLists {
  const { onUnavailable = 'refuse' } = readPolicy(policy)
  const base = trustworthyUrl(issuer, true)
  const known = new Map<string, Known>()
  const loading = new Map<string, Promise<void>>()
  let lastError: Error | undefined

  async function load(uri: string): Promise<void> {
    const before = known.get(uri)
    try {
      keep(uri, await fetched(uri))
      lastError = undefined
    } catch (error) {
      lastError = error as Error // nothing else is thrown there
      const freshUntilMs = now() + restAfterFailureMs
      keep(uri, { list: before?.list, freshUntilMs, expiresAtMs: before?.expiresAtMs ?? 0 })
    }
  }

  async function fetched(uri: string): Promise<Known> {
    const limits = { timeout: timeoutSeconds, maxBytes: maxTokenLength, fetch }
    const token = await fetchText(new URL(uri), limits, 'application/statuslist+jwt')
    const claims = await verify(token)
    if (claims.sub !== uri) throw new Error(`${uri}: the list is another one`)
    if (claims.iss !== undefined && claims.iss !== issuer)
      throw new Error(`${uri}: the list is of another issuer`)
    const nowMs = now()
    return {
      list: readStatusList(claims.status_list),
      freshUntilMs: nowMs + 1000 * ttlOf(claims.ttl),
      expiresAtMs: typeof claims.exp === 'number' ? claims.exp * 1000 : nowMs + 1000 * mostTtlSeconds,
    }
  }

  function keep(uri: string, list: Known): void {
    known.delete(uri)
    known.set(uri, list)
    if (known.size > mostLists) known.delete(known.keys().next().value!) // it is not empty
  }

  function loadOnce(uri: string): Promise<void> {
    let pending = loading.get(uri)
    if (pending === undefined) {
      pending = load(uri).finally(() => loading.delete(uri))
      loading.set(uri, pending)
    }
    return pending
  }

  function verdictOf(uri: string, index: number): StatusVerdict {
    const { list, expiresAtMs = 0 } = known.get(uri) ?? {}
    if (list === undefined || expiresAtMs <= now()) return onUnavailable === 'serve' ? 'valid' : 'unavailable'
    const status = list.statusAt(index)
    if (status === undefined) return 'malformed'
    // What is suspended, or of a status that only another application knows, is not valid either (section 7.1).
    return status === 0 ? 'valid' : 'revoked'
  }

  return {
    statusOf({ status }) {
      const place = placeIn(status, base)
      if (place === undefined || place === 'malformed') return place
      const { uri, index } = place
      if (now() < (known.get(uri)?.freshUntilMs ?? 0)) return verdictOf(uri, index)
      return loadOnce(uri).then(() => verdictOf(uri, index))
    },
    lastError: () => lastError,
  }
}

function readPolicy(policy: true | StatusListPolicy): StatusListPolicy {
  if (policy === true) return {}
  checkOptions('statusList', policy, statusListPolicy)
  const { onUnavailable } = policy
  if (onUnavailable !== undefined && onUnavailable !== 'refuse' && onUnavailable !== 'serve') {
    throw new TypeError('onUnavailable is refuse or serve')
  }
  return policy
}

const maxUriLength = 2_000

/**
 * The list and the place in it (section 6.2). The issuer signed it; all the same nothing is fetched from elsewhere than its origin,
 * for an issuer that can be made to write an address into a token must not reach what the guard can.
 */
function placeIn(
  status: unknown,
  issuer: URL,
): { readonly uri: string; readonly index: number } | 'malformed' | undefined {
  if (status === undefined) return undefined
  if (typeof status !== 'object' || status === null) return 'malformed'
  // Another mechanism than a status list.
  if (!Object.hasOwn(status, 'status_list')) return undefined
  const { status_list: list } = status as { readonly status_list?: unknown }
  if (typeof list !== 'object' || list === null) return 'malformed'
  const { idx, uri } = list as { readonly idx?: unknown; readonly uri?: unknown }
  if (!Number.isSafeInteger(idx) || (idx as number) < 0) return 'malformed'
  if (typeof uri !== 'string' || uri.length > maxUriLength || !isOf(issuer, uri)) return 'malformed'
  return { uri, index: idx as number } // just checked
}

function isOf(issuer: URL, uri: string): boolean {
  try {
    return trustworthyUrl(uri, isLoopback(issuer)).origin === issuer.origin
  } catch {
    return false
  }
}

function ttlOf(ttl: unknown): number {
  if (typeof ttl !== 'number' || !Number.isFinite(ttl)) return usualTtlSeconds
  return Math.min(Math.max(ttl, leastTtlSeconds), mostTtlSeconds)
}
