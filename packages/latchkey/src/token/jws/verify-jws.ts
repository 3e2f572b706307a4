import { checkOptions, type OptionNames } from '../../options/check-options.ts'
import { wholeNumberOf } from '../../options/whole-number.ts'
import { wholeText } from '../../whole-text.ts'
import { type Algorithm, algorithmsOf } from '../algorithms.ts'
import { decode } from '../base64url.ts'
import { malformed, TokenError } from '../errors.ts'
import { checkParameters, mediaType, own, type TokenHeader } from '../header.ts'
import type { JsonObject } from '../json.ts'
import { type KeySet, keySetOf } from '../jwks/key-set.ts'
import { isKey, type VerificationKey } from '../keys/keys.ts'
import { verifyBytes } from './bytes.ts'
import { type JwsSerialization, type ParsedSignature, parseJws } from './parse-jws.ts'
import { type FlattenedJws, type GeneralJws, registeredParameters, signingInput } from './serializations.ts'

const base64urlText = wholeText(/[\w-]*/)

/** Which signatures of a JWS are good, and how many must be. */
export interface JwsPolicy {
  /** Of a remote key set: its `current`, after `await keys.ready()`. */
  readonly keys: VerificationKey | readonly VerificationKey[] | KeySet
  /** Narrows what the keys allow; it never allows more. */
  readonly algorithms?: readonly Algorithm[]
  /** The `typ` that must be in the protected header. */
  readonly type?: string
  /** The payload of a JWS that comes without it (RFC 7515 appendix F). One that comes with it is then refused. */
  readonly detachedPayload?: Uint8Array
  /** Of several signatures, whether `one` that is good is enough (if not given), or `all` must be. */
  readonly require?: 'one' | 'all'
  /** Names that `crit` may hold because the caller obeys them; `b64` is understood already. */
  readonly understands?: readonly string[]
  /** Let an unprotected `kid` choose among the keys, as RFC 7515 appendix A.6 does. It is refused otherwise. */
  readonly unprotectedKeyId?: boolean
  /** The longest JWS that is read, in characters; 1,048,576 if not given. A detached payload does not count. */
  readonly maxLength?: number
}

const jwsPolicy: OptionNames<JwsPolicy> = {
  keys: 1,
  algorithms: 1,
  type: 1,
  detachedPayload: 1,
  require: 1,
  understands: 1,
  unprotectedKeyId: 1,
  maxLength: 1,
}

declare const verified: unique symbol

/** A JWS of which at least one signature is good. */
export interface VerifiedJws {
  readonly serialization: JwsSerialization
  readonly payload: Uint8Array
  /** The signatures that are good, in the order in which they were written; never empty. */
  readonly signatures: readonly VerifiedSignature[]
  readonly [verified]: true
}

/** A good signature, and what it covers besides the payload. */
export interface VerifiedSignature {
  /** Which signature of the JWS it is, from 0. */
  readonly index: number
  readonly key: VerificationKey
  readonly protectedHeader: TokenHeader
  /** As it came: anybody may have written or changed it. */
  readonly unprotectedHeader: JsonObject | undefined
}

/**
 * Verifies a JWS (RFC 7515, RFC 7797) of any payload: compact, or flattened or general JSON as text or as an object.
 * Algorithm and extensions are read from the protected header only.
 *
 * @throws {TokenError} if the JWS is malformed, which one bad part makes it, and if not enough signatures are good: with the
 * code of the only signature, and `signature_invalid` for several that failed for different reasons.
 * @throws {TypeError} for a policy with unknown or invalid members.
 * @example
 * ```ts
 * const { payload } = verifyJws(jws, { keys: publicKeyOf(key) })
 * ```
 */
export function verifyJws(jws: string | FlattenedJws | GeneralJws, policy: JwsPolicy): VerifiedJws {
  const check = prepare(policy)
  const { serialization, payload: written, signatures } = parseJws(jws, check.maxLength)
  const encoded = payloadIsEncoded(signatures)
  const payload = payloadToCheck(written, encoded, serialization, policy.detachedPayload)
  const good: VerifiedSignature[] = []
  const reasons: TokenError[] = []
  for (const [index, signature] of signatures.entries()) {
    try {
      good.push(Object.freeze({ index, ...check.signature(signature, payload.signed) }))
    } catch (error) {
      if (!(error instanceof TokenError)) throw error
      // One bad part spoils the whole; and without keys nothing was found out about any signature.
      if (error.code === 'token_malformed' || error.code === 'key_set_unavailable') throw error
      reasons.push(error)
    }
  }
  if (good.length === 0 || (check.all && reasons.length > 0)) throw worst(reasons)
  const bytes = payload.read()
  const result = { serialization, payload: bytes, signatures: Object.freeze(good) }
  return Object.freeze(result) as unknown as VerifiedJws // the brand exists in the type only
}

interface Checks {
  readonly maxLength: number
  readonly all: boolean
  signature(signature: ParsedSignature, payload: Uint8Array | string): Omit<VerifiedSignature, 'index'>
}

