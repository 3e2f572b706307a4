import { wholeText } from '../../whole-text.ts'
import { mediaType } from '../header.ts'
import { timeOf } from './time.ts'

const secretSyntax = wholeText(/lk_([a-z]+)_[\w-]*/)
const identifierSyntax = wholeText(/([a-z]{3})_([0-9a-hjkmnp-tv-z]{26})/)
const opaqueSyntax = wholeText(/[\w-]{8,}/)

type Members = Readonly<Record<string, unknown>>

/** What a text is. Its words are in `kindWords`. */
export type TokenKind =
  | 'access_token'
  | 'id_token'
  | 'device_token'
  | 'logout_token'
  | 'dpop_proof'
  | 'identity_token'
  | 'jwt'
  | 'jwe'
  | 'paseto'
  | 'opaque_secret'
  | 'identifier'
  | 'key'
  | 'opaque'
  | 'unreadable'
  | 'nothing'

const byType: Readonly<Record<string, TokenKind>> = {
  'at+jwt': 'access_token',
  'device+jwt': 'device_token',
  'logout+jwt': 'logout_token',
  'dpop+jwt': 'dpop_proof',
}

/** What a JWT is for: its type says it (RFC 8725 section 3.11), else its claims suggest it. */
export function kindOfJwt(header: Members, claims: Members): TokenKind {
  const type = mediaType(header.typ)
  if (type !== undefined && Object.hasOwn(byType, type)) return byType[type]!
  const has = (name: string) => Object.hasOwn(claims, name)
  if (has('nce') || /^diuit-eit\b/.test(String(header.cty))) return 'identity_token'
  if (has('events') && (has('sid') || has('sub'))) return 'logout_token'
  if (has('htm') && has('htu')) return 'dpop_proof'
  if (has('at_hash') || has('c_hash') || (has('nonce') && has('aud'))) return 'id_token'
  if (has('scope') || has('scp') || (has('client_id') && has('aud'))) return 'access_token'
  if (has('auth_time') && has('aud')) return 'id_token'
  return 'jwt'
}

/** What our opaque secrets are for, and what our identifiers name. */
const secretKinds: Readonly<Record<string, string>> = {
  rt: 'a refresh token',
  code: 'an authorization code',
  claim: 'a claim code of a device',
  invite: 'an invitation',
  service: 'the secret of a service',
  fleet: 'the enrolment secret of a fleet',
}
const named: Readonly<Record<string, string>> = {
  usr: 'a user',
  ses: 'a session',
  fam: 'a refresh family',
  svc: 'a service',
  cli: 'a client',
  key: 'an API key',
  evt: 'an event of the log',
  inv: 'an invitation',
  cmd: 'a command',
  req: 'a request',
  rev: 'a revocation',
  tel: 'a telemetry point',
  jti: 'a token',
  con: 'a connection',
}

/** What is no JWT at all. Never says the text itself: it may be a secret. */
export function kindOfOther(text: string): { readonly kind: TokenKind; readonly about: string } | undefined {
  if (text === '') return { kind: 'nothing', about: '' }
  const [, secret] = secretSyntax.exec(text) ?? []
  if (secret !== undefined) {
    const whole = text.length === `lk_${secret}_`.length + 49
    return {
      kind: 'opaque_secret',
      about: `${secretKinds[secret] ?? 'of an unknown kind'}${whole ? '' : ', and not whole'}`,
    }
  }
  const [, prefix, digits] = identifierSyntax.exec(text) ?? []
  if (prefix !== undefined && digits !== undefined && Object.hasOwn(named, prefix)) {
    return {
      kind: 'identifier',
      about: `${named[prefix]}, made ${timeOf(Math.floor(madeAtMs(digits) / 1000))}`,
    }
  }
  if (/-----BEGIN /.test(text)) {
    return {
      kind: 'key',
      about: /PRIVATE KEY/.test(text) ? 'a private key; keep it to yourself' : 'a public key or certificate',
    }
  }
  if (/^[[{]/.test(text) && /"(kty|keys)"\s*:/.test(text)) {
    const isPrivate = /"(d|k|priv)"\s*:/.test(text)
    return {
      kind: 'key',
      about: isPrivate ? 'a private or secret JWK; keep it to yourself' : 'a public JWK or JWK Set',
    }
  }
  if (/^v[1-4]\.(local|public)\./.test(text)) return { kind: 'paseto', about: '' }
  if (opaqueSyntax.test(text) && !text.startsWith('eyJ')) return { kind: 'opaque', about: '' }
  return undefined
}

/** The first 48 bits of a UUIDv7 in Crockford base32 (RFC 9562 section 5.7): 10 characters hold 50. */
function madeAtMs(digits: string): number {
  const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
  let value = 0
  for (const digit of digits.slice(0, 10)) value = value * 32 + alphabet.indexOf(digit)
  return Math.floor(value / 4)
}
