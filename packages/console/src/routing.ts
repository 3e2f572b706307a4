export interface Route {
  readonly place: string
  readonly item: string | undefined
  readonly query: URLSearchParams
}

/** `#/devices/d_1?all=true` in its parts. */
export function routeOf(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?')
  const [place = '', item] = path.split('/').map(decoded)
  return { place, item: item || undefined, query: new URLSearchParams(query) }
}

/** Somebody may have cut the address in the middle of an escape. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return ''
  }
}
