import type { Refused } from './activity/events.ts'
import type { EventReason } from './activity/schema/reasons.ts'
import type { RefusalCode } from './refusal-codes.ts'

/** One thing that is wrong with a request: where (a JSON pointer or a parameter's name) and why. */
export interface Fault {
  readonly field: string
  readonly reason: string
  /** For programs that say it in their own words, where the reasons are a closed list. */
  readonly code?: string
}

/**
 * The server says no. `message` is safe to show to whoever asked: it never holds a token, a secret, or what
 * the caller sent. Anything thrown that is not a Refusal is a bug: logged whole, answered as `internal`.
 */
export class Refusal extends Error {
  readonly code: RefusalCode
  readonly faults: readonly Fault[]
  /** Seconds after which trying again makes sense, where that is known. */
  readonly retryAfterSeconds: number | undefined
  /** What the log may know and the caller may not, for example which check of a sign-in failed. */
  readonly reason: EventReason | undefined
  /** The permission or the scope that was missing, which the log has among the details. */
  readonly missing: string | undefined
  /** What the log is told beside who asked: an edge records the refusal with it. */
  readonly refused: Refused | undefined
  /** Further members of the problem details (RFC 9457 section 3.2). */
  readonly members: Readonly<Record<string, unknown>> | undefined
  /** Further parameters of the challenge of a 401, such as `max_age` (RFC 9470 section 3). */
  readonly challenge: Readonly<Record<string, string>> | undefined

  constructor(
    code: RefusalCode,
    message: string,
    {
      faults = [],
      retryAfterSeconds,
      reason,
      missing,
      refused,
      members,
      challenge,
    }: {
      faults?: readonly Fault[]
      retryAfterSeconds?: number | undefined
      reason?: EventReason | undefined
      missing?: string | undefined
      refused?: Refused | undefined
      members?: Readonly<Record<string, unknown>> | undefined
      challenge?: Readonly<Record<string, string>> | undefined
    } = {},
  ) {
    // Refusing is what a server under attack does most. Nobody reads the stack of a refusal, and recording it
    // costs more than all else that a refused request needs.
    const { stackTraceLimit } = Error
    Error.stackTraceLimit = 0
    super(message)
    Error.stackTraceLimit = stackTraceLimit
    this.name = 'Refusal'
    this.code = code
    this.faults = faults
    this.retryAfterSeconds = retryAfterSeconds
    this.reason = reason
    this.missing = missing
    this.refused = refused
    this.members = members
    this.challenge = challenge
  }
}

/** What `ask` gives; or, where it is refused with one of these codes, what stands for that. Any other failure stays one. */
export async function unlessRefused<Given, Other>(
  ask: () => Promise<Given>,
  answers: Partial<Record<RefusalCode, (refusal: Refusal) => Other | Promise<Other>>>,
): Promise<Given | Other> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const answer = answers[error.code]
    if (answer === undefined) throw error
    return answer(error)
  }
}

const ofServer: readonly RefusalCode[] = ['overloaded', 'stopping', 'storage_full', 'storage_unavailable']

/** Whether an error says something about this server alone, and nothing about whoever asked. */
export function isOfServer(error: unknown): boolean {
  return !(error instanceof Refusal) || ofServer.includes(error.code)
}

/** The error that an edge is to get: a refusal that tells the log this as well, and anything else as it is. */
export function telling(error: unknown, refused: Refused): unknown {
  if (!(error instanceof Refusal)) return error
  const { code, message, faults, retryAfterSeconds, reason, missing, members, challenge } = error
  return new Refusal(code, message, {
    faults,
    retryAfterSeconds,
    reason,
    missing,
    members,
    challenge,
    refused: { ...refused, ...error.refused },
  })
}
