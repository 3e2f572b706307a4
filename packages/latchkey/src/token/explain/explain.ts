import { checkOptions, type OptionNames } from '../../options/check-options.ts'
import { checkedTime } from '../../options/clock.ts'
import type { ClaimsPolicy } from '../claims.ts'
import { checkClaims } from './check-claims.ts'
import { checkHeader, families } from './check-header.ts'
import { checkKeys, type KeyToTry, type TriedKey } from './check-keys.ts'
import { checkProof, isProof, type MakeProofKey } from './check-proof.ts'
import { clean, isJwsJson } from './clean.ts'
import { type Finding, Findings } from './finding.ts'
import { kindOfJwt, kindOfOther, type TokenKind } from './kind.ts'
import { type Member, membersOf } from './members.ts'
import type { Pasted } from './pasted.ts'
import {
  looksEncrypted,
  objectIn,
  type Parts,
  partsOfJson,
  type Read,
  readParts,
  splitAtDots,
} from './read-parts.ts'
import { scanJson } from './scan-json.ts'

/** What a token is held against. All but `nowMs` as `createVerifier` takes it. */
export interface ExplainOptions extends Omit<ClaimsPolicy, 'now'> {
  /** The keys to try. Without any, the signature is not checked. */
  readonly keys?: readonly KeyToTry[]
  /** Makes a key of what a DPoP proof brings along. Without it the signature of a proof is not checked. */
  readonly proofKey?: MakeProofKey
  readonly algorithms?: readonly string[]
  /** As `createVerifier` takes it: one `typ`, or a list in which null stands for a header without one. */
  readonly type?: string | readonly (string | null)[]
  /** The time in milliseconds since the Unix epoch. */
  readonly nowMs: number
}

const explainOptions: OptionNames<ExplainOptions> = {
  keys: 1,
  proofKey: 1,
  algorithms: 1,
  type: 1,
  nowMs: 1,
  issuer: 1,
  audience: 1,
  clockTolerance: 1,
  maxAge: 1,
  requiredClaims: 1,
}

/** What `explain` found: codes and facts, of which `describe` makes English. */
export interface Explanation {
  readonly kind: TokenKind
  /** More about what is no JWT: which secret, what an identifier names. */
  readonly about: string
  readonly headline:
    | 'valid'
    | 'right_but_for_padding'
    | 'right_but_for_spelling'
    | 'refused'
    | 'not_checked'
    | 'not_a_token'
  /**
   * Times in milliseconds before all, which explain other findings; then refusals, of which a verifier would name the
   * first; then warnings and notes.
   */
  readonly findings: readonly Finding[]
  readonly header: readonly Member[]
  readonly claims: readonly Member[]
  /** The key that the header asks for. */
  readonly wants:
    | { readonly algorithm: string; readonly key: string; readonly keyId: string | undefined }
    | undefined
  readonly keys: readonly TriedKey[]
}

/**
 * Say what a token is, what it says, and why a verifier would refuse it: the first check that fails, in the
 * order of `createVerifier`, and those after it. Works on broken text as far as it can be read. Pure: it asks no
 * clock and no network, and needs no node:crypto unless a key brings it. What comes out are codes and facts;
 * `describe` makes English of them.
 *
 * @example
 * const explanation = explain(token, { keys: [], nowMs: Date.now() })
 * console.log(describe(explanation))
 */
