import { createRemoteClock, type RemoteClock } from '../clock/remote-clock.ts'
import type { OptionNames } from '../options/check-options.ts'
import { clockOf } from '../options/clock.ts'
import { isLoopback, trustworthyUrl } from '../token/trustworthy-url.ts'
import { ClientError } from './errors.ts'
import { type ClientEvents, createEvents } from './events.ts'
import type { SessionIssuer } from './given-tokens.ts'
import { createKeeper, type Keeper } from './keeper.ts'
import { createQueue, type Locks, platformLocks } from './locks.ts'
import { prepareOutgoing } from './outgoing.ts'
import type { OpenProofKey } from './proofs/proof-key.ts'
import { createProver, type Prover } from './proofs/proofs.ts'
import { createSender } from './sender.ts'
import type { Session } from './session.ts'
import { memoryStorage, type OpenStorage, type SessionStorage } from './storage.ts'
import { createTransport, type Post, schemeOf } from './transport.ts'
import { listenForWaking } from './waking.ts'

/** What every client takes, however people sign in with it. */
export interface SessionClientOptions {
  /** The URL of the Latchkey server: https, or http to a loopback address or to the origin of the page itself. */
  readonly issuer: string
  /** The origins that requests may take the token to, beside the issuer's own: `https://api.example.com`. */
  readonly resources?: readonly string[]
  /** Where the session is kept between requests; `memoryStorage` if not given. */
  readonly storage?: OpenStorage
  /**
   * The key that tokens are bound to (RFC 9449), so that a copied token cannot be used: `memoryKey`, `browserKey`,
   * `fileKey`, or one of your own. Without it they are bearer tokens.
   */
  readonly dpop?: OpenProofKey
  /** Sends the requests; the platform's `fetch` if not given. */
  readonly fetch?: typeof fetch
  /** The clock of this machine, in milliseconds since the Unix epoch; `Date.now` if not given. */
  readonly now?: () => number
  /** A number from 0 to 1, which spreads refreshes and retries in time; `Math.random` if not given. */
  readonly random?: () => number
  /** Keeps tabs from refreshing at the same time: `navigator.locks` if not given; none if false. */
  readonly locks?: Locks | false
}

/** What every client does with the session of whoever is signed in. */
export interface SessionClient {
  /** Who is signed in, as far as this client knows without asking: see `restore`. */
  readonly session: Session | undefined
  /**
   * Look for a session that the storage has kept; undefined if there is none. `fetch` does it by itself.
   * @throws {ClientError} with `cookieStorage`, if the issuer cannot be asked whose cookie it is; `closed`.
   */
  restore(): Promise<Session | undefined>
  /**
   * Forget the session in this client and all tabs, and end it at the issuer.
   * @throws {ClientError} if the issuer cannot be told. The session is forgotten here all the same.
   */
  signOut(): Promise<void>
  /**
   * `fetch` with an access token that has not expired. On a 401 with `invalid_token` the token is refreshed and the
   * request is sent once more, unless its body is a stream. Any other answer is returned as it is.
   * @throws {ClientError} `signed_out`; `origin_not_listed`; `issuer_unreachable`, `issuer_unavailable`,
   * `issuer_refused` or `answer_invalid`, if the token has expired and cannot be refreshed; `closed`.
   * @throws {TypeError} if the request has an `Authorization` header of its own, and as `fetch` does.
   */
  readonly fetch: typeof fetch
  /**
   * Call `listener` when the event happens.
   * @returns The function that stops it.
   * @throws {TypeError} if there is no event of that name.
   */
  on<Name extends keyof ClientEvents>(name: Name, listener: ClientEvents[Name]): () => void
  /** Stop listening to other tabs and to the page. The session goes on; this client sends nothing any more. */
  close(): void
}

/** How one kind of client is opened. */
interface Opening<Issuer> {
  readonly clientId: string | undefined
  /** Whether the session is of an application that was let in, in place of a direct sign-in. */
  readonly isApplication: boolean
  readonly createIssuer: (parts: IssuerGround) => Issuer
}

/** What an issuer is made of. */
export interface IssuerGround {
  readonly url: URL
  readonly post: Post
  readonly scheme: 'Bearer' | 'DPoP'
  readonly storage: SessionStorage
}

/** A client without the ways to sign in. */
export interface OpenedClient<Issuer> {
  readonly issuer: Issuer
  readonly issuerUrl: URL
  /** Made of issuer and client id: what is kept for this client alone goes by it. */
  readonly name: string
  readonly keeper: Keeper
  readonly clock: RemoteClock
  readonly prover: Prover | undefined
  /** This machine's clock, in milliseconds since the Unix epoch. */
  readonly now: () => number
  /** @throws {ClientError} `closed` */
  requireOpen(): void
  /** @throws {ClientError} `signed_out`, if that happened meanwhile */
  sessionOfNow(): Session
  /** All members of the client but `session`, which changes. */
  readonly members: Omit<SessionClient, 'session'>
}

export const sessionClientNames: OptionNames<SessionClientOptions> = {
  ...{ issuer: 1, resources: 1, storage: 1, dpop: 1, fetch: 1, now: 1, random: 1, locks: 1 },
}

