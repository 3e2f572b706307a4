import type { Answer } from '../mount/exchange.ts'
import { APIException, Unauthenticated } from './exceptions.ts'

/** JSON as Django REST framework renders it. */
export function answer(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return {
    status,
    headers: { ...headers, 'content-type': 'application/json', vary: 'Accept' },
    body: JSON.stringify(body),
  }
}

/** The answer to a refusal. What is not one is a bug, and goes on to whoever looks after those. */
export function refuse(
  error: unknown,
  challenge: string | null,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  if (!(error instanceof APIException)) throw error
  if (!(error instanceof Unauthenticated)) return answer(error.status_code, error.body, headers)
  return challenge === null
    ? answer(403, error.body, headers)
    : answer(401, error.body, { ...headers, 'www-authenticate': challenge })
}
