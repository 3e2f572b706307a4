/**
 * A whole number that an option gives, `otherwise` if it gives none.
 *
 * @throws {TypeError} if it is no whole number from `least` to `most`.
 */
export function wholeNumberOf(
  option: string,
  value: unknown,
  otherwise: number,
  least = 1,
  most = 2 ** 31 - 1,
): number {
  if (value === undefined) return otherwise
  if (!Number.isInteger(value) || (value as number) < least || (value as number) > most) {
    throw new TypeError(`${option} is a whole number, ${least} to ${most}`)
  }
  return value as number // just checked
}
