import { checkOptions, type OptionNames } from '../../options/check-options.ts'
import { wholeText } from '../../whole-text.ts'
import { randomText } from '../encoding.ts'
import { ClientError } from '../errors.ts'
import type { GivenTokens } from '../given-tokens.ts'
import type { Session } from '../session.ts'
import {
  type OpenedClient,
  openSessionClient,
  type SessionClient,
  type SessionClientOptions,
  sessionClientNames,
} from '../session-client.ts'
import { baseOf } from '../transport.ts'
import { type ApplicationIssuer, createApplicationIssuer } from './application-issuer.ts'
import { checkDeviceSignIn, type DeviceSignIn, tokensByDeviceCode } from './device-sign-in.ts'
import { createFlows, type Flow } from './flows.ts'
import { readIdToken } from './id-token.ts'
import { readRedirectAnswer } from './redirect-answer.ts'
import {
  authorizationForm,
  checkRedirectRequest,
  formOf,
  goTo,
  type RedirectRequest,
  requireAddress,
  requireNavigate,
  requireWords,
} from './redirect-request.ts'

const clientIdSyntax = wholeText(/[\x21-\x7e]{1,2048}/)

/** What {@link createApplicationClient} takes. It refuses members that are not listed here. */
export interface ApplicationClientOptions extends SessionClientOptions {
  /** The client id that the application got when it was registered, `cli_…`, or the address of its document. */
  readonly clientId: string
  /** What the application asks for; all that it may ask for, but not `offline_access`, if not given. */
  readonly scopes?: readonly string[]
  /** The service that the tokens are for, by its audience (`resource`, RFC 8707); the issuer itself if not given. */
  readonly audience?: string
  /** Push each request for a sign-in to the issuer beforehand (RFC 9126), as an application that is registered so has to. */
  readonly push?: boolean
}

/** What the end of a sign-in by redirect brings. */
export interface FinishedSignIn {
  readonly session: Session
  /** What `signInByRedirect` was given as such. */
  readonly returnTo: string | undefined
}

/** What `signOutByRedirect` takes. It refuses members that are not listed here. */
export interface SignOutRequest {
  /** Where the issuer sends the person afterwards: an address that the application has registered for it. */
  readonly redirectUri?: string
  /** Goes to the address; `location.assign` if not given. */
  readonly navigate?: (url: string) => unknown
}

/** Signs people in to an application that never sees what they prove themselves with, and sends requests for them. */
export interface ApplicationClient extends SessionClient {
  /**
   * Send the person to the issuer to sign in (OAuth 2.1, code flow with PKCE). It resolves when the page begins to leave.
   * @throws {ClientError} `closed`; with `push` also `issuer_unreachable`, `issuer_unavailable`, `issuer_refused` or `answer_invalid`.
   * @throws {TypeError} if a member is missing, is of the wrong type, or is not known; outside of a page without `navigate`.
   */
  signInByRedirect(request: RedirectRequest): Promise<void>
  /**
   * Finish a sign-in with the address at which the person came back, in the tab or program that began it, once. A session that this
   * client had before is ended.
   * @param address the whole of it, as `location.href`
   * @throws {ClientError} `flow_unknown`, `flow_expired`, `issuer_mismatch`; `access_denied`; `issuer_unreachable`, `issuer_unavailable`,
   * `issuer_refused` or `answer_invalid`, if the issuer gives no token; `closed`.
   * @throws {TypeError} if it is no address.
   */
  finishSignIn(address: string): Promise<FinishedSignIn>
  /**
   * Sign in with a browser on any device (RFC 8628), for programs without one. It resolves when the person has let the application
   * in. A session that this client had before is ended.
   * @throws {ClientError} `access_denied`; `flow_expired`; `issuer_unreachable`, `issuer_unavailable`, `issuer_refused` or
   * `answer_invalid`, if the issuer gives no code or no token; `closed`. And the reason of `signal`.
   * @throws {TypeError} if a member is missing, is of the wrong type, or is not known.
   */
  signInByDeviceCode(request: DeviceSignIn): Promise<Session>
  /**
   * Forget the session in this client and all tabs, end it at the issuer, and send the person there to be signed out of the browser,
   * too (RP-Initiated Logout).
   * @throws {ClientError} `closed`.
   * @throws {TypeError} if a member is of the wrong type, or is not known; outside of a page without `navigate`.
   */
  signOutByRedirect(request?: SignOutRequest): Promise<void>
}

/**
 * Make a client of an application that is registered at one Latchkey server. Nothing is fetched before it is needed.
 *
 * @throws {TypeError} if an option is invalid or unknown.
 * @example
 * ```ts
 * import { browserKey, createApplicationClient, tabStorage } from 'latchkey/client'
 *
 * const client = createApplicationClient({
 *   issuer: 'https://id.example.com',
 *   clientId: 'cli_06dm2k8x1qg9tz3r5v7wy4hbnc',
 *   scopes: ['openid', 'profile', 'devices:view'],
 *   storage: tabStorage,
 *   dpop: browserKey,
 * })
 * await client.signInByRedirect({ redirectUri: 'https://shop.example/back' })
 * ```
 */
