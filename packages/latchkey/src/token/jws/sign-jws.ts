import { isUtf8 } from 'node:buffer'
import { checkOptions, type OptionNames } from '../../options/check-options.ts'
import { encode } from '../base64url.ts'
import type { JsonObject } from '../json.ts'
import { handleOf, type SigningKey } from '../keys/keys.ts'
import { signBytes } from './bytes.ts'
import {
  type FlattenedJws,
  type GeneralJws,
  type JwsSignature,
  protectedOnly,
  registeredParameters,
  signingInput,
} from './serializations.ts'

/** One signature to make. */
export interface JwsSignerOptions {
  readonly key: SigningKey
  /** More parameters of the protected header, as `typ`. Not `alg`, `kid`, `crit`, `b64`, `zip`, `enc`. */
  readonly header?: Readonly<Record<string, unknown>>
  /** Names in `header` that a verifier must understand or refuse (`crit`, RFC 7515 section 4.1.11). */
  readonly critical?: readonly string[]
}

/** A signature of the JSON serializations, which may carry parameters that it does not cover. */
export interface JsonJwsSignerOptions extends JwsSignerOptions {
  /** The unprotected header. No name of the protected one, and neither `alg`, `crit` nor `b64`. */
  readonly unprotectedHeader?: Readonly<Record<string, unknown>>
}

/** How the payload of a JWS is written. */
export interface JwsPayloadOptions {
  /** Leave the payload out: whoever verifies has it from elsewhere (RFC 7515 appendix F). */
  readonly detached?: boolean
  /** `false`: sign and send the payload as it is rather than in base64url, with `crit` (RFC 7797). */
  readonly encodePayload?: boolean
}

const signerOptions: OptionNames<JwsSignerOptions> = { key: 1, header: 1, critical: 1 }
const jsonSignerOptions: OptionNames<JsonJwsSignerOptions> = { ...signerOptions, unprotectedHeader: 1 }
const payloadOptions: OptionNames<JwsPayloadOptions & { readonly serialization?: unknown }> = {
  detached: 1,
  encodePayload: 1,
  serialization: 1,
}

/** By serialization. */
const knownOptions = {
  compact: { ...signerOptions, ...payloadOptions },
  flattened: { ...jsonSignerOptions, ...payloadOptions },
  general: { signatures: 1, ...payloadOptions },
} as const

/**
 * Signs any payload as a JWS (RFC 7515): compact if not said otherwise, or a JSON object with one signature (`flattened`)
 * or several (`general`).
 *
 * @throws {TypeError} for what cannot be written: a header that every verifier would refuse, or an unencoded payload
 * (RFC 7797) that the serialization cannot hold.
 * @example
 * ```ts
 * const jws = signJws(new TextEncoder().encode('hello'), { key, header: { cty: 'text/plain' } })
 * ```
 */
export function signJws(
  payload: Uint8Array,
  options: JwsSignerOptions & JwsPayloadOptions & { readonly serialization?: 'compact' },
): string
export function signJws(
  payload: Uint8Array,
  options: JsonJwsSignerOptions & JwsPayloadOptions & { readonly serialization: 'flattened' },
): FlattenedJws
export function signJws(
  payload: Uint8Array,
  options: { readonly signatures: readonly JsonJwsSignerOptions[] } & JwsPayloadOptions & {
      readonly serialization: 'general'
    },
): GeneralJws
export function signJws(
  payload: Uint8Array,
  options: JwsPayloadOptions &
    (
      | (JwsSignerOptions & { readonly serialization?: 'compact' })
      | (JsonJwsSignerOptions & { readonly serialization: 'flattened' })
      | { readonly serialization: 'general'; readonly signatures: readonly JsonJwsSignerOptions[] }
    ),
): string | FlattenedJws | GeneralJws {
  if (!(payload instanceof Uint8Array)) throw new TypeError('a payload is given as bytes (Uint8Array)')
  const {
    detached = false,
    encodePayload = true,
    serialization = 'compact',
  } = Object(options) as typeof options
  if (!Object.hasOwn(knownOptions, serialization)) {
    throw new TypeError('serialization is compact, flattened or general')
  }
  checkOptions('signJws', options, knownOptions[serialization])
  if (typeof detached !== 'boolean' || typeof encodePayload !== 'boolean') {
    throw new TypeError('detached and encodePayload are true or false')
  }
  const encoded = encodePayload ? encode(payload) : undefined
  const sign = (signer: JsonJwsSignerOptions) => signOne(signer, encoded ?? payload, encodePayload)
  if (options.serialization === 'general') {
    if (!Array.isArray(options.signatures) || options.signatures.length === 0) {
      throw new TypeError('signatures is a list of what is to sign, not empty')
    }
    for (const signer of options.signatures)
      checkOptions('signJws, in signatures,', signer, jsonSignerOptions)
    return { ...payloadMember(payload, encoded, detached), signatures: options.signatures.map(sign) }
  }
  if (options.serialization === 'flattened') {
    return { ...payloadMember(payload, encoded, detached), ...sign(options) }
  }
  const { protected: head, signature } = sign(options)
  const body = detached ? '' : (encoded ?? compactText(payload))
  return `${head}.${body}.${signature}`
}

