import { good, goodBody, goodHead, goodMac, withClaims, withHeader } from '../good-token.ts'
import { rawToken, segment } from '../raw-token.ts'
import type { Refused } from './row.ts'

/** The algorithm and the signature (RFC 8725 sections 2.1 and 3.1). */
export const signatureRows: readonly Refused[] = [
  {
    name: 'algorithm none and no signature',
    token: `${segment({ alg: 'none' })}.${goodBody}.`,
    code: 'token_malformed',
  },
  {
    name: 'algorithm none and a signature',
    token: rawToken(withHeader({ alg: 'none' })),
    code: 'algorithm_not_allowed',
  },
  { name: 'algorithm NoNe', token: rawToken(withHeader({ alg: 'NoNe' })), code: 'algorithm_not_allowed' },
  { name: 'algorithm NONE', token: rawToken(withHeader({ alg: 'NONE' })), code: 'algorithm_not_allowed' },
  {
    name: 'algorithm in small letters',
    token: rawToken(withHeader({ alg: 'hs256' })),
    code: 'algorithm_not_allowed',
  },
  {
    name: 'algorithm of a longer hash',
    token: rawToken({ ...withHeader({ alg: 'HS512' }), hash: 'sha512' }),
    code: 'algorithm_not_allowed',
  },
  {
    name: 'algorithm of an object prototype member',
    token: rawToken(withHeader({ alg: 'constructor' })),
    code: 'algorithm_not_allowed',
  },
  { name: 'algorithm as a list', token: rawToken(withHeader({ alg: ['HS256'] })), code: 'token_malformed' },
  { name: 'no algorithm', token: rawToken({ header: { typ: 'JWT' } }), code: 'token_malformed' },
  {
    name: 'algorithm through __proto__',
    token: rawToken({ header: '{"__proto__":{"alg":"HS256"}}' }),
    code: 'token_malformed',
  },
  { name: 'empty signature', token: `${goodHead}.${goodBody}.`, code: 'token_malformed' },
  {
    name: 'signature of another secret',
    token: rawToken({ secret: Buffer.alloc(32, 7) }),
    code: 'signature_invalid',
  },
  {
    name: 'first half of the signature',
    token: `${goodHead}.${goodBody}.${goodMac.slice(0, 22)}`,
    code: 'signature_invalid',
  },
  { name: 'signature and more', token: `${good}AAAA`, code: 'signature_invalid' },
  {
    name: 'signature of another payload',
    token: rawToken(withClaims({ sub: 'x' })).replace(/[^.]*$/, goodMac),
    code: 'signature_invalid',
  },
]