/** @throws {TypeError} if an option is invalid. Whoever calls this has refused unknown ones. */
export function openSessionClient<Issuer extends SessionIssuer>(
  options: SessionClientOptions,
  { clientId, isApplication, createIssuer }: Opening<Issuer>,
): OpenedClient<Issuer> {
  requireFunctions(options)
  const { storage: openStorage = memoryStorage } = options
  const now = clockOf(options.now)
  const random = fractionsOf(options.random)
  // A browser's fetch does not work on any other object.
  const given: typeof globalThis.fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init))
  /** The only way out, for what the client asks the issuer as for the program's requests: closing shuts it. */
  const fetch: typeof globalThis.fetch = async (input, init) => {
    requireOpen()
    return given(input, init)
  }
  const issuerUrl = issuerOf(options.issuer)
  const origins = new Set([issuerUrl.origin, ...(options.resources ?? []).map(originOf)])
  const name = ['latchkey', options.issuer, clientId].filter((part) => part !== undefined).join(' ')
  const clock = createRemoteClock(now)
  const events = createEvents()
  const locks = options.locks === false ? undefined : locksOf(options.locks ?? platformLocks())
  const { dpop } = options
  const prover = dpop && createProver({ openKey: () => dpop(name), now: clock.now })
  const storage = openStorage(name)
  if (storage.cookie && (isApplication || issuerUrl.origin !== pageOrigin())) {
    storage.close?.()
    throw new TypeError('cookieStorage is for pages of the origin of the issuer, and for a direct sign-in')
  }
  const withCookies = storage.cookie !== undefined
  const post = createTransport(issuerUrl, { fetch, now, onDate: clock.observe, prover, withCookies })
  const issuer = createIssuer({ url: issuerUrl, post, scheme: schemeOf(prover), storage })
  const keeper = createKeeper({
    issuer,
    issuerName: options.issuer,
    application: isApplication ? clientId : undefined,
    isBound: prover !== undefined,
    storage,
    clock,
    queue: createQueue(name, locks),
    now,
    random,
    onSignedIn: events.tellSignedIn,
    onSessionChanged: events.tellSessionChanged,
    onSignedOut: events.tellSignedOut,
  })
  const stopListening = listenForWaking(keeper.wake)
  let isClosed = false

  function requireOpen(): void {
    if (isClosed) throw new ClientError('closed', 'this client was closed')
  }

  function sessionOfNow(): Session {
    if (keeper.session === undefined) throw new ClientError('signed_out', 'signed out meanwhile')
    return keeper.session
  }

  const send = createSender({ keeper, prover, stepUp: events.stepUp })
  const members: OpenedClient<Issuer>['members'] = {
    async restore() {
      requireOpen()
      await keeper.restore()
      return keeper.session
    },
    async signOut() {
      requireOpen()
      await keeper.signOut()
    },
    async fetch(...[input, init]: Parameters<typeof globalThis.fetch>) {
      requireOpen()
      const outgoing = prepareOutgoing(fetch, input, init)
      if (!origins.has(outgoing.url.origin)) {
        throw new ClientError('origin_not_listed', 'the token may not go to this origin; see resources')
      }
      return send(outgoing, init?.signal)
    },
    on: events.on,
    close() {
      isClosed = true
      stopListening()
      keeper.close()
    },
  }
  return { issuer, issuerUrl, name, keeper, clock, prover, now, requireOpen, sessionOfNow, members }
}

function requireFunctions(options: SessionClientOptions): void {
  for (const name of ['storage', 'dpop', 'fetch', 'random'] as const) {
    const value = options[name]
    if (value !== undefined && typeof value !== 'function') throw new TypeError(`${name} is a function`)
  }
}

/** The locks of a browser have members that the program cannot list, so what is needed is looked for. */
function locksOf(locks: Locks | undefined): Locks | undefined {
  const isUsable = typeof locks?.request === 'function' && typeof locks.query === 'function'
  if (locks !== undefined && !isUsable) throw new TypeError('locks has request and query, or is false')
  return locks
}

/** Each number is checked: with NaN among the times, no token would ever be refreshed. */
function fractionsOf(random: () => number = Math.random): () => number {
  return () => {
    const fraction: unknown = random()
    if (typeof fraction === 'number' && fraction >= 0 && fraction <= 1) return fraction
    throw new TypeError('random gave no number from 0 to 1')
  }
}

function issuerOf(text: string): URL {
  const url = new URL(text)
  // Whoever can listen to what a page asks of its own origin could have changed the page: http adds no danger to that.
  const isOwnOrigin = url.protocol === 'http:' && url.origin === pageOrigin()
  if (!isOwnOrigin) trustworthyUrl(url, true)
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new TypeError('an issuer has no user name, no query and no fragment')
  }
  return url
}

/** Undefined outside of pages and workers. */
function pageOrigin(): string | undefined {
  return (globalThis as { location?: { readonly origin: string } }).location?.origin
}

function originOf(text: string): string {
  const url = trustworthyUrl(text, isLoopback(new URL(text)))
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    throw new TypeError('a resource is an origin, without a path')
  }
  return url.origin
}
