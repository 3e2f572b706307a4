import { checkOptions, type OptionNames } from '../../options/check-options.ts'
import { secondsOf } from '../../token/claims.ts'
import { type RemoteKeySet, type SecretKey, secretKey, type VerifierOptions } from '../../token/index.ts'
import { locatedKeySet } from '../../token/jwks/remote-key-set.ts'
import { isKey } from '../../token/keys/keys.ts'
import { wholeText } from '../../whole-text.ts'
import { withoutSlash } from '../../without-slash.ts'
import { createRevocationList, type RevocationList } from '../revocations/revocation-list.ts'
import {
  followRevocations,
  type RevocationFeed,
  type RevocationFeedState,
} from '../revocations/revocations.ts'
import type { StatusListPolicy } from '../revocations/status-lists.ts'
import type { ClaimMapping } from './claim-mapping.ts'
import { createDiscovery } from './discovery.ts'

const serviceSyntax = wholeText(/[\x21-\x7e]{1,100}/)

/** One issuer that is trusted, what its tokens must be, and where its keys come from. */
export interface IssuerOptions {
  /** The `iss` of the tokens, exactly; LATCHKEY_ISSUER if not given. Its keys are found by discovery. */
  readonly issuer?: string
  /** The `aud` of the tokens; of several, any. LATCHKEY_AUDIENCE if not given. */
  readonly audience?: string | readonly string[]
  /** Keys to use in place of those that the issuer publishes. */
  readonly keys?: VerifierOptions['keys'] | RemoteKeySet
  /**
   * The service, by its id or its name, that this API is registered as, where the issuer signs the tokens for it by keys of the
   * service's own (`/.well-known/jwks/{service}.json`). The feed then tells of those keys.
   */
  readonly ownKeys?: string
  /**
   * A secret shared with the issuer, in place of keys; bytes are for HS256 and at least 32. Two while one replaces the
   * other: `[current, previous]`.
   */
  readonly secret?: Secret | readonly [Secret] | readonly [Secret, Secret]
  /**
   * The `typ` of the tokens, or several, in which null stands for tokens without one. If not given, `at+jwt` (RFC 9068)
   * where the issuer is asked for keys; else absent, `JWT` or `at+jwt`.
   */
  readonly type?: VerifierOptions['type']
  /**
   * How the tokens say what a principal is made of: `latchkey`, for which `kind`, `user_type` and `sid` count, or a
   * mapping. If not given, `latchkey` for the one issuer of a guard, and RFC 9068 for each of several: a partner must not
   * name your administrators.
   */
  readonly claims?: 'latchkey' | ClaimMapping
  /**
   * A claim that stands for `aud` in tokens without one: its value must be the audience, or one of several. If not given, a
   * token without `aud` is refused.
   */
  readonly audienceClaim?: string
  /** Claims that must have this value, or one of these: `{ token_use: 'access' }`. */
  readonly require?: Readonly<Record<string, ClaimValue | readonly ClaimValue[]>>
  /** Whether to follow the revocation feed of the issuer, and what to do when it is lost. */
  readonly revocations?: false | RevocationPolicy
  /**
   * Check tokens by the status lists that they name, while no revocation feed is connected. `true` for the usual; see
   * `StatusListPolicy`.
   */
  readonly statusList?: boolean | StatusListPolicy
  /** A list that the program keeps itself, in place of the feed. */
  readonly revocationList?: RevocationList
}

export const issuerOptions: OptionNames<IssuerOptions> = {
  issuer: 1,
  audience: 1,
  keys: 1,
  secret: 1,
  ownKeys: 1,
  type: 1,
  revocations: 1,
  revocationList: 1,
  statusList: 1,
  claims: 1,
  audienceClaim: 1,
  require: 1,
}

/** A value that `require` compares a claim with. */
export type ClaimValue = string | number | boolean

/** A shared secret: a typed key, or bytes for HS256. */
export type Secret = SecretKey | Uint8Array

/** What a guard does when the revocation feed is lost. */
export interface RevocationPolicy {
  /** `serve`, the default, goes on with what is known; `refuse` answers 503 once the feed is lost for too long. */
  readonly onStale?: 'serve' | 'refuse'
  /** Seconds for which a lost feed is tolerated before requests are refused; 60 if not given. */
  readonly maxStale?: number
}

const revocationPolicy: OptionNames<RevocationPolicy> = { onStale: 1, maxStale: 1 }

/** How one issuer of a guard is doing. */
export interface IssuerState {
  readonly issuer: string | undefined
  readonly keys: 'fresh' | 'stale' | 'none'
  readonly revocations: RevocationFeedState
  /**
   * By what it is known now that a token is revoked: the feed, the status lists that tokens name, a list that the program keeps
   * itself, or nothing.
   */
  readonly revokedBy: 'feed' | 'status_list' | 'own_list' | 'nothing'
  /** Why the keys could not be fetched the last time: the URL, what was expected and what came. */
  readonly lastError: string | undefined
}

/** Where keys and revocations come from. */
export interface Source {
  /** A token is good by one of these. More than one only where a secret is being replaced. */
  readonly keys: readonly (VerifierOptions['keys'] | RemoteKeySet)[]
  readonly issuer: string | undefined
  readonly audience: string | readonly string[]
  readonly type: VerifierOptions['type']
  readonly revocations: RevocationList
  /** A promise while the first revocations are still on their way. */
  starting(): Promise<void> | undefined
  isFeedLost(): boolean
  isFeedConnected(): boolean
  state(): IssuerState
  close(): void
}

export interface Surroundings {
  readonly now: () => number
  readonly fetch: typeof fetch
  /** Told when an issuer cannot be read. */
  readonly onError: (error: Error) => void
}

