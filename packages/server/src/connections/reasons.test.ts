import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RefusalCode } from '../refusal-codes.ts'
import { connectRefusal, isUnavailable, publishRefusal } from './reasons.ts'

const rows: readonly [code: RefusalCode, connect: string, publish: string, isUnavailable: boolean][] = [
  ['overloaded', 'server_busy', 'not_authorized', true],
  ['too_many_requests', 'server_busy', 'quota_exceeded', false],
  ['stopping', 'server_unavailable', 'not_authorized', true],
  ['storage_full', 'server_unavailable', 'unspecified_error', true],
  ['storage_unavailable', 'server_unavailable', 'unspecified_error', true],
  ['request_invalid', 'bad_user_name_or_password', 'payload_format_invalid', false],
  ['body_too_large', 'bad_user_name_or_password', 'payload_format_invalid', false],
  ['command_in_flight', 'bad_user_name_or_password', 'quota_exceeded', false],
  ['device_offline', 'bad_user_name_or_password', 'implementation_specific_error', true],
  ['device_not_listening', 'bad_user_name_or_password', 'implementation_specific_error', true],
  ['device_silent', 'bad_user_name_or_password', 'implementation_specific_error', true],
  ['precondition_failed', 'bad_user_name_or_password', 'implementation_specific_error', false],
  ['token_missing', 'bad_user_name_or_password', 'not_authorized', false],
  ['token_invalid', 'bad_user_name_or_password', 'not_authorized', false],
  ['token_revoked', 'bad_user_name_or_password', 'not_authorized', false],
  ['permission_missing', 'bad_user_name_or_password', 'not_authorized', false],
  ['device_not_found', 'bad_user_name_or_password', 'not_authorized', false],
]
for (const [code, connect, publish, unavailable] of rows)
  test(`MQTT is told ${code} as ${connect} at a CONNECT, and as ${publish} at a PUBLISH`, () => {
    assert.equal(connectRefusal(code), connect)
    assert.equal(publishRefusal(code), publish)
    assert.equal(isUnavailable(code), unavailable)
  })
