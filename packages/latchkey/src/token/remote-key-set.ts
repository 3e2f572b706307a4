import { checkOptions, type OptionNames } from '../options/check-options.ts'
import { clockOf } from '../options/clock.ts'
import { secondsOf } from './claims.ts'
import { TokenError } from './errors.ts'
import { type FetchLimits, fetchJson, isTimeout } from './fetch-json.ts'
import type { TokenHeader } from './header.ts'
import { checkAlgorithms, chooseKey, type KeySet, type KeySetOptions, readJwks } from './key-set.ts'
import type { VerificationKey } from './keys.ts'
import { createMissMemo, type MissMemo } from './miss-memo.ts'
import { trustworthyUrl } from './trustworthy-url.ts'

/** The options of `remoteKeySet`. */
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
  algorithms: 1,
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
 * Keys from a JWK Set URL: one fetch at a time and at most one in 30 s, renewed before they expire, ETag and
 * Cache-Control heeded, still used for a day while the server fails. A key that left the document dies when
 * the document's freshness ends.
 *
 * @example
 * const keys = remoteKeySet('https://id.example.com/.well-known/jwks.json')
 * const verify = createAsyncVerifier({ keys, audience: 'https://api.example.com' })
 *
 * @throws {TypeError} if the URL is not https, or an option is invalid.
 */
export function remoteKeySet(url: string | URL, options: RemoteKeySetOptions = {}): RemoteKeySet {
  checkOptions('remoteKeySet', options, remoteKeySetOptions)
  checkAlgorithms(options.algorithms)
  const location = trustworthyUrl(url, options.allowLoopbackHttp === true)
  return new FetchedKeySet(async () => location, options)
}

/** As `remoteKeySet` for a URL that must be found out first. `locate` is asked before each fetch. */
export function locatedKeySet(locate: () => Promise<URL>, options: RemoteKeySetOptions): RemoteKeySet {
  return new FetchedKeySet(locate, options)
}

const longestMaxAge = 24 * 60 * 60

/** After a fetch that hung, this long nobody asks, and then nobody waits for the next. */
const restAfterTimeoutMs = 5_000

class FetchedKeySet implements RemoteKeySet {
  readonly current: KeySet
  readonly #locate: () => Promise<URL>
  readonly #limits: FetchLimits
  readonly #options: KeySetOptions
  readonly #now: () => number
  readonly #onError: (error: Error) => void
  readonly #maxAgeMs: number
  readonly #cooldownMs: number
  readonly #staleIfErrorMs: number
  readonly #misses: MissMemo

  #generation = 0
  #keys: readonly VerificationKey[] | undefined
  #etag: string | undefined
  #renewAtMs = 0
  #freshUntilMs = 0
  #triedAtMs = Number.NEGATIVE_INFINITY
  #endedAtMs = Number.NEGATIVE_INFINITY
  #lastError: Error | undefined
  #inFlight: Promise<void> | undefined

