import { nowSeconds } from '../../token/raw-token.ts'
import { signed, withClaims, withHeader } from '../guarded-api.ts'
import { admitted, invalid } from './outcomes.ts'
import type { Row } from './row.ts'

/** Which tokens are good: what a verifier checks, and the revocations. */
export const tokenRows: readonly Row[] = [
  {
    number: 0,
    name: 'expired within the tolerance of clocks',
    authorization: withClaims({ exp: nowSeconds - 29 }),
    ...admitted,
  },
  { number: 5, name: 'no JWT', authorization: 'Bearer abc', ...invalid('The token is malformed') },
  {
    number: 5,
    name: 'a signature by another key',
    authorization: `Bearer ${signed({ secret: Buffer.alloc(32, 1) })}`,
    ...invalid('The signature is invalid'),
  },
  {
    number: 5,
    name: 'a signature cut off',
    authorization: `Bearer ${signed().slice(0, -4)}`,
    ...invalid('The signature is invalid'),
  },
  {
    number: 5,
    name: 'claims that were changed',
    authorization: `Bearer ${tampered(signed())}`,
    ...invalid('The signature is invalid'),
  },
  {
    number: 5,
    name: 'an unknown `kid`',
    authorization: withHeader({ kid: 'other' }),
    ...invalid('The key of the token is not known'),
  },
  {
    number: 5,
    name: '`alg` none',
    authorization: withHeader({ alg: 'none' }),
    ...invalid('The algorithm of the token is not allowed'),
  },
  {
    number: 5,
    name: '`alg` that the key is not for',
    authorization: `Bearer ${signed({ header: { alg: 'HS512' }, hash: 'sha512' })}`,
    ...invalid('The algorithm of the token is not allowed'),
  },
  {
    number: 5,
    name: 'an unknown `crit`',
    authorization: withHeader({ crit: ['x'], x: 1 }),
    ...invalid('The token demands an unknown extension'),
  },
  {
    number: 5,
    name: 'another issuer',
    authorization: withClaims({ iss: 'J' }),
    ...invalid('The token is from another issuer'),
  },
  {
    number: 5,
    name: 'no issuer',
    authorization: withClaims({ iss: undefined }),
    ...invalid('The token lacks a claim'),
  },
  {
    number: 5,
    name: 'another audience',
    authorization: withClaims({ aud: 'B' }),
    ...invalid('The token is for another audience'),
  },
  {
    number: 5,
    name: 'no audience',
    authorization: withClaims({ aud: undefined }),
    ...invalid('The token lacks a claim'),
  },
  {
    number: 5,
    name: '`nbf` ahead',
    authorization: withClaims({ nbf: nowSeconds + 31 }),
    ...invalid('The token is not valid yet'),
  },
  {
    number: 5,
    name: '`iat` ahead',
    authorization: withClaims({ iat: nowSeconds + 31 }),
    ...invalid('The token is not valid yet'),
  },
  {
    number: 5,
    name: 'no `exp`',
    authorization: withClaims({ exp: undefined }),
    ...invalid('The token lacks a claim'),
  },
  {
    number: 5,
    name: 'no subject',
    authorization: withClaims({ sub: undefined }),
    ...invalid('A claim of the token is invalid'),
  },
  {
    number: 5,
    name: 'a kind of caller that does not exist',
    authorization: withClaims({ kind: 'god' }),
    ...invalid('A claim of the token is invalid'),
  },
  {
    number: 6,
    name: 'expired',
    authorization: withClaims({ exp: nowSeconds - 31 }),
    ...invalid('The token is expired'),
    body: { reason: 'expired' },
  },
  {
    number: 7,
    name: 'a session that has ended',
    authorization: withClaims({ sid: 'ses_ended' }),
    ...invalid('The token was revoked'),
    body: { reason: 'revoked' },
  },
  {
    number: 8,
    name: 'an ID token',
    authorization: withHeader({ typ: 'JWT' }),
    ...invalid('The token is of another type'),
  },
  {
    number: 8,
    name: 'no `typ`',
    authorization: withHeader({ typ: undefined }),
    ...invalid('The token is of another type'),
  },
]

function tampered(token: string): string {
  const [head = '', body = '', mac = ''] = token.split('.')
  const changed = Buffer.from(body, 'base64url').toString().replace('usr_1', 'usr_2')
  return `${head}.${Buffer.from(changed).toString('base64url')}.${mac}`
}
