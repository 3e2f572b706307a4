/** The name of every member of `Options`. The compiler refuses a record that lacks one, or has one too many. */
export type OptionNames<Options> = Readonly<Record<keyof Options, 1>>

/**
 * Checks that `options` has no member besides those of `names`: an option that nobody reads is a check that nobody
 * makes. Inherited members count, for reading an option finds them as well.
 *
 * @param owner What takes the options, for the message.
 * @throws {TypeError} if `options` is not an object, or has an unknown member; the message gives the nearest known one.
 */
export function checkOptions(owner: string, options: unknown, names: Readonly<Record<string, 1>>): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new TypeError(`${owner} takes options as an object`)
  }
  for (const name in options) {
    // A member that a program added to Object.prototype is on every object, and no option.
    if (!Object.hasOwn(names, name) && (Object.hasOwn(options, name) || !(name in Object.prototype))) {
      const [nearest] = Object.keys(names).sort((a, b) => likeness(name, b) - likeness(name, a))
      throw new TypeError(`${owner} has no option ${JSON.stringify(name)}; the nearest is "${nearest}"`)
    }
  }
}

/**
 * The share of letters and pairs of letters that two names have in common, whatever their case (the coefficient of
 * Dice). It finds `algorithms` for `alg`, where a count of edits finds `now`.
 */
function likeness(written: string, known: string): number {
  const parts = partsOf(known)
  return partsOf(written).filter((part) => parts.includes(part)).length / (written.length + known.length)
}

function partsOf(name: string): string[] {
  return [...name.toLowerCase()].flatMap((letter, i, all) => [letter, letter + all[i + 1]])
}
