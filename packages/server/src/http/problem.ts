import type { Refusal, RefusalCode } from '../errors.ts'
import { proofAlgorithms, type Scheme } from './credentials.ts'

/** The status and title of each refusal. A Record over the codes: a new code without a status does not compile. */
export const problems: Readonly<Record<RefusalCode, { status: number; title: string }>> = {
  credentials_invalid: { status: 401, title: 'These credentials are not right' },
  account_disabled: { status: 403, title: 'This account is disabled' },
  token_missing: { status: 401, title: 'A token is needed' },
  authorization_malformed: { status: 400, title: 'The Authorization header is malformed' },
  token_invalid: { status: 401, title: 'This token is not valid' },
  token_unproven: { status: 401, title: 'The key of this token is not proven' },
  token_revoked: { status: 401, title: 'This token has been revoked' },
  token_unknown: { status: 400, title: 'This is no access token of this server' },
  dpop_proof_invalid: { status: 400, title: 'This DPoP proof is not valid' },
  refresh_invalid: { status: 401, title: 'This refresh token is not valid' },
  refresh_reused: { status: 401, title: 'This refresh token was used before' },
  client_invalid: { status: 401, title: 'This client could not be authenticated' },
  grant_unsupported: { status: 400, title: 'This grant is not supported' },
  scope_invalid: { status: 400, title: 'This scope may not be asked for' },
  subject_token_invalid: { status: 400, title: 'This token cannot be exchanged' },
  details_invalid: { status: 400, title: 'These authorization details may not be asked for' },
  resource_unknown: { status: 400, title: 'There is no service with this audience' },
  assertion_invalid: { status: 400, title: 'This assertion is not valid' },
  code_invalid: { status: 400, title: 'This code is not valid' },
  approval_not_found: { status: 404, title: 'Nobody has asked for this' },
  approval_over: { status: 409, title: 'This was decided before, or is over' },
  consent_not_found: { status: 404, title: 'This application was not let in' },
  grant_not_allowed: { status: 400, title: 'This client may not use this grant' },
  authorization_refused: { status: 400, title: 'This request for authorization is not right' },
  invitation_invalid: { status: 400, title: 'This invitation is not valid' },
  link_invalid: { status: 400, title: 'This link is over' },
  factor_required: { status: 401, title: 'A second factor is needed' },
  passkey_unknown: { status: 401, title: 'Nobody has this passkey here' },
  challenge_invalid: { status: 401, title: 'This sign-in has to begin again' },
  insufficient_user_authentication: { status: 401, title: 'A fresh sign-in is needed' },
  permission_missing: { status: 403, title: 'A permission is missing' },
  kind_not_allowed: { status: 403, title: 'This kind of caller may not do that' },
  origin_not_allowed: { status: 403, title: 'Pages of this origin may not do that' },
  request_invalid: { status: 400, title: 'The request is not valid' },
  media_type_unsupported: { status: 415, title: 'This media type is not supported' },
  body_too_large: { status: 413, title: 'The body is too large' },
  method_not_allowed: { status: 405, title: 'This method is not allowed here' },
  not_found: { status: 404, title: 'There is nothing here' },
  event_not_found: { status: 404, title: 'There is no such event' },
  backup_running: { status: 409, title: 'A backup is being made' },
  backup_not_set: { status: 409, title: 'No place for backups is set' },
  job_not_found: { status: 404, title: 'There is no such job' },
  job_running: { status: 409, title: 'This job runs already' },
  hold_not_found: { status: 404, title: 'There is no such hold' },
  checkpoint_not_found: { status: 404, title: 'There is no such checkpoint' },
  alarm_not_found: { status: 404, title: 'There is no such alarm' },
  alarm_closed: { status: 409, title: 'The alarm is closed' },
  alarm_rule_not_found: { status: 404, title: 'There is no such rule' },
  search_not_found: { status: 404, title: 'There is no such search' },
  search_exists: { status: 409, title: 'There is a search of this name' },
  search_limit_reached: { status: 409, title: 'There are as many searches as there may be' },
  alarm_rule_exists: { status: 409, title: 'There is a rule of this name' },
  alarm_rule_limit_reached: { status: 409, title: 'There are as many rules of your own as there may be' },
  silence_not_found: { status: 404, title: 'There is no such silence' },
  stream_not_found: { status: 404, title: 'There is no such stream of shared signals' },
  stream_limit_reached: { status: 409, title: 'The application has as many streams as it may' },
  webhook_not_found: { status: 404, title: 'There is no such webhook' },
  webhook_limit_reached: { status: 409, title: 'There are as many webhooks as there may be' },
  webhook_url_not_allowed: { status: 400, title: 'This server may not send to this address' },
  delivery_not_found: { status: 404, title: 'There is no such delivery' },
  delivery_waiting: { status: 409, title: 'The delivery is still being tried' },
  user_not_found: { status: 404, title: 'There is no such user' },
  user_exists: { status: 409, title: 'This user name is taken' },
  deletion_scheduled: { status: 409, title: 'The user is going to be deleted' },
  deletion_not_scheduled: { status: 409, title: 'The user is not going to be deleted' },
  user_type_unknown: { status: 400, title: 'There is no such user type' },
  user_type_exists: { status: 409, title: 'This user type exists' },
  user_type_not_found: { status: 404, title: 'There is no such user type' },
  user_type_privileged: { status: 409, title: 'This user type permits too much for strangers' },
  user_type_in_use: { status: 409, title: 'There are users of this type' },
  attribute_exists: { status: 409, title: 'This attribute exists' },
  attribute_not_found: { status: 404, title: 'There is no such attribute' },
  attribute_in_use: { status: 409, title: 'People have values of this attribute' },
  grant_exists: { status: 409, title: 'There is such a grant or denial' },
  grant_not_found: { status: 404, title: 'There is no such grant or denial' },
  password_wrong: { status: 403, title: 'This is not your password' },
  address_not_found: { status: 404, title: 'There is no such address' },
  address_exists: { status: 409, title: 'The account has this address' },
  address_taken: { status: 409, title: 'This address belongs to another account' },
  address_unproven: { status: 409, title: 'This address is not proven' },
  address_primary: { status: 409, title: 'This is the primary address' },
  address_missing: { status: 409, title: 'The account has no proven address' },
  registration_closed: { status: 403, title: 'Accounts are made by invitation here' },
  mail_unavailable: { status: 409, title: 'This server sends no mail' },
  code_wrong: { status: 403, title: 'This code is not right' },
  factor_not_found: { status: 404, title: 'There is no such factor' },
  factor_needed: { status: 409, title: 'The account needs a second factor' },
  passkey_refused: { status: 403, title: 'This passkey is not accepted' },
  passkey_not_offered: { status: 409, title: 'No passkey is made without a prompt here' },
  passkey_limit_reached: { status: 409, title: 'The account has as many passkeys as it may' },
  password_unacceptable: { status: 400, title: 'This password cannot be used' },
  session_not_found: { status: 404, title: 'There is no such session' },
  service_not_found: { status: 404, title: 'There is no such service' },
  signing_key_not_found: { status: 404, title: 'There is no such key in the ring' },
  rotation_cuts_off: { status: 409, title: 'Somebody who verifies tokens has not fetched the next key' },
  service_exists: { status: 409, title: 'A service of this name exists' },
  client_metadata_invalid: { status: 400, title: 'These metadata of a client cannot be taken' },
  registration_token_invalid: { status: 401, title: 'This token registers nothing here' },
  redirect_uri_invalid: { status: 400, title: 'This redirect URI cannot be taken' },
  application_not_found: { status: 404, title: 'There is no such application' },
  secret_not_found: { status: 404, title: 'There is no such secret' },
  secret_limit_reached: { status: 409, title: 'There are as many secrets as there may be' },
  app_not_found: { status: 404, title: 'There is no such app' },
  app_exists: { status: 409, title: 'An app of this name exists' },
  person_linked: { status: 409, title: 'The app has such a person' },
  provider_not_found: { status: 404, title: 'There is no such provider' },
  provider_exists: { status: 409, title: 'There is a provider of this key or issuer' },
  provider_enabled: { status: 409, title: 'People sign in at this provider' },
  provider_limit_reached: { status: 409, title: 'There are as many providers as there may be' },
  provider_refused: { status: 400, title: 'The provider did not sign the person in' },
  provider_unavailable: { status: 503, title: 'The provider cannot be reached' },
  identity_not_found: { status: 404, title: 'The account has no such identity' },
  identity_taken: { status: 409, title: 'Another account has this identity' },
  identity_needed: { status: 409, title: 'The account signs in by this identity alone' },
  identity_limit_reached: { status: 409, title: 'The account has as many identities as it may' },
  profile_unsafe: { status: 400, title: 'This token profile would not be safe' },
  configuration_not_found: { status: 404, title: 'There is no configuration for this service' },
  key_unacceptable: { status: 400, title: 'This key cannot be used' },
  key_not_found: { status: 404, title: 'There is no such key' },
  key_limit_reached: { status: 409, title: 'There are as many keys as there may be' },
  key_exists: { status: 409, title: 'There is this key already' },
  device_not_found: { status: 404, title: 'There is no such device' },
  device_exists: { status: 409, title: 'This uid is taken' },
  device_bound: { status: 409, title: 'The device has an owner' },
  device_not_bound: { status: 409, title: 'The device has no owner' },
  device_unconfirmed: { status: 409, title: 'The device has not confirmed' },
  device_offline: { status: 409, title: 'The device is not connected' },
  device_not_listening: { status: 409, title: 'The device does not listen to commands' },
  device_silent: { status: 504, title: 'The device did not answer in time' },
  claim_invalid: { status: 400, title: 'This claim code is not valid' },
  share_not_found: { status: 404, title: 'There is no such share' },
  command_in_flight: { status: 409, title: 'A command of this id is under way' },
  precondition_failed: { status: 412, title: 'It has changed meanwhile' },
  last_administrator: { status: 409, title: 'This is the last administrator' },
  own_account: { status: 409, title: 'This is your own account' },
  too_many_people: { status: 409, title: 'These are too many people at once' },
  count_changed: { status: 409, title: 'Their number has changed' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  overloaded: { status: 503, title: 'The server is busy' },
  stopping: { status: 503, title: 'The server is stopping' },
  storage_full: { status: 507, title: 'The server has no room left' },
  storage_unavailable: { status: 503, title: 'The storage does not answer' },
}

/** An answer that reports a failure, before it becomes a response. */
export interface Problem {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: Readonly<Record<string, unknown>> | string
}

interface ProblemDetails extends Problem {
  readonly body: Readonly<Record<string, unknown>>
}

/** Problem details (RFC 9457) for a refusal; the scheme is that of the request. */
export function problemOf(refusal: Refusal, requestId: string, scheme: Scheme = 'bearer'): ProblemDetails {
  const { status, title } = problems[refusal.code]
  return {
    status,
    headers: { ...headersOf(refusal, scheme), 'content-type': 'application/problem+json' },
    body: {
      type: `urn:latchkey:problem:${refusal.code}`,
      title,
      status,
      code: refusal.code,
      detail: refusal.message,
      requestId,
      ...(refusal.faults.length > 0 && { errors: refusal.faults }),
      ...refusal.members,
    },
  }
}

/** The same as a line of text, which is the form of errors in the Authorization API 1.0 (section 10.1.2). */
export function textErrorOf(refusal: Refusal, scheme: Scheme): Problem {
  const faults = refusal.faults.map(({ field, reason }) => `${field} ${reason}`).join('; ')
  return {
    status: textStatusOf(refusal.code),
    headers: { ...headersOf(refusal, scheme), ...asText },
    body: `${refusal.code}: ${refusal.message}${faults && ` (${faults})`}`,
  }
}

/** Its list of statuses knows no 415. */
export function textStatusOf(code: RefusalCode): number {
  return code === 'media_type_unsupported' ? 400 : problems[code].status
}

const asText = { 'content-type': 'text/plain; charset=utf-8' }

/** The error body that RFC 6749 section 5.2 fixes for the token endpoint. */
export function oauthErrorOf(refusal: Refusal): Problem {
  const error = oauthErrors[refusal.code] ?? 'invalid_request'
  // RFC 6749 section 5.2: of these only a client that does not authenticate is answered with 401.
  const status = error === 'invalid_grant' ? 400 : problems[refusal.code].status
  const { 'www-authenticate': challenge, ...headers } = headersOf(refusal, 'bearer')
  return {
    status,
    headers: {
      ...headers,
      ...(status === 401 && challenge !== undefined && { 'www-authenticate': challenge }),
      'content-type': 'application/json',
    },
    body: {
      error,
      error_description: refusal.message,
      ...refusal.members,
    },
  }
}

/** The response to an unexpected error: without details, but with the request id, by which the log is searched. */
export function internalProblem(requestId: string): Problem {
  return {
    status: 500,
    headers: { 'content-type': 'application/problem+json' },
    body: {
      type: 'urn:latchkey:problem:internal',
      title: 'Something went wrong here',
      status: 500,
      code: 'internal',
      detail: 'the request could not be answered; the log of the server says why',
      requestId,
    },
  }
}

export const internalTextError: Problem = {
  status: 500,
  headers: asText,
  body: 'internal: the request could not be answered; the log of the server says why',
}

const oauthErrors: Partial<Record<RefusalCode, string>> = {
  client_invalid: 'invalid_client',
  credentials_invalid: 'invalid_grant',
  refresh_invalid: 'invalid_grant',
  refresh_reused: 'invalid_grant',
  grant_unsupported: 'unsupported_grant_type',
  scope_invalid: 'invalid_scope',
  details_invalid: 'invalid_authorization_details',
  // RFC 8693 section 2.2.2.
  subject_token_invalid: 'invalid_request',
  resource_unknown: 'invalid_target',
  assertion_invalid: 'invalid_grant',
  code_invalid: 'invalid_grant',
  grant_not_allowed: 'unauthorized_client',
  dpop_proof_invalid: 'invalid_dpop_proof',
  client_metadata_invalid: 'invalid_client_metadata',
  redirect_uri_invalid: 'invalid_redirect_uri',
  token_invalid: 'invalid_token',
  registration_token_invalid: 'invalid_token',
  overloaded: 'temporarily_unavailable',
  stopping: 'temporarily_unavailable',
  storage_full: 'temporarily_unavailable',
  storage_unavailable: 'temporarily_unavailable',
}

function headersOf(refusal: Refusal, scheme: Scheme): Record<string, string> {
  const headers: Record<string, string> = {}
  const challenges = challengesOf(refusal, scheme)
  if (challenges) headers['www-authenticate'] = challenges
  if (refusal.retryAfterSeconds !== undefined) headers['retry-after'] = String(refusal.retryAfterSeconds)
  return headers
}

/**
 * Every 401 has a challenge (RFC 9110 section 15.5.2), also where it is a password that was wrong. Both schemes are
 * offered, and what was wrong stands in the one that was used (RFC 9449 section 7.1).
 */
function challengesOf({ code, challenge = {} }: Refusal, scheme: Scheme): string | undefined {
  if (code === 'client_invalid') return 'Basic realm="latchkey"'
  const error = challengeErrors[code]
  if (error === undefined) return undefined
  const more = Object.entries(challenge)
    .map(([name, value]) => `, ${name}="${value}"`)
    .join('')
  const said = (of: Scheme) => (error !== '' && of === scheme ? `, error="${error}"${more}` : '')
  const algorithms = proofAlgorithms.join(' ')
  return `Bearer realm="latchkey"${said('bearer')}, DPoP realm="latchkey", algs="${algorithms}"${said('dpop')}`
}

/** RFC 6750 section 3.1: a request without a token is challenged, not told that it erred. */
const challengeErrors: Partial<Record<RefusalCode, string>> = {
  token_missing: '',
  credentials_invalid: '',
  refresh_invalid: '',
  refresh_reused: '',
  factor_required: '',
  challenge_invalid: '',
  passkey_unknown: '',
  insufficient_user_authentication: 'insufficient_user_authentication',
  authorization_malformed: 'invalid_request',
  token_invalid: 'invalid_token',
  registration_token_invalid: 'invalid_token',
  token_revoked: 'invalid_token',
  token_unproven: 'invalid_dpop_proof',
  permission_missing: 'insufficient_scope',
}
