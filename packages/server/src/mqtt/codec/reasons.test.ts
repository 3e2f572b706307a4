import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ConnectRefusal, connectCode, reasonCodes, reasonOf, refusalOfReturnCode } from './reasons.ts'

/** What a refused CONNECT says: in MQTT 5 (table 3-1 of section 3.2.2.2), and in 3.1.1 (table 3.1 of section 3.2.2.3). */
const codes: Readonly<Record<ConnectRefusal, readonly [five: number, old: number]>> = {
  unsupported_protocol_version: [0x84, 1],
  client_identifier_not_valid: [0x85, 2],
  server_unavailable: [0x88, 3],
  server_busy: [0x89, 3],
  connection_rate_exceeded: [0x9f, 3],
  quota_exceeded: [0x97, 3],
  use_another_server: [0x9c, 3],
  server_moved: [0x9d, 3],
  unspecified_error: [0x80, 3],
  implementation_specific_error: [0x83, 3],
  bad_user_name_or_password: [0x86, 4],
  bad_authentication_method: [0x8c, 4],
  not_authorized: [0x87, 5],
  banned: [0x8a, 5],
  topic_name_invalid: [0x90, 5],
  malformed_packet: [0x81, 5],
  protocol_error: [0x82, 5],
  packet_too_large: [0x95, 5],
  payload_format_invalid: [0x99, 5],
  retain_not_supported: [0x9a, 5],
  qos_not_supported: [0x9b, 5],
}

for (const [refusal, [five, old]] of Object.entries(codes) as [ConnectRefusal, readonly [number, number]][]) {
  test(`a CONNECT that is refused for ${refusal} is answered by 0x${five.toString(16)}, and by ${old} in 3.1.1`, () => {
    assert.deepEqual([connectCode(refusal, 5), connectCode(refusal, 4)], [five, old])
  })
}

test('our client knows the five codes of 3.1.1, and takes any other for an error without a name', () => {
  assert.deepEqual([0, 1, 2, 3, 4, 5, 6].map(refusalOfReturnCode), [
    'unspecified_error',
    'unsupported_protocol_version',
    'client_identifier_not_valid',
    'server_unavailable',
    'bad_user_name_or_password',
    'not_authorized',
    'unspecified_error',
  ])
})

test('each code of MQTT 5 has its name, and one that is not in the table is an error without one', () => {
  for (const [name, code] of Object.entries(reasonCodes)) {
    // Three names are given to the code of success.
    assert.equal(reasonCodes[reasonOf(code)], code, name)
  }
  for (const code of [0x03, 0x7f, 0x84 + 0x20, 0xff]) assert.equal(reasonOf(code), 'unspecified_error')
})