function prepare(policy: JwsPolicy): Checks {
  checkOptions('verifyJws', policy, jwsPolicy)
  const { type, detachedPayload, require = 'one' } = policy
  const maxLength = wholeNumberOf('maxLength', policy.maxLength, 1_048_576)
  const keys = keysOf(policy.keys)
  const allowed = algorithmsOf(policy.algorithms)
  const understood = new Set(namesOf('understands', policy.understands) ?? [])
  for (const name of understood) {
    if (registeredParameters.has(name)) throw new TypeError(`${name} is no extension`)
  }
  if (type !== undefined && (typeof type !== 'string' || type === '')) {
    throw new TypeError('type is a string that is not empty')
  }
  if (detachedPayload !== undefined && !(detachedPayload instanceof Uint8Array)) {
    throw new TypeError('detachedPayload is given as bytes (Uint8Array)')
  }
  if (require !== 'one' && require !== 'all') throw new TypeError('require is one or all')

  function signature(parsed: ParsedSignature, payload: Uint8Array | string) {
    const { protectedHeader: raw, unprotectedHeader } = parsed
    // GHSA-jc38-x7x8-2xc8: an algorithm that nobody signed is an attacker's choice.
    if (!Object.hasOwn(raw, 'alg')) {
      throw new TokenError(
        unprotectedHeader !== undefined && Object.hasOwn(unprotectedHeader, 'alg')
          ? 'algorithm_not_allowed'
          : 'token_malformed',
      )
    }
    checkCritical(raw, understood)
    const header = checkParameters(raw)
    if (type !== undefined && mediaType(header.typ) !== mediaType(type)) throw new TokenError('type_mismatch')
    if (allowed !== undefined && !allowed.includes(header.alg)) throw new TokenError('algorithm_not_allowed')
    const key = keys.find(withKeyId(header, unprotectedHeader, policy.unprotectedKeyId === true))
    if (key === undefined) throw new TokenError('key_not_found')
    if (key.algorithm !== header.alg) throw new TokenError('algorithm_not_allowed')
    if (!verifyBytes(key, signingInput(parsed.encodedHeader, payload), parsed.signature)) {
      throw new TokenError('signature_invalid')
    }
    return { key, protectedHeader: header, unprotectedHeader }
  }

  return { maxLength, all: require === 'all', signature }
}

/** RFC 7515 section 4.1.11. */
function checkCritical(header: JsonObject, understood: ReadonlySet<string>): void {
  const critical = own(header, 'crit')
  const isUnencoded = own(header, 'b64') === false
  if (!Object.hasOwn(header, 'crit')) {
    // RFC 7797 section 6: a reader who does not know `b64` would take the payload for another.
    if (isUnencoded) throw new TokenError('critical_unknown')
    return
  }
  if (!Array.isArray(critical) || critical.length === 0 || new Set(critical).size !== critical.length) {
    throw new TokenError('critical_unknown')
  }
  for (const name of critical) {
    if (typeof name !== 'string' || !Object.hasOwn(header, name)) throw new TokenError('critical_unknown')
    if (name !== 'b64' && !understood.has(name)) throw new TokenError('critical_unknown')
  }
  if (isUnencoded && !critical.includes('b64')) throw new TokenError('critical_unknown')
}

/** RFC 7797 section 3: all signatures are of one payload, so they say the same of its encoding. */
function payloadIsEncoded(signatures: readonly ParsedSignature[]): boolean {
  const said = signatures.map(({ protectedHeader }) => own(protectedHeader, 'b64') ?? true)
  if (said.some((one) => typeof one !== 'boolean' || one !== said[0])) throw malformed()
  return said[0] === true
}

/** What the signatures cover, and how to read it once they are good. */
function payloadToCheck(
  written: string | undefined,
  encoded: boolean,
  serialization: JwsSerialization,
  detached: Uint8Array | undefined,
): { readonly signed: Uint8Array | string; read(): Uint8Array } {
  if (detached !== undefined) {
    if (written !== undefined) throw malformed()
    const bytes = Uint8Array.from(detached)
    return { signed: encoded ? Buffer.from(bytes).toString('base64url') : bytes, read: () => bytes }
  }
  if (written === undefined && serialization !== 'compact') throw malformed()
  const text = written ?? ''
  if (encoded) {
    // latin1 keeps the low byte of a character only, so another text could pass for the one that was signed.
    if (!base64urlText.test(text)) throw malformed()
    return { signed: text, read: () => decodePayload(text) }
  }
  if (!text.isWellFormed()) throw malformed()
  const bytes = Uint8Array.from(Buffer.from(text))
  return { signed: bytes, read: () => bytes }
}

/** Only after a signature was found good: a stranger's megabyte is not worth decoding (CVE-2026-48525). */
function decodePayload(text: string): Uint8Array {
  const bytes = decode(text)
  if (bytes === undefined) throw malformed()
  return Uint8Array.from(bytes)
}

function withKeyId(header: TokenHeader, unprotected: JsonObject | undefined, allowed: boolean): TokenHeader {
  if (unprotected === undefined || !Object.hasOwn(unprotected, 'kid')) return header
  if (!allowed) throw new TokenError('key_not_found')
  const { kid } = unprotected
  if (typeof kid !== 'string') throw malformed()
  return { ...header, kid }
}

function worst(reasons: readonly TokenError[]): TokenError {
  const [first] = reasons
  if (first !== undefined && reasons.every(({ code }) => code === first.code)) return first
  return new TokenError('signature_invalid')
}

function keysOf(keys: JwsPolicy['keys']): KeySet {
  if (isKey(keys)) return keySetOf([keys])
  if (isList(keys)) {
    if (keys.length === 0) throw new TypeError('keys must not be empty')
    return keySetOf(keys)
  }
  if (typeof keys !== 'object' || keys === null || typeof keys.find !== 'function') {
    throw new TypeError('keys is a key, a list of keys, or a key set')
  }
  return keys
}

/** Array.isArray does not narrow readonly lists. */
function isList(keys: JwsPolicy['keys']): keys is readonly VerificationKey[] {
  return Array.isArray(keys)
}

function namesOf(option: string, value: unknown): readonly string[] | undefined {
  if (value === undefined) return undefined
  if (!Array.isArray(value) || !value.every((name) => typeof name === 'string')) {
    throw new TypeError(`${option} is a list of names`)
  }
  return value
}
