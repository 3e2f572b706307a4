/** Whether a setting names an address of the web, and no directory: `http:` or `https:` stands at its beginning. */
export function isWebAddress(text: string): boolean {
  return text.startsWith('https:') || text.startsWith('http:')
}
