import { isLoopback } from '../addresses/loopback.ts'
import { contains, type Network, parseNetwork } from '../addresses/networks.ts'

/** Addresses that are nobody's in the public Internet (the IANA registries of special purposes), beside all but 2000::/3. */
const notPublic = networksOf([
  '0.0.0.0/8',
  '10.0.0.0/8',
  // shared by the customers of a carrier (RFC 6598)
  '100.64.0.0/10',
  '127.0.0.0/8',
  // link-local, where clouds tell machines their secrets
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  // Teredo and others, documentation, 6to4, and documentation again
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
])
/** What IANA assigns of IPv6 to hosts. NAT64, unique local, link-local, multicast and mapped addresses lie outside. */
const globalUnicast = networksOf(['2000::/3'])

/** Whether this server may connect to an address: to all that are public, and to those in `allowed`. */
export function mayReach(address: string, allowed: readonly Network[]): boolean {
  if (contains(allowed, address)) return true
  if (contains(notPublic, address)) return false
  return contains(globalUnicast, address) || contains(everyIpv4, address)
}
const everyIpv4 = networksOf(['0.0.0.0/0'])

/** A text as a URL that this server may ask, as far as that can be said before its name is resolved. */
export function outboundUrl(text: string, allowed: readonly Network[]): URL | undefined {
  const url = URL.parse(text)
  if (!url || url.username || url.password || url.hash || url.hostname === '') return undefined
  if (url.protocol === 'https:') return url
  // In the clear only to this machine, and only where the operator has listed it.
  const isHere = url.protocol === 'http:' && isLoopback(url.hostname)
  return isHere && (contains(allowed, '127.0.0.1') || contains(allowed, '::1')) ? url : undefined
}

function networksOf(texts: readonly string[]): readonly Network[] {
  return texts.map((text) => {
    const network = parseNetwork(text)
    if (!network) throw new TypeError(`${text} is no network`)
    return network
  })
}
