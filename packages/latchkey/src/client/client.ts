import { createRemoteClock } from '../clock/remote-clock.ts'
import { checkOptions, type OptionNames } from '../options/check-options.ts'
import { clockOf } from '../options/clock.ts'
import { isLoopback, trustworthyUrl } from '../token/trustworthy-url.ts'
import { ClientError, type PasskeyOptions } from './errors.ts'
import { type ClientEvents, createEvents } from './events.ts'
import { answerNames, type FactorAnswer, isObject, proofOf } from './factor-answer.ts'
import { createIssuer, type Enrolment } from './issuer.ts'
import { createKeeper } from './keeper.ts'
import { createQueue, type Locks, platformLocks } from './locks.ts'
import { prepareOutgoing } from './outgoing.ts'
import type { OpenProofKey } from './proofs/proof-key.ts'
import { createProver } from './proofs/proofs.ts'
import { createSender } from './sender.ts'
import type { Session } from './session.ts'
import { memoryStorage, type OpenStorage } from './storage.ts'
import { listenForWaking } from './waking.ts'

/** What {@link createClient} takes. It refuses members that are not listed here. */
export interface ClientOptions {
  /** The URL of the Latchkey server: https, or http to a loopback address or to the origin of the page itself. */
  readonly issuer: string
  /** The name of the application, 1 to 64 of `A-Z a-z 0-9 _ . ~ -`: two of one origin have separate sessions. */
  readonly clientId?: string
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

/** What `signIn` takes. */
export interface Credentials {
  readonly username: string
  readonly password: string
  /** Ask for the second factor also in a browser that is remembered: for a step-up that needs both. */
  readonly askFactor?: boolean
}

/** What the second step of a sign-in brings. */
export interface SecondStep {
  readonly session: Session
  readonly recoveryCodes: readonly string[]
}

/** Signs people in, and sends requests as them: in browsers, React Native and Node. */
export interface Client {
  /** Who is signed in, as far as this client knows without asking: see `restore`. */
  readonly session: Session | undefined
  /**
   * Look for a session that the storage has kept; undefined if there is none. `fetch` does it by itself.
   * @throws {ClientError} with `cookieStorage`, if the issuer cannot be asked whose cookie it is; `closed`.
   */
  restore(): Promise<Session | undefined>
  /**
   * Sign in with user name and password. A session that this client had before is ended.
   * @throws {ClientError} `credentials_invalid`; `factor_required`, whose `challenge` is what `answer` takes; `issuer_unreachable`, `issuer_unavailable`, `issuer_refused` or
   * `answer_invalid`, if the issuer gives no token; `closed`.
   * @throws {TypeError} if a member is missing, is not a text, or is not known.
   */
  signIn(credentials: Credentials): Promise<Session>
  /**
   * What to ask a passkey with, to sign in without user name and password.
   * @throws {ClientError} `issuer_unreachable`, `issuer_unavailable`, `issuer_refused` or `answer_invalid`; `closed`.
   */
  passkeyOptions(): Promise<PasskeyOptions>
  /**
   * Sign in with what a passkey has answered to `passkeyOptions`. A session that this client had before is ended.
   * @param credential in its JSON form, which `PublicKeyCredential.toJSON` gives
   * @throws {ClientError} `passkey_unknown`; `passkey_refused`; `challenge_invalid`, if the options were too old; `issuer_unreachable`,
   * `issuer_unavailable`, `issuer_refused` or `answer_invalid`; `closed`.
   * @throws {TypeError} if it is no object.
   */
  signInWithPasskey(credential: object): Promise<Session>
  /**
   * The second step of a sign-in: a code of the authenticator or a recovery code, with blanks and dashes as it was typed; or what a
   * passkey has answered to the `passkey` of the challenge. Of an account that has to enrol a factor, the first code of the authenticator,
   * or a passkey that was made by the `newPasskey` of the challenge.
   * @param given `challenge` is the `id` of the challenge that `signIn` was rejected with. With `remember`, the issuer asks for no
   * second factor in this browser for 30 days; it takes `cookieStorage`.
   * @returns The session, and recovery codes to be shown this once if the account has enrolled its first factor.
   * @throws {ClientError} `code_wrong`; `passkey_refused`; `challenge_invalid`, if the sign-in has to begin again; `issuer_unreachable`,
   * `issuer_unavailable`, `issuer_refused` or `answer_invalid`; `closed`.
   * @throws {TypeError} if a member is missing, is of the wrong type, or is not known; if there is not exactly one of `code`, `credential` and
   * `newCredential`.
   */
  answer(given: FactorAnswer): Promise<SecondStep>
  /**
   * Set up an authenticator for a challenge that asks to enrol one; its first code is the answer. Asked again, the secret is the
   * same.
   * @throws {ClientError} as `answer`
   */
  enrol(challenge: string): Promise<Enrolment>
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

/**
 * Make a client of one Latchkey server. Nothing is fetched before it is needed.
 *
 * @throws {TypeError} if an option is invalid or unknown.
 * @example
 * ```ts
 * import { createClient, tabStorage } from 'latchkey/client'
 *
 * const client = createClient({
 *   issuer: 'https://id.example.com',
 *   resources: ['https://api.example.com'],
 *   storage: tabStorage,
 * })
 * await client.signIn({ username: 'ada', password: 'a lamp, a latch and a key' })
 * const response = await client.fetch('https://api.example.com/me')
 * ```
 */
export function createClient(options: ClientOptions): Client {
  checkOptions('createClient', options, clientOptions)
  for (const name of ['storage', 'dpop', 'fetch', 'random'] as const) {
    const value = options[name]
    if (value !== undefined && typeof value !== 'function') throw new TypeError(`${name} is a function`)
  }
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
  const name = ['latchkey', options.issuer, ...clientIdOf(options)].join(' ')
  const clock = createRemoteClock(now)
  const events = createEvents()
  const locks = options.locks === false ? undefined : locksOf(options.locks ?? platformLocks())
  const { dpop } = options
  const prover = dpop && createProver({ openKey: () => dpop(name), now: clock.now })
  const storage = openStorage(name)
  if (storage.cookie && issuerUrl.origin !== pageOrigin()) {
    storage.close?.()
    throw new TypeError('cookieStorage is for pages of the origin of the issuer')
  }
  // The name that the issuer gives to the cookie of this application.
  const cookie = storage.cookie && (options.clientId ?? 'app')
  const issuer = createIssuer(issuerUrl, { fetch, now, onDate: clock.observe, prover, cookie })
  const keeper = createKeeper({
    issuer,
    issuerName: options.issuer,
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

  return Object.freeze({
    get session() {
      return keeper.session
    },
    async restore() {
      requireOpen()
      await keeper.restore()
      return keeper.session
    },
    async signIn(credentials: Credentials) {
      requireOpen()
      checkOptions('signIn', credentials, credentialNames)
      const { username, password, askFactor = false } = credentials
      if (typeof username !== 'string' || typeof password !== 'string' || typeof askFactor !== 'boolean') {
        throw new TypeError('a user name and a password are texts, and askFactor is true or false')
      }
      await keeper.signIn((issuer) => issuer.logIn(username, password, askFactor), username)
      return sessionOfNow()
    },
    async passkeyOptions() {
      requireOpen()
      return issuer.passkeyOptions()
    },
    async signInWithPasskey(credential: object) {
      requireOpen()
      if (!isObject(credential)) throw new TypeError('a credential is an object')
      await keeper.signIn((issuer) => issuer.logInWithPasskey(credential), '')
      return sessionOfNow()
    },
    async answer(given: FactorAnswer) {
      requireOpen()
      checkOptions('answer', given, answerNames)
      const { challenge, remember = false } = given
      if (typeof challenge !== 'string' || typeof remember !== 'boolean') {
        throw new TypeError('a challenge is a text, and remember is true or false')
      }
      const proof = proofOf(given)
      const { recoveryCodes } = await keeper.signIn((issuer) => issuer.answer(challenge, proof, remember), '')
      return Object.freeze({ session: sessionOfNow(), recoveryCodes })
    },
    async enrol(challenge: string) {
      requireOpen()
      if (typeof challenge !== 'string') throw new TypeError('a challenge is a text')
      return issuer.enrol(challenge)
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
  })
}

const clientOptions: OptionNames<ClientOptions> = {
  issuer: 1,
  clientId: 1,
  resources: 1,
  storage: 1,
  dpop: 1,
  fetch: 1,
  now: 1,
  random: 1,
  locks: 1,
}
const credentialNames: OptionNames<Credentials> = { username: 1, password: 1, askFactor: 1 }
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

function clientIdOf({ clientId }: ClientOptions): readonly string[] {
  if (clientId === undefined) return []
  if (!/^[\w.~-]{1,64}$/.test(clientId)) throw new TypeError('a client id is 1 to 64 of A-Z a-z 0-9 _ . ~ -')
  return [clientId]
}

function originOf(text: string): string {
  const url = trustworthyUrl(text, isLoopback(new URL(text)))
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    throw new TypeError('a resource is an origin, without a path')
  }
  return url.origin
}
