import { clean, isJwsJson } from './clean.ts'
import { Findings } from './finding.ts'
import type { Pasted, Place } from './pasted.ts'
import { looksEncrypted, objectIn, partsOfJson, splitAtDots } from './read-parts.ts'
import { scanJson } from './scan-json.ts'
import { decodeSegment, encodeBase64url, textOf } from './segment.ts'

/** One part of what was pasted. */
export interface TakenPart {
  /** As it can be decoded: not checked, not veiled, and perhaps not to its end. */
  readonly text: string
  /** Where it stands in what was pasted. */
  readonly at: Place
}

/** The parts of what was pasted. A part that is not there is undefined; of an encrypted token there is only the header. */
export interface TakenApart {
  /** The token, without what was taken off: what a program would be given. */
  readonly token: string
  readonly header: TakenPart | undefined
  readonly payload: TakenPart | undefined
  readonly signature: Place | undefined
}

/**
 * The texts in a token and where its parts stand, for an editor that shows them. Nothing is checked and nothing is veiled:
 * what is shown of it is shown to whoever pasted it. `explain` says what is wrong with it.
 */
export function takeApart(pasted: string): TakenApart {
  const source = clean(pasted, new Findings())
  const nothing = { token: source.text, header: undefined, payload: undefined, signature: undefined }
  if (/^\s*[{]/.test(source.text)) {
    const [first] = isJwsJson(scanJson(source.text).value) ? partsOfJson(source) : []
    return first === undefined ? nothing : { ...nothing, ...apart(first.encoded) }
  }
  const { parts, count } = splitAtDots(source)
  if (looksEncrypted(parts)) return { ...nothing, header: part('header', parts[0]) }
  const [first] = parts
  // A single part may be the payload alone; anything else is no token.
  if (count === 1 && (first === undefined || objectIn(first) === undefined)) return nothing
  const startsWithPayload = count < 3 && first && !Object.hasOwn(objectIn(first) ?? { alg: '' }, 'alg')
  return { ...nothing, ...apart(startsWithPayload ? [undefined, ...parts] : parts) }
}

function apart([header, payload, signature]: readonly (Pasted | undefined)[]): Omit<TakenApart, 'token'> {
  return {
    header: part('header', header),
    payload: part('payload', payload),
    signature: signature?.text ? signature.place(0, signature.text.length) : undefined,
  }
}

function part(name: 'header' | 'payload', source: Pasted | undefined): TakenPart | undefined {
  if (source === undefined || source.text === '') return undefined
  return {
    text: textOf(decodeSegment(name, source, new Findings()).bytes),
    at: source.place(0, source.text.length),
  }
}

/** The two first parts of a token, of texts as they are: blanks, order and faults stay. */
export function putTogether(header: string, payload: string): string {
  return [header, payload].map((text) => encodeBase64url(new TextEncoder().encode(text))).join('.')
}
