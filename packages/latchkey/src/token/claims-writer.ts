import { encode, encodeText } from '#platform'
import { checkOptions, type OptionNames } from '../options/check-options.ts'
import { clockOf } from '../options/clock.ts'
import { type RegisteredClaims, secondsOf } from './claims.ts'
import { isKey, type SigningKey, textOf } from './keys/keys.ts'

/** What a token is to say. A claim given here wins over the same claim given by the options of the signer. */
export type ClaimsToSign = RegisteredClaims & { readonly [claim: string]: unknown }

/** What a signer writes into every token. Times are in seconds, but for `now`. */
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

const signerOptions: OptionNames<SignerOptions> = {
  key: 1,
  expiresIn: 1,
  notBefore: 1,
  issuer: 1,
  audience: 1,
  subject: 1,
  type: 1,
  header: 1,
  withTokenId: 1,
  now: 1,
}

/** What is signed: the encoded header and the encoded claims. The header is the same each time. */
export function prepareWriter(owner: string, options: SignerOptions): (claims: ClaimsToSign) => string {
  checkOptions(owner, options, signerOptions)
  const { issuer, audience, subject, withTokenId = false } = options
  const now = clockOf(options.now)
  const header = encodeHeader(options)
  const expiresIn = secondsOf('expiresIn', options.expiresIn)
  const notBefore = secondsOf('notBefore', options.notBefore)
  checkClaims({ iss: issuer, aud: audience, sub: subject })

  return (claims) => {
    if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) {
      throw new TypeError('claims is an object')
    }
    const seconds = Math.floor(now() / 1000)
    const body: { -readonly [name in keyof RegisteredClaims]?: unknown } = { ...claims }
    body.iat ??= seconds
    if (issuer !== undefined) body.iss ??= issuer
    if (subject !== undefined) body.sub ??= subject
    if (audience !== undefined) body.aud ??= audience
    if (notBefore !== undefined) body.nbf ??= seconds + notBefore
    if (expiresIn !== undefined) body.exp ??= seconds + expiresIn
    if (withTokenId) body.jti ??= encode(crypto.getRandomValues(new Uint8Array(16)))
    checkClaims(body)
    return header + encodeText(JSON.stringify(body))
  }
}

const reserved = ['alg', 'typ', 'kid', 'crit', 'b64', 'zip', 'enc']

function encodeHeader({ key, type = 'JWT', header = {} }: SignerOptions): string {
  if (!isKey(key) || (key.kind as string) === 'public') {
    throw new TypeError('key is a private or secret key')
  }
  textOf('type', type)
  if (typeof header !== 'object' || Array.isArray(header)) throw new TypeError('header is an object')
  for (const name of reserved) {
    if (Object.hasOwn(header, name)) throw new TypeError(`the header parameter ${name} cannot be set`)
  }
  // JSON leaves out a `kid` that is undefined.
  return `${encodeText(JSON.stringify({ ...header, alg: key.algorithm, typ: type, kid: key.keyId }))}.`
}

/**
 * A wrong claim is found where it is written, rather than by every reader. Each is named rather than looked up in a
 * list: a load by a fixed name costs a tenth of one by a name that varies.
 */
function checkClaims({ iss, sub, jti, exp, nbf, iat, aud }: RegisteredAsGiven): void {
  checkText('iss', iss)
  checkText('sub', sub)
  checkText('jti', jti)
  checkTime('exp', exp)
  checkTime('nbf', nbf)
  checkTime('iat', iat)
  if (Array.isArray(aud)) for (const one of aud) checkText('aud', one ?? null)
  else checkText('aud', aud)
}

type RegisteredAsGiven = { readonly [name in keyof RegisteredClaims]?: unknown }

function checkText(claim: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'string') throw new TypeError(`the claim ${claim} holds text`)
}

function checkTime(claim: string, value: unknown): void {
  // What lies beyond the year 5138 was written in milliseconds, and would never expire.
  if (value !== undefined && !(typeof value === 'number' && Math.abs(value) < 1e11)) {
    throw new TypeError(`the claim ${claim} is a time in seconds, not milliseconds`)
  }
}
