import { ClientError } from 'latchkey/client'
import type { Schemas } from './operations.ts'

/** A refusal of the server (RFC 9457), or that the server could not be reached. */
export class Problem extends Error {
  readonly code: string
  readonly status: number
  readonly faults: readonly string[]
  /** The codes of faults that have one, for words of our own. */
  readonly faultCodes: readonly string[]

  constructor(
    code: string,
    status: number,
    message: string,
    faults: readonly string[] = [],
    faultCodes: readonly string[] = [],
  ) {
    super(message)
    this.name = 'Problem'
    this.code = code
    this.status = status
    this.faults = faults
    this.faultCodes = faultCodes
  }
}

/** The problem that an unsuccessful response describes. It may come from a proxy, which knows nothing of RFC 9457. */
export async function problemIn(response: Response): Promise<Problem> {
  const body = (await response.json().catch(() => ({}))) as Partial<Schemas['Problem']>
  const errors = body.errors ?? []
  const faults = errors.map(({ field, reason }) => [field, reason].filter(Boolean).join(': '))
  const faultCodes = errors.flatMap(({ code }) => code ?? [])
  return new Problem(
    body.code ?? 'internal',
    response.status,
    body.detail ?? `status ${response.status}`,
    faults,
    faultCodes,
  )
}

/** A refusal stays one, except that of too many requests; what the server could not answer, it may answer soon. */
export function isFinal({ status }: Problem): boolean {
  return status >= 400 && status < 500 && status !== 429
}

/** Anything that was thrown, as a problem that can be shown. */
export function problemFrom(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (error instanceof ClientError) return problemOfClient(error)
  console.error(error)
  return new Problem('internal', 0, String(error))
}

function problemOfClient({ code, status = 0, issuerCode, message }: ClientError): Problem {
  // Without a status no request was sent, because the server could not answer a moment ago.
  const isAway = code === 'issuer_unreachable' || (code === 'issuer_unavailable' && status === 0)
  if (isAway) return new Problem('unreachable', 0, message)
  // A 429 is about one request, and the next may be answered: it is temporary, as a 503 is.
  if (code === 'issuer_unavailable') return new Problem(issuerCode ?? code, 503, message)
  return new Problem(issuerCode ?? code, code === 'signed_out' ? 401 : status, message)
}
