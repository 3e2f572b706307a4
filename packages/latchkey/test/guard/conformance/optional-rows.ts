import { good, withClaims } from '../guarded-api.ts'
import { admitted, anonymous, invalid, malformed, nothing } from './outcomes.ts'
import type { Row } from './row.ts'

/** Routes on which callers may bring no token, and open ones. */
export const optionalRows: readonly Row[] = [
  { number: 20, name: 'an optional route, no token', path: '/optional', ...anonymous },
  {
    number: 20,
    name: 'an optional route, another scheme',
    path: '/optional',
    authorization: 'Digest eDp5',
    ...anonymous,
  },
  {
    number: 20,
    name: 'an optional route, a good token',
    path: '/optional',
    authorization: good,
    ...admitted,
  },
  { number: 20, name: 'a route that all may read, GET without a token', path: '/read-only', ...anonymous },
  {
    number: 20,
    name: 'a route that all may read, POST without a token',
    path: '/read-only',
    method: 'POST',
    ...nothing,
  },
  {
    number: 20,
    name: 'a route that all may read, POST with a good token',
    path: '/read-only',
    method: 'POST',
    authorization: good,
    ...admitted,
  },
  {
    number: 21,
    name: 'an optional route, a bad token',
    path: '/optional',
    authorization: 'Bearer abc',
    ...invalid('The token is malformed'),
  },
  {
    number: 21,
    name: 'an optional route, a malformed header',
    path: '/optional',
    authorization: 'Bearer',
    ...malformed,
  },
  {
    number: 21,
    name: 'a lenient route, a bad token',
    path: '/lenient',
    authorization: 'Bearer abc',
    ...anonymous,
  },
  {
    number: 21,
    name: 'a lenient route, an expired token',
    path: '/lenient',
    authorization: withClaims({ exp: 1 }),
    ...anonymous,
  },
  {
    number: 22,
    name: 'an open route, a bad token',
    path: '/open',
    authorization: 'Bearer abc',
    ...anonymous,
  },
  {
    number: 22,
    name: 'an open route, a good token, which is not read',
    path: '/open',
    authorization: good,
    ...anonymous,
  },
]
