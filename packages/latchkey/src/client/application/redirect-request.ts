import { checkOptions, type OptionNames } from '../../options/check-options.ts'
import { wholeText } from '../../whole-text.ts'
import { sha256Of } from '../encoding.ts'
import type { Flow } from './flows.ts'

/** What `signInByRedirect` takes. It refuses members that are not listed here. `maxAge` and `acrValues` are as the event `step-up` gives them. */
export interface RedirectRequest {
  /** Where the issuer sends the person back: an address that the application has registered. */
  readonly redirectUri: string
  /** A text that `finishSignIn` gives back, such as the page that the person came from. It stays in this tab. */
  readonly returnTo?: string
  /** `login` asks for a fresh sign-in, `consent` for the consent, `none` shows no page at all. */
  readonly prompt?: 'none' | 'login' | 'consent' | 'select_account'
  /** How many seconds ago the person may have signed in at the issuer. Needs the scope `openid`. */
  readonly maxAge?: number | undefined
  /** The authentication contexts of which one is wanted; any will do if there are none. */
  readonly acrValues?: readonly string[]
  /** The user name that the sign-in page begins with. */
  readonly loginHint?: string
  /** The languages of the issuer's pages, the best first: `zh-Hant`. */
  readonly uiLocales?: readonly string[]
  /** Goes to the address; `location.assign` if not given. */
  readonly navigate?: (url: string) => unknown
}

const names: OptionNames<RedirectRequest> = {
  ...{ redirectUri: 1, returnTo: 1, prompt: 1, maxAge: 1, acrValues: 1 },
  ...{ loginHint: 1, uiLocales: 1, navigate: 1 },
}
const prompts = ['none', 'login', 'consent', 'select_account']
/** Shorter than what a browser keeps for a tab, by far. */
const longestReturn = 8192
const wordSyntax = wholeText(/[\x21-\x7e]+/)

/** @throws {TypeError} if a member is missing, is of the wrong type, or is not known. */
export function checkRedirectRequest(request: RedirectRequest): void {
  checkOptions('signInByRedirect', request, names)
  const { redirectUri, returnTo, prompt, maxAge, acrValues, loginHint, uiLocales, navigate } = request
  requireAddress(redirectUri)
  requireNavigate(navigate)
  for (const text of [returnTo, loginHint]) {
    if (text !== undefined && (typeof text !== 'string' || text.length > longestReturn)) {
      throw new TypeError(`returnTo and loginHint are texts of ${longestReturn} characters at most`)
    }
  }
  if (prompt !== undefined && !prompts.includes(prompt)) {
    throw new TypeError(`prompt is one of ${prompts.join(', ')}`)
  }
  if (maxAge !== undefined && !(Number.isInteger(maxAge) && maxAge >= 0)) {
    throw new TypeError('maxAge is a whole number of seconds')
  }
  for (const list of [acrValues, uiLocales])
    if (list !== undefined) requireWords('acrValues and uiLocales', list)
}

/** @throws {TypeError} if it is no address that a browser can be sent to. */
export function requireAddress(address: unknown): void {
  if (typeof address !== 'string' || !URL.canParse(address) || address.includes('#')) {
    throw new TypeError('a redirectUri is an absolute address without a fragment')
  }
}

/** @throws {TypeError} if it is given and is no function. */
export function requireNavigate(navigate: unknown): void {
  if (navigate !== undefined && typeof navigate !== 'function') throw new TypeError('navigate is a function')
}

/** @throws {TypeError} if it is no list of words, which are sent with blanks between them. */
export function requireWords(owner: string, list: unknown): void {
  const isList =
    Array.isArray(list) && list.every((word) => typeof word === 'string' && wordSyntax.test(word))
  if (!isList) throw new TypeError(`${owner}: a list of texts without blanks`)
}

interface Asking {
  readonly clientId: string
  readonly scopes: readonly string[] | undefined
  readonly audience: string | undefined
  /** The thumbprint of the key that the code is bound to. */
  readonly jkt: string | undefined
}

/** What is asked at the authorization endpoint (RFC 6749 section 4.1.1, RFC 7636, RFC 8707, RFC 9449 section 10). */
export async function authorizationForm(
  { clientId, scopes, audience, jkt }: Asking,
  flow: Flow,
  request: RedirectRequest,
): Promise<URLSearchParams> {
  return formOf({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: flow.redirectUri,
    scope: scopes?.join(' '),
    resource: audience,
    state: flow.state,
    nonce: flow.nonce,
    code_challenge: await sha256Of(flow.verifier),
    code_challenge_method: 'S256',
    dpop_jkt: jkt,
    prompt: request.prompt,
    max_age: request.maxAge?.toString(),
    acr_values: wordsOf(request.acrValues),
    login_hint: request.loginHint,
    ui_locales: wordsOf(request.uiLocales),
  })
}

/** A list as it is sent; undefined for an empty one. */
function wordsOf(list: readonly string[] = []): string | undefined {
  return list.length === 0 ? undefined : list.join(' ')
}

/** The parameters that have a value. */
export function formOf(parameters: Readonly<Record<string, string | undefined>>): URLSearchParams {
  const given = Object.entries(parameters).filter((pair): pair is [string, string] => pair[1] !== undefined)
  return new URLSearchParams(given)
}

/** @throws {TypeError} outside of a page, where the program has to say how to go there. */
export function goTo(url: string, navigate: RedirectRequest['navigate']): unknown {
  if (navigate !== undefined) return navigate(url)
  const { location } = globalThis as { location?: { assign?: (url: string) => void } } // in pages
  if (location?.assign === undefined)
    throw new TypeError('outside of a page, navigate says how to go to an address')
  return location.assign(url)
}
