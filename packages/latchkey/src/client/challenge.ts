/** One challenge of a `WWW-Authenticate` header. Scheme and names of parameters are in lower case. */
interface Challenge {
  readonly scheme: string
  /** The credentials of schemes that write no parameters (RFC 9110 section 11.2). */
  readonly token68: string | undefined
  readonly parameters: ReadonlyMap<string, string>
}

const longest = 16_384
const maxChallenges = 32

/**
 * Read a `WWW-Authenticate` header: a list of challenges, each with a list of parameters, with the same comma between
 * both (RFC 9110 sections 11.3 and 11.6.1). Empty for a header that does not keep to the grammar: what cannot be
 * understood must not decide anything.
 */
export function parseChallenges(header: string | null): readonly Challenge[] {
  if (header === null || header.length > longest) return []
  const challenges: Challenge[] = []
  const reader = new HeaderReader(header)
  reader.skipCommas()
  while (!reader.atEnd) {
    const challenge = readChallenge(reader)
    if (challenge === undefined || challenges.push(challenge) > maxChallenges) return []
  }
  return challenges
}

/**
 * The error of the challenge of one scheme, and what comes with it (RFC 6750 section 3, RFC 9449 section 7.1, RFC 9470
 * section 3). What other schemes say is for those who bring other credentials.
 */
export function challengeOf(
  header: string | null,
  scheme: 'bearer' | 'dpop',
): ReadonlyMap<string, string> | undefined {
  const own = parseChallenges(header).filter((challenge) => challenge.scheme === scheme)
  return (own.find(({ parameters }) => parameters.has('error')) ?? own[0])?.parameters
}

function readChallenge(reader: HeaderReader): Challenge | undefined {
  const scheme = reader.take(token)?.toLowerCase()
  if (scheme === undefined) return undefined
  const parameters = new Map<string, string>()
  const challenge = { scheme, parameters, token68: undefined }
  if (reader.take(spaces) === undefined) return reader.endItem() ? challenge : undefined

  const token68 = reader.take(wholeToken68)
  if (token68 !== undefined) return reader.endItem() ? { ...challenge, token68 } : undefined
  // `Negotiate , Bearer …`: a scheme alone, with blanks behind it.
  if (reader.atComma) return reader.endItem() ? challenge : undefined
  while (!reader.atEnd) {
    const name = reader.take(parameterName)
    // A word that is no parameter begins the next challenge.
    if (name === undefined) return parameters.size > 0 ? challenge : undefined
    const key = name.replace(/[ \t]*=[ \t]*/, '').toLowerCase()
    const value = reader.takeQuoted() ?? reader.take(token)
    // A name may stand once (section 11.2); of two, nobody knows which is meant.
    if (value === undefined || parameters.has(key)) return undefined
    parameters.set(key, value)
    if (!reader.endItem()) return undefined
  }
  return challenge
}

// All are sticky, and none can match one stretch of text in two ways, so reading takes linear time.
const token = /[!#$%&'*+\-.^_`|~\w]+/y
const spaces = / +/y
const parameterName = /[!#$%&'*+\-.^_`|~\w]+[ \t]*=[ \t]*/y
const wholeToken68 = /[\w\-.~+/]+=*(?=[ \t]*(?:,|$))/y
const separator = /[ \t]*(?:,|$)/y
const commas = /[ \t,]*/y
const quoted = /"(?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t \x21-\x7e\x80-\xff])*"/y

class HeaderReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text.trimEnd()
  }

  get atEnd(): boolean {
    return this.#at >= this.#text.length
  }

  get atComma(): boolean {
    return this.#text[this.#at] === ','
  }

  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    if (found !== undefined) this.#at = pattern.lastIndex
    return found
  }

  /** A quoted-string (section 5.6.4), its escapes undone. */
  takeQuoted(): string | undefined {
    return this.take(quoted)?.slice(1, -1).replaceAll(/\\(.)/g, '$1')
  }

  /** Empty items of a list are allowed (section 5.6.1.2). */
  skipCommas(): void {
    this.take(commas)
  }

  /** Go past the comma behind an item; false where something else stands there. */
  endItem(): boolean {
    if (this.take(separator) === undefined) return false
    this.skipCommas()
    return true
  }
}
