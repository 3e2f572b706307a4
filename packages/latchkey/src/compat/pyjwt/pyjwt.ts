import type { OptionNames } from '../../options/check-options.ts'
import { type Clock, clockOf } from '../../options/clock.ts'
import { isSigningAlgorithm, type SigningAlgorithm, schemes } from '../../token/algorithms.ts'
import type { JsonObject } from '../../token/json.ts'
import { publicKeyOf } from '../../token/keys/asymmetric-key.ts'
import { handleOf, type Key, type SigningKey, type VerificationKey } from '../../token/keys/keys.ts'
import { checkerOf, makerOf } from '../../token/signature.ts'
import { settingsIn } from '../python/settings.ts'
import { checkClaims, type Expected } from './claims.ts'
import {
  DecodeError,
  InvalidAlgorithmError,
  InvalidKeyError,
  InvalidSignatureError,
  InvalidTokenError,
} from './errors.ts'
import { InsecureKeyLengthWarning } from './insecure-key-length-warning.ts'
import { PyJWK } from './jwk.ts'
import { algorithmNamed, type KeyInput, prepareSigningKey, prepareVerificationKey } from './keys.ts'
import { mergeOptions, type Options, optionsIn } from './options.ts'
import { dumps, isPlainObject } from './python-json.ts'
import { parse, split } from './segments.ts'

/** The keyword arguments of `encode`. */
export interface EncodeOptions {
  /** `HS256` if not given, or that of a PyJWK. The `alg` of `headers` wins, as in PyJWT. */
  readonly algorithm?: string | null
  /** More header parameters. `typ` as null leaves it out. */
  readonly headers?: Readonly<Record<string, unknown>> | null
  /** Write the header in the order of its names; true if not given. */
  readonly sort_headers?: boolean
}

/** The keyword arguments of `decode`. */
export interface DecodeOptions extends Expected {
  /** Which algorithms are accepted. Required, unless the key is a PyJWK or nothing is verified. */
  readonly algorithms?: Algorithms | null
  readonly options?: Options | null
}

/** Names of algorithms. */
export type Algorithms = readonly string[] | ReadonlySet<string>

const encodeNames: OptionNames<EncodeOptions> = { algorithm: 1, headers: 1, sort_headers: 1 }
const decodeNames: OptionNames<DecodeOptions> = {
  algorithms: 1,
  options: 1,
  audience: 1,
  issuer: 1,
  subject: 1,
  leeway: 1,
}

/** What `decode_complete` gives. */
export interface DecodedToken {
  readonly header: JsonObject
  readonly payload: JsonObject
  readonly signature: Uint8Array
}

/** What a PyJWT object takes from its environment. */
export interface Surroundings {
  /** Called with each warning; `process.emitWarning`, once for each text, if not given. */
  readonly onWarning?: (warning: InsecureKeyLengthWarning) => void
  /** The time in milliseconds since the Unix epoch; Date.now if not given. */
  readonly now?: () => number
}

const surroundingNames: OptionNames<Surroundings> = { onWarning: 1, now: 1 }

/** Keys that are kept prepared. Programs that pass keys as text pass few of them. */
const maxPrepared = 16

/**
 * PyJWT's class of that name: `encode` and `decode` with default options. The functions of the module are the methods of one
 * object without options.
 */
export class PyJWT {
  readonly options: Required<Options>
  readonly #given: Options
  readonly #onWarning: (warning: InsecureKeyLengthWarning) => void
  readonly #now: Clock
  // Checking a string for the spellings of other keys takes longer than an HMAC, and callers pass the same string each time.
  readonly #prepared = new Map<string, Key>()

