/** A pattern that takes whole texts alone, in which no anchor can be forgotten: a text that only has a good one in it is another text. */
export function wholeText(pattern: RegExp): RegExp {
  return new RegExp(`^(?:${pattern.source})$`, pattern.flags)
}
