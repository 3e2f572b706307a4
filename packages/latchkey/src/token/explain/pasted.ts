/** A part of what was pasted: from one index to another, of which the second is behind it. */
export interface Place {
  readonly from: number
  readonly to: number
}

/** A text that was taken out of what was pasted, and where each character of it stood there. */
export interface Pasted {
  readonly text: string
  /** The place in what was pasted of the characters from one index of `text` to another. */
  place(from: number, to: number): Place
  /** The characters from one index to another. */
  cut(from: number, to?: number): Pasted
}

/** What was pasted, whole. */
export function pastedText(text: string): Pasted {
  return pasted(text, (index) => index)
}

function pasted(text: string, origin: (index: number) => number): Pasted {
  return {
    text,
    // The last character decides the end: what stands between two characters may have been left out.
    place: (from, to) => ({ from: origin(from), to: to > from ? origin(to - 1) + 1 : origin(from) }),
    cut: (from, to) => pasted(text.slice(from, to), (index) => origin(index + from)),
  }
}

/** The text with each match of `pattern` replaced, by as many characters or by fewer. */
export function replaced(source: Pasted, pattern: RegExp, by: (match: string) => string): Pasted {
  // What has no match is left as it is, without a list of where each of its characters stands.
  if (source.text.search(pattern) === -1) return source
  const origins: number[] = []
  let text = ''
  let end = 0
  for (const { 0: match, index } of source.text.matchAll(pattern)) {
    for (let at = end; at < index; at++) origins.push(at)
    const other = by(match)
    for (let at = 0; at < other.length; at++) origins.push(index + at)
    text += source.text.slice(end, index) + other
    end = index + match.length
  }
  for (let at = end; at < source.text.length; at++) origins.push(at)
  text += source.text.slice(end)
  return pasted(text, (index) => source.place(origins[index] ?? source.text.length, 0).from)
}

/** A text that stands within the source in another spelling, as with the escapes of JSON: all of it is at that place. */
export function respelled(source: Pasted, text: string, from: number): Pasted {
  return pasted(text, () => source.place(from, from).from)
}