export function createApplicationClient(options: ApplicationClientOptions): ApplicationClient {
  checkApplicationOptions(options)
  const { clientId, scopes, audience, push = false } = options
  const opened = openSessionClient(options, {
    ...{ clientId, isApplication: true },
    createIssuer: ({ url, post, scheme }) =>
      createApplicationIssuer({
        ...{ post, scheme, clientId, scopes, resource: audience, audience: audience ?? baseOf(url) },
      }),
  })
  const { issuer, keeper, now, prover, requireOpen, sessionOfNow } = opened
  const flows = createFlows(opened.name)
  const base = baseOf(opened.issuerUrl)
  const checked = checkerOf(opened, options)

  return Object.freeze({
    get session() {
      return keeper.session
    },
    ...opened.members,
    async signInByRedirect(request: RedirectRequest) {
      requireOpen()
      checkRedirectRequest(request)
      const flow = flowOf(request, options, now())
      const asking = { clientId, scopes, audience, jkt: await prover?.thumbprint() }
      const form = await authorizationForm(asking, flow, request)
      const sent = push ? formOf({ client_id: clientId, request_uri: await issuer.push(form) }) : form
      flows.add(flow)
      await goTo(`${base}/oauth/authorize?${sent}`, request.navigate)
    },
    async finishSignIn(address: string) {
      requireOpen()
      const { code, flow } = readRedirectAnswer(address, { flows, issuer: base, nowMs: now() })
      // The page is a new one, and a session that it does not know of would not be ended.
      await keeper.restore()
      await keeper.signIn(async () => checked(await issuer.redeem(code, flow), flow), '')
      return Object.freeze({ session: sessionOfNow(), returnTo: flow.returnTo })
    },
    async signInByDeviceCode(request: DeviceSignIn) {
      requireOpen()
      checkDeviceSignIn(request)
      // Not under the lock: it takes minutes.
      const tokens = checked(await tokensByDeviceCode(request, { issuer, now }))
      await keeper.restore()
      await keeper.signIn(async () => tokens, '')
      return sessionOfNow()
    },
    async signOutByRedirect(request: SignOutRequest = {}) {
      requireOpen()
      checkSignOutRequest(request)
      await keeper.restore()
      const { idToken } = keeper
      // The browser is signed out at the issuer all the same.
      await keeper.signOut().catch(ignoringClientErrors)
      const form = {
        client_id: clientId,
        id_token_hint: idToken,
        post_logout_redirect_uri: request.redirectUri,
      }
      await goTo(`${base}/oauth/logout?${formOf(form)}`, request.navigate)
    },
  })
}

const optionNames: OptionNames<ApplicationClientOptions> = {
  ...sessionClientNames,
  ...{ clientId: 1, scopes: 1, audience: 1, push: 1 },
}
const signOutNames: OptionNames<SignOutRequest> = { redirectUri: 1, navigate: 1 }

function checkApplicationOptions(options: ApplicationClientOptions): void {
  checkOptions('createApplicationClient', options, optionNames)
  const { clientId, scopes, audience, push } = options
  if (push !== undefined && typeof push !== 'boolean') throw new TypeError('push is true or false')
  if (typeof clientId !== 'string' || !clientIdSyntax.test(clientId)) {
    throw new TypeError('a client id is a text without blanks')
  }
  if (scopes !== undefined) {
    requireWords('scopes', scopes)
    if (scopes.length === 0) throw new TypeError('scopes: one at least, or no list at all')
  }
  if (audience !== undefined && (typeof audience !== 'string' || audience === '')) {
    throw new TypeError('an audience is a text')
  }
}

function checkSignOutRequest(request: SignOutRequest): void {
  checkOptions('signOutByRedirect', request, signOutNames)
  if (request.redirectUri !== undefined) requireAddress(request.redirectUri)
  requireNavigate(request.navigate)
}

/** @throws {TypeError} if an age is asked for, and nothing that will say how old the sign-in is. */
function flowOf(
  { redirectUri, maxAge, returnTo }: RedirectRequest,
  { scopes }: ApplicationClientOptions,
  nowMs: number,
): Flow {
  if (maxAge !== undefined && scopes?.includes('openid') !== true) {
    throw new TypeError('maxAge needs the scope openid: the ID token says when the person signed in')
  }
  return {
    ...{ state: randomText(32), nonce: randomText(32), verifier: randomText(32) },
    ...{ redirectUri, beganAtMs: nowMs },
    ...(maxAge !== undefined && { maxAge }),
    ...(returnTo !== undefined && { returnTo }),
  }
}

/** Takes the tokens of a sign-in that says whose it is, where that was asked for. */
function checkerOf(
  { issuerUrl, clock }: OpenedClient<ApplicationIssuer>,
  { clientId, scopes }: ApplicationClientOptions,
): (tokens: GivenTokens, flow?: Pick<Flow, 'nonce' | 'maxAge'>) => GivenTokens {
  return (tokens, flow) => {
    const { idToken } = tokens
    if (idToken === undefined) {
      if (scopes?.includes('openid') !== true) return tokens
      throw new ClientError('answer_invalid', 'the issuer gave no ID token')
    }
    const username = readIdToken(idToken, {
      ...{
        issuer: baseOf(issuerUrl),
        clientId,
        nonce: flow?.nonce,
        maxAge: flow?.maxAge,
        nowMs: clock.now(),
      },
    })
    return { ...tokens, username }
  }
}

function ignoringClientErrors(error: unknown): undefined {
  if (!(error instanceof ClientError)) throw error
  return undefined
}
