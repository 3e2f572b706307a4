import { good, key, withClaims, without } from '../good-token.ts'
import { rawToken } from '../raw-token.ts'
import type { Refused } from './row.ts'

/** Who made the token, whom it is for and whom it is about. */
export const partyRows: readonly Refused[] = [
  { name: 'no issuer', token: rawToken(without('iss')), code: 'claim_missing' },
  { name: 'another issuer', token: rawToken(withClaims({ iss: 'J' })), code: 'issuer_mismatch' },
  {
    name: 'a list that holds the issuer',
    token: rawToken(withClaims({ iss: ['I'] })),
    code: 'issuer_mismatch',
  },
  {
    name: 'an issuer that begins as ours does',
    token: rawToken(withClaims({ iss: 'I.evil.example' })),
    code: 'issuer_mismatch',
  },
  {
    name: 'an issuer that is a part of ours',
    token: rawToken(withClaims({ iss: 'I' })),
    code: 'issuer_mismatch',
    policy: { issuer: 'III' },
  },
  {
    name: 'issuer as a number, where any will do',
    token: rawToken(withClaims({ iss: 1, aud: undefined })),
    code: 'claim_invalid',
    policy: { keys: key, issuer: undefined, audience: undefined } as never,
  },
  { name: 'no audience', token: rawToken(without('aud')), code: 'claim_missing' },
  { name: 'another audience', token: rawToken(withClaims({ aud: 'B' })), code: 'audience_mismatch' },
  {
    name: 'an audience where none is configured',
    token: good,
    code: 'audience_mismatch',
    policy: { audience: undefined } as never,
  },
  {
    name: 'an audience list with a number',
    token: rawToken(withClaims({ aud: ['A', 1] })),
    code: 'audience_mismatch',
  },
  {
    name: 'an audience list of others',
    token: rawToken(withClaims({ aud: ['B', 'C'] })),
    code: 'audience_mismatch',
  },
  { name: 'an empty audience list', token: rawToken(withClaims({ aud: [] })), code: 'audience_mismatch' },
  { name: 'audience as a number', token: rawToken(withClaims({ aud: 1 })), code: 'audience_mismatch' },
  {
    name: 'audience as an object',
    token: rawToken(withClaims({ aud: { A: 'A' } })),
    code: 'audience_mismatch',
  },
  {
    name: 'audience that holds ours',
    token: rawToken(withClaims({ aud: 'A B' })),
    code: 'audience_mismatch',
  },
  { name: 'subject as a number', token: rawToken(withClaims({ sub: 1 })), code: 'subject_invalid' },
  { name: 'subject null', token: rawToken(withClaims({ sub: null })), code: 'subject_invalid' },
  { name: 'token id as a number', token: rawToken(withClaims({ jti: 1 })), code: 'token_id_invalid' },
  {
    name: 'a claim of ours missing',
    token: good,
    code: 'claim_missing',
    policy: { requiredClaims: ['sid'] },
  },
  {
    name: 'a claim of ours only in the prototype',
    token: good,
    code: 'claim_missing',
    policy: { requiredClaims: ['constructor'] },
  },
]
