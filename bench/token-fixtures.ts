import { type KeyObject, randomUUID } from 'node:crypto'
import {
  createSigner,
  createVerifier,
  type Jwk,
  type SecretKey,
  type SigningKey,
  type VerificationKey,
} from 'latchkey/token'
import type { Row } from './benchmark.ts'
import type { Measured } from './cpu.ts'

export const issuer = 'https://id.example.com'
export const audience = 'https://api.example.com'
export const distinct = 1024

export type Claims = Readonly<Record<string, unknown>>
const nowSeconds = Math.floor(Date.now() / 1000)
export const claimsOf = (index: number): Claims => ({
  iss: issuer,
  sub: `usr_${index.toString().padStart(26, '0')}`,
  aud: audience,
  exp: nowSeconds + 3600,
  nbf: nowSeconds - 10,
  iat: nowSeconds - 10,
  jti: randomUUID(),
  scope: 'devices:view devices:control',
  tid: 'tenant-1',
  ver: 2,
})

/** The rivals' surfaces, as far as they are used here. */
export interface Jose {
  jwtVerify(token: string, key: KeyObject | CryptoKey, options: object): Promise<unknown>
  importJWK(jwk: Jwk, algorithm: string): Promise<CryptoKey>
  SignJWT: new (
    claims: Claims,
  ) => { setProtectedHeader(header: object): { sign(key: CryptoKey): Promise<string> } }
}
export interface FastJwt {
  createVerifier(options: object): (token: string) => unknown
  createSigner(options: object): (claims: Claims) => string
}
export interface JsonWebToken {
  default: {
    verify(token: string, key: KeyObject, options: object): unknown
    sign(claims: Claims, key: KeyObject, options: object): string
  }
}

export interface Goal {
  readonly beside: string
  /** At most this many times the peer's time where it is a floor, or at least this many times faster. */
  readonly atMost?: number
  readonly faster?: number
  /** Why it may not be met: what was tried, and what stands in the way. */
  readonly ifNotMet?: string
}

export function fixtures(key: SigningKey, verificationKey: VerificationKey = key as SecretKey) {
  const signToken = createSigner({ key })
  const claims = Array.from({ length: distinct }, (_, index) => claimsOf(index))
  const tokens = claims.map((one) => signToken(one))
  const check = createVerifier({ keys: verificationKey, issuer, audience })
  for (const token of tokens) check(token)
  const cut = tokens.map((token) => token.lastIndexOf('.'))
  return {
    claims,
    tokens,
    inputs: tokens.map((token, index) => Buffer.from(token.slice(0, cut[index]), 'latin1')),
    signatures: tokens.map((token, index) => Buffer.from(token.slice((cut[index] ?? 0) + 1), 'base64url')),
  }
}

export function compare(what: string, measured: Measured, goals: readonly Goal[]): Row[] {
  return goals.map(({ beside, atMost, faster, ifNotMet }) => {
    const reason = ifNotMet === undefined ? {} : { ifNotMet }
    const figures = `(${measured.time('latchkey').toFixed(1)} us beside ${measured.time(beside).toFixed(1)} us)`
    const ratio = measured.ratio('latchkey', beside)
    if (atMost !== undefined) {
      return {
        what: `${what}, beside ${beside}`,
        measured: `${ratio.toFixed(2)}x its time ${figures}`,
        goal: `<= ${atMost}x`,
        met: ratio <= atMost,
        ...reason,
      }
    }
    return {
      what: `${what}, beside ${beside}`,
      measured: `${(1 / ratio).toFixed(2)}x faster ${figures}`,
      goal: `>= ${faster}x`,
      met: 1 / ratio >= (faster ?? 0),
      ...reason,
    }
  })
}
