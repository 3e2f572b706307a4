import { ClientError } from 'latchkey/client'

/** What the server refused (RFC 9457), or that it could not be reached. */
export class Problem extends Error {
  readonly code: string
  readonly status: number
  readonly faults: readonly string[]

  constructor(code: string, status: number, message: string, faults: readonly string[] = []) {
    super(message)
    this.name = 'Problem'
    this.code = code
    this.status = status
    this.faults = faults
  }
}

/** What an answer that is no success says, whoever wrote it. */
export async function problemIn(response: Response): Promise<Problem> {
  const body = (await response.json().catch(() => ({}))) as {
    code?: string
    detail?: string
    errors?: { field: string; reason: string }[]
  }
  const faults = (body.errors ?? []).map(({ field, reason }) => `${field}: ${reason}`)
  return new Problem(
    body.code ?? 'internal',
    response.status,
    body.detail ?? `status ${response.status}`,
    faults,
  )
}

/** Whatever was thrown, as it can be shown. */
export function problemFrom(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (error instanceof ClientError) return problemOfClient(error)
  console.error(error)
  return new Problem('internal', 0, String(error))
}

function problemOfClient({ code, status = 0, issuerCode, message }: ClientError): Problem {
  // Without a status it was not asked at all, because it could not answer a moment ago.
  const isAway = code === 'issuer_unreachable' || (code === 'issuer_unavailable' && status === 0)
  if (isAway) return new Problem('unreachable', 0, message)
  // It says 429 of one request, and the next may be answered: no refusal that stays one.
  if (code === 'issuer_unavailable') return new Problem(issuerCode ?? code, 503, message)
  return new Problem(issuerCode ?? code, code === 'signed_out' ? 401 : status, message)
}