  /** @throws {TypeError} if an option is not one, or is not of its type. */
  constructor(options: Options | null = {}, surroundings: Surroundings = {}) {
    const { onWarning, now } = settingsIn('PyJWT', surroundings, surroundingNames)
    this.#given = optionsIn(options)
    this.options = Object.freeze(mergeOptions(this.#given))
    this.#onWarning = onWarning ?? warnOnce()
    this.#now = clockOf(now)
  }

  /**
   * Sign a payload. The token is equal to PyJWT's, byte for byte. A Date in `exp`, `iat` or `nbf` becomes whole seconds.
   *
   * @throws {TypeError} if the payload is not an object, `iss` is not text, or a value has no form in JSON.
   * @throws {InvalidKeyError} if the key does not fit the algorithm.
   * @throws {NotImplementedError} if the algorithm does not exist; `none` does not.
   */
  encode(payload: object, key: KeyInput | PyJWK, options?: EncodeOptions): string
  encode(payload: object, key: KeyInput | PyJWK, algorithm: string | null, options?: EncodeOptions): string
  encode(
    payload: object,
    key: KeyInput | PyJWK,
    second: string | null | EncodeOptions = {},
    third: EncodeOptions = {},
  ): string {
    const isName = typeof second === 'string' || second === null
    const options = settingsIn('encode', isName ? third : second, encodeNames)
    const algorithm = isName ? second : options.algorithm
    const headers = options.headers ?? {}
    const { sort_headers = true } = options
    if (!isPlainObject(headers)) throw new TypeError('headers is an object')
    if (typeof sort_headers !== 'boolean') throw new TypeError('sort_headers is true or false')
    if (!isPlainObject(payload)) {
      throw new TypeError('Expecting a dict object, as JWT only supports JSON objects as payloads.')
    }
    const { iss } = payload
    if (iss !== undefined && typeof iss !== 'string') throw new TypeError('Issuer (iss) must be a string.')
    const standard = key instanceof PyJWK ? key.algorithm_name : 'HS256'
    // To Python no algorithm by name is `none`, which does not exist here.
    const isNone = algorithm === null && !(key instanceof PyJWK)
    const name = headers.alg ?? (isNone ? 'none' : (algorithm ?? standard))
    const alg = algorithmNamed(name)
    const header = headerOf(alg, headers, sort_headers)
    const signingKey = key instanceof PyJWK ? signingKeyOf(key.for(alg)) : this.#signingKey(key, alg)
    this.#checkLength(signingKey, this.options)
    const input = `${segment(header)}.${segment(timesInSeconds(payload))}`
    return `${input}.${makerOf(signingKey)(input)}`
  }

  /**
   * Verify a token and return its claims, frozen. With `options: { verify_signature: false }` nothing is verified, and the
   * claims must not be trusted.
   *
   * @throws {InvalidTokenError} of the class that says why the token is refused.
   * @throws {InvalidKeyError} if the key does not fit the algorithm.
   * @throws {TypeError} if an argument has the wrong type or an option does not exist.
   */
  decode(jwt: string | Uint8Array, key?: KeyInput | PyJWK | null, options?: DecodeOptions): JsonObject
  decode(
    jwt: string | Uint8Array,
    key: KeyInput | PyJWK | null,
    algorithms: Algorithms | null,
    options?: DecodeOptions,
  ): JsonObject
  decode(
    jwt: string | Uint8Array,
    key: KeyInput | PyJWK | null = '',
    second: Algorithms | null | DecodeOptions = {},
    third: DecodeOptions = {},
  ): JsonObject {
    return this.#decode(jwt, key, second, third).payload
  }

  /** Verify a token as `decode` does, and return its header and signature too. */
  decode_complete(
    jwt: string | Uint8Array,
    key?: KeyInput | PyJWK | null,
    options?: DecodeOptions,
  ): DecodedToken
  decode_complete(
    jwt: string | Uint8Array,
    key: KeyInput | PyJWK | null,
    algorithms: Algorithms | null,
    options?: DecodeOptions,
  ): DecodedToken
  decode_complete(
    jwt: string | Uint8Array,
    key: KeyInput | PyJWK | null = '',
    second: Algorithms | null | DecodeOptions = {},
    third: DecodeOptions = {},
  ): DecodedToken {
    return this.#decode(jwt, key, second, third)
  }

  #decode(
    jwt: unknown,
    key: KeyInput | PyJWK | null,
    second: Algorithms | null | DecodeOptions,
    third: DecodeOptions,
  ): DecodedToken {
    const isList = second === null || Array.isArray(second) || second instanceof Set
    const given = settingsIn('decode', isList ? third : (second as DecodeOptions), decodeNames) // else it is no list
    const isPlain = given.options === undefined || given.options === null
    const checks = isPlain ? this.options : mergeOptions(this.#given, given.options)
    const algorithms = algorithmsIn(isList ? second : given.algorithms)
    if (checks.verify_signature && !(key instanceof PyJWK) && !algorithms?.length) {
      throw new DecodeError(
        'It is required that you pass in a value for the "algorithms" argument when calling decode().',
      )
    }
    const { token, end, header, payload: bytes, signature } = split(jwt)
    if (checks.verify_signature) {
      const verificationKey = this.#chooseKey(header.alg, key, algorithms)
      this.#checkLength(verificationKey, checks)
      if (!checkerOf(verificationKey)(token, end)) {
        throw new InvalidSignatureError('Signature verification failed')
      }
    }
    const payload = parse('payload', bytes)
    checkClaims(payload, given, checks, this.#now() / 1000)
    return { header, payload, signature }
  }

  #chooseKey(
    alg: unknown,
    key: KeyInput | PyJWK | null,
    algorithms: readonly string[] | undefined,
  ): VerificationKey {
    if (alg === undefined) throw new InvalidAlgorithmError('Algorithm not specified')
    const allowed = algorithms ?? (key instanceof PyJWK ? [key.algorithm_name] : [])
    if (typeof alg !== 'string' || !allowed.includes(alg)) {
      throw new InvalidAlgorithmError('The specified alg value is not allowed')
    }
    if (!isSigningAlgorithm(alg)) throw new InvalidAlgorithmError('Algorithm not supported')
    if (key === null) throw new TypeError('Expected a string or bytes value')
    if (!(key instanceof PyJWK)) return this.#verificationKey(key, alg)
    // The list narrows what the key allows, and never widens it (CVE-2026-48523).
    if (key.algorithm_name !== alg) {
      throw new InvalidAlgorithmError(
        `Token algorithm '${alg}' does not match the key's algorithm '${key.algorithm_name}'`,
      )
    }
    return key.key.kind === 'private' ? publicKeyOf(key.key) : key.key
  }

  #signingKey(input: KeyInput, algorithm: SigningAlgorithm): SigningKey {
    return this.#remember('sign', input, algorithm, () => prepareSigningKey(input, algorithm))
  }

  #verificationKey(input: KeyInput, algorithm: SigningAlgorithm): VerificationKey {
    return this.#remember('verify', input, algorithm, () => prepareVerificationKey(input, algorithm))
  }

