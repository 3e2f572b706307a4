import type { Refused } from './activity/events.ts'

/**
 * Every reason for which the server refuses. Codes are API: clients match on them, and each edge has one
 * table from code to its own status (`http/problem.ts`, `mqtt/reasons.ts`), so a new code cannot be forgotten.
 */
export type RefusalCode =
  // who is asking
  | 'credentials_invalid'
  | 'account_disabled'
  | 'token_missing'
  | 'authorization_malformed'
  | 'token_invalid'
  | 'token_unproven'
  | 'token_revoked'
  | 'token_unknown'
  | 'dpop_proof_invalid'
  | 'refresh_invalid'
  | 'refresh_reused'
  | 'client_invalid'
  | 'grant_unsupported'
  | 'scope_invalid'
  | 'details_invalid'
  | 'subject_token_invalid'
  | 'resource_unknown'
  | 'assertion_invalid'
  | 'code_invalid'
  | 'grant_not_allowed'
  | 'consent_not_found'
  | 'approval_not_found'
  | 'approval_over'
  | 'authorization_refused'
  | 'invitation_invalid'
  | 'link_invalid'
  | 'factor_required'
  | 'challenge_invalid'
  | 'passkey_unknown'
  | 'insufficient_user_authentication'
  // what they may do
  | 'permission_missing'
  | 'kind_not_allowed'
  | 'origin_not_allowed'
  // what they asked for
  | 'request_invalid'
  | 'media_type_unsupported'
  | 'body_too_large'
  | 'method_not_allowed'
  | 'not_found'
  | 'user_not_found'
  | 'user_exists'
  | 'user_type_unknown'
  | 'user_type_exists'
  | 'user_type_not_found'
  | 'user_type_in_use'
  | 'user_type_privileged'
  | 'attribute_exists'
  | 'attribute_not_found'
  | 'attribute_in_use'
  | 'grant_exists'
  | 'grant_not_found'
  | 'password_unacceptable'
  | 'password_wrong'
  | 'address_not_found'
  | 'address_exists'
  | 'address_taken'
  | 'address_unproven'
  | 'address_primary'
  | 'address_missing'
  | 'mail_unavailable'
  | 'registration_closed'
  | 'code_wrong'
  | 'factor_not_found'
  | 'factor_needed'
  | 'passkey_refused'
  | 'passkey_limit_reached'
  | 'passkey_not_offered'
  | 'session_not_found'
  | 'event_not_found'
  | 'job_not_found'
  | 'job_running'
  | 'hold_not_found'
  | 'backup_running'
  | 'backup_not_set'
  | 'checkpoint_not_found'
  | 'alarm_not_found'
  | 'alarm_closed'
  | 'alarm_rule_not_found'
  | 'alarm_rule_exists'
  | 'alarm_rule_limit_reached'
  | 'silence_not_found'
  | 'search_not_found'
  | 'search_exists'
  | 'search_limit_reached'
  | 'webhook_not_found'
  | 'stream_not_found'
  | 'stream_limit_reached'
  | 'webhook_limit_reached'
  | 'webhook_url_not_allowed'
  | 'delivery_not_found'
  | 'delivery_waiting'
  | 'service_not_found'
  | 'signing_key_not_found'
  | 'rotation_cuts_off'
  | 'service_exists'
  | 'application_not_found'
  | 'client_metadata_invalid'
  | 'redirect_uri_invalid'
  | 'registration_token_invalid'
  | 'secret_not_found'
  | 'secret_limit_reached'
  | 'app_not_found'
  | 'app_exists'
  | 'person_linked'
  | 'provider_not_found'
  | 'provider_exists'
  | 'provider_enabled'
  | 'provider_limit_reached'
  | 'provider_refused'
  | 'provider_unavailable'
  | 'identity_not_found'
  | 'identity_taken'
  | 'identity_needed'
  | 'identity_limit_reached'
  | 'profile_unsafe'
  | 'configuration_not_found'
  | 'key_unacceptable'
  | 'key_exists'
  | 'key_not_found'
  | 'key_limit_reached'
  | 'device_not_found'
  | 'device_exists'
  | 'device_bound'
  | 'device_not_bound'
  | 'device_unconfirmed'
  | 'device_offline'
  | 'device_not_listening'
  | 'device_silent'
  | 'claim_invalid'
  | 'share_not_found'
  | 'command_in_flight'
  | 'precondition_failed'
  | 'last_administrator'
  | 'own_account'
  | 'too_many_people'
  | 'count_changed'
  | 'deletion_scheduled'
  | 'deletion_not_scheduled'
  // what we can bear
  | 'too_many_requests'
  | 'overloaded'
  | 'stopping'
  | 'storage_full'
  | 'storage_unavailable'

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
  readonly reason: string | undefined
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
      refused,
      members,
      challenge,
    }: {
      faults?: readonly Fault[]
      retryAfterSeconds?: number | undefined
      reason?: string | undefined
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
  const { code, message, faults, retryAfterSeconds, reason, members, challenge } = error
  return new Refusal(code, message, {
    faults,
    retryAfterSeconds,
    reason,
    members,
    challenge,
    refused: { ...refused, ...error.refused },
  })
}
