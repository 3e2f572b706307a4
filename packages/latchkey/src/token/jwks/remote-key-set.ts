import { checkOptions, type OptionNames } from '../../options/check-options.ts'
import { clockOf } from '../../options/clock.ts'
import { wholeNumberOf } from '../../options/whole-number.ts'
import { algorithmsOf } from '../algorithms.ts'
import { secondsOf } from '../claims.ts'
import { TokenError } from '../errors.ts'
import { type FetchLimits, fetchJson, isTimeout } from '../fetch-json.ts'
import type { TokenHeader } from '../header.ts'
import type { JsonObject } from '../json.ts'
import type { VerificationKey } from '../keys/keys.ts'
import { trustworthyUrl } from '../trustworthy-url.ts'
import { chooseKey, type KeySet, type KeySetOptions, keySetOptions, readJwks } from './key-set.ts'
import { createMissMemo } from './miss-memo.ts'

/** When a key set is fetched, and what is read of it. Times are in seconds, but for `now`. */
export interface RemoteKeySetOptions extends KeySetOptions {
  /** Allow `http:` to a loopback address, for development and tests. */
  readonly allowLoopbackHttp?: boolean
  /** Seconds for which a document is fresh if its Cache-Control does not say; 600 if not given. */
  readonly maxAge?: number
  /** Seconds between two fetches, whatever the tokens; 30 if not given. */
  readonly cooldown?: number
  /** Seconds for which keys are used past their freshness while the server fails; one day if not given. */
  readonly staleIfError?: number
  /** Seconds for one fetch; 5 if not given. */
  readonly timeout?: number
  /** The longest document that is read; 256 KiB if not given. */
  readonly maxBytes?: number
  readonly fetch?: typeof fetch
  /** Called with the error of each fetch that fails, which names the URL, what was expected and what came. */
  readonly onError?: (error: Error) => void
  /** The time in milliseconds since the Unix epoch; Date.now if not given. */
  readonly now?: () => number
}

const remoteKeySetOptions: OptionNames<RemoteKeySetOptions> = {
  ...keySetOptions,
  allowLoopbackHttp: 1,
  maxAge: 1,
  cooldown: 1,
  staleIfError: 1,
  timeout: 1,
  maxBytes: 1,
  fetch: 1,
  onError: 1,
  now: 1,
}

/**
 * The keys at a URL. Verify with `createAsyncVerifier`, which asks `ready` before each token and `lookAgain`
 * when a key is missing. Nothing is fetched before it is needed.
 */
export interface RemoteKeySet {
  /** What was fetched last. Throws `key_set_unavailable` where there is nothing. */
  readonly current: KeySet
  /** A promise while the keys cannot be used before a fetch has ended; it does not reject. */
  ready(): Promise<void> | undefined
  /** Fetch because no key fits `header`. False if that was done recently: then there is no such key. */
  lookAgain(header: TokenHeader): Promise<boolean>
  /** `stale`: the keys are past their freshness and the server fails. */
  state(): 'fresh' | 'stale' | 'none'
  /** Why the last fetch failed; undefined if it did not. */
  readonly lastError: Error | undefined
}

/**
 * The keys at a JWK Set URL: one fetch at a time and at most one in 30 seconds, renewed before they expire, by ETag and
 * Cache-Control (RFC 9111), and used for a day while the server fails. A key that left the document is refused when the
 * freshness of the document has ended. Nothing is fetched before the first token.
 *
 * @throws {TypeError} for a URL that is not https, and for unknown or invalid options.
 * @example
 * ```ts
 * const keys = remoteKeySet('https://id.example/.well-known/jwks.json')
 * const verify = createAsyncVerifier({ keys, issuer: 'https://id.example', audience: 'api' })
 * ```
 */
export function remoteKeySet(url: string | URL, options: RemoteKeySetOptions = {}): RemoteKeySet {
  checkOptions('remoteKeySet', options, remoteKeySetOptions)
  const location = trustworthyUrl(url, options.allowLoopbackHttp === true)
  return locatedKeySet(async () => location, options)
}

const longestMaxAge = 24 * 60 * 60

/** After a fetch that hung, this long nobody asks, and then nobody waits for the next. */
const restAfterTimeoutMs = 5_000

/** A key set whose issuer can say that its keys are others now. */
export interface RenewableKeySet extends RemoteKeySet {
  /** Fetch now, whatever the cooldown, if anything was fetched before. Ends when it is there, or has failed. */
  renew(): Promise<void>
}

