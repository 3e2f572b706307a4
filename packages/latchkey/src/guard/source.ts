import { secondsOf } from '../token/claims.ts'
import { type RemoteKeySet, type SecretKey, secretKey, type VerifierOptions } from '../token/index.ts'
import { isKey } from '../token/keys.ts'
import { locatedKeySet } from '../token/remote-key-set.ts'
import { createDiscovery } from './discovery.ts'
import type { GuardOptions, GuardState } from './guard.ts'
import { createRevocationList, type RevocationList } from './revocation-list.ts'
import { followRevocations, type RevocationFeed, type RevocationFeedState } from './revocations.ts'

/** Where keys and revocations come from. */
export interface Source {
  readonly keys: VerifierOptions['keys'] | RemoteKeySet
  readonly issuer: string | undefined
  readonly audience: string | readonly string[]
  readonly type: string | undefined
  readonly revocations: RevocationList
  /** A promise while the first revocations are still on their way. */
  starting(): Promise<void> | undefined
  isFeedLost(): boolean
  state(): GuardState
  close(): void
}

/** Choose the source that the options describe. A TypeError where they describe none, or two. */
export function sourceOf(options: GuardOptions, now: () => number): Source {
  const audience = options.audience ?? process.env.LATCHKEY_AUDIENCE
  if (audience === undefined) throw new TypeError('a guard needs an audience (or LATCHKEY_AUDIENCE)')
  const { keys, secret, type } = options
  if (keys !== undefined && secret !== undefined) throw new TypeError('give keys or a secret, not both')
  const revocations = options.revocationList ?? createRevocationList({ now })
  if (secret !== undefined || keys !== undefined) {
    return {
      keys: keys ?? asSecretKey(secret!), // one of the two is there
      issuer: options.issuer,
      audience,
      type,
      revocations,
      starting: () => undefined,
      isFeedLost: () => false,
      state: () => ({
        keys: keys !== undefined && 'state' in keys ? keys.state() : 'fresh',
        revocations: noFeed,
      }),
      close: () => {},
    }
  }
  const issuer = options.issuer ?? process.env.LATCHKEY_ISSUER
  if (issuer === undefined)
    throw new TypeError('a guard needs an issuer (or LATCHKEY_ISSUER), keys or a secret')
  return issuerSource({ ...options, issuer, audience }, revocations, now)
}

function issuerSource(
  options: GuardOptions & { readonly issuer: string; readonly audience: string | readonly string[] },
  revocations: RevocationList,
  now: () => number,
): Source {
  const { issuer, audience, type = 'at+jwt', fetch = globalThis.fetch } = options
  const discovery = createDiscovery(issuer, { now, fetch })
  const keys = locatedKeySet(async () => (await discovery.metadata()).keySetUrl, { now, fetch })
  const follows = options.revocations !== false && options.revocationList === undefined
  const { onStale = 'serve', maxStale } = options.revocations === false ? {} : (options.revocations ?? {})
  const maxStaleMs = 1000 * (secondsOf('maxStale', maxStale) ?? 60)
  let feed: RevocationFeed | undefined
  let settled = !follows

  return {
    keys,
    issuer,
    audience,
    type,
    revocations,
    starting() {
      if (settled) return undefined
      feed ??= followRevocations({
        locate: async () => (await discovery.metadata()).revocationsUrl,
        list: revocations,
        now,
      })
      return feed.settled.then(() => {
        settled = true
      })
    },
    isFeedLost: () => onStale === 'refuse' && feed !== undefined && feed.state().staleForMs > maxStaleMs,
    state: () => ({ keys: keys.state(), revocations: feed?.state() ?? noFeed }),
    close() {
      settled = true
      feed?.close()
    },
  }
}

const noFeed: RevocationFeedState = Object.freeze({
  connected: false,
  lastEventAtMs: undefined,
  staleForMs: 0,
})

function asSecretKey(secret: SecretKey | Uint8Array): SecretKey {
  return isKey(secret) ? secret : secretKey(secret, { algorithm: 'HS256' })
}
