import type { Item } from '../../api/api.ts'

export type UserType = Item<'GET /v1/user-types'>

/** The list as it is known: what was just saved is newer than what was loaded before. */
export function withSaved(
  loaded: readonly UserType[],
  saved: Readonly<Record<string, UserType>>,
): readonly UserType[] {
  return loaded.map((type) => {
    const newer = saved[type.name]
    return newer && newer.version > type.version ? newer : type
  })
}
