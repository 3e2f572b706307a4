import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'

/**
 * The client's address. Of X-Forwarded-For only the entries that our own proxies wrote are believed: with
 * `trustedProxies` of them in front, that is the entry so many from the right. Whatever stands further left
 * was sent by the client and may say anything.
 */
export function clientAddress(
  incoming: IncomingMessage | undefined,
  forwardedFor: string | undefined,
  trustedProxies: number,
): string {
  const peer = plain(incoming?.socket.remoteAddress ?? '')
  if (trustedProxies === 0 || forwardedFor === undefined) return peer
  const hops = forwardedFor.split(',').map((hop) => plain(hop.trim()))
  const claimed = hops[Math.max(0, hops.length - trustedProxies)] ?? ''
  return isIP(claimed) ? claimed : peer
}

/** An IPv4 address as such, also where a dual-stack socket shows it mapped into IPv6 (RFC 4291 section 2.5.5.2). */
export function plain(address: string): string {
  return address.startsWith('::ffff:') ? address.slice(7) : address
}
