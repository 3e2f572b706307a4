import { isSecret, type SecretKind } from '../secrets/secrets.ts'
import { wholeText } from '../whole-text.ts'

/** Headers of a request, by lower-case name. */
type Header = (name: string) => string | undefined

/** A refresh token as a browser sent it. */
export interface SentCookie {
  readonly name: string
  readonly token: string
}

/**
 * The cookies in which refresh tokens are kept for pages of this server's own origin. No script can read one, no page of
 * another origin can have one set, read or removed. An application of the origin has a cookie of its own, by its name.
 */
export interface RefreshCookies {
  /**
   * A browser says in `Origin` whose page sends a request, and no page can change that (Fetch Standard, section 3.1).
   * Only pages of the issuer's own origin are served; a request without the header is not. Why a request is not of one of
   * them; undefined where it is.
   */
  foreignOrigin(header: Header): 'origin_missing' | 'origin_foreign' | undefined
  /** The `Set-Cookie` that keeps `token` for `application`. */
  keep(application: string, token: string): string
  /** The `Set-Cookie` that removes the cookie of that name. */
  remove(name: string): string
  /** The token that `application` has; undefined where there is none, and where there are two. */
  tokenOf(application: string, header: Header): string | undefined
  /** All that were sent. */
  sent(header: Header): readonly SentCookie[]
}

/** What cookies of this server begin with, and what a browser is told of each. */
interface CookieScope {
  readonly prefix: string
  readonly attributes: string
}

/** The name of an application in the name of its cookie (RFC 6265 section 4.1.1). */
export const applicationName = wholeText(/[\w.~-]{1,64}/)

export function createRefreshCookies(issuer: string): RefreshCookies {
  const url = new URL(issuer)
  // Without Max-Age: it goes when the browser is closed. The server's own limits of the session come on top.
  const { prefix, attributes } = cookieScope(url, 'latchkey_refresh')
  const origins = ownOrigins(url)

  const foreignOrigin: RefreshCookies['foreignOrigin'] = (header) => {
    const origin = header('origin')
    if (origin === undefined) return 'origin_missing'
    const site = header('sec-fetch-site')
    const isOwn = origins.has(origin) && (site === undefined || site === 'same-origin')
    return isOwn ? undefined : 'origin_foreign'
  }

  const sent = (header: Header) => sentCookies(header, prefix)

  return {
    foreignOrigin,
    keep: (application, token) => `${prefix}${application}=${token}; ${attributes}`,
    remove: (name) => `${name}=; ${attributes}; Max-Age=0`,
    tokenOf(application, header) {
      const own = sent(header).filter(({ name }) => name === prefix + application)
      return own.length === 1 ? own[0]?.token : undefined
    },
    sent,
  }
}

/** A cookie with a secret of the browser. */
export interface BrowserCookie {
  /** The `Set-Cookie` that gives a browser its secret. */
  keep(secret: string): string
  /** The `Set-Cookie` that takes it away. */
  remove(): string
  /** The secret that a browser sent; undefined where there is none, where there are two, and for what no secret of this kind can be. */
  secretOf(header: Header): string | undefined
}

/** Of which browsers send the same one for 400 days, the longest that they keep any (RFC 6265bis section 5.5). */
export function createBrowserCookie(issuer: string): BrowserCookie {
  const { prefix, attributes } = cookieScope(new URL(issuer), 'latchkey_browser')
  return secretCookie('browser', prefix, `${attributes}; Max-Age=${400 * 86_400}`)
}

/**
 * Says who is signed in to an authorization request, which begins at a link of another site: so it comes with such links, and with
 * nothing else from there. It goes when the browser is closed.
 */
export function createSignedInCookie(issuer: string): BrowserCookie {
  const { prefix, attributes } = cookieScope(new URL(issuer), 'latchkey_signed_in', 'Lax')
  return secretCookie('signedin', prefix, attributes)
}

function secretCookie(kind: SecretKind, prefix: string, attributes: string): BrowserCookie {
  return {
    keep: (secret) => `${prefix}id=${secret}; ${attributes}`,
    remove: () => `${prefix}id=; ${attributes}; Max-Age=0`,
    secretOf(header) {
      const [one, another] = sentCookies(header, prefix)
      return one && !another && isSecret(kind, one.token) ? one.token : undefined
    },
  }
}

/**
 * By which a browser is known again that comes back from another site. It is sent with a navigation that begins there, which no strict
 * cookie is, and goes after ten minutes.
 */
export function createFlowCookie(issuer: string): BrowserCookie {
  const { prefix, attributes } = cookieScope(new URL(issuer), 'latchkey_flow', 'Lax')
  return secretCookie('flow', prefix, `${attributes}; Max-Age=600`)
}

function cookieScope(
  { protocol, port, pathname }: URL,
  name: string,
  sameSite: 'Strict' | 'Lax' = 'Strict',
): CookieScope {
  const isSecure = protocol === 'https:'
  // Cookies know no ports: two servers of one machine must not write into one another's.
  const base = `${name}${port && `_${port}`}.`
  // With the prefix a browser takes the cookie from this very host over https alone (RFC 6265bis section 4.1.3.2), and
  // it has to be for every path. Over http, on loopback only, it is for what is below the issuer.
  const path = isSecure ? '/' : pathname
  return {
    prefix: isSecure ? `__Host-${base}` : base,
    attributes: `Path=${path}; HttpOnly; SameSite=${sameSite}${isSecure ? '; Secure' : ''}`,
  }
}

function sentCookies(header: Header, prefix: string): SentCookie[] {
  return (header('cookie') ?? '').split(';').flatMap((pair) => {
    const [name = '', token = ''] = pair.trim().split('=', 2)
    return name.startsWith(prefix) ? [{ name, token }] : []
  })
}

/** The issuer's origin. One on loopback has three names; over http to anywhere else, cookies could be read on the way. */
export function ownOrigins(issuer: URL): ReadonlySet<string> {
  const { protocol, origin, hostname, port } = issuer
  const loopback = ['localhost', '127.0.0.1', '[::1]']
  if (loopback.includes(hostname)) {
    return new Set(loopback.map((name) => `${protocol}//${name}${port && `:${port}`}`))
  }
  return new Set(protocol === 'https:' ? [origin] : [])
}
