import type { Identity } from '../identity.ts'
import { holds, type Permission } from '../permissions.ts'

/** Kinds of subjects and targets that have a name beside their id. */
export const namedKinds = ['user', 'device', 'service', 'app', 'api_key'] as const
export type NamedKind = (typeof namedKinds)[number]

/** What something is called, and for a key of a person, whose it is. */
export interface Called {
  readonly name: string
  readonly owner?: string
}

/** What those of these ids are called that there are. */
export type Namer = (ids: readonly string[]) => Promise<ReadonlyMap<string, Called>>

/** Who may know what something of a kind is called. */
const needed: Readonly<Record<NamedKind, Permission>> = {
  user: 'users:read',
  device: 'devices:read',
  service: 'services:read',
  app: 'apps:read',
  api_key: 'users:read',
}

export interface Named extends Called {
  readonly id: string
  readonly kind: NamedKind
}

/** The names that a caller may know. Whoever was deleted has none any more. */
export async function findNames(
  namers: Readonly<Record<NamedKind, Namer>>,
  identity: Identity,
  ids: readonly string[],
): Promise<Named[]> {
  const asked = [...new Set(ids)]
  const found: Named[] = []
  for (const kind of namedKinds) {
    if (!holds(identity, needed[kind])) continue
    for (const [id, called] of await namers[kind](asked)) found.push({ ...called, id, kind })
  }
  return found
}
