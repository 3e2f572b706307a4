/** An address without the one slash at its end, before a path is written behind it. */
export function withoutSlash(address: string): string {
  return address.endsWith('/') ? address.slice(0, -1) : address
}
