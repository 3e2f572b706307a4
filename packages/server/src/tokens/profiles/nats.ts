import { createHash, createPrivateKey, sign } from 'node:crypto'
import { type PrivateKey, toJwk } from 'latchkey/token'
import { base32 } from '../../secrets/base32.ts'
import type { TokenFacts } from '../grant.ts'
import type { Claims } from './profile.ts'
import { forSubject } from './scopes.ts'

/** The first byte of a key of NATS, which makes its first letter: an operator's O, an account's A, a user's U. */
const prefixes = { operator: 0x70, account: 0x00, user: 0xa0 } as const

/** A public key as NATS writes it: the prefix, the 32 bytes, and their CRC-16, in base32 (RFC 4648 section 6). */
export function natsKey(kind: keyof typeof prefixes, publicKey: Uint8Array): string {
  const body = Buffer.concat([Buffer.of(prefixes[kind]), publicKey])
  const check = Buffer.alloc(2)
  check.writeUInt16LE(crc16(body))
  return base32(Buffer.concat([body, check]))
}

/** The account of the service with this audience. NATS wants a key for its name and never asks for its private half, so there is none. */
export function natsAccount(audience: string): string {
  return natsKey('account', digest(`account ${audience}`))
}

/** A subject as NATS names users. `bearer_token` says that nobody proves to have the key. */
export function natsUser(subject: string): string {
  return natsKey('user', digest(`user ${subject}`))
}

/**
 * The claims of a user of NATS (JWT v2). The scopes `pub:SUBJECT` and `sub:SUBJECT` are what may be published and subscribed
 * to. NATS permits everything where a list is missing, so what nobody may is denied by name.
 */
export function natsClaims(facts: TokenFacts): Claims {
  const allowed = (verb: 'pub' | 'sub') => {
    const subjects = facts.scopes
      .filter((scope) => scope.startsWith(`${verb}:`))
      .map((scope) => forSubject(scope.slice(verb.length + 1), facts))
    return subjects.length > 0 ? { allow: subjects } : { deny: ['>'] }
  }
  return {
    jti: facts.tokenId,
    iat: facts.issuedAt,
    exp: facts.expiresAt,
    iss: facts.issuer,
    name: facts.subject,
    sub: natsUser(facts.subject),
    nats: {
      pub: allowed('pub'),
      sub: allowed('sub'),
      subs: -1,
      data: -1,
      payload: -1,
      bearer_token: true,
      issuer_account: natsAccount(facts.audience),
      type: 'user',
      version: 2,
    },
  }
}

/**
 * Signs as NATS wants it: EdDSA under a name of its own, by a key whose public half is the issuer. The account lists it among its
 * signing keys.
 */
export function natsSigner(key: PrivateKey): { issuer: string; sign(claims: Claims): string } {
  const { kty, crv, x, d } = toJwk(key) as { kty: string; crv: string; x: string; d: string } // of an Ed25519 key
  const issuer = natsKey('account', Buffer.from(x, 'base64url'))
  const privateKey = createPrivateKey({ key: { kty, crv, x, d }, format: 'jwk' })
  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const header = encoded({ typ: 'JWT', alg: 'ed25519-nkey' })
  return {
    issuer,
    sign(claims) {
      const input = `${header}.${encoded(claims)}`
      return `${input}.${sign(null, Buffer.from(input), privateKey).toString('base64url')}`
    },
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(`latchkey nats ${text}`).digest()
}

/** CRC-16/XMODEM: the polynomial x^16 + x^12 + x^5 + 1, from 0, high bits first. */
function crc16(bytes: Uint8Array): number {
  let crc = 0
  for (const byte of bytes) {
    crc ^= byte << 8
    for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff
  }
  return crc
}