  constructor(locate: () => Promise<URL>, options: RemoteKeySetOptions) {
    this.#locate = locate
    this.#options = options
    this.#now = clockOf(options.now)
    this.#onError = options.onError ?? (() => {})
    this.#maxAgeMs = 1000 * (secondsOf('maxAge', options.maxAge) ?? 600)
    this.#cooldownMs = 1000 * (secondsOf('cooldown', options.cooldown) ?? 30)
    this.#staleIfErrorMs = 1000 * (secondsOf('staleIfError', options.staleIfError) ?? longestMaxAge)
    const { maxBytes = 256 * 1024 } = options
    if (!Number.isSafeInteger(maxBytes) || maxBytes < 1) {
      throw new TypeError('maxBytes is a positive whole number')
    }
    this.#limits = {
      timeout: secondsOf('timeout', options.timeout) ?? 5,
      maxBytes,
      fetch: options.fetch ?? fetch,
    }
    this.#misses = createMissMemo(2 * this.#cooldownMs)
    const self = this
    this.current = Object.freeze({
      get generation() {
        return self.#generation
      },
      find(header: TokenHeader) {
        if (self.#keys === undefined) {
          throw new TokenError('key_set_unavailable', { cause: self.#lastError })
        }
        return chooseKey(self.#keys, header)
      },
    })
  }

  ready(): Promise<void> | undefined {
    const now = this.#now()
    if (now < this.#renewAtMs) return undefined
    if (this.#keys !== undefined && now >= this.#freshUntilMs + this.#staleIfErrorMs) {
      this.#keys = undefined
      this.#generation++
    }
    // Asked before a fetch begins, for that one has not failed yet.
    const hangs = isTimeout(this.#lastError)
    const pending = this.#inFlight ?? (this.#mayFetch(now) ? this.#fetch() : undefined)
    // Nobody waits for a server that did not answer the last time: requests fail at once while one fetch tries again.
    if (hangs) return undefined
    if (this.#keys === undefined) return pending
    // While the server fails, nobody waits for it: the old keys serve, and the fetch goes on behind them.
    return now < this.#freshUntilMs || this.#lastError !== undefined ? undefined : pending
  }

  get lastError(): Error | undefined {
    return this.#lastError
  }

  async lookAgain(header: TokenHeader): Promise<boolean> {
    const now = this.#now()
    const hangs = isTimeout(this.#lastError)
    if (this.#inFlight !== undefined) {
      if (hangs) return false
      await this.#inFlight
      return true
    }
    if (!this.#mayFetch(now) || this.#misses.has(header, now)) return false
    const pending = this.#fetch()
    if (hangs) return false
    await pending
    if (this.#lastError === undefined && !this.#keys?.some((key) => key.keyId === header.kid)) {
      this.#misses.add(header, now)
    }
    return true
  }

  state(): 'fresh' | 'stale' | 'none' {
    if (this.#keys === undefined) return 'none'
    const now = this.#now()
    if (now < this.#freshUntilMs) return 'fresh'
    return now < this.#freshUntilMs + this.#staleIfErrorMs ? 'stale' : 'none'
  }

  /** With no keys at all there is nothing to protect by waiting long, and a service that cannot serve. */
  #mayFetch(now: number): boolean {
    const wait = this.#keys === undefined ? Math.min(1000, this.#cooldownMs) : this.#cooldownMs
    if (isTimeout(this.#lastError) && now - this.#endedAtMs < restAfterTimeoutMs) return false
    return now - this.#triedAtMs >= wait
  }

  /** One fetch at a time, shared by all who ask. Ends without an error; `#lastError` says how. */
  #fetch(): Promise<void> {
    this.#triedAtMs = this.#now()
    this.#inFlight = this.#load()
      .then(
        () => {
          this.#lastError = undefined
        },
        (error: unknown) => {
          this.#lastError = error instanceof Error ? error : new Error('the keys cannot be fetched')
          const failed = this.#lastError
          // An error of the hook is its own, and must not become one of the keys.
          queueMicrotask(() => this.#onError(failed))
        },
      )
      .finally(() => {
        this.#endedAtMs = this.#now()
        this.#inFlight = undefined
      })
    return this.#inFlight
  }

  async #load(): Promise<void> {
    const url = await this.#locate()
    const fetched = await fetchJson(url, this.#limits, this.#keys === undefined ? undefined : this.#etag)
    if (fetched.kind === 'document') {
      const keys = readKeys(fetched.document, this.#options, url)
      this.#keys = keys
      this.#generation++
      this.#etag = fetched.headers.get('etag') ?? undefined
    }
    const lifeMs = this.#lifeOf(fetched.headers)
    this.#freshUntilMs = this.#now() + lifeMs
    this.#renewAtMs = this.#now() + 0.8 * lifeMs
  }

  /** RFC 9111 section 5.2.2.1, within what the cooldown allows and what a removed key may outlive. */
  #lifeOf(headers: Headers): number {
    const directives = headers.get('cache-control')?.toLowerCase() ?? ''
    const stated = /(?:^|[\s,])max-age=(\d{1,10})(?:$|[\s,])/.exec(directives)
    const seconds = /no-store|no-cache/.test(directives) ? 0 : stated === null ? undefined : Number(stated[1])
    if (seconds === undefined) return Math.max(this.#maxAgeMs, this.#cooldownMs)
    return Math.max(1000 * Math.min(seconds, longestMaxAge), this.#cooldownMs)
  }
}

function readKeys(document: unknown, options: KeySetOptions, url: URL): readonly VerificationKey[] {
  try {
    const keys = readJwks(document, options)
    // A secret in a document that is published is not one any more.
    if (keys.some((key) => key.kind === 'secret')) throw new TypeError('the key set holds a secret key')
    return keys
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new Error(`${url}: ${error.message}`, { cause: error })
  }
}
