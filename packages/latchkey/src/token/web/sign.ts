import { secondsOf } from '../claims.ts'
import { handleOf } from '../keys.ts'
import type { ClaimsToSign, SignerOptions } from '../sign.ts'
import { encode } from './platform.ts'
import { signText } from './signature.ts'

/** Build a function that signs claims as a compact JWT with WebCrypto; it writes and refuses what Node's does. */
export function createAsyncSigner(options: SignerOptions): (claims: ClaimsToSign) => Promise<string> {
  const { key, issuer: iss, subject: sub, audience: aud, withTokenId = false, now = Date.now } = options
  const header = encodeHeader(options)
  const expiresIn = secondsOf('expiresIn', options.expiresIn)
  const notBefore = secondsOf('notBefore', options.notBefore)
  checkClaims({ iss, sub, aud })

  return async (claims) => {
    if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) {
      throw new TypeError('claims are an object')
    }
    const seconds = Math.floor(now() / 1000)
    const body: Record<string, unknown> = { ...claims }
    body.iat ??= seconds
    if (iss !== undefined) body.iss ??= iss
    if (sub !== undefined) body.sub ??= sub
    if (aud !== undefined) body.aud ??= aud
    if (notBefore !== undefined) body.nbf ??= seconds + notBefore
    if (expiresIn !== undefined) body.exp ??= seconds + expiresIn
    if (withTokenId) body.jti ??= encode(crypto.getRandomValues(new Uint8Array(16)))
    checkClaims(body)
    const input = `${header}.${encodeJson(body)}`
    return `${input}.${await signText(key, input)}`
  }
}

const reserved = ['alg', 'typ', 'kid', 'crit', 'b64', 'zip', 'enc']

function encodeHeader({ key, type = 'JWT', header = {} }: SignerOptions): string {
  handleOf(key)
  if ((key.kind as string) === 'public') throw new TypeError('a public key cannot sign')
  if (typeof type !== 'string' || type === '') throw new TypeError('type is a string that is not empty')
  for (const name of reserved) {
    if (Object.hasOwn(header, name)) throw new TypeError(`the header parameter ${name} cannot be set`)
  }
  const { algorithm: alg, keyId } = key
  return encodeJson({ ...header, alg, typ: type, ...(keyId === undefined ? {} : { kid: keyId }) })
}

function encodeJson(value: object): string {
  return encode(new TextEncoder().encode(JSON.stringify(value)))
}

/** A wrong claim is found where it is written, rather than by every reader. */
function checkClaims(claims: Readonly<Record<string, unknown>>): void {
  for (const name of ['iss', 'sub', 'jti']) {
    const value = claims[name]
    if (value !== undefined && typeof value !== 'string') throw new TypeError(`the claim ${name} is a string`)
  }
  for (const name of ['exp', 'nbf', 'iat']) {
    const value = claims[name]
    if (value !== undefined && (typeof value !== 'number' || !(Math.abs(value) <= 2 ** 53))) {
      throw new TypeError(`the claim ${name} is a time in seconds`)
    }
  }
  const { aud } = claims
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : aud === undefined ? [] : [aud]
  if (!audiences.every((one) => typeof one === 'string')) {
    throw new TypeError('the claim aud is a string or a list of strings')
  }
}
