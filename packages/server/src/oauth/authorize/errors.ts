import type { EventReason } from '../../activity/schema/reasons.ts'
/** What an application is told at its redirect address (RFC 6749 section 4.1.2.1, OpenID Connect Core section 3.1.2.6, RFC 8707, RFC 9396). */
export type AuthorizationErrorCode =
  | 'invalid_request'
  | 'unauthorized_client'
  | 'access_denied'
  | 'unsupported_response_type'
  | 'invalid_scope'
  | 'invalid_target'
  | 'invalid_authorization_details'
  | 'temporarily_unavailable'
  | 'login_required'
  | 'consent_required'
  | 'account_selection_required'
  | 'unmet_authentication_requirements'
  | 'request_not_supported'
  | 'request_uri_not_supported'
  | 'registration_not_supported'

export interface AuthorizationError {
  readonly error: AuthorizationErrorCode
  /** For the developer of the application. ASCII without quotes and backslashes. */
  readonly description: string
  /** A code, for the log. */
  readonly reason: EventReason
}

export function refusal(
  error: AuthorizationErrorCode,
  description: string,
  reason: EventReason,
): AuthorizationError {
  return { error, description, reason }
}

export function isAuthorizationError(outcome: object): outcome is AuthorizationError {
  return 'error' in outcome
}
