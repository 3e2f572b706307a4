import { wholeText } from '../whole-text.ts'

const loopbackIpv4 = wholeText(/127(\.\d{1,3}){3}/)

/**
 * A URL from which keys or policy may be had: https, or http to this very machine where that was asked for. A
 * TypeError otherwise. The URL is the operator's, never a token's.
 */
export function trustworthyUrl(text: string | URL, allowLoopbackHttp: boolean): URL {
  const url = new URL(text)
  const isSafe =
    url.protocol === 'https:' || (url.protocol === 'http:' && allowLoopbackHttp && isLoopback(url))
  if (isSafe && !url.username && !url.password) return url
  throw new TypeError('the URL must be https, or http to loopback if allowed, without a password')
}

/** Names that resolve to this machine by RFC 6761 section 6.3 and addresses that are it by definition. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || loopbackIpv4.test(hostname)
}
