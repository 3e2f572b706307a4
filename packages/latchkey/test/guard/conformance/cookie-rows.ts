import { csrfTokenFor } from '../../../src/guard/authenticators/csrf.ts'
import { csrfSecret, good, goodSession } from '../guarded-api.ts'
import { admitted, ambiguous, challenges, unknown } from './outcomes.ts'
import { type Row, withUpgrade } from './row.ts'

const cookie = { cookie: `theme=dark; __Host-lk=${goodSession}` }
const csrfFailed = { status: 403, challenge: null, error: 'csrf_failed' } as const
const upgrade = { connection: 'upgrade', upgrade: 'websocket' }

/** Sessions in cookies, and the check against forged requests. */
export const cookieRows: readonly Row[] = [
  { number: 16, name: 'a session in a cookie', headers: cookie, ...admitted },
  {
    number: 16,
    name: 'a session in a cookie, POST from the same origin',
    method: 'POST',
    headers: { ...cookie, 'sec-fetch-site': 'same-origin' },
    ...admitted,
  },
  {
    number: 16,
    name: 'a session in a cookie, POST from an origin of the list',
    method: 'POST',
    headers: { ...cookie, 'sec-fetch-site': 'same-site', origin: 'https://app.example.com' },
    ...admitted,
  },
  {
    number: 16,
    name: 'a session in a cookie, POST with a token against forgery',
    method: 'POST',
    headers: { ...cookie, 'x-csrf-token': csrfTokenFor(csrfSecret, goodSession) },
    ...admitted,
  },
  {
    number: 16,
    name: 'a session in a cookie, POST without a word',
    method: 'POST',
    headers: cookie,
    ...csrfFailed,
  },
  {
    number: 16,
    name: 'a session in a cookie, POST from another site',
    method: 'POST',
    headers: { ...cookie, 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
    ...csrfFailed,
  },
  {
    number: 16,
    name: 'a session in a cookie, POST with the token of another session',
    method: 'POST',
    headers: { ...cookie, 'x-csrf-token': csrfTokenFor(csrfSecret, 'another-session') },
    ...csrfFailed,
  },
  {
    number: 16,
    name: 'an upgrade to WebSocket by cookie, from another site',
    headers: { ...cookie, ...upgrade, origin: 'https://evil.example' },
    only: withUpgrade,
    ...csrfFailed,
  },
  {
    number: 16,
    name: 'a session that has ended',
    headers: { cookie: '__Host-lk=another-session' },
    ...unknown,
    answerHeaders: { 'set-cookie': '__Host-lk=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0' },
  },
  {
    number: 16,
    name: 'two cookies of that name',
    headers: { cookie: `__Host-lk=${goodSession}; __Host-lk=another-session` },
    status: 400,
    challenge: challenges(),
    error: 'invalid_request',
  },
  {
    number: 4,
    name: 'a good token, and a session in a cookie',
    authorization: good,
    headers: cookie,
    ...ambiguous,
  },
]
