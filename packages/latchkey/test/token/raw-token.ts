import { createHmac } from 'node:crypto'

/** 32 bytes that the tests share. */
export const secretBytes = Buffer.from('an HS256 secret of 32 characters')

/** The clock of the tests, in milliseconds and in seconds. */
export const nowMs = 1_800_000_000_000
export const nowSeconds = nowMs / 1000

export interface RawToken {
  /** An object is written as JSON; text and bytes are taken as they are. */
  readonly header?: unknown
  readonly payload?: unknown
  /** In place of the encoded segment; the MAC is made over it. */
  readonly encodedHeader?: string
  readonly encodedPayload?: string
  readonly secret?: Uint8Array
  readonly hash?: string
}

export const goodHeader = { alg: 'HS256', typ: 'JWT' }
export const goodClaims = { iss: 'I', sub: 'usr_1', aud: 'A', exp: nowSeconds + 60, iat: nowSeconds }

/** A token made by hand, signed as asked, so that whatever is wrong with it is no fault of the signature. */
export function rawToken({
  header = goodHeader,
  payload = goodClaims,
  encodedHeader = segment(header),
  encodedPayload = segment(payload),
  secret = secretBytes,
  hash = 'sha256',
}: RawToken = {}): string {
  const input = `${encodedHeader}.${encodedPayload}`
  return `${input}.${createHmac(hash, secret).update(input).digest('base64url')}`
}

export function segment(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64url')
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
}