/** As `remoteKeySet` for a URL that must be found out first. `locate` is asked before each fetch. */
export function locatedKeySet(locate: () => Promise<URL>, options: RemoteKeySetOptions): RenewableKeySet {
  const now = clockOf(options.now)
  const algorithms = algorithmsOf(options.algorithms)
  const maxAgeMs = 1000 * (secondsOf('maxAge', options.maxAge) ?? 600)
  const cooldownMs = 1000 * (secondsOf('cooldown', options.cooldown) ?? 30)
  const staleIfErrorMs = 1000 * (secondsOf('staleIfError', options.staleIfError) ?? longestMaxAge)
  const limits: FetchLimits = {
    timeout: secondsOf('timeout', options.timeout) ?? 5,
    maxBytes: wholeNumberOf('maxBytes', options.maxBytes, 256 * 1024),
    fetch: options.fetch ?? fetch,
  }
  const { onError = () => {} } = options
  for (const hook of [limits.fetch, onError]) {
    if (typeof hook !== 'function') throw new TypeError('fetch and onError are functions')
  }
  const misses = createMissMemo(2 * cooldownMs)

  let generation = 0
  let keys: readonly VerificationKey[] | undefined
  let etag: string | undefined
  let renewAtMs = 0
  let freshUntilMs = 0
  let triedAtMs = Number.NEGATIVE_INFINITY
  let endedAtMs = Number.NEGATIVE_INFINITY
  let lastError: Error | undefined
  let inFlight: Promise<void> | undefined

  /** With no keys at all there is nothing to protect by waiting long, and a service that cannot serve. */
  function mayFetch(nowMs: number): boolean {
    if (isTimeout(lastError) && nowMs - endedAtMs < restAfterTimeoutMs) return false
    return nowMs - triedAtMs >= (keys === undefined ? Math.min(1000, cooldownMs) : cooldownMs)
  }

  /** One fetch at a time, shared by all who ask. */
  function fetchOnce(): Promise<void> {
    triedAtMs = now()
    inFlight = tryToLoad()
    return inFlight
  }

  /** Ends without an error; `lastError` says how. */
  async function tryToLoad(): Promise<void> {
    try {
      await load()
      lastError = undefined
    } catch (error) {
      lastError = error as Error // what is called here throws nothing else
      // An error of the hook is its own, and must not become one of the keys.
      queueMicrotask(onError.bind(undefined, lastError))
    }
    endedAtMs = now()
    inFlight = undefined
  }

  async function load(): Promise<void> {
    const fetched = await fetchJson(await locate(), limits, readPublic, keys && etag)
    if (fetched.kind === 'document') {
      keys = fetched.document
      generation++
      etag = fetched.headers.get('etag') ?? undefined
    }
    const lifeMs = lifeOf(fetched.headers)
    freshUntilMs = now() + lifeMs
    renewAtMs = now() + 0.8 * lifeMs
  }

  function readPublic(document: JsonObject): readonly VerificationKey[] {
    const read = readJwks(document, algorithms)
    // A secret in a document that is published is not one any more.
    if (read.some((key) => key.kind === 'secret')) throw new TypeError('the key set holds a secret key')
    return read
  }

  /** RFC 9111 section 5.2.2.1, within what the cooldown allows and what a removed key may outlive. */
  function lifeOf(headers: Headers): number {
    const directives = headers.get('cache-control') ?? ''
    const stated = /(?:^|[\s,])max-age=(\d{1,10})(?![^\s,])/i.exec(directives)?.[1]
    if (/no-store|no-cache/i.test(directives)) return cooldownMs
    const lifeMs = stated === undefined ? maxAgeMs : 1000 * Math.min(Number(stated), longestMaxAge)
    return Math.max(lifeMs, cooldownMs)
  }

  return {
    current: Object.freeze({
      get generation() {
        return generation
      },
      find(header: TokenHeader) {
        if (keys === undefined) throw new TokenError('key_set_unavailable', { cause: lastError })
        return chooseKey(keys, header)
      },
    }),

    ready() {
      const nowMs = now()
      if (nowMs < renewAtMs) return undefined
      if (keys !== undefined && nowMs >= freshUntilMs + staleIfErrorMs) {
        keys = undefined
        generation++
      }
      // Looked at before a fetch begins, for that one has not failed yet.
      const failed = lastError
      const pending = inFlight ?? (mayFetch(nowMs) ? fetchOnce() : undefined)
      // While the server fails, nobody waits for it: the old keys serve, and the fetch goes on behind them. Nor does
      // anybody wait for one that did not answer the last time: requests fail at once while one fetch tries again.
      if (isTimeout(failed) || (keys !== undefined && (nowMs < freshUntilMs || failed))) return undefined
      return pending
    },

    async lookAgain(header) {
      const nowMs = now()
      const hangs = isTimeout(lastError)
      if (inFlight !== undefined) {
        if (hangs) return false
        await inFlight
        return true
      }
      if (!mayFetch(nowMs) || misses.has(header, nowMs)) return false
      const pending = fetchOnce()
      if (hangs) return false
      await pending
      if (!lastError && !keys?.some((key) => key.keyId === header.kid)) misses.add(header, nowMs)
      return true
    },

    async renew() {
      // What is in flight may have left the server before its keys were changed.
      await inFlight
      if (keys !== undefined) await (inFlight ?? fetchOnce())
    },

    get lastError() {
      return lastError
    },

    state() {
      const nowMs = now()
      if (keys === undefined || nowMs >= freshUntilMs + staleIfErrorMs) return 'none'
      return nowMs < freshUntilMs ? 'fresh' : 'stale'
    },
  }
}
