import { checkOptions, type OptionNames } from '../options/check-options.ts'
import { wholeText } from '../whole-text.ts'
import type { PasskeyOptions } from './errors.ts'
import { answerNames, type FactorAnswer, isObject, proofOf } from './factor-answer.ts'
import { createIssuer, type Enrolment } from './issuer.ts'
import type { Session } from './session.ts'
import {
  openSessionClient,
  type SessionClient,
  type SessionClientOptions,
  sessionClientNames,
} from './session-client.ts'

const clientIdSyntax = wholeText(/[\w.~-]{1,64}/)

/** What {@link createClient} takes. It refuses members that are not listed here. */
export interface ClientOptions extends SessionClientOptions {
  /** The name of the application, 1 to 64 of `A-Z a-z 0-9 _ . ~ -`: two of one origin have separate sessions. */
  readonly clientId?: string
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
export interface Client extends SessionClient {
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
  const { issuer, keeper, requireOpen, sessionOfNow, members } = openSessionClient(options, {
    ...{ clientId: clientIdOf(options), isApplication: false },
    createIssuer: ({ post, scheme, storage }) =>
      // The name that the issuer gives to the cookie of this application.
      createIssuer({ post, scheme, cookie: storage.cookie && (options.clientId ?? 'app') }),
  })

  return Object.freeze({
    get session() {
      return keeper.session
    },
    ...members,
    async signIn(credentials: Credentials) {
      requireOpen()
      checkOptions('signIn', credentials, credentialNames)
      const { username, password, askFactor = false } = credentials
      if (typeof username !== 'string' || typeof password !== 'string' || typeof askFactor !== 'boolean') {
        throw new TypeError('a user name and a password are texts, and askFactor is true or false')
      }
      await keeper.signIn(() => issuer.logIn(username, password, askFactor), username)
      return sessionOfNow()
    },
    async passkeyOptions() {
      requireOpen()
      return issuer.passkeyOptions()
    },
    async signInWithPasskey(credential: object) {
      requireOpen()
      if (!isObject(credential)) throw new TypeError('a credential is an object')
      await keeper.signIn(() => issuer.logInWithPasskey(credential), '')
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
      const { recoveryCodes } = await keeper.signIn(() => issuer.answer(challenge, proof, remember), '')
      return Object.freeze({ session: sessionOfNow(), recoveryCodes })
    },
    async enrol(challenge: string) {
      requireOpen()
      if (typeof challenge !== 'string') throw new TypeError('a challenge is a text')
      return issuer.enrol(challenge)
    },
  })
}

const clientOptions: OptionNames<ClientOptions> = { ...sessionClientNames, clientId: 1 }
const credentialNames: OptionNames<Credentials> = { username: 1, password: 1, askFactor: 1 }

function clientIdOf({ clientId }: ClientOptions): string | undefined {
  if (clientId === undefined) return undefined
  if (!clientIdSyntax.test(clientId)) throw new TypeError('a client id is 1 to 64 of A-Z a-z 0-9 _ . ~ -')
  return clientId
}
