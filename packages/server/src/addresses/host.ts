/** A host of a URL without the brackets that stand around an IPv6 address there, and nowhere else (URL Standard, section 3.5). */
export function bareHost(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
}
