import { createHmac, timingSafeEqual } from 'node:crypto'

/** RFC 6238 with the parameters that every authenticator takes: SHA-1, six digits, steps of 30 seconds. */
const stepMs = 30_000
const digits = 6
/** Clocks of telephones are wrong by a few seconds, and typing takes a while: the step before and the one after count. */
const window = 1
/** As long as the hash that it is used with (RFC 4226 section 4, R6). */
export const secretLength = 20

export function stepAt(nowMs: number): number {
  return Math.floor(nowMs / stepMs)
}

/** The code of a step (RFC 4226 section 5.3). */
export function codeAt(secret: Buffer, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', secret).update(counter).digest()
  const offset = mac.readUInt8(mac.length - 1) & 0x0f
  const number = (mac.readUInt32BE(offset) & 0x7fff_ffff) % 10 ** digits
  return String(number).padStart(digits, '0')
}

/** The newest step of the window that has this code; undefined if none has. */
export function stepOf(secret: Buffer, code: string, nowMs: number): number | undefined {
  const now = stepAt(nowMs)
  const given = Buffer.from(code)
  let found: number | undefined
  // All are compared, so that the time does not tell which one it was.
  for (let step = now - window; step <= now + window; step += 1) {
    const expected = Buffer.from(codeAt(secret, step))
    if (given.length === expected.length && timingSafeEqual(given, expected)) found = step
  }
  return found
}

/**
 * The link that an authenticator reads from a QR code. Its defaults are ours (SHA-1, six digits, 30 seconds), and some
 * authenticators refuse parameters that they do not expect, so only the issuer is named.
 */
export function otpauthLink(
  secret: string,
  { issuer, account }: { issuer: string; account: string },
): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`
  return `otpauth://totp/${label}?secret=${secret}&issuer=${encodeURIComponent(issuer)}`
}
