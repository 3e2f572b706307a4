import type { Answer } from '../mount/exchange.ts'
import { APIException, Unauthenticated } from './exceptions.ts'

/** JSON as Django REST framework renders it. */
export function answer(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
  indent?: number,
): Answer {
  return {
    status,
    headers: { vary: 'Accept', ...headers, 'content-type': 'application/json' },
    // The two ends of lines that JSON has and old scripts have not, as Django REST framework writes them.
    body: JSON.stringify(body, null, indent).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029'),
  }
}

/** The answer to a refusal. What is not one is a bug, and goes on to whoever looks after those. */
export function refuse(
  error: unknown,
  challenge: string | null,
  headers: Readonly<Record<string, string>> = {},
  indent?: number,
): Answer {
  if (!(error instanceof APIException)) throw error
  if (!(error instanceof Unauthenticated)) return answer(error.status_code, error.body, headers, indent)
  return challenge === null
    ? answer(403, error.body, headers, indent)
    : answer(401, error.body, { ...headers, 'www-authenticate': challenge }, indent)
}
