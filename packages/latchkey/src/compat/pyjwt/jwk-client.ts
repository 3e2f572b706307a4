import type { OptionNames } from '../../options/check-options.ts'
import { type Clock, clockOf } from '../../options/clock.ts'
import { type FetchLimits, fetchJson } from '../../token/fetch-json.ts'
import type { Jwk } from '../../token/keys/jwk.ts'
import { trustworthyUrl } from '../../token/trustworthy-url.ts'
import { settingsIn } from '../python/settings.ts'
import { PyJWKClientConnectionError, PyJWKClientError, PyJWKSetError } from './errors.ts'
import { get_unverified_header } from './get-unverified-header.ts'
import type { PyJWK } from './jwk.ts'
import { PyJWKSet } from './jwk-set.ts'

/** The keyword arguments of PyJWKClient. */
export interface PyJWKClientOptions {
  /** Keep the key set for `lifespan` seconds; true if not given. */
  readonly cache_jwk_set?: boolean
  /** Seconds; 300 if not given. */
  readonly lifespan?: number
  /** More headers of the request. */
  readonly headers?: Readonly<Record<string, string>> | null
  /** Seconds for one fetch; 30 if not given. */
  readonly timeout?: number
  /** Seconds between two fetches that an unknown key id may cause; 30 if not given. */
  readonly cooldown_duration?: number
  /** Used for each fetch; the global `fetch` if not given. */
  readonly fetch?: typeof fetch
  /** The time in milliseconds since the Unix epoch; Date.now if not given. */
  readonly now?: () => number
}

const optionNames: OptionNames<PyJWKClientOptions> = {
  cache_jwk_set: 1,
  lifespan: 1,
  headers: 1,
  timeout: 1,
  cooldown_duration: 1,
  fetch: 1,
  now: 1,
}

const maxBytes = 256 * 1024

/**
 * The signing keys at a URL. Methods that may fetch return a promise, where PyJWT blocks. There is one fetch at a time, and a
 * failed fetch keeps the keys of the last one.
 *
 * @throws {PyJWKClientError} if the URL is not `https`, or `http` to a loopback address.
 *
 * @example
 * ```ts
 * const client = new PyJWKClient('https://id.example/.well-known/jwks.json')
 * const signing_key = await client.get_signing_key_from_jwt(token)
 * const claims = decode(token, signing_key.key, { algorithms: ['RS256'], audience: 'api' })
 * ```
 */
export class PyJWKClient {
  readonly uri: string
  readonly #url: URL
  readonly #limits: FetchLimits
  readonly #keepsSet: boolean
  readonly #lifespanMs: number
  readonly #cooldownMs: number
  readonly #now: Clock
  #held: { readonly set: PyJWKSet; readonly atMs: number } | undefined
  #lookedAgainAtMs = Number.NEGATIVE_INFINITY
  #inFlight: Promise<PyJWKSet> | undefined

