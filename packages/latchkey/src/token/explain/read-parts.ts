import { families } from './check-header.ts'
import { Findings } from './finding.ts'
import type { Pasted } from './pasted.ts'
import { scanJson } from './scan-json.ts'
import { decodeSegment, encodeBase64url, type ReadObject, readObject, unread } from './segment.ts'

/** The encoded parts of a JWS: header, payload and signature; one that is missing is empty. */
export interface Parts {
  readonly encoded: readonly Pasted[]
  /** Header parameters that stand beside the signature and are not signed (RFC 7515 section 7.2.1). */
  readonly unprotected?: Readonly<Record<string, unknown>>
}

/** What the parts say, as far as they can be read. */
export interface Read {
  readonly header: ReadObject
  readonly claims: ReadObject
  /** What was signed, as it is written. */
  readonly input: string
  /** In its canonical spelling; undefined where it cannot be read. */
  readonly signature: string | undefined
}

/** A JWE has five. */
const mostParts = 5

/** The parts of a compact token, the first five of them, and how many there are: a text of nothing but dots has as many as that. */
export function splitAtDots(source: Pasted): { readonly parts: readonly Pasted[]; readonly count: number } {
  const { text } = source
  const parts: Pasted[] = []
  let count = 0
  for (let from = 0; from !== -1; ) {
    const dot = text.indexOf('.', from)
    if (count < mostParts) parts.push(source.cut(from, dot === -1 ? text.length : dot))
    count += 1
    from = dot === -1 ? -1 : dot + 1
  }
  return { parts, count }
}

/** By its header: a JWE that was cut is no JWS with too many parts. */
export function looksEncrypted([first]: readonly Pasted[]): boolean {
  const header = first && objectIn(first)
  return header !== undefined && Object.hasOwn(header, 'enc') && !Object.hasOwn(families, String(header.alg))
}

/** What a part says, if it is an object at all. What is wrong with it is told elsewhere. */
export function objectIn(part: Pasted): Readonly<Record<string, unknown>> | undefined {
  return readObject('header', decodeSegment('header', part, new Findings()), part, new Findings()).object
}

/** Read each part as far as it goes, with what is wrong with it. */
export function readParts({ encoded, unprotected }: Parts, findings: Findings): Read {
  const read = (name: 'header' | 'payload', part: Pasted | undefined) =>
    part === undefined || part.text === ''
      ? unread
      : readObject(name, decodeSegment(name, part, findings), part, findings)
  const [encodedHeader, encodedPayload, encodedSignature] = encoded
  const header = read('header', encodedHeader)
  const claims = read('payload', encodedPayload)
  const signature = encodedSignature?.text
    ? decodeSegment('signature', encodedSignature, findings)
    : undefined
  return {
    header:
      unprotected === undefined
        ? header
        : {
            object: { ...header.object, ...unprotected },
            members: { ...header.members, ...unprotected },
          },
    claims,
    input: `${encodedHeader?.text ?? ''}.${encodedPayload?.text ?? ''}`,
    signature: signature?.isWhole ? encodeBase64url(signature.bytes) : undefined,
  }
}

/** More than anybody signs with; each is tried with each key. */
const mostSignatures = 20

/** The signatures of a JWS in JSON, flattened or general (RFC 7515 section 7.2). */
export function partsOfJson(source: Pasted): readonly Parts[] {
  const { value } = scanJson(source.text)
  const { payload, signatures, ...flattened } = value as Readonly<Record<string, unknown>> // `isJwsJson` was asked
  const list: readonly unknown[] = Array.isArray(signatures) ? signatures : [flattened]
  return list.slice(0, mostSignatures).map((one) => {
    const {
      protected: header,
      header: unprotected,
      signature,
    } = Object(one) as Readonly<Record<string, unknown>>
    const parts = [header, payload, signature].map((text) => whereItStands(source, text))
    const isObject = typeof unprotected === 'object' && unprotected !== null && !Array.isArray(unprotected)
    return { encoded: parts, ...(isObject && { unprotected: { ...unprotected } }) }
  })
}

function whereItStands(source: Pasted, text: unknown): Pasted {
  const at = typeof text === 'string' && text !== '' ? source.text.indexOf(`"${text}"`) : -1
  return at === -1 ? source.cut(source.text.length) : source.cut(at + 1, at + 1 + String(text).length)
}
