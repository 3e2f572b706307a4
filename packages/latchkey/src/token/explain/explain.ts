import { checkOptions, type OptionNames } from '../../options/check-options.ts'
import { checkedTime } from '../../options/clock.ts'
import type { ClaimsPolicy } from '../claims.ts'
import { checkClaims, looksSecret } from './check-claims.ts'
import { checkHeader, families } from './check-header.ts'
import { checkKeys, type KeyToTry, type TriedKey } from './check-keys.ts'
import { clean } from './clean.ts'
import { type Finding, Findings } from './finding.ts'
import { kindOfJwt, kindOfOther, type TokenKind } from './kind.ts'
import { decodeSegment, encodeBase64url, readObject } from './segment.ts'
import { inWords, timeOf } from './time.ts'

/** What a token is held against. All but `nowMs` as `createVerifier` takes it. */
export interface ExplainOptions extends Omit<ClaimsPolicy, 'now'> {
  /** The keys to try. Without any, the signature is not checked. */
  readonly keys?: readonly KeyToTry[]
  readonly algorithms?: readonly string[]
  /** As `createVerifier` takes it: one `typ`, or a list in which null stands for a header without one. */
  readonly type?: string | readonly (string | null)[]
  /** The time in milliseconds since the Unix epoch. */
  readonly nowMs: number
}

const explainOptions: OptionNames<ExplainOptions> = {
  keys: 1,
  algorithms: 1,
  type: 1,
  nowMs: 1,
  issuer: 1,
  audience: 1,
  clockTolerance: 1,
  maxAge: 1,
  requiredClaims: 1,
}

