import { nowMs } from '../../token/raw-token.ts'
import { clientKey, nonceAt, otherKey, type ProofParts, proofOf } from '../dpop.ts'
import { signed } from '../guarded-api.ts'
import { admitted, challenges } from './outcomes.ts'
import type { Row } from './row.ts'

const bound = signed({ payload: clientKey.bound })
const proven = (parts: ProofParts = {}) => ({ dpop: proofOf({ token: bound, ...parts }) })
const once = proven()
const byDpop = (error: string, description: string) =>
  ({
    authorization: `DPoP ${bound}`,
    status: 401,
    challenge: challenges('', `, error="${error}", error_description="${description}"`),
    error,
  }) as const
const tokenIsBound = ', error="invalid_token", error_description="The token is bound to a key"'
const nextNonce = { 'dpop-nonce': nonceAt(nowMs) }

/** Tokens that are bound to a key of the client, and their proofs (RFC 9449). */
export const dpopRows: readonly Row[] = [
  {
    number: 12,
    name: 'a token that is bound to a key, as a bearer token',
    authorization: `Bearer ${bound}`,
    headers: proven(),
    status: 401,
    challenge: challenges(tokenIsBound, tokenIsBound),
    error: 'invalid_token',
  },
  {
    number: 12,
    name: 'a token that is bound to nothing, with the scheme DPoP',
    headers: { dpop: proofOf({ token: signed() }) },
    ...byDpop('invalid_token', 'The token is not bound to a key'),
    authorization: `DPoP ${signed()}`,
  },
  {
    number: 13,
    name: 'a bound token and its proof',
    authorization: `DPoP ${bound}`,
    headers: once,
    ...admitted,
  },
  {
    number: 13,
    name: 'the same proof again',
    headers: once,
    ...byDpop('invalid_dpop_proof', 'The DPoP proof was used before'),
  },
  {
    number: 13,
    name: 'a proof, POST',
    method: 'POST',
    authorization: `DPoP ${bound}`,
    headers: proven({ claims: { htm: 'POST' } }),
    ...admitted,
  },
  { number: 13, name: 'no proof', ...byDpop('invalid_dpop_proof', 'A DPoP proof is needed') },
  {
    number: 13,
    name: 'two proofs',
    headers: { dpop: `${proven().dpop}, ${proven().dpop}` },
    ...byDpop('invalid_dpop_proof', 'There is more than one DPoP proof'),
  },
  {
    number: 13,
    name: 'no JWT as proof',
    headers: { dpop: 'abc' },
    ...byDpop('invalid_dpop_proof', 'The DPoP proof is malformed'),
  },
  {
    number: 13,
    name: 'a proof signed by another key than it holds',
    headers: proven({ header: { jwk: otherKey.jwk } }),
    ...byDpop('invalid_dpop_proof', 'The signature of the DPoP proof is invalid'),
  },
  {
    number: 13,
    name: 'a proof for another method',
    headers: proven({ claims: { htm: 'POST' } }),
    ...byDpop('invalid_dpop_proof', 'The DPoP proof is for another method'),
  },
  {
    number: 13,
    name: 'a proof for another URL',
    headers: proven({ claims: { htu: 'https://evil.example/me' } }),
    ...byDpop('invalid_dpop_proof', 'The DPoP proof is for another URL'),
  },
  {
    number: 13,
    name: 'a proof for another token',
    headers: proven({ token: signed() }),
    ...byDpop('invalid_dpop_proof', 'The DPoP proof is for another token'),
  },
  {
    number: 14,
    name: 'a proof without the nonce',
    headers: proven({ claims: { nonce: undefined } }),
    ...byDpop('use_dpop_nonce', 'The DPoP proof needs a nonce'),
    answerHeaders: nextNonce,
  },
  {
    number: 14,
    name: 'a proof with a nonce too old',
    headers: proven({ claims: { nonce: nonceAt(nowMs - 600_000) } }),
    ...byDpop('use_dpop_nonce', 'The nonce of the DPoP proof is too old'),
    answerHeaders: nextNonce,
  },
  {
    number: 14,
    name: 'a proof with the nonce before, and the next one comes back',
    authorization: `DPoP ${bound}`,
    headers: proven({ claims: { nonce: nonceAt(nowMs - 300_000) } }),
    ...admitted,
    answerHeaders: nextNonce,
  },
  {
    number: 15,
    name: 'a proof of another key',
    headers: proven({ key: otherKey }),
    ...byDpop('invalid_token', 'The token is bound to another key'),
  },
]
