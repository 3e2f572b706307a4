/** An address of the console: what stands after the `#`. */
export interface Address {
  /** The parts of the path, decoded; undefined where one cannot be decoded. */
  readonly segments: readonly (string | undefined)[]
  readonly query: URLSearchParams
}

/** Parses `#/devices/d_1?all=true`. */
export function addressOf(hash: string): Address {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?')
  const segments = path.split('/').filter((part) => part !== '')
  return { segments: segments.map(decoded), query: new URLSearchParams(query) }
}

/** The parameters of `path` in the address, by name; undefined if the address is not one of this path. */
export function paramsOf(path: string, { segments }: Address): Record<string, string> | undefined {
  const parts = path.split('/').filter((part) => part !== '')
  if (parts.length !== segments.length) return undefined
  const params: Record<string, string> = {}
  for (const [index, part] of parts.entries()) {
    const segment = segments[index]
    if (segment === undefined) return undefined
    const name = /^\{(\w+)\}$/.exec(part)?.[1]
    if (name !== undefined) params[name] = segment
    else if (part !== segment) return undefined
  }
  return params
}

/** Undefined for an address that was cut off in the middle of an escape. */
function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}
