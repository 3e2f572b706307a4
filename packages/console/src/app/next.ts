/**
 * Where somebody is led who has signed in: the path of this server that the address of the page names, never anything that a browser
 * could take for another host. Undefined for who wants the console.
 */
export function nextIn(search: string): string | undefined {
  const next = new URLSearchParams(search).get('next')
  return next !== null && /^\/(?![/\\])[\x21-\x7e]*$/.test(next) && !next.includes('\\') ? next : undefined
}
