import { goodApiKey, goodPassword } from '../guarded-api.ts'
import { challenges, nothing, unknown } from './outcomes.ts'
import type { Row } from './row.ts'

const login = (user: string, password = goodPassword) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

/** The challenge is told to bearers; whoever came otherwise sees what is missing in the body. */
const forbiddenScope = {
  status: 403,
  challenge: challenges(),
  error: 'insufficient_scope',
  body: { scope: 'devices:view devices:control' },
} as const

/** API keys, user name and password, and an authenticator of the application. */
export const credentialRows: readonly Row[] = [
  { number: 26, name: 'an API key', headers: { 'x-api-key': goodApiKey }, status: 200, subject: 'key_1' },
  { number: 26, name: 'an unknown API key', headers: { 'x-api-key': `${goodApiKey}1` }, ...unknown },
  { number: 26, name: 'an API key in the query only', path: `/me?x-api-key=${goodApiKey}`, ...nothing },
  {
    number: 26,
    name: 'a user name and the password',
    authorization: login('usr_2'),
    status: 200,
    subject: 'usr_2',
  },
  { number: 26, name: 'a wrong password', authorization: login('usr_3', 'wrong-password'), ...unknown },
  {
    number: 18,
    name: 'the right password after too many wrong ones',
    authorization: login('usr_3'),
    status: 429,
    challenge: null,
    error: 'rate_limited',
    answerHeaders: { 'retry-after': '60' },
  },
  {
    number: 26,
    name: 'credentials of an authenticator of the application',
    authorization: 'Key good',
    status: 200,
    subject: 'svc_1',
    answerHeaders: { 'x-next': 'again' },
  },
  {
    number: 26,
    name: 'bad credentials of an authenticator of the application',
    authorization: 'Key bad',
    status: 401,
    challenge: challenges(),
    error: 'invalid_token',
    answerHeaders: { 'x-next': 'never' },
  },
  {
    number: 26,
    name: 'credentials of an authenticator of the application, a scope missing',
    path: '/scope',
    authorization: 'Key good',
    ...forbiddenScope,
  },
]
