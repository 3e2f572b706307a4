import type { TokenErrorCode } from '../errors.ts'
import type { Findings, Stage } from './finding.ts'
import { scanJson } from './scan-json.ts'

type PartName = 'header' | 'payload' | 'signature'

/** Read a part as well as it can be read, saying what is wrong with its spelling. */
export function decodeSegment(part: PartName, text: string, findings: Findings): Uint8Array | undefined {
  // A verifier compares signatures as text, so that another spelling of one is a wrong one.
  const error: TokenErrorCode = part === 'signature' ? 'signature_invalid' : 'token_malformed'
  const plain = withoutPadding(text)
  if (plain !== text) findings.refuse(part, 'padding', error, { part })
  if (/[+/]/.test(plain)) findings.refuse('text', 'standard_alphabet', 'token_malformed', { part })
  const safe = plain.replaceAll('+', '-').replaceAll('/', '_')
  const wrong = safe.search(/[^\w-]/)
  if (wrong !== -1) {
    // What is beyond ASCII is seen before the parts are looked at.
    const stage = safe.charCodeAt(wrong) > 127 ? 'text' : part
    findings.refuse(stage, 'not_base64url', stage === 'text' ? 'token_malformed' : error, {
      part,
      position: wrong + 1,
    })
    return undefined
  }
  if (safe.length % 4 === 1) {
    findings.refuse(part, 'length_impossible', error, { part })
    return undefined
  }
  const bytes = Uint8Array.from(atob(safe.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0))
  if (encodeBase64url(bytes) !== safe) findings.refuse(part, 'unused_bits', error, { part })
  return bytes
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

/** The object in a part, with what is wrong with it. */
export function readObject(
  part: 'header' | 'payload',
  bytes: Uint8Array,
  findings: Findings,
): Readonly<Record<string, unknown>> | undefined {
  const refuse = (code: Parameters<Findings['refuse']>[1], facts: Record<string, string | number> = {}) =>
    findings.refuse(part satisfies Stage, code, 'token_malformed', { part, ...facts })
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    refuse('not_utf8')
    text = new TextDecoder().decode(bytes)
  }
  if (text.startsWith('\ufeff')) {
    refuse('json_byte_order_mark')
    text = text.slice(1)
  }
  const { value, brokenAt, duplicates, depth, hasInfinity } = scanJson(text)
  if (depth > 32) refuse('too_deep')
  if (brokenAt !== undefined) {
    if (depth <= 32) refuse('json_broken', { position: brokenAt + 1 })
    return undefined
  }
  for (const name of new Set(duplicates)) refuse('duplicate_member', { name })
  if (hasInfinity) refuse('number_too_large')
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    refuse('not_object')
    return undefined
  }
  return value as Record<string, unknown> // just checked
}