export function explain(pasted: string, options: ExplainOptions): Explanation {
  checkOptions('explain', options, explainOptions)
  checkedTime(options.nowMs)
  const findings = new Findings()
  const source = clean(pasted, findings)
  const { text } = source
  const other = kindOfOther(text)
  if (other !== undefined) {
    if (other.kind === 'nothing') findings.refuse('text', 'empty', 'token_malformed')
    return { ...nothing, ...other, headline: 'not_a_token', findings: findings.list() }
  }
  if (text.length > 16_384) findings.refuse('text', 'too_long', 'token_too_long', { length: text.length })
  if (/^\s*[{]/.test(text)) return explainJson(source, findings, options)
  const { parts, count } = splitAtDots(source)
  if (looksEncrypted(parts)) return explainJwe(parts, count, findings, options)
  const dots = text.search(/\.\.\.|\u2026/)
  if (dots !== -1) {
    const length = text[dots] === '.' ? 3 : 1
    findings.refuse('text', 'shortened', 'token_malformed', {}, source.place(dots, dots + length))
  }
  if (count > 3) {
    const end = parts.slice(0, 3).reduce((sum, part) => sum + part.text.length + 1, -1)
    const at = source.place(end, end + 1)
    findings.refuse('text', 'parts_too_many', 'token_malformed', { parts: count }, at)
  }
  const encoded = count < 3 ? completed(parts, source, findings) : parts
  return explainJws({ encoded }, findings, options)
}

/** A JWS in JSON: each signature is tried, and told is the first that is good, else the first of all. */
function explainJson(source: Pasted, findings: Findings, options: ExplainOptions): Explanation {
  if (!isJwsJson(scanJson(source.text).value)) {
    findings.refuse('text', 'json_without_token', 'token_malformed', {}, source.place(0, 1))
    return { ...nothing, findings: findings.list() }
  }
  findings.refuse('text', 'json_serialization', 'token_malformed', {}, source.place(0, 1))
  const parts = partsOfJson(source)
  if (parts.length > 1) findings.note('several_signatures', { count: parts.length })
  const explained = parts.map((one) => explainJws(one, findings.copy(), options))
  const good = explained.find(({ keys }) => keys.some(({ fit }) => fit === 'fits'))
  return good ?? explained[0] ?? { ...nothing, findings: findings.list() }
}

/** The parts of a token that was cut, each at its place: what is missing there is empty. */
function completed(parts: readonly Pasted[], source: Pasted, findings: Findings): readonly Pasted[] {
  const empty = source.cut(source.text.length)
  const isPayload = (part: Pasted) => !Object.hasOwn(objectIn(part) ?? { alg: '' }, 'alg')
  const [first = empty, second = empty] = parts
  const placed =
    isPayload(first) && !(second.text !== '' && isPayload(second))
      ? [empty, first, second]
      : [first, second, empty]
  const names = ['the header', 'the payload', 'the signature']
  findings.refuse('text', 'parts_missing', 'token_malformed', {
    present: names.filter((_, index) => placed[index]?.text !== '').join(' and '),
    missing: names.filter((_, index) => placed[index]?.text === '').join(' and '),
  })
  return placed
}

const nothing: Explanation = {
  kind: 'unreadable',
  about: '',
  headline: 'refused',
  findings: [],
  header: [],
  claims: [],
  wants: undefined,
  keys: [],
}

function explainJws(parts: Parts, findings: Findings, options: ExplainOptions): Explanation {
  tellEmpty(parts, findings)
  const read = readParts(parts, findings)
  const { header, claims } = read
  const { algorithm, keys } =
    options.type === undefined && isProof(header.object)
      ? checkProof(read, options, findings)
      : checkToken(read, options, findings)
  const list = findings.list()
  const isReadable = Object.keys({ ...header.members, ...claims.members }).length > 0
  return {
    kind:
      header.object === undefined && claims.object === undefined && !isReadable
        ? 'unreadable'
        : kindOfJwt(header.members, claims.members),
    about: '',
    headline: headlineOf(list, keys),
    findings: list,
    header: membersOf(header.members, options.nowMs),
    claims: membersOf(claims.members, options.nowMs),
    wants:
      header.object && algorithm !== undefined && !isProof(header.object)
        ? wantsOf(algorithm, header.object.kid)
        : undefined,
    keys,
  }
}

function tellEmpty({ encoded, unprotected }: Parts, findings: Findings): void {
  if (unprotected !== undefined) {
    const names = Object.keys(unprotected).join(', ')
    findings.refuse('header', 'header_unprotected', 'token_malformed', { names })
  }
  if (findings.list().some(({ code }) => code === 'parts_missing')) return
  for (const [index, part] of (['header', 'payload', 'signature'] as const).entries()) {
    const { text = '', place } = encoded[index] ?? {}
    if (text !== '' || (part === 'header' && unprotected !== undefined)) continue
    findings.refuse('text', 'part_empty', 'token_malformed', { part }, place?.(0, 0))
  }
}

function checkToken(
  { header: { object: header }, claims: { object: claims }, input, signature }: Read,
  options: ExplainOptions,
  findings: Findings,
): { readonly algorithm: string | undefined; readonly keys: readonly TriedKey[] } {
  const { keys: given = [], nowMs } = options
  const isVerifying = given.length > 0
  const algorithm = header && checkHeader(header, options, isVerifying, findings)
  let keys: readonly TriedKey[] = []
  if (!isVerifying) findings.warn('signature_not_checked')
  else if (header !== undefined && algorithm !== undefined && signature !== undefined) {
    const signed = { algorithm, kid: header.kid, input: inputOf(input, signature, given), signature }
    keys = checkKeys(signed, given, findings)
  }
  if (claims !== undefined) {
    const { issuer, audience, clockTolerance, maxAge, requiredClaims } = options
    const policy = { issuer, audience, clockTolerance, maxAge, requiredClaims }
    checkClaims(claims, withoutUndefined(policy), { nowMs, isVerifying }, findings)
  }
  return { algorithm, keys }
}

/** What was signed: the text as it stands, or what it was before somebody wrote it in another alphabet. */
function inputOf(written: string, signature: string, keys: readonly KeyToTry[]): string {
  const safe = written.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
  return safe !== written && keys.some((key) => key.fits(safe, signature)) ? safe : written
}

/** Only the header of an encrypted token can be read without its key. */
function explainJwe(
  parts: readonly Pasted[],
  count: number,
  findings: Findings,
  { nowMs }: ExplainOptions,
): Explanation {
  if (count !== 5) findings.refuse('text', 'jwe_parts', 'token_malformed', { parts: count })
  const { header } = readParts({ encoded: parts.slice(0, 1) }, findings)
  return {
    ...nothing,
    kind: 'jwe',
    headline: 'not_a_token',
    findings: findings.list(),
    header: membersOf(header.members, nowMs),
  }
}

/** Faults that lie in how the token was copied or encoded, not in what it is. */
const spelling: ReadonlySet<string> = new Set([
  'bearer_pasted',
  'quoted',
  'space_around',
  'space_inside',
  'byte_order_mark',
  'percent_encoded',
  'wrapped_in_json',
  'taken_from_header',
  'taken_from_cookie',
  'taken_from_address',
  'taken_from_text',
  'json_serialization',
  'padding',
  'standard_alphabet',
])

function headlineOf(findings: readonly Finding[], keys: readonly TriedKey[]): Explanation['headline'] {
  const refusals = findings.filter(({ level }) => level === 'refusal')
  const isSigned = keys.some(({ fit }) => fit === 'fits')
  if (refusals.length === 0) return isSigned ? 'valid' : 'not_checked'
  // Claims are a matter of policy. Whether a token is right but for its spelling, its signature decides.
  const faults = refusals.filter(({ code }) => code !== 'claim_missing')
  const isSpelling = faults.length > 0 && faults.every(({ code }) => spelling.has(code))
  if (!isSpelling || (keys.length > 0 && !isSigned)) return 'refused'
  return faults.every(({ code }) => code === 'padding') ? 'right_but_for_padding' : 'right_but_for_spelling'
}

function wantsOf(algorithm: string, kid: unknown): Explanation['wants'] {
  return { algorithm, key: families[algorithm]?.key ?? '', keyId: typeof kid === 'string' ? kid : undefined }
}

/** An option that is not given is not there, which exact optional properties tell from undefined. */
function withoutUndefined(
  policy: { readonly [name in keyof ClaimsPolicy]: ClaimsPolicy[name] | undefined },
): ClaimsPolicy {
  return Object.fromEntries(Object.entries(policy).filter(([, value]) => value !== undefined))
}
