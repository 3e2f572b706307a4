import { checkOptions, type OptionNames } from '../../options/check-options.ts'

/**
 * A copy of the settings that are given, inherited ones too: whoever reads a setting finds those, and a copy by spreading
 * would lose them. What is undefined counts as not given.
 *
 * @throws {TypeError} if `given` is not an object, or has a member that `names` lacks; the message gives the nearest name.
 */
export function settingsIn<Settings extends object>(
  owner: string,
  given: Settings,
  names: OptionNames<Settings>,
): Settings {
  checkOptions(owner, given, names)
  const copy: Partial<Settings> = {}
  for (const name of Object.keys(names) as (keyof Settings)[]) {
    if (given[name] !== undefined) copy[name] = given[name]
  }
  return copy as Settings // what is missing was undefined
}
