import { secretKey } from '#keys'
import { good, withHeader } from '../good-token.ts'
import { rawToken, secretBytes } from '../raw-token.ts'
import type { Refused } from './row.ts'

/** What a header must not say, and whose key it must name. */
export const headerRows: readonly Refused[] = [
  {
    name: 'crit with an unknown name',
    token: rawToken(withHeader({ crit: ['x'], x: 1 })),
    code: 'critical_unknown',
  },
  { name: 'crit empty', token: rawToken(withHeader({ crit: [] })), code: 'critical_unknown' },
  { name: 'crit as text', token: rawToken(withHeader({ crit: 'exp' })), code: 'critical_unknown' },
  { name: 'crit null', token: rawToken(withHeader({ crit: null })), code: 'critical_unknown' },
  {
    name: 'crit naming what is absent',
    token: rawToken(withHeader({ crit: ['exp'] })),
    code: 'critical_unknown',
  },
  { name: 'crit naming alg', token: rawToken(withHeader({ crit: ['alg'] })), code: 'critical_unknown' },
  {
    name: 'crit naming one twice',
    token: rawToken(withHeader({ crit: ['x', 'x'], x: 1 })),
    code: 'critical_unknown',
  },
  { name: 'crit with a number', token: rawToken(withHeader({ crit: [1] })), code: 'critical_unknown' },
  {
    name: 'b64 false with crit',
    token: rawToken(withHeader({ crit: ['b64'], b64: false })),
    code: 'critical_unknown',
  },
  { name: 'b64 false without crit', token: rawToken(withHeader({ b64: false })), code: 'critical_unknown' },
  { name: 'alg twice', token: rawToken({ header: '{"alg":"none","alg":"HS256"}' }), code: 'token_malformed' },
  {
    name: 'alg twice, once with an escape',
    token: rawToken({ header: '{"\\u0061lg":"none","alg":"HS256"}' }),
    code: 'token_malformed',
  },
  {
    name: 'alg twice with white space',
    token: rawToken({ header: '{"alg" : "HS256", "alg"\n:\t"HS256"}' }),
    code: 'token_malformed',
  },
  { name: 'zip', token: rawToken(withHeader({ zip: 'DEF' })), code: 'token_malformed' },
  { name: 'enc', token: rawToken(withHeader({ enc: 'A128GCM' })), code: 'token_malformed' },
  { name: 'header as a list', token: rawToken({ header: '[]' }), code: 'token_malformed' },
  { name: 'header as text', token: rawToken({ header: '"HS256"' }), code: 'token_malformed' },
  { name: 'header as a number', token: rawToken({ header: '1' }), code: 'token_malformed' },
  { name: 'header null', token: rawToken({ header: 'null' }), code: 'token_malformed' },
  { name: 'header that is not JSON', token: rawToken({ header: '{' }), code: 'token_malformed' },
  {
    name: 'header with a byte order mark',
    token: rawToken({ header: '\ufeff{"alg":"HS256"}' }),
    code: 'token_malformed',
  },
  { name: 'kid as a number', token: rawToken(withHeader({ kid: 1 })), code: 'token_malformed' },
  { name: 'kid null', token: rawToken(withHeader({ kid: null })), code: 'token_malformed' },
  { name: 'typ as a number', token: rawToken(withHeader({ typ: 1 })), code: 'token_malformed' },
  { name: 'cty JWT', token: rawToken(withHeader({ cty: 'JWT' })), code: 'type_mismatch' },
  {
    name: 'cty application/jwt',
    token: rawToken(withHeader({ cty: 'application/jwt' })),
    code: 'type_mismatch',
  },
  { name: 'type JWT for at+jwt', token: good, code: 'type_mismatch', policy: { type: 'at+jwt' } },
  {
    name: 'type at+jwt for JWT',
    token: rawToken(withHeader({ typ: 'at+jwt' })),
    code: 'type_mismatch',
    policy: { type: 'JWT' },
  },
  {
    name: 'a logout token for an access token',
    token: rawToken(withHeader({ typ: 'logout+jwt' })),
    code: 'type_mismatch',
    policy: { type: 'at+jwt' },
  },
  {
    name: 'no type where one is expected',
    token: rawToken({ header: { alg: 'HS256' } }),
    code: 'type_mismatch',
    policy: { type: 'at+jwt' },
  },
  {
    name: 'key id of no key',
    token: rawToken(withHeader({ kid: 'b' })),
    code: 'key_not_found',
    policy: { keys: secretKey(secretBytes, { algorithm: 'HS256', keyId: 'a' }) },
  },
  {
    name: 'algorithm of the key, but not of the list',
    token: good,
    code: 'algorithm_not_allowed',
    policy: { algorithms: ['RS256'] },
  },
]
