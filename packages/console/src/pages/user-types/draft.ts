/** What is ticked otherwise than the server has it. */
export interface Draft {
  /** The version that was changed. */
  readonly version: number
  readonly added: ReadonlySet<string>
  readonly removed: ReadonlySet<string>
}

interface Type {
  readonly version: number
  readonly permissions: readonly string[]
}

export function isTicked(type: Type, draft: Draft | undefined, permission: string): boolean {
  if (draft?.added.has(permission)) return true
  return type.permissions.includes(permission) && !draft?.removed.has(permission)
}

/** The draft with this box ticked or not; undefined once nothing is left to save. */
export function ticked(
  type: Type,
  draft: Draft | undefined,
  permission: string,
  on: boolean,
): Draft | undefined {
  const added = new Set(draft?.added)
  const removed = new Set(draft?.removed)
  added.delete(permission)
  removed.delete(permission)
  if (on && !type.permissions.includes(permission)) added.add(permission)
  if (!on && type.permissions.includes(permission)) removed.add(permission)
  if (added.size + removed.size === 0) return undefined
  return { version: draft?.version ?? type.version, added, removed }
}

/** What is to be saved on top of a type, whoever changed it meanwhile. */
export function applied<Name extends string>(
  type: Type,
  draft: Draft,
  permissions: readonly Name[],
): readonly Name[] {
  return permissions.filter((permission) => isTicked(type, draft, permission))
}
