import { withClaims, without } from '../good-token.ts'
import { nowSeconds, rawToken } from '../raw-token.ts'
import type { Refused } from './row.ts'

/** Times (RFC 7519 sections 4.1.4 to 4.1.6). */
export const timeRows: readonly Refused[] = [
  {
    name: 'expires this very second',
    token: rawToken(withClaims({ exp: nowSeconds })),
    code: 'token_expired',
  },
  {
    name: 'expired a second ago',
    token: rawToken(withClaims({ exp: nowSeconds - 1 })),
    code: 'token_expired',
  },
  {
    name: 'expired as long ago as clocks may differ',
    token: rawToken(withClaims({ exp: nowSeconds - 30 })),
    code: 'token_expired',
    policy: { clockTolerance: 30 },
  },
  { name: 'expired before there was time', token: rawToken(withClaims({ exp: -1 })), code: 'token_expired' },
  { name: 'no expiry', token: rawToken(without('exp')), code: 'claim_missing' },
  {
    name: 'no expiry, where another claim is required',
    token: rawToken(without('exp')),
    code: 'claim_missing',
    policy: { requiredClaims: ['sub'] },
  },
  { name: 'expiry null', token: rawToken(withClaims({ exp: null })), code: 'claim_missing' },
  { name: 'expiry as text', token: rawToken(withClaims({ exp: '9999999999' })), code: 'claim_invalid' },
  { name: 'expiry true', token: rawToken(withClaims({ exp: true })), code: 'claim_invalid' },
  {
    name: 'expiry as a list',
    token: rawToken(withClaims({ exp: [nowSeconds + 60] })),
    code: 'claim_invalid',
  },
  {
    name: 'expiry infinite',
    token: rawToken({ payload: '{"iss":"I","aud":"A","exp":1e999}' }),
    code: 'token_malformed',
  },
  { name: 'expiry beyond 2^53', token: rawToken(withClaims({ exp: 1e300 })), code: 'claim_invalid' },
  {
    name: 'expiry just beyond 2^53',
    token: rawToken(withClaims({ exp: 2 ** 53 + 2 })),
    code: 'claim_invalid',
  },
  {
    name: 'not before, just beyond -2^53',
    token: rawToken(withClaims({ nbf: -(2 ** 53) - 2 })),
    code: 'claim_invalid',
  },
  {
    name: 'issued beyond 2^53',
    token: rawToken(withClaims({ iat: 2 ** 53 + 2 })),
    code: 'claim_invalid',
  },
  {
    name: 'not before, later than clocks may differ',
    token: rawToken(withClaims({ nbf: nowSeconds + 30.001 })),
    code: 'token_not_yet_valid',
    policy: { clockTolerance: 30 },
  },
  {
    name: 'not before, in the future',
    token: rawToken(withClaims({ nbf: nowSeconds + 1 })),
    code: 'token_not_yet_valid',
  },
  { name: 'not before, as text', token: rawToken(withClaims({ nbf: '0' })), code: 'claim_invalid' },
  { name: 'not before, null', token: rawToken(withClaims({ nbf: null })), code: 'claim_invalid' },
  {
    name: 'issued in the future',
    token: rawToken(withClaims({ iat: nowSeconds + 1 })),
    code: 'token_issued_in_future',
  },
  {
    name: 'issued later than clocks may differ',
    token: rawToken(withClaims({ iat: nowSeconds + 31 })),
    code: 'token_issued_in_future',
    policy: { clockTolerance: 30 },
  },
  { name: 'time of issue as text', token: rawToken(withClaims({ iat: '0' })), code: 'claim_invalid' },
  {
    name: 'too old',
    token: rawToken(withClaims({ iat: nowSeconds - 60 })),
    code: 'token_too_old',
    policy: { maxAge: 60 },
  },
  {
    name: 'too old, by as much as clocks may differ',
    token: rawToken(withClaims({ iat: nowSeconds - 90 })),
    code: 'token_too_old',
    policy: { maxAge: 60, clockTolerance: 30 },
  },
  {
    name: 'no time of issue where age matters',
    token: rawToken(without('iat')),
    code: 'claim_missing',
    policy: { maxAge: 60 },
  },
]
