import { checkOptions, type OptionNames } from './check-options.ts'

/**
 * As `checkOptions`, for options that are passed on in part: gives an object of its own with every member that is set.
 * A copy by spread would lose what is inherited, and with it a check that somebody has asked for.
 *
 * @throws {TypeError} as `checkOptions`.
 */
export function readOptions<Options extends object>(
  owner: string,
  options: Options,
  names: OptionNames<Options>,
): Options {
  checkOptions(owner, options, names)
  const read: Partial<Options> = {}
  for (const name of Object.keys(names) as (keyof Options)[]) {
    if (options[name] !== undefined) read[name] = options[name]
  }
  return read as Options // with every member that has a value
}
