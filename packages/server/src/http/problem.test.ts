import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Refusal } from '../errors.ts'
import type { RefusalCode } from '../refusal-codes.ts'
import { oauthErrorOf, problemOf, textErrorOf } from './problem.ts'
import { problems } from './problems.ts'

/** RFC 6749 section 5.2, RFC 9449 section 5; any other code is an invalid request. */
const oauthErrors: Partial<Record<RefusalCode, string>> = {
  client_invalid: 'invalid_client',
  credentials_invalid: 'invalid_grant',
  refresh_invalid: 'invalid_grant',
  refresh_reused: 'invalid_grant',
  grant_unsupported: 'unsupported_grant_type',
  scope_invalid: 'invalid_scope',
  details_invalid: 'invalid_authorization_details',
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

/** Programs decide by the status what to do next, so it is held here a second time. */
const statuses: Readonly<Record<number, readonly RefusalCode[]>> = {
  400: [
    'client_metadata_invalid',
    'redirect_uri_invalid',
    'provider_refused',
    'webhook_url_not_allowed',
    'authorization_malformed',
    'dpop_proof_invalid',
    'grant_unsupported',
    'scope_invalid',
    'details_invalid',
    'subject_token_invalid',
    'resource_unknown',
    'token_unknown',
    'assertion_invalid',
    'code_invalid',
    'grant_not_allowed',
    'authorization_refused',
    'profile_unsafe',
    'invitation_invalid',
    'link_invalid',
    'request_invalid',
    'user_type_unknown',
    'password_unacceptable',
    'key_unacceptable',
    'claim_invalid',
  ],
  401: [
    'credentials_invalid',
    'token_missing',
    'token_invalid',
    'registration_token_invalid',
    'token_unproven',
    'token_revoked',
    'refresh_invalid',
    'refresh_reused',
    'client_invalid',
    'factor_required',
    'challenge_invalid',
    'passkey_unknown',
    'insufficient_user_authentication',
  ],
  403: [
    'account_disabled',
    'permission_missing',
    'kind_not_allowed',
    'origin_not_allowed',
    'password_wrong',
    'code_wrong',
    'passkey_refused',
    'registration_closed',
  ],
  404: [
    'attribute_not_found',
    'not_found',
    'user_not_found',
    'user_type_not_found',
    'grant_not_found',
    'consent_not_found',
    'approval_not_found',
    'address_not_found',
    'factor_not_found',
    'session_not_found',
    'service_not_found',
    'configuration_not_found',
    'app_not_found',
    'application_not_found',
    'secret_not_found',
    'provider_not_found',
    'identity_not_found',
    'event_not_found',
    'job_not_found',
    'hold_not_found',
    'checkpoint_not_found',
    'alarm_not_found',
    'alarm_rule_not_found',
    'silence_not_found',
    'search_not_found',
    'webhook_not_found',
    'stream_not_found',
    'delivery_not_found',
    'key_not_found',
    'signing_key_not_found',
    'device_not_found',
    'share_not_found',
  ],
  405: ['method_not_allowed'],
  409: [
    'approval_over',
    'alarm_closed',
    'alarm_rule_exists',
    'alarm_rule_limit_reached',
    'search_exists',
    'search_limit_reached',
    'webhook_limit_reached',
    'stream_limit_reached',
    'secret_limit_reached',
    'delivery_waiting',
    'job_running',
    'passkey_limit_reached',
    'rotation_cuts_off',
    'passkey_not_offered',
    'user_exists',
    'backup_running',
    'backup_not_set',
    'attribute_exists',
    'attribute_in_use',
    'own_account',
    'too_many_people',
    'count_changed',
    'deletion_scheduled',
    'deletion_not_scheduled',
    'user_type_exists',
    'user_type_in_use',
    'user_type_privileged',
    'grant_exists',
    'address_exists',
    'address_taken',
    'address_unproven',
    'address_primary',
    'address_missing',
    'mail_unavailable',
    'factor_needed',
    'service_exists',
    'app_exists',
    'provider_exists',
    'provider_enabled',
    'provider_limit_reached',
    'identity_taken',
    'identity_needed',
    'identity_limit_reached',
    'person_linked',
    'key_limit_reached',
    'key_exists',
    'device_exists',
    'device_bound',
    'device_not_bound',
    'device_unconfirmed',
    'device_offline',
    'device_not_listening',
    'command_in_flight',
    'last_administrator',
  ],
  412: ['precondition_failed'],
  413: ['body_too_large'],
  415: ['media_type_unsupported'],
  429: ['too_many_requests'],
  503: ['provider_unavailable', 'overloaded', 'stopping', 'storage_unavailable'],
  504: ['device_silent'],
  507: ['storage_full'],
}
for (const [status, codes] of Object.entries(statuses)) {
  test(`${status} is answered for ${codes.length} codes`, () => {
    for (const code of codes) {
      const problem = problemOf(new Refusal(code, 'why'), 'req_1')
      assert.deepEqual(
        [problem.status, problem.body.status, problem.body.code],
        [+status, +status, code],
        code,
      )
      // RFC 6749 section 5.2: what is wrong with a grant is no 401.
      const fixed = oauthErrors[code] === 'invalid_grant' ? 400 : +status
      assert.equal(oauthErrorOf(new Refusal(code, 'why')).status, fixed)
      const text = textErrorOf(new Refusal(code, 'why'), 'bearer')
      assert.deepEqual([text.status, text.body], [+status === 415 ? 400 : +status, `${code}: why`], code)
    }
  })
}

test('each code has a status here, and one', () => {
  assert.deepEqual(Object.values(statuses).flat().sort(), Object.keys(problems).sort())
})

test('the token endpoint has an error of OAuth for each code', () => {
  for (const code of Object.values(statuses).flat()) {
    const { body } = oauthErrorOf(new Refusal(code, 'why'))
    assert.deepEqual(body, { error: oauthErrors[code] ?? 'invalid_request', error_description: 'why' })
  }
})

/** RFC 6750 section 3.1, RFC 9449 section 7.1: what stands in the scheme that was used; every 401 has a challenge. */
const challenges: Partial<Record<RefusalCode, string | null>> = {
  token_missing: null,
  credentials_invalid: null,
  refresh_invalid: null,
  refresh_reused: null,
  factor_required: null,
  challenge_invalid: null,
  passkey_unknown: null,
  insufficient_user_authentication: 'insufficient_user_authentication',
  authorization_malformed: 'invalid_request',
  token_invalid: 'invalid_token',
  registration_token_invalid: 'invalid_token',
  token_revoked: 'invalid_token',
  token_unproven: 'invalid_dpop_proof',
  permission_missing: 'insufficient_scope',
}
for (const [scheme, name] of [
  ['bearer', 'Bearer'],
  ['dpop', 'DPoP'],
] as const) {
  test(`a refusal of the scheme ${name} says there what was wrong, and offers both`, () => {
    for (const code of Object.values(statuses).flat()) {
      const said = problemOf(new Refusal(code, 'why'), 'req_1', scheme).headers['www-authenticate']
      if (code === 'client_invalid') assert.equal(said, 'Basic realm="latchkey"')
      else if (challenges[code] === undefined) assert.equal(said, undefined, code)
      else {
        const [bearer = '', dpop = ''] = (said ?? '').split(', DPoP ')
        const [used, other] = scheme === 'bearer' ? [bearer, dpop] : [dpop, bearer]
        const error = challenges[code] === null ? undefined : challenges[code]
        assert.equal(/error="(\w+)"/.exec(used)?.[1], error, code)
        assert.ok(!other.includes('error'), code)
      }
    }
  })
}