  constructor(uri: string, given: PyJWKClientOptions = {}) {
    const options = settingsIn('PyJWKClient', given, optionNames)
    const { lifespan = 300, timeout = 30, cooldown_duration = 30 } = options
    const headers = options.headers ?? {}
    if (typeof lifespan !== 'number' || !(lifespan > 0)) {
      throw new PyJWKClientError(`Lifespan must be greater than 0, the input is "${lifespan}"`)
    }
    if (!Number.isFinite(timeout) || timeout <= 0) throw new TypeError('timeout is a number of seconds')
    if (!Number.isFinite(cooldown_duration) || cooldown_duration < 0) {
      throw new TypeError('cooldown_duration is a number of seconds')
    }
    if (typeof (options.cache_jwk_set ?? true) !== 'boolean')
      throw new TypeError('cache_jwk_set is true or false')
    const ask = options.fetch ?? fetch
    this.uri = uri
    this.#url = urlOf(uri)
    this.#limits = {
      timeout,
      maxBytes,
      fetch: (url, init) => ask(url, { ...init, headers: { ...headers, ...(init?.headers as object) } }), // ours
    }
    this.#keepsSet = options.cache_jwk_set ?? true
    this.#lifespanMs = 1000 * lifespan
    this.#cooldownMs = 1000 * cooldown_duration
    this.#now = clockOf(options.now)
  }

  /** Fetch the document. A PyJWKClientConnectionError if that fails. */
  async fetch_data(): Promise<{ readonly keys?: readonly Jwk[] }> {
    try {
      const fetched = await fetchJson(this.#url, this.#limits, (document) => document)
      if (fetched.kind === 'unchanged') throw new Error('the server answered with status 304')
      return fetched.document as { keys?: Jwk[] } // PyJWKSet looks at what it is
    } catch (error) {
      // PyJWT names the URL in no message.
      const reason = error instanceof Error ? error.message.replace(`${this.#url}: `, '') : String(error)
      throw new PyJWKClientConnectionError(`Fail to fetch data from the url, err: "${reason}"`, {
        cause: error,
      })
    }
  }

  /** The key set, fetched if it is older than `lifespan` or `refresh` is true. */
  async get_jwk_set(refresh = false): Promise<PyJWKSet> {
    const held = this.#held
    if (!refresh && held !== undefined && this.#now() < held.atMs + this.#lifespanMs) return held.set
    this.#inFlight ??= this.#load().finally(() => {
      this.#inFlight = undefined
    })
    return this.#inFlight
  }

  /** The keys that have an id and are for signatures. Secrets (`oct`) are left out: a published secret is known to everybody. */
  async get_signing_keys(refresh = false): Promise<readonly PyJWK[]> {
    const { keys } = await this.get_jwk_set(refresh)
    const signing = keys.filter((key) => key.key_id !== undefined && key.key_type !== 'oct')
    if (signing.length === 0) {
      throw new PyJWKClientError('The JWKS endpoint did not contain any signing keys')
    }
    return signing
  }

  /** The key with this id. A PyJWKClientError if there is none, after one more fetch. */
  async get_signing_key(kid: string | undefined): Promise<PyJWK> {
    const known = PyJWKClient.match_kid(await this.get_signing_keys(), kid)
    if (known !== undefined) return known
    // The sender of a token chooses its key id, and must not be able to cause a fetch with each token (CVE-2026-48524).
    if (this.#now() >= this.#lookedAgainAtMs + this.#cooldownMs) {
      this.#lookedAgainAtMs = this.#now()
      const fetched = PyJWKClient.match_kid(await this.get_signing_keys(true), kid)
      if (fetched !== undefined) return fetched
    }
    throw new PyJWKClientError(`Unable to find a signing key that matches: "${kid?.slice(0, 100) ?? 'None'}"`)
  }

  /** The key that the `kid` of `token` names. The token is not verified yet; pass the key to `decode`. */
  async get_signing_key_from_jwt(token: string | Uint8Array): Promise<PyJWK> {
    const { kid } = get_unverified_header(token)
    return this.get_signing_key(kid)
  }

  /** The key with this id among those given. */
  static match_kid(signing_keys: readonly PyJWK[], kid: string | undefined): PyJWK | undefined {
    return kid === undefined ? undefined : signing_keys.find(({ key_id }) => key_id === kid)
  }

  async #load(): Promise<PyJWKSet> {
    const document = await this.fetch_data()
    if (document.keys !== undefined && !Array.isArray(document.keys)) {
      throw new PyJWKSetError('Invalid JWK Set value')
    }
    const set = PyJWKSet.from_dict(document)
    if (this.#keepsSet) this.#held = { set, atMs: this.#now() }
    return set
  }
}

function urlOf(uri: string): URL {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(uri)?.[1]?.toLowerCase() ?? ''
  if (scheme !== 'http' && scheme !== 'https') {
    throw new PyJWKClientError(`Invalid JWKS URI scheme '${scheme}': only 'http' and 'https' are supported.`)
  }
  try {
    return trustworthyUrl(uri, true)
  } catch (error) {
    throw new PyJWKClientError('Invalid JWKS URI: it must be https, or http to a loopback address', {
      cause: error,
    })
  }
}
