import { createGuard } from '../../src/guard/guard.ts'
import {
  type GuardRequest,
  type SessionCookieOptions,
  sessionCookie,
  tokenCookie,
} from '../../src/guard/index.ts'
import { nowMs, secretBytes } from '../token/raw-token.ts'
import { resource } from './guarded-api.ts'

const csrfSecret = new Uint8Array(32).fill(9)
export const found: string[] = []
export const options: SessionCookieOptions = {
  find(value) {
    found.push(value)
    if (value === 'fault') throw new Error('the database is away')
    if (value === 'late') return Promise.resolve({ subject: 'usr_late' })
    if (value === 'over') return { subject: 'usr_1', expiresAt: nowMs }
    if (value === 'bad') return { subject: '' }
    return value === 'good'
      ? { subject: 'usr_1', sessionId: 'ses_1', scopes: ['a'], expiresAt: nowMs + 1 }
      : undefined
  },
  csrf: { origins: ['https://app.example.com'], secret: csrfSecret },
}
export const session = sessionCookie(options)
export const tokens = tokenCookie({ csrf: { origins: ['https://app.example.com'] } })

export type Headers = Readonly<Record<string, string | readonly string[]>>

export const requestWith = (headers: Headers, { method = 'GET', isPrivate = false } = {}): GuardRequest => ({
  method,
  url: '/me',
  header: (name) => [headers[name] ?? []].flat(),
  remoteAddress: undefined,
  isPrivate,
  source: undefined,
})

export async function ask(
  headers: Headers,
  { method = 'GET', isPrivate = false, authenticators = [session, tokens] } = {},
) {
  const request = requestWith(headers, { method, isPrivate })
  const guard = createGuard({
    secret: secretBytes,
    issuer: 'I',
    audience: resource,
    now: () => nowMs,
    authenticators,
  })
  const decision = await guard.required()(request)
  if (decision.kind === 'allowed') return { subject: decision.auth?.subject, auth: decision.auth }
  const { status, error, reason, headers: answered } = decision.refusal
  return { status, error, reason, cleared: answered['set-cookie'] }
}

export const cookie = '__Host-lk=good'
