import type { Principal, TokenFinding } from './principal.ts'
import type { Challenge, Refusal, Refuse } from './refusal.ts'
import type { GuardRequest } from './request.ts'

/** What an authenticator answers: a principal, or a refusal. */
export type Finding =
  | {
      readonly kind: 'allowed'
      readonly auth: Principal
      /** To be sent with whatever the handler answers: a nonce for the next request, a cookie. */
      readonly headers?: Readonly<Record<string, string>>
    }
  | RefusedFinding

export interface RefusedFinding {
  readonly kind: 'refused'
  readonly refusal: Refusal
}

/**
 * One way to authenticate a request. A guard may have several; the credentials in the request select one of them. An
 * implementer owes: `carries` is cheap and has no effect; `authenticate` answers every input with a finding, makes refusals
 * by the `refuse` that it is passed, and puts nothing of the request into them.
 */
export interface Authenticator {
  /** The scheme of the Authorization header that it reads; undefined for one that reads something else. */
  readonly scheme: string | undefined
  /** The challenge of a 401; undefined for credentials that HTTP has no challenge for, such as a cookie. */
  readonly challenge: Challenge | undefined
  /** Whether a request carries what this reads. Asked only of authenticators without a scheme. */
  carries?(request: GuardRequest): boolean
  /** `credentials`: what follows the scheme in the header, trimmed; empty where there is no scheme. */
  authenticate(request: GuardRequest, credentials: string, refuse: Refuse): Finding | PromiseLike<Finding>
  /** What may be logged of credentials that were refused, each by its name. Never the credentials. */
  describe?(credentials: string, refusal: Refusal): Readonly<Record<string, unknown>>
  /** Members that it adds to the metadata of the resource (RFC 9728 section 2). */
  readonly metadata?: Readonly<Record<string, unknown>>
}

/** What a guard passes to its authenticators. */
export interface Surroundings {
  /** The time in milliseconds since the Unix epoch. */
  readonly now: () => number
  /** What challenges call this API. */
  readonly realm: string
  /** Verify an access token as the guard verifies those in the header. The caller looks at `confirmation`. */
  readonly verifyToken: VerifyAccessToken
  /** What may be logged of an access token: what it says of itself, and where its scopes were looked for. */
  readonly describeToken: (token: string, refusal: Refusal) => Readonly<Record<string, unknown>>
}

/** An authenticator that needs something of the guard it is for. */
export interface AuthenticatorFactory {
  prepare(surroundings: Surroundings): Authenticator
}

/** One authenticator in its place. */
export interface Link {
  readonly authenticator: Authenticator
  readonly index: number
  readonly refuse: Refuse
}

export type Selection =
  | { readonly kind: 'nothing' }
  /** More credentials than one, so that two programs could choose differently. */
  | { readonly kind: 'ambiguous' }
  | { readonly kind: 'one'; readonly link: Link; readonly credentials: string }

const nothing: Selection = Object.freeze({ kind: 'nothing' })

const ambiguous: Selection = Object.freeze({ kind: 'ambiguous' })

/**
 * Choose by what a request carries. An Authorization header selects by its scheme, which has no case (RFC 9110
 * section 11.1); only without one may anything else speak for the caller. A TypeError where two claim one scheme.
 */
export function prepareSelection(links: readonly Link[]): (request: GuardRequest) => Selection {
  const byScheme = new Map<string, Link>()
  const asNamed: { readonly start: string; readonly link: Link }[] = []
  const others: Link[] = []
  for (const link of links) {
    const { scheme, carries } = link.authenticator
    if (scheme === undefined) {
      if (carries === undefined) throw new TypeError('an authenticator without a scheme says what it carries')
      others.push(link)
    } else {
      if (byScheme.has(scheme.toLowerCase())) throw new TypeError(`two authenticators claim ${scheme}`)
      byScheme.set(scheme.toLowerCase(), link)
      asNamed.push({ start: `${scheme} `, link })
    }
  }

  /** What nearly all clients send: the scheme as it is named, one space, and the credentials. It is half of the work. */
  function selectAsNamed(line: string): Selection | undefined {
    for (let i = 0; i < asNamed.length; i++) {
      const { start, link } = asNamed[i]! // within the list
      if (line.startsWith(start) && line.charCodeAt(start.length) > 0x20) {
        return { kind: 'one', link, credentials: line.slice(start.length) }
      }
    }
    return undefined
  }

  return (request) => {
    const lines = request.header('authorization')
    if (lines.length > 1) return ambiguous
    if (lines.length === 1 && others.length === 0) {
      const selected = selectAsNamed(lines[0]!) // there is one
      if (selected !== undefined) return selected
    }
    const line = (lines[0] ?? '').trim()
    // Each says what it carries, see above.
    const carrying =
      others.length === 0 ? others : others.filter(({ authenticator }) => authenticator.carries!(request))
    if (line === '') {
      const link = carrying[0]
      if (carrying.length > 1) return ambiguous
      return link === undefined ? nothing : { kind: 'one', link, credentials: '' }
    }
    const [scheme, credentials] = partsOf(line)
    const link = byScheme.get(scheme.toLowerCase())
    if (link === undefined) return nothing
    if (carrying.length > 0) return ambiguous
    return { kind: 'one', link, credentials }
  }
}

/**
 * What a request carries, in the order of the links, as Django REST framework asks them one after the other. There two
 * credentials are no fault, but two lines of Authorization still are.
 */
export function carriedInOrder(
  links: readonly Link[],
  request: GuardRequest,
): readonly Extract<Selection, { kind: 'one' }>[] | 'ambiguous' {
  const lines = request.header('authorization')
  if (lines.length > 1) return 'ambiguous'
  const [scheme, credentials] = partsOf((lines[0] ?? '').trim())
  return links.flatMap((link) => {
    const { authenticator } = link
    const isCarried =
      authenticator.scheme === undefined
        ? authenticator.carries?.(request)
        : authenticator.scheme.toLowerCase() === scheme.toLowerCase()
    return isCarried
      ? [{ kind: 'one', link, credentials: authenticator.scheme === undefined ? '' : credentials }]
      : []
  })
}

/** A scheme and its credentials, with one space or more between them and nothing else (RFC 9110 section 11.4). */
function partsOf(line: string): readonly [scheme: string, credentials: string] {
  const space = line.indexOf(' ')
  if (space === -1) return [line, '']
  let credentials = line.slice(space + 1)
  while (credentials.startsWith(' ')) credentials = credentials.slice(1)
  return [line.slice(0, space), credentials]
}

/**
 * Verifies an access token, from whatever part of a request, by the issuers and revocations of a guard. The caller looks
 * at `confirmation`, which says whether the token is bound to a key.
 */
export type VerifyAccessToken = (token: string, refuse: Refuse) => TokenVerdict | Promise<TokenVerdict>

export type TokenVerdict = TokenFinding | RefusedFinding
