import type { TokenErrorCode } from '../errors.ts'
import type { Findings, Stage } from './finding.ts'
import type { Pasted } from './pasted.ts'
import { scanJson } from './scan-json.ts'

type PartName = 'header' | 'payload' | 'signature'

/** A part of a token as far as it can be decoded. */
export interface Segment {
  readonly bytes: Uint8Array
  /** Whether these are all of its bytes. */
  readonly isWhole: boolean
}

/** Read a part as well as it can be read, saying what is wrong with its spelling. */
export function decodeSegment(part: PartName, source: Pasted, findings: Findings): Segment {
  const { text } = source
  // A verifier compares signatures as text, so that another spelling of one is a wrong one.
  const error: TokenErrorCode = part === 'signature' ? 'signature_invalid' : 'token_malformed'
  const plain = withoutPadding(text)
  if (plain !== text) {
    findings.refuse(part, 'padding', error, { part }, source.place(plain.length, text.length))
  }
  const standard = plain.search(/[+/]/)
  if (standard !== -1) {
    const at = source.place(standard, standard + 1)
    findings.refuse('text', 'standard_alphabet', 'token_malformed', { part }, at)
  }
  const safe = plain.replaceAll('+', '-').replaceAll('/', '_')
  const wrong = safe.search(/[^\w-]/)
  if (wrong !== -1) {
    // What is beyond ASCII is seen before the parts are looked at.
    const stage = safe.charCodeAt(wrong) > 127 ? 'text' : part
    const facts = { part, position: wrong + 1 }
    const code = stage === 'text' ? 'token_malformed' : error
    findings.refuse(stage, 'not_base64url', code, facts, source.place(wrong, wrong + 1))
    return { bytes: decodeBase64url(safe.slice(0, wrong)), isWhole: false }
  }
  if (safe.length % 4 === 1) {
    const at = source.place(plain.length - 1, plain.length)
    findings.refuse(part, 'length_impossible', error, { part }, at)
    return { bytes: decodeBase64url(safe), isWhole: false }
  }
  const bytes = decodeBase64url(safe)
  if (encodeBase64url(bytes) !== safe) {
    const at = source.place(plain.length - 1, plain.length)
    findings.refuse(part, 'unused_bits', error, { part }, at)
  }
  return { bytes, isWhole: true }
}

/** The bytes of as many characters as make bytes. */
function decodeBase64url(safe: string): Uint8Array {
  const whole = safe.length % 4 === 1 ? safe.slice(0, -1) : safe
  return Uint8Array.from(atob(whole.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0))
}

/** Without a pattern, which would begin anew at each `=` of a long row within the text. */
function withoutPadding(text: string): string {
  let end = text.length
  while (text[end - 1] === '=') end--
  return text.slice(0, end)
}

export function encodeBase64url(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** What a part says. */
export interface ReadObject {
  /** Undefined where it is no object, or not readable to its end. */
  readonly object: Readonly<Record<string, unknown>> | undefined
  /** The members that could be read, of whatever there is. */
  readonly members: Readonly<Record<string, unknown>>
}

export const unread: ReadObject = { object: undefined, members: {} }

/** The object in a part, with what is wrong with it. Of a part that is not whole, only what can be read of it. */
export function readObject(
  part: 'header' | 'payload',
  { bytes, isWhole }: Segment,
  source: Pasted,
  findings: Findings,
): ReadObject {
  if (!isWhole) return { object: undefined, members: scanJson(textOf(bytes)).members }
  type Refuse = Parameters<Findings['refuse']>
  const refuse = (code: Refuse[1], facts: Refuse[3] = {}, at?: Refuse[4]) =>
    findings.refuse(part satisfies Stage, code, 'token_malformed', { part, ...facts }, at)
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    refuse('not_utf8')
    text = new TextDecoder().decode(bytes)
  }
  const mark = text.startsWith('\ufeff') ? 1 : 0
  if (mark === 1) {
    refuse('json_byte_order_mark', {}, source.place(0, 4))
    text = text.slice(1)
  }
  // Three bytes are four characters of base64url.
  const placeOf = (index: number) => {
    const byte = 3 * mark + new TextEncoder().encode(text.slice(0, index)).length
    const first = Math.min(Math.floor((byte * 4) / 3), Math.max(0, source.text.length - 1))
    return source.place(first, Math.min(Math.floor((byte * 4 + 3) / 3) + 1, source.text.length))
  }
  const { value, members, brokenAt, duplicates, depth, hasInfinity } = scanJson(text)
  if (depth > 32) refuse('too_deep')
  if (brokenAt !== undefined) {
    if (depth <= 32) refuse('json_broken', { position: brokenAt + 1 }, placeOf(brokenAt))
    return { object: undefined, members }
  }
  for (const [name, at] of new Map(duplicates.map(({ name, at }) => [name, at]))) {
    refuse('duplicate_member', { name }, placeOf(at))
  }
  if (hasInfinity) refuse('number_too_large')
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    refuse('not_object')
    return unread
  }
  const object = value as Record<string, unknown> // just checked
  return { object, members: object }
}

/** As well as it can be read, for people. */
export function textOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}