/** Choose the source that the options describe. A TypeError where they describe none, or two. */
export function sourceOf(options: IssuerOptions, surroundings: Surroundings): Source {
  const audience = options.audience ?? environment('LATCHKEY_AUDIENCE')
  if (audience === undefined) throw new TypeError('a guard needs an audience (or LATCHKEY_AUDIENCE)')
  const { keys, secret, type } = options
  if (keys !== undefined && secret !== undefined) throw new TypeError('give keys or a secret, not both')
  checkRevocations(options)
  const revocations = options.revocationList ?? createRevocationList({ now: surroundings.now })
  if (secret !== undefined || keys !== undefined) {
    if (options.ownKeys !== undefined) throw new TypeError('ownKeys are found by discovery: give no others')
    return {
      keys: keys !== undefined ? [keys] : secretKeys(secret),
      issuer: options.issuer,
      audience,
      type,
      revocations,
      starting: () => undefined,
      isFeedLost: () => false,
      isFeedConnected: () => false,
      state: () => ({
        issuer: options.issuer,
        keys: keys !== undefined && 'state' in keys ? keys.state() : 'fresh',
        revocations: noFeed,
        revokedBy: options.revocationList === undefined ? 'nothing' : 'own_list',
        lastError: keys !== undefined && 'lastError' in keys ? keys.lastError?.message : undefined,
      }),
      close: () => {},
    }
  }
  const issuer = options.issuer ?? environment('LATCHKEY_ISSUER')
  if (issuer === undefined)
    throw new TypeError('a guard needs an issuer (or LATCHKEY_ISSUER), keys or a secret')
  return issuerSource({ ...options, issuer, audience }, revocations, surroundings)
}

/** A feed that nobody follows would let revoked tokens in without a word. */
function checkRevocations({ keys, secret, revocations, revocationList }: IssuerOptions): void {
  if (revocations === undefined || revocations === false) return
  checkOptions('revocations', revocations, revocationPolicy)
  if (revocationList !== undefined) throw new TypeError('give revocations or a revocationList, not both')
  if (keys !== undefined || secret !== undefined) {
    throw new TypeError(
      'revocations are followed where keys are found by discovery; else give a revocationList',
    )
  }
}

function issuerSource(
  options: IssuerOptions & { readonly issuer: string; readonly audience: string | readonly string[] },
  revocations: RevocationList,
  { now, fetch, onError }: Surroundings,
): Source {
  const { issuer, audience, type = 'at+jwt' } = options
  const discovery = createDiscovery(issuer, { now, fetch })
  const { ownKeys } = options
  if (ownKeys !== undefined && !serviceSyntax.test(ownKeys)) {
    throw new TypeError('ownKeys is the id or the name of a service')
  }
  const locateKeys = async () =>
    ownKeys === undefined ? (await discovery.metadata()).keySetUrl : ownKeySetUrl(issuer, ownKeys)
  const keys = locatedKeySet(locateKeys, { now, fetch, onError })
  const follows = options.revocations !== false && options.revocationList === undefined
  const { onStale = 'serve', maxStale }: RevocationPolicy = options.revocations || {}
  if (onStale !== 'serve' && onStale !== 'refuse') throw new TypeError('onStale is serve or refuse')
  const maxStaleMs = 1000 * (secondsOf('maxStale', maxStale) ?? 60)
  let feed: RevocationFeed | undefined
  let settled = !follows

  return {
    keys: [keys],
    issuer,
    audience,
    type,
    revocations,
    starting() {
      if (settled) return undefined
      feed ??= followRevocations({
        async locate() {
          const url = (await discovery.metadata()).revocationsUrl
          if (url === undefined || ownKeys === undefined) return url
          const own = new URL(url)
          own.searchParams.set('service', ownKeys)
          return own
        },
        list: revocations,
        onKeysChanged: () => void keys.renew(),
        now,
      })
      return feed.settled.then(() => {
        settled = true
      })
    },
    isFeedConnected: () => feed?.state().connected === true,
    isFeedLost: () => onStale === 'refuse' && feed !== undefined && feed.state().staleForMs > maxStaleMs,
    state: () => ({
      issuer,
      keys: keys.state(),
      revocations: feed?.state() ?? noFeed,
      revokedBy:
        options.revocationList !== undefined
          ? 'own_list'
          : feed?.state().connected === true
            ? 'feed'
            : 'nothing',
      lastError: keys.lastError?.message,
    }),
    close() {
      settled = true
      feed?.close()
    },
  }
}

function ownKeySetUrl(issuer: string, service: string): URL {
  return new URL(`${withoutSlash(issuer)}/.well-known/jwks/${encodeURIComponent(service)}.json`)
}

const noFeed: RevocationFeedState = Object.freeze({
  connected: false,
  lastEventAtMs: undefined,
  staleForMs: 0,
})

function secretKeys(secret: unknown): readonly SecretKey[] {
  const secrets: readonly unknown[] = Array.isArray(secret) ? secret : [secret]
  if (secrets.length === 0 || secrets.length > 2) {
    throw new TypeError('a secret is one, or two while one takes the place of the other: [current, previous]')
  }
  return secrets.map((one) => {
    // secretKey refuses what is not bytes, and bytes that are too few.
    const key = isKey(one) ? one : secretKey(one as Uint8Array, { algorithm: 'HS256' })
    if (key.kind !== 'secret') throw new TypeError('a secret is bytes, or what secretKey makes of them')
    return key
  })
}

/** Not every place that speaks fetch has an environment. */
export function environment(name: string): string | undefined {
  return globalThis.process?.env?.[name]
}
