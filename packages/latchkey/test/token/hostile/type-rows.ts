import { good, withHeader } from '../good-token.ts'
import { rawToken } from '../raw-token.ts'
import type { Refused } from './row.ts'

/** Types of tokens that are made for something else than access (RFC 8725 section 3.11), and what is like no type. */
const others = [
  ...[
    'logout+jwt',
    'dpop+jwt',
    'device+jwt',
    'id+jwt',
    'secevent+jwt',
    'statuslist+jwt',
    'oauth-authz-req+jwt',
  ],
  ...['application/logout+jwt', 'LOGOUT+JWT', 'application/application/jwt', 'application/jwt/', 'text/jwt'],
  ...['JOSE', 'JWS', 'JWE', 'JOSE+JSON', 'at', 'jwt ', ' jwt', 'at+jwt;', 'jwt\n', 'jwt\0', ''],
]

/** The `typ` of a token, with and without a type that is asked for. */
export const typeRows: readonly Refused[] = [
  ...others.map(
    (typ): Refused => ({
      name: `type ${JSON.stringify(typ)} where none is asked for`,
      token: rawToken(withHeader({ typ })),
      code: 'type_mismatch',
    }),
  ),
  {
    name: 'a type that is asked for, and absent is not among them',
    token: rawToken({ header: { alg: 'HS256' } }),
    code: 'type_mismatch',
    policy: { type: ['JWT', 'at+jwt'] },
  },
  {
    name: 'a type, where none must be there',
    token: good,
    code: 'type_mismatch',
    policy: { type: [null] },
  },
  {
    name: 'a type that is not in the list',
    token: rawToken(withHeader({ typ: 'logout+jwt' })),
    code: 'type_mismatch',
    policy: { type: [null, 'JWT', 'device+jwt'] },
  },
  {
    name: 'a type with a word before application/',
    token: rawToken(withHeader({ typ: 'x-application/at+jwt' })),
    code: 'type_mismatch',
    policy: { type: 'x-at+jwt' },
  },
  {
    name: 'application/ before a type that has a slash of its own',
    token: rawToken(withHeader({ typ: 'application/text/at' })),
    code: 'type_mismatch',
    policy: { type: 'text/at' },
  },
  {
    name: 'type JWT where a list asks for another',
    token: good,
    code: 'type_mismatch',
    policy: { type: ['device+jwt'] },
  },
]

/** Policies of `type` that cannot be meant, on every platform. */
export const wrongTypes: readonly { readonly name: string; readonly type: unknown }[] = [
  { name: 'an empty text', type: '' },
  { name: 'a number', type: 1 },
  { name: 'a pattern', type: /jwt/ },
  { name: 'an empty list', type: [] },
  { name: 'a list with undefined', type: [undefined] },
  { name: 'a list with undefined beside a type', type: ['JWT', undefined] },
  { name: 'a list with a hole', type: new Array(1) },
  { name: 'a list with an empty text', type: ['JWT', ''] },
  { name: 'a list with a number', type: [null, 1] },
  { name: 'a list in a list', type: [['JWT']] },
]