function signOne(
  { key, header = {}, critical = [], unprotectedHeader }: JsonJwsSignerOptions,
  payload: Uint8Array | string,
  encodePayload: boolean,
): JwsSignature {
  if (handleOf(key).type === 'public') {
    throw new TypeError('a public key cannot sign: give a private or secret key')
  }
  const whole = wholeHeader(key, header, critical, encodePayload)
  const head = encode(Buffer.from(JSON.stringify(whole)))
  const signature = encode(signBytes(key, signingInput(head, payload)))
  if (unprotectedHeader === undefined) return { protected: head, signature }
  for (const name of Object.keys(unprotectedHeader)) {
    if (name === 'alg' || (protectedOnly as readonly string[]).includes(name) || Object.hasOwn(whole, name)) {
      throw new TypeError(`the header parameter ${name} cannot be unprotected here`)
    }
  }
  // As a reader of the JSON gets it, and not to be changed by whoever gave it.
  const copy = JSON.parse(JSON.stringify(unprotectedHeader)) as JsonObject
  return { protected: head, header: copy, signature }
}

const reserved = ['alg', 'kid', 'crit', 'b64', 'zip', 'enc']

function wholeHeader(
  { algorithm: alg, keyId }: SigningKey,
  header: Readonly<Record<string, unknown>>,
  critical: readonly string[],
  encodePayload: boolean,
): Record<string, unknown> {
  for (const name of reserved) {
    if (Object.hasOwn(header, name)) throw new TypeError(`the header parameter ${name} cannot be set`)
  }
  for (const name of ['typ', 'cty']) {
    const value = Object.hasOwn(header, name) ? header[name] : undefined
    if (value !== undefined && typeof value !== 'string') {
      throw new TypeError(`the header parameter ${name} is a string`)
    }
  }
  for (const name of critical) {
    if (registeredParameters.has(name) || !Object.hasOwn(header, name) || header[name] === undefined) {
      throw new TypeError('critical names parameters of the header that no specification of JOSE defines')
    }
  }
  if (new Set(critical).size !== critical.length) throw new TypeError('critical names a parameter twice')
  const crit = encodePayload ? critical : ['b64', ...critical]
  return {
    alg,
    ...(keyId === undefined ? {} : { kid: keyId }),
    ...header,
    ...(encodePayload ? {} : { b64: false }),
    ...(crit.length === 0 ? {} : { crit }),
  }
}

function payloadMember(
  payload: Uint8Array,
  encoded: string | undefined,
  detached: boolean,
): { payload?: string } {
  if (detached) return {}
  if (encoded !== undefined) return { payload: encoded }
  if (!isUtf8(payload)) throw new TypeError('an unencoded payload in JSON is UTF-8: detach it')
  return { payload: Buffer.from(payload).toString('utf8') }
}

/** RFC 7797 section 5.2: printable ASCII without the dot that separates. */
function compactText(payload: Uint8Array): string {
  if (!payload.every((byte) => byte >= 0x20 && byte <= 0x7e && byte !== 0x2e)) {
    throw new TypeError('an unencoded payload in compact form is printable ASCII without a dot: detach it')
  }
  return Buffer.from(payload).toString('latin1')
}