/** A header parameter or a claim. */
export interface Member {
  readonly name: string
  /** Undefined where it looks like a secret. */
  readonly value: unknown
  /** Of a time: when that is, and how far from now. */
  readonly time?: string
  readonly when?: string
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
  const text = clean(pasted, findings)
  const other = kindOfOther(text)
  if (other !== undefined) {
    if (other.kind === 'nothing') findings.refuse('text', 'empty', 'token_malformed')
    return { ...nothing, ...other, headline: 'not_a_token', findings: findings.list() }
  }
  const parts = text.split('.')
  if (text.length > 16_384) findings.refuse('text', 'too_long', 'token_too_long', { length: text.length })
  if (/^\s*[{]/.test(text)) {
    findings.refuse('text', 'json_serialization', 'token_malformed')
    return { ...nothing, findings: findings.list() }
  }
  if (looksEncrypted(parts)) return explainJwe(parts, findings, options)
  if (/\.\.\.|\u2026/.test(text)) findings.refuse('text', 'shortened', 'token_malformed')
  if (parts.length > 3) findings.refuse('text', 'parts_too_many', 'token_malformed', { parts: parts.length })
  return explainJws(parts.length < 3 ? completed(parts, findings) : parts, findings, options)
}

/** By its header: a JWE that was cut is no JWS with too many parts. */
function looksEncrypted([first = '']: readonly string[]): boolean {
  const header = objectIn(first)
  return header !== undefined && Object.hasOwn(header, 'enc') && !Object.hasOwn(families, String(header.alg))
}

/** The parts of a token that was cut, each at its place: what is missing there is empty. */
function completed(parts: readonly string[], findings: Findings): readonly string[] {
  const isPayload = (part: string) => !Object.hasOwn(objectIn(part) ?? { alg: '' }, 'alg')
  const [first = '', second = ''] = parts
  const placed =
    isPayload(first) && !(second !== '' && isPayload(second)) ? ['', first, second] : [first, second, '']
  const names = ['the header', 'the payload', 'the signature']
  findings.refuse('text', 'parts_missing', 'token_malformed', {
    present: names.filter((_, index) => placed[index] !== '').join(' and '),
    missing: names.filter((_, index) => placed[index] === '').join(' and '),
  })
  return placed
}

/** What a part says, if it is an object at all. What is wrong with it is told elsewhere. */
function objectIn(part: string): Readonly<Record<string, unknown>> | undefined {
  const bytes = decodeSegment('header', part, new Findings())
  return bytes && readObject('header', bytes, new Findings())
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

function explainJws(parts: readonly string[], findings: Findings, options: ExplainOptions): Explanation {
  const [encodedHeader = '', encodedPayload = '', encodedSignature] = parts
  const isCut = findings.list().some(({ code }) => code === 'parts_missing')
  for (const [index, part] of (['header', 'payload', 'signature'] as const).entries()) {
    if (parts[index] === '' && !isCut) findings.refuse('text', 'part_empty', 'token_malformed', { part })
  }
  const headerBytes = encodedHeader === '' ? undefined : decodeSegment('header', encodedHeader, findings)
  const payloadBytes = encodedPayload === '' ? undefined : decodeSegment('payload', encodedPayload, findings)
  const signature = encodedSignature ? decodeSegment('signature', encodedSignature, findings) : undefined
  const header = headerBytes && readObject('header', headerBytes, findings)
  const claims = payloadBytes && readObject('payload', payloadBytes, findings)

  const isVerifying = (options.keys?.length ?? 0) > 0
  const algorithm = header && checkHeader(header, options, isVerifying, findings)
  let keys: readonly TriedKey[] = []
  if (options.keys === undefined || options.keys.length === 0) findings.warn('signature_not_checked')
  else if (header !== undefined && algorithm !== undefined && signature !== undefined) {
    const signed = {
      algorithm,
      kid: header.kid,
      input: inputOf(`${encodedHeader}.${encodedPayload}`, encodeBase64url(signature), options.keys),
      signature: encodeBase64url(signature),
    }
    keys = checkKeys(signed, options.keys, findings)
  }
  if (claims !== undefined) {
    const { nowMs, issuer, audience, clockTolerance, maxAge, requiredClaims } = options
    const policy = { issuer, audience, clockTolerance, maxAge, requiredClaims }
    checkClaims(claims, withoutUndefined(policy), { nowMs, isVerifying }, findings)
  }
  const list = findings.list()
  return {
    kind: header === undefined && claims === undefined ? 'unreadable' : kindOfJwt(header ?? {}, claims ?? {}),
    about: '',
    headline: headlineOf(list, keys),
    findings: list,
    header: membersOf(header, options.nowMs),
    claims: membersOf(claims, options.nowMs),
    wants: header && algorithm !== undefined ? wantsOf(algorithm, header.kid) : undefined,
    keys,
  }
}

/** What was signed: the text as it stands, or what it was before somebody wrote it in another alphabet. */
function inputOf(written: string, signature: string, keys: readonly KeyToTry[]): string {
  const safe = written.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
  return safe !== written && keys.some((key) => key.fits(safe, signature)) ? safe : written
}

/** Only the header of an encrypted token can be read without its key. */
function explainJwe(parts: readonly string[], findings: Findings, { nowMs }: ExplainOptions): Explanation {
  if (parts.length !== 5) findings.refuse('text', 'jwe_parts', 'token_malformed', { parts: parts.length })
  const bytes = decodeSegment('header', parts[0] ?? '', findings)
  const header = bytes && readObject('header', bytes, findings)
  return {
    ...nothing,
    kind: 'jwe',
    headline: 'not_a_token',
    findings: findings.list(),
    header: membersOf(header, nowMs),
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

const times: ReadonlySet<string> = new Set(['exp', 'nbf', 'iat', 'auth_time', 'updated_at'])

function membersOf(object: Readonly<Record<string, unknown>> | undefined, nowMs: number): Member[] {
  return Object.entries(object ?? {}).map(([name, value]) => {
    if (looksSecret(name)) return { name, value: undefined }
    if (!times.has(name) || typeof value !== 'number') return { name, value: veiled(value) }
    return { name, value, time: timeOf(value), when: inWords(value, nowMs) }
  })
}

const veil = '(not shown)'

/** A value without what should not have been in it: secrets of ours, private keys, members named like secrets. */
function veiled(value: unknown): unknown {
  if (typeof value === 'string') return /^lk_[a-z]+_/.test(value) ? veil : value
  if (Array.isArray(value)) return value.map(veiled)
  if (typeof value !== 'object' || value === null) return value
  const isKey = 'kty' in value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const isPrivate = isKey && /^(d|k|p|q|dp|dq|qi|priv)$/.test(name)
      return [name, isPrivate || looksSecret(name) ? veil : veiled(inner)]
    }),
  )
}

/** An option that is not given is not there, which exact optional properties tell from undefined. */
function withoutUndefined(
  policy: { readonly [name in keyof ClaimsPolicy]: ClaimsPolicy[name] | undefined },
): ClaimsPolicy {
  return Object.fromEntries(Object.entries(policy).filter(([, value]) => value !== undefined))
}
