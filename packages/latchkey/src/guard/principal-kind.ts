/** What a principal is: a person, a device, a program, or the holder of an API key. */
export type PrincipalKind = 'user' | 'device' | 'service' | 'api_key'

const kinds: ReadonlySet<unknown> = new Set<PrincipalKind>(['user', 'device', 'service', 'api_key'])

export function isPrincipalKind(value: unknown): value is PrincipalKind {
  return kinds.has(value)
}
