/**
 * A pattern that takes whole texts alone, in which no anchor can be forgotten: a text that only has a good one in it is another
 * text. OpenAPI shows these patterns, so that only alternatives get a group.
 */
export function wholeText({ source, flags }: RegExp): RegExp {
  return new RegExp(source.includes('|') ? `^(?:${source})$` : `^${source}$`, flags)
}
