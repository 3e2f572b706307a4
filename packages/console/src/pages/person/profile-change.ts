/** What can be changed of a person by its form. */
export interface ProfileFields {
  readonly display_name: string | null
  readonly user_type: string
}

export type ProfileChange = { readonly [Name in keyof ProfileFields]?: ProfileFields[Name] }

const profileFields = ['display_name', 'user_type'] as const

/** The fields that are others than what was seen. */
export function changedIn(seen: ProfileFields, given: ProfileFields): ProfileChange {
  const changed = profileFields.filter((name) => given[name] !== seen[name])
  return Object.fromEntries(changed.map((name) => [name, given[name]]))
}

/** Of what somebody has changed, the fields that are not as they want them now: nothing is asked of the others. */
export function openFields(mine: ProfileChange, theirs: ProfileFields): readonly (keyof ProfileFields)[] {
  return profileFields.filter((name) => mine[name] !== undefined && mine[name] !== theirs[name])
}

/** Whether somebody else has changed this field since it was seen. */
export function isContested(seen: ProfileFields, theirs: ProfileFields, name: keyof ProfileFields): boolean {
  return seen[name] !== theirs[name]
}
