import { wholeText } from '../../whole-text.ts'
import { apiKeyPrefix } from '../api-key.ts'
import type { FindingCode, Findings } from './finding.ts'
import { type Pasted, type Place, pastedText, replaced, respelled } from './pasted.ts'
import { scanJson } from './scan-json.ts'

const addressSyntax = wholeText(/(?:[a-z][a-z\d+.-]*:\/)?\/\S*/i)

/** How the parts of a JWS are named in JSON (RFC 7515 section 7.2). */
export function isJwsJson(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false
  return 'payload' in value && ('signature' in value || 'signatures' in value)
}

/**
 * The token within what was pasted: out of a header line, a command, a cookie, an address, a JSON answer, quotation marks.
 * Each thing taken off is a finding: a verifier takes nothing off.
 */
export function clean(given: string, findings: Findings): Pasted {
  let rest = pastedText(given)
  const take = (code: FindingCode, next: Pasted, facts: Record<string, string | number> = {}) => {
    if (next.text === rest.text) return
    findings.refuse('text', code, 'token_malformed', facts, placeOfChange(rest, next.text))
    rest = next
  }
  const takeFound = (found: Found | undefined) => found && take(found.code, found.rest, found.facts)

  take('byte_order_mark', rest.text.startsWith('\ufeff') ? rest.cut(1) : rest)
  take('space_around', trimmed(rest))
  take('quoted', unquoted(rest))
  takeFound(inHeader(rest))
  take('quoted', unquoted(rest))
  takeFound(inAddress(rest))
  takeFound(inCookie(rest))
  take('bearer_pasted', without(rest, /^(authorization\s*:\s*)?(bearer|jwt|dpop|token)\s+/i))
  take('bearer_pasted', without(rest, /^(access_token|id_token|token)=/i))
  take('quoted', unquoted(rest))
  takeFound(inJson(rest))
  take('bearer_pasted', without(rest, /^(bearer|jwt|dpop)\s+/i))
  if (!/[{"]/.test(rest.text)) {
    take(
      'percent_encoded',
      replaced(rest, /%(2e|3d|2b|2f)/gi, (code) => decodeURIComponent(code)),
    )
  }
  if (isSpaced(rest.text) && rest.text.includes('.') && !isAmongWords(rest.text)) {
    take(
      'space_inside',
      replaced(rest, /\s+/g, () => ''),
    )
  }
  takeFound(amongOthers(rest, findings))
  return withoutKeyPrefix(rest, findings)
}

/** Characters of a token alone, with white space between some of them. */
function isSpaced(text: string): boolean {
  return !/[^\w.=+/\s-]/.test(text) && /\s/.test(text) && text.trim() === text
}

/** An API key is a token behind a prefix, which guards take off: no fault of it, and worth a word. */
function withoutKeyPrefix(source: Pasted, findings: Findings): Pasted {
  if (!/^lk_key_[\w-]+\./.test(source.text)) return source
  findings.note('api_key')
  return source.cut(apiKeyPrefix.length)
}

/** What was taken off: before the token, else behind it, else the first character within it. */
function placeOfChange(source: Pasted, text: string): Place {
  const start = source.text.indexOf(text)
  if (start === 0) return source.place(text.length, source.text.length)
  if (start > 0) return source.place(0, start)
  const from = Array.from({ length: text.length }, (_, index) => index).find(
    (index) => text[index] !== source.text[index],
  )
  return source.place(from ?? text.length, (from ?? text.length) + 1)
}

interface Found {
  readonly code: FindingCode
  readonly rest: Pasted
  readonly facts?: Record<string, string | number>
}

function trimmed(source: Pasted): Pasted {
  const { text } = source
  const from = text.length - text.trimStart().length
  return from === text.length ? source.cut(from) : source.cut(from, text.trimEnd().length)
}

/** Without the quotation marks around it, also those of Python's bytes: `b'…'`. */
function unquoted(source: Pasted): Pasted {
  const [, before = ''] = /^(b?["'`])/.exec(source.text) ?? []
  const mark = before.at(-1)
  if (mark === undefined || source.text.length <= before.length || !source.text.endsWith(mark)) return source
  return trimmed(source.cut(before.length, source.text.length - 1))
}

function without(source: Pasted, pattern: RegExp): Pasted {
  return source.cut(pattern.exec(source.text)?.[0].length ?? 0)
}

/** What may stand as a token within something else. One that was cut is no token here: too much else looks like it. */
const token = /[\w+/-]{2,}\.[\w+/=-]+\.[\w+/=-]*/y

function tokenAt(text: string, from: number): number | undefined {
  token.lastIndex = from
  return token.exec(text)?.[0].length
}

/** A line `Name: value` of an HTTP request or a command, with other lines around it or without. */
function inHeader(source: Pasted): Found | undefined {
  const lines =
    /(?:^|[\n"'])[ \t]*([a-z][\w-]*)[ \t]*:[ \t]*((?:bearer|jwt|dpop|token)[ \t]+)?(?=[\w+/-]{2,}\.)/gi
  for (const { 0: whole, 1: name = '', 2: scheme = '', index } of source.text.matchAll(lines)) {
    const start = index + whole.length
    const length = tokenAt(source.text, start)
    if (length === undefined) continue
    const isAlone = index === 0 && start + length === source.text.length
    // A header line and nothing else, as it is told since ever: the words in front are no part of the token.
    if (isAlone && name.toLowerCase() === 'authorization') {
      return { code: 'bearer_pasted', rest: source.cut(start) }
    }
    const from = isAlone ? start - scheme.length : start
    return { code: 'taken_from_header', rest: source.cut(from, start + length), facts: { name } }
  }
  return undefined
}

/** A parameter of an address: of its query, or behind its `#`, where providers return tokens. */
function inAddress(source: Pasted): Found | undefined {
  if (!addressSyntax.test(source.text)) return undefined
  for (const { 0: whole, 1: name = '', index } of source.text.matchAll(/[?#&]([\w.-]+)=/g)) {
    const start = index + whole.length
    const value = /^[^&#]*/.exec(source.text.slice(start))?.[0] ?? ''
    const plain = value.replaceAll(/%(2e|3d|2b|2f)/gi, (code) => decodeURIComponent(code))
    if (tokenAt(plain, 0) === plain.length) {
      return {
        code: 'taken_from_address',
        rest: source.cut(start, start + value.length),
        facts: { name },
      }
    }
  }
  return undefined
}

/** A pair of `Cookie` or `Set-Cookie`, with the name of the header or without. */
function inCookie(source: Pasted): Found | undefined {
  if (!/^(set-cookie|cookie)\s*:/i.test(source.text) && !/^[\w.-]+=[^;{]*;/.test(source.text))
    return undefined
  for (const { 0: whole, 1: name = '', index } of source.text.matchAll(/(?:^|[;:])\s*([\w.-]+)="?/g)) {
    const start = index + whole.length
    const length = tokenAt(source.text, start)
    if (length === undefined) continue
    return { code: 'taken_from_cookie', rest: source.cut(start, start + length), facts: { name } }
  }
  return undefined
}

/** The answer of a token endpoint, pasted whole; or any JSON in which a token is. */
function inJson(source: Pasted): Found | undefined {
  if (!/^[{[]/.test(source.text)) return undefined
  const { value } = scanJson(source.text)
  if (value === undefined || isJwsJson(value)) return undefined
  const members = textsIn(value, '', 0)
  const found =
    members.find(({ path }) => /(^|\.)(access_token|id_token|token|jwt|logout_token)$/.test(path)) ??
    members.find(({ text }) => beginsAsToken.test(text) && tokenAt(text, 0) === text.length)
  if (found === undefined) return undefined
  const { path: member, text } = found
  const written = JSON.stringify(text).slice(1, -1)
  const at = source.text.indexOf(`"${written}"`) + 1
  const rest =
    at > 0 && written === text ? source.cut(at, at + text.length) : respelled(source, text, Math.max(at, 0))
  return { code: 'wrapped_in_json', rest, facts: { member } }
}

function textsIn(value: unknown, path: string, depth: number): { path: string; text: string }[] {
  if (typeof value === 'string') return path === '' ? [] : [{ path, text: value }]
  if (typeof value !== 'object' || value === null || depth > 8) return []
  return Object.entries(value).flatMap(([name, inner]) =>
    textsIn(inner, path === '' ? name : `${path}.${name}`, depth + 1),
  )
}

/** Also where the prefix of an API key is in front of it. */
const beginsAsToken = /^(lk_key_)?eyJ/

const alone = /(^|[\s"'`=:>(,])((?:lk_key_)?eyJ[\w-]*\.[\w-]+\.[\w-]*)(?=$|[\s"'`;,<)&])/g

/** Whether a token stands whole between words: then the white space around it breaks no line of it. */
function isAmongWords(text: string): boolean {
  return text.split(/\s+/).some((word) => beginsAsToken.test(word) && tokenAt(word, 0) === word.length)
}

/** A token in the middle of something else: a line of a log, a page, a command. */
function amongOthers(source: Pasted, findings: Findings): Found | undefined {
  if (/^\s*[{[]/.test(source.text)) return undefined
  const all = [...source.text.matchAll(alone)]
  const [first] = all
  if (first === undefined || first[0].length === source.text.length) return undefined
  const [, before = '', found = ''] = first
  const count = new Set(all.map(([, , one]) => one)).size
  if (count > 1) findings.note('several_tokens', { count })
  const from = first.index + before.length
  return { code: 'taken_from_text', rest: source.cut(from, from + found.length) }
}
