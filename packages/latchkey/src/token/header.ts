import { type Algorithm, isAlgorithm } from './algorithms.ts'
import { textsOf } from './claims.ts'
import { malformed, TokenError } from './errors.ts'
import type { JsonObject } from './json.ts'

/** A JOSE header (RFC 7515 section 4) that `checkHeader` has let through. */
export interface TokenHeader {
  readonly alg: Algorithm
  readonly kid?: string
  readonly typ?: string
  readonly [parameter: string]: unknown
}

/**
 * What the header of a JWT must be before a key is looked for. Parameters that name a key or a place to find one
 * (`jwk`, `jku`, `x5c`, `x5u`) are never read: keys come from the configuration (RFC 8725 section 3.10).
 */
export function checkHeader(header: JsonObject): TokenHeader {
  // RFC 7515 section 4.1.11: what is critical must be understood. `b64` is the only extension we know, and a
  // JWT must not use it (RFC 7797 section 7), so none is left. Without `crit`, `b64` is not allowed either.
  if (Object.hasOwn(header, 'crit') || Object.hasOwn(header, 'b64')) throw new TokenError('critical_unknown')
  const checked = checkParameters(header)
  // RFC 7519 section 5.2: the payload is a token itself, so its members are not the claims.
  if (mediaType(own(header, 'cty')) === 'jwt') throw new TokenError('type_mismatch')
  return checked
}

/** What the protected header of any JWS must be, whatever its payload; `crit` and `b64` are the caller's. */
export function checkParameters(header: JsonObject): TokenHeader {
  // These belong to JWE (RFC 7516 section 4.1): whoever wrote them meant another kind of token.
  if (Object.hasOwn(header, 'enc') || Object.hasOwn(header, 'zip')) throw malformed()
  const alg = own(header, 'alg')
  if (typeof alg !== 'string') throw malformed()
  if (!isAlgorithm(alg)) throw new TokenError('algorithm_not_allowed')
  for (const name of ['kid', 'typ', 'cty']) {
    const value = own(header, name)
    if (value !== undefined && typeof value !== 'string') throw malformed()
  }
  return header as TokenHeader // each named member was checked above
}

const typePrefix = 'application/'

/** `typ` and `cty` as RFC 7515 section 4.1.9 compares them: without `application/`, whatever the case. */
export function mediaType(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  const type = value.toLowerCase()
  // Behind a second slash it is no media type, and stays as it is.
  return type.startsWith(typePrefix) && !type.includes('/', typePrefix.length)
    ? type.slice(typePrefix.length)
    : type
}

/** The accepted `typ` in the form of `mediaType`; undefined stands for a header without one. */
export function typesOf(value: unknown = [null, 'jwt', 'at+jwt']): readonly (string | undefined)[] {
  const list: readonly unknown[] = Array.isArray(value) ? [...value] : [value]
  // Null may stand in the list, and nothing else that is no text.
  textsOf(
    'type',
    list.map((one) => (one === null ? 'absent' : one)),
  )
  return list.map(mediaType)
}

/** Only own members count: a polluted Object.prototype must not lend a token what it lacks. */
export function own(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined
}
