import { randomBytes } from 'node:crypto'
import { encodeText } from './base64url.ts'
import { type RegisteredClaims, secondsOf } from './claims.ts'
import { handleOf, type SigningKey } from './keys.ts'
import { makerOf, makeSignatureAsync } from './signature.ts'

/** What a token is to say. A claim given here wins over the same claim given by the options of the signer. */
export type ClaimsToSign = RegisteredClaims & { readonly [claim: string]: unknown }

export interface SignerOptions {
  readonly key: SigningKey
  /** Seconds from now to `exp`. */
  readonly expiresIn?: number
  /** Seconds from now to `nbf`. */
  readonly notBefore?: number
  readonly issuer?: string
  readonly audience?: string | readonly string[]
  readonly subject?: string
  /** The `typ` of the header; `JWT` if not given. */
  readonly type?: string
  /** More header parameters. Not `alg`, `typ`, `kid`, nor what a verifier refuses (`crit`, `b64`, `zip`, `enc`). */
  readonly header?: Readonly<Record<string, unknown>>
  /** Give each token a `jti` of 128 random bits. */
  readonly withTokenId?: boolean
  /** The time in milliseconds since the Unix epoch; Date.now if not given. */
  readonly now?: () => number
}

/**
 * Build a function that signs claims as a compact JWT, with `iat` and what the options say. A TypeError for
 * options that cannot be meant, and for claims that every verifier would refuse.
 */
export function createSigner(options: SignerOptions): (claims: ClaimsToSign) => string {
  const write = prepareWriter(options)
  const sign = makerOf(options.key)
  return (claims) => {
    const input = write(claims)
    return `${input}.${sign(input)}`
  }
}

/** As `createSigner`, with the signature made in the thread pool: for RSA and ML-DSA on a busy event loop. */
export function createAsyncSigner(options: SignerOptions): (claims: ClaimsToSign) => Promise<string> {
  const write = prepareWriter(options)
  return async (claims) => {
    const input = write(claims)
    return `${input}.${await makeSignatureAsync(options.key, input)}`
  }
}

/** What is signed: the encoded header and the encoded claims. The header is the same each time. */
function prepareWriter(options: SignerOptions): (claims: ClaimsToSign) => string {
  const { issuer, audience, subject, withTokenId = false, now = Date.now } = options
  const header = encodeHeader(options)
  const expiresIn = secondsOf('expiresIn', options.expiresIn)
  const notBefore = secondsOf('notBefore', options.notBefore)
  checkClaims({ iss: issuer, aud: audience, sub: subject })

  return (claims) => {
    if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) {
      throw new TypeError('claims are an object')
    }
    const seconds = Math.floor(now() / 1000)
    const body: { -readonly [name in keyof RegisteredClaims]?: unknown } = { ...claims }
    body.iat ??= seconds
    if (issuer !== undefined) body.iss ??= issuer
    if (subject !== undefined) body.sub ??= subject
    if (audience !== undefined) body.aud ??= audience
    if (notBefore !== undefined) body.nbf ??= seconds + notBefore
    if (expiresIn !== undefined) body.exp ??= seconds + expiresIn
    if (withTokenId) body.jti ??= randomBytes(16).toString('base64url')
    checkClaims(body)
    return header + encodeText(JSON.stringify(body))
  }
}

const reserved = ['alg', 'typ', 'kid', 'crit', 'b64', 'zip', 'enc']

function encodeHeader({ key, type = 'JWT', header = {} }: SignerOptions): string {
  if (handleOf(key).type === 'public')
    throw new TypeError('a public key cannot sign: give a private or secret key')
  if (typeof type !== 'string' || type === '') throw new TypeError('type is a string that is not empty')
  for (const name of reserved) {
    if (Object.hasOwn(header, name)) throw new TypeError(`the header parameter ${name} cannot be set`)
  }
  const { algorithm: alg, keyId } = key
  const whole = { ...header, alg, typ: type, ...(keyId === undefined ? {} : { kid: keyId }) }
  return `${encodeText(JSON.stringify(whole))}.`
}

/**
 * A wrong claim is found where it is written, rather than by every reader. Each is named rather than looked up in a
 * list: a load by a fixed name costs a tenth of one by a name that varies.
 */
function checkClaims({
  iss,
  sub,
  jti,
  exp,
  nbf,
  iat,
  aud,
}: { readonly [name in keyof RegisteredClaims]?: unknown }): void {
  if (!isTextOrAbsent(iss)) throw new TypeError('the claim iss is a string')
  if (!isTextOrAbsent(sub)) throw new TypeError('the claim sub is a string')
  if (!isTextOrAbsent(jti)) throw new TypeError('the claim jti is a string')
  if (!isTimeOrAbsent(exp)) throw new TypeError('the claim exp is a time in seconds')
  if (!isTimeOrAbsent(nbf)) throw new TypeError('the claim nbf is a time in seconds')
  if (!isTimeOrAbsent(iat)) throw new TypeError('the claim iat is a time in seconds')
  if (isTextOrAbsent(aud)) return
  if (!Array.isArray(aud) || !aud.every((one) => typeof one === 'string')) {
    throw new TypeError('the claim aud is a string or a list of strings')
  }
}

function isTextOrAbsent(value: unknown): boolean {
  return value === undefined || typeof value === 'string'
}

function isTimeOrAbsent(value: unknown): boolean {
  return value === undefined || (typeof value === 'number' && Math.abs(value) <= 2 ** 53)
}
