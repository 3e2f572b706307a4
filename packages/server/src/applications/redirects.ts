import { isLoopback } from '../addresses/loopback.ts'
import { wholeText } from '../whole-text.ts'
import type { ApplicationRow, ApplicationType } from './store.ts'

/** Where an application wants people sent, and what it is. */
export interface Sender {
  readonly type: ApplicationType
  /** Plain http on this machine is taken of pages too. */
  readonly isDevelopment: boolean
}

export const longestAddress = 500
export const mostAddresses = 20

/** Characters of a URI (RFC 3986 section 2) but for `#`, which begins a fragment, and `*`, which stands for anything at all. */
const characters = wholeText(/[\w\-.~:/?[\]@!$&'()+,;=%]+/)
/** A scheme that belongs to whoever owns the domain, turned around (RFC 8252 section 7.1). */
const privateScheme = wholeText(/[a-z][a-z0-9+-]*(\.[a-z0-9][a-z0-9+-]*)+:.*/s)
/** Also a user without a name, whom no browser keeps. */
const naming = wholeText(/[^/]*:\/\/[^/?]*@.*/s)

/**
 * What is wrong with an address to which people are to be sent back; undefined if nothing is. It is compared letter by letter
 * (RFC 9700 section 2.1), so it has to be written as browsers write it.
 */
export function redirectFault(text: string, sender: Sender): string | undefined {
  if (text.length > longestAddress) return `has ${longestAddress} characters at most`
  if (text.includes('#')) return 'has no fragment'
  if (text.includes('*')) return 'has no wildcard: name each address'
  if (!characters.test(text)) return 'has only characters of a URI'
  const url = URL.parse(text)
  if (!url) return 'is an absolute URI, such as https://app.example/callback'
  if (url.username !== '' || url.password !== '' || naming.test(text)) return 'names no user'
  if (url.protocol === 'https:' || url.protocol === 'http:') {
    if (url.href !== text && url.href !== `${text}/`) {
      return `is to be written as browsers write it: ${url.href}`
    }
    return url.protocol === 'https:' ? undefined : plainFault(url, sender)
  }
  if (sender.type !== 'native') return 'is https'
  return privateScheme.test(text)
    ? undefined
    : 'is https, http on 127.0.0.1 or [::1], or a scheme with a dot such as com.example.app:/callback'
}

function plainFault({ hostname }: URL, { type, isDevelopment }: Sender): string | undefined {
  if (!isLoopback(hostname)) return 'is https'
  if (type === 'native' || isDevelopment) return undefined
  return 'is https; plain http on this machine is for native applications, and for others while a server is being developed'
}

/** Loopback by its number, which no name server decides about (RFC 8252 section 8.3). */
const loopback = wholeText(/(http:\/\/(?:127\.0\.0\.1|\[::1\]))(?::([1-9]\d{0,4}))?([/?].*)?/)

/**
 * Whether an address is one of an application's. It is compared letter by letter, but for the port of a native one on this machine: the
 * system gives it whichever is free (RFC 8252 section 7.3).
 */
export function isRedirectOf(
  { type, redirect_uris: registered }: Pick<ApplicationRow, 'type' | 'redirect_uris'>,
  address: string,
): boolean {
  if (registered.includes(address)) return true
  const asked = type === 'native' ? withoutPort(address) : undefined
  return asked !== undefined && registered.some((one) => withoutPort(one) === asked)
}

function withoutPort(address: string): string | undefined {
  if (!characters.test(address)) return undefined
  const [, host, port = '80', rest = '/'] = loopback.exec(address) ?? []
  return host === undefined || Number(port) > 65_535 ? undefined : host + rest
}
