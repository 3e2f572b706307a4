import { nowSeconds } from '../../token/raw-token.ts'
import { good, withClaims } from '../guarded-api.ts'
import { admitted, told } from './outcomes.ts'
import type { Row } from './row.ts'

const lacking = (scope: string) =>
  ({
    status: 403,
    challenge: told('insufficient_scope', 'The token lacks a scope', `, scope="${scope}"`),
    error: 'insufficient_scope',
    body: { scope },
  }) as const
const forbidden = { status: 403, challenge: null, error: 'forbidden' } as const
const stepUp = {
  path: '/step-up',
  status: 401,
  challenge: told(
    'insufficient_user_authentication',
    'A more recent or a stronger authentication is needed',
    ', acr_values="high higher", max_age="300"',
  ),
  error: 'insufficient_user_authentication',
  body: { acr_values: 'high higher', max_age: '300' },
} as const

/** What a route demands besides a good token. */
export const policyRows: readonly Row[] = [
  {
    number: 9,
    name: 'a scope missing',
    path: '/scope',
    authorization: good,
    ...lacking('devices:view devices:control'),
  },
  {
    number: 9,
    name: 'no scope at all',
    path: '/scope',
    authorization: withClaims({ scope: undefined }),
    ...lacking('devices:view devices:control'),
  },
  {
    number: 9,
    name: 'none of several scopes',
    path: '/any-scope',
    authorization: withClaims({ scope: 'x' }),
    ...lacking('devices:control devices:view'),
  },
  { number: 9, name: 'one of several scopes', path: '/any-scope', authorization: good, ...admitted },
  { number: 10, name: 'another kind of caller', path: '/devices-only', authorization: good, ...forbidden },
  { number: 10, name: 'another type of user', path: '/administrators', authorization: good, ...forbidden },
  {
    number: 10,
    name: 'an administrator',
    path: '/administrators',
    authorization: withClaims({ user_type: 'administrator' }),
    ...admitted,
  },
  { number: 10, name: 'an object of somebody else', path: '/own/usr_2', authorization: good, ...forbidden },
  { number: 10, name: 'an object of one’s own', path: '/own/usr_1', authorization: good, ...admitted },
  {
    number: 10,
    name: 'an object of somebody else that is hidden',
    path: '/hidden/usr_2',
    authorization: good,
    status: 404,
    challenge: null,
    error: 'not_found',
  },
  {
    number: 10,
    name: 'a hidden object of one’s own',
    path: '/hidden/usr_1',
    authorization: good,
    ...admitted,
  },
  {
    number: 11,
    name: 'an authentication too weak',
    authorization: withClaims({ acr: 'low', auth_time: nowSeconds }),
    ...stepUp,
  },
  {
    number: 11,
    name: 'an authentication too long ago',
    authorization: withClaims({ acr: 'high', auth_time: nowSeconds - 331 }),
    ...stepUp,
  },
  {
    number: 11,
    name: 'an authentication nobody knows when',
    authorization: withClaims({ acr: 'high' }),
    ...stepUp,
  },
  {
    number: 11,
    name: 'an authentication strong and recent enough',
    path: '/step-up',
    authorization: withClaims({ acr: 'high', auth_time: nowSeconds - 330 }),
    ...admitted,
  },
]