  #remember<K extends Key>(use: string, input: KeyInput, algorithm: SigningAlgorithm, prepare: () => K): K {
    if (typeof input !== 'string') return prepare()
    const name = `${use} ${algorithm} ${input}`
    const known = this.#prepared.get(name)
    if (known !== undefined) return known as K // the use is part of the name
    const key = prepare()
    if (this.#prepared.size >= maxPrepared) this.#prepared.clear()
    this.#prepared.set(name, key)
    return key
  }

  #checkLength(key: Key, { enforce_minimum_key_length: enforced }: Required<Options>): void {
    const scheme = schemes[key.algorithm]
    if (scheme.kty !== 'oct') return
    const bytes = handleOf(key).symmetricKeySize ?? 0
    if (bytes >= scheme.hashBytes) return
    const message = `The HMAC key is ${bytes} bytes long, which is below the minimum recommended length of ${scheme.hashBytes} bytes for ${scheme.hash.toUpperCase()}. See RFC 7518 Section 3.2.`
    if (enforced) throw new InvalidKeyError(message)
    this.#onWarning(new InsecureKeyLengthWarning(message))
  }
}

/** Like Python's default filter, emit each message once: a warning for each token would fill the log. */
function warnOnce(): (warning: InsecureKeyLengthWarning) => void {
  const said = new Set<string>()
  return (warning) => {
    if (said.has(warning.message)) return
    said.add(warning.message)
    process.emitWarning(warning)
  }
}

function signingKeyOf({ key }: PyJWK): SigningKey {
  if (key.kind === 'public') throw new InvalidKeyError('a public key cannot sign')
  return key
}

function headerOf(
  alg: SigningAlgorithm,
  headers: Readonly<Record<string, unknown>>,
  sorted: boolean,
): object {
  const { kid } = headers
  if ('kid' in headers && typeof kid !== 'string') {
    throw new InvalidTokenError('Key ID header parameter must be a string')
  }
  for (const name of ['crit', 'b64']) {
    if (name in headers) throw new InvalidTokenError(`Unsupported critical extension: ${name}`)
  }
  const { typ, ...rest }: Record<string, unknown> = { typ: 'JWT', ...headers }
  // PyJWT writes typ first where the header is not sorted.
  const whole: Record<string, unknown> = { ...(typ ? { typ } : {}), alg, ...rest }
  whole.alg = alg
  return sorted ? Object.fromEntries(Object.entries(whole).sort(([a], [b]) => (a < b ? -1 : 1))) : whole
}

/** PyJWT turns a datetime into whole seconds in these three claims, and refuses it in others. */
function timesInSeconds(payload: Readonly<Record<string, unknown>>): object {
  const body = { ...payload }
  for (const name of ['exp', 'iat', 'nbf']) {
    const value = body[name]
    if (value instanceof Date) body[name] = Math.floor(value.getTime() / 1000)
  }
  return body
}

function segment(value: object): string {
  return Buffer.from(dumps(value), 'latin1').toString('base64url')
}

function algorithmsIn(algorithms: unknown): readonly string[] | undefined {
  if (algorithms === undefined || algorithms === null) return undefined
  if (Array.isArray(algorithms)) return algorithms
  // In a text Python would look for the name within it: `HS256` is in `HS256,none`.
  if (!(algorithms instanceof Set)) throw new TypeError('algorithms is a list of names')
  return [...algorithms]
}
