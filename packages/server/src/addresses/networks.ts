import { isIP } from 'node:net'
import { wholeText } from '../whole-text.ts'

const networkForm = wholeText(/([^/]+)(?:\/(\d{1,3}))?/)

/** A network in CIDR notation (RFC 4632): the bytes of one of its addresses, and the length of its prefix in bits. */
export interface Network {
  readonly bytes: readonly number[]
  readonly bits: number
}

/** The canonical form of an address: IPv4 dotted, also if it is mapped into IPv6; IPv6 by RFC 5952. */
export function canonicalAddress(text: string): string | undefined {
  const bytes = bytesOf(text)
  return bytes && written(bytes)
}

/**
 * The network that a text is: `10.0.0.0/8`, `2001:db8::/32`, or one address. A text that is neither, or has bits beyond its
 * prefix, is none.
 */
export function parseNetwork(text: string): Network | undefined {
  const [, address = '', prefix] = networkForm.exec(text) ?? []
  const bytes = bytesOf(address)
  if (!bytes) return undefined
  const width = bytes.length * 8
  // A prefix of an IPv4 address that is mapped into IPv6 counts from there, and nobody writes it so.
  if (prefix !== undefined && bytes.length === 4 && address.includes(':')) return undefined
  const bits = prefix === undefined ? width : Number(prefix)
  if (bits > width || bytes.some((byte, at) => byte !== firstBits(byte, bits - at * 8))) return undefined
  return { bytes, bits }
}

/** Whether an address lies in one of the networks. A text that is no address lies in none. */
export function contains(networks: readonly Network[], address: string): boolean {
  if (networks.length === 0) return false
  const bytes = bytesOf(address)
  if (!bytes) return false
  return networks.some(
    (network) =>
      network.bytes.length === bytes.length &&
      network.bytes.every((byte, at) => byte === firstBits(bytes[at]!, network.bits - at * 8)),
  )
}

/**
 * The key under which requests of an address are counted: the address for IPv4, the first 64 bits for IPv6, the least that a
 * household or a rented machine is assigned (RFC 6177).
 */
export function countingKey(address: string): string {
  const bytes = bytesOf(address)
  if (!bytes || bytes.length === 4) return bytes ? bytes.join('.') : address
  return bytes.slice(0, 8).join(':')
}

/** The network that an address is told by: 24 bits of IPv4, 48 of IPv6, which is about a site. In CIDR notation. */
export function networkOf(address: string): string | undefined {
  const bytes = bytesOf(address)
  if (!bytes) return undefined
  const kept = bytes.length === 4 ? 3 : 6
  return `${written(bytes.map((byte, at) => (at < kept ? byte : 0)))}/${kept * 8}`
}

/** The first `bits` bits of a byte. */
function firstBits(byte: number, bits: number): number {
  return byte & (0xff << (8 - Math.min(Math.max(bits, 0), 8)))
}

/** Four or sixteen bytes. An IPv4 address that is mapped into IPv6 (RFC 4291 section 2.5.5.2) is four. */
function bytesOf(text: string): number[] | undefined {
  // A zone names an interface of this machine, not another address.
  const address = text.split('%', 1)[0]!
  const version = isIP(address)
  if (version === 4) return address.split('.').map(Number)
  if (version === 0) return undefined
  const [head = '', tail] = address.split('::')
  const [before, after] = [groupsOf(head), tail === undefined ? [] : groupsOf(tail)]
  const bytes = [...before, ...Array<number>(16 - before.length - after.length).fill(0), ...after]
  const isMapped = bytes[10] === 0xff && bytes[11] === 0xff && bytes.slice(0, 10).every((byte) => byte === 0)
  return isMapped ? bytes.slice(12) : bytes
}

/** The bytes of groups with colons between, the last of which may be dotted. */
function groupsOf(text: string): number[] {
  if (text === '') return []
  return text.split(':').flatMap((group) => {
    if (group.includes('.')) return group.split('.').map(Number)
    const value = Number.parseInt(group, 16)
    return [value >> 8, value & 0xff]
  })
}

function written(bytes: readonly number[]): string {
  if (bytes.length === 4) return bytes.join('.')
  const groups = Array.from({ length: 8 }, (_, at) => bytes[at * 2]! * 256 + bytes[at * 2 + 1]!)
  // The longest run of zeros, the first of equals, and not a single group (RFC 5952 section 4.2).
  let [start, length] = [0, 0]
  for (const from of groups.keys()) {
    let to = from
    while (groups[to] === 0) to += 1
    if (to - from > length) [start, length] = [from, to - from]
  }
  const hex = groups.map((group) => group.toString(16))
  if (length < 2) return hex.join(':')
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`
}
