/** Whether a number is a whole one of `least` to `most`, both included. */
export function isWholeWithin(value: number, least: number, most: number): boolean {
  return Number.isSafeInteger(value) && value >= least && value <= most
}
