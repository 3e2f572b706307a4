import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { OptionNames } from '../../options/check-options.ts'
import { wholeText } from '../../whole-text.ts'
import type { GuardRequest } from '../request.ts'

const tokenSyntax = wholeText(/([\w-]{22})\.([\w-]{43})/)

/** Which pages may send requests that change something with a cookie. */
export interface CsrfOptions {
  /** Their origins, besides that of the API itself: `https://app.example.com`. An empty list if there are none. */
  readonly origins: readonly string[]
}

export const csrfOptions: OptionNames<CsrfOptions> = { origins: 1 }

interface CsrfCheck {
  /**
   * Whether a request that authenticates by cookie is intended: it changes nothing, or comes from an allowed page, or has
   * a token that `isTokenGood` accepts.
   */
  isMeant(request: GuardRequest, isTokenGood: (token: string) => boolean): boolean
  /** Whether it comes from an allowed page, by headers that no script can set. */
  isFromOwnPage(request: GuardRequest): boolean
}

/**
 * Prepare the check. `isForDevelopment` takes the API's own origin over http as well. A TypeError for an origin that no
 * browser would send.
 */
export function prepareCsrf({ origins }: CsrfOptions, isForDevelopment: boolean): CsrfCheck {
  if (!Array.isArray(origins)) throw new TypeError('csrf names the origins that may, or an empty list')
  for (const origin of origins) {
    if (typeof origin !== 'string' || !URL.canParse(origin) || new URL(origin).origin !== origin) {
      throw new TypeError('an origin is a scheme and a host, such as https://app.example.com')
    }
  }
  const allowed: ReadonlySet<string> = new Set(origins)

  function isFromOwnPage(request: GuardRequest): boolean {
    // No script can write this header. `same-site` is not enough: it would trust every sibling host.
    const site = onlyOf(request, 'sec-fetch-site')
    if (site === 'same-origin' || site === 'none') return true
    const origin = onlyOf(request, 'origin')
    if (origin !== undefined && allowed.has(origin)) return true
    const host = onlyOf(request, 'host') ?? onlyOf(request, ':authority')
    if (host === undefined) return false
    // Only the scheme that the cookie is kept for: the same host without TLS may be anyone on the network.
    return origin === `https://${host}` || (isForDevelopment && origin === `http://${host}`)
  }

  function isMeant(request: GuardRequest, isTokenGood: (token: string) => boolean): boolean {
    if (changesNothing(request) || isFromOwnPage(request)) return true
    const tokens = [...request.header('x-csrf-token'), ...request.header('x-csrftoken')]
    return tokens.length === 1 && isTokenGood(tokens[0]!.trim()) // there is one
  }

  return { isMeant, isFromOwnPage }
}

/** The safe methods (RFC 9110 section 9.2.1), but for an upgrade: the opener of a WebSocket can write to it. */
function changesNothing(request: GuardRequest): boolean {
  const { method } = request
  const isSafe = method === 'GET' || method === 'HEAD' || method === 'OPTIONS' || method === 'TRACE'
  return isSafe && request.header('upgrade').length === 0
}

function onlyOf(request: GuardRequest, name: string): string | undefined {
  const lines = request.header(name)
  return lines.length === 1 ? lines[0]!.trim() : undefined // there is one
}

/** A token for pages to send back: a random value, and its MAC together with the session. */
export function csrfTokenFor(secret: Uint8Array, session: string): string {
  const random = randomBytes(16).toString('base64url')
  return `${random}.${macOf(secret, random, session).toString('base64url')}`
}

export function isCsrfTokenOf(secret: Uint8Array, session: string, token: string): boolean {
  const [, random, mac] = tokenSyntax.exec(token) ?? []
  if (random === undefined || mac === undefined) return false
  return timingSafeEqual(macOf(secret, random, session), Buffer.from(mac, 'base64url'))
}

function macOf(secret: Uint8Array, random: string, session: string): Buffer {
  return createHmac('sha256', secret).update(`latchkey csrf ${random}.${session}`).digest()
}
