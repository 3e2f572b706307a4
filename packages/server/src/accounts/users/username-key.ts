/** Names that look the same are the same: Unicode NFKC, and case does not count. */
export function usernameKey(username: string): string {
  return username.normalize('NFKC').toLowerCase().normalize('NFKC')
}
