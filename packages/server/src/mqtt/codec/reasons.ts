/**
 * Every reason code of MQTT 5 (section 2.4) that means an end or a refusal, by the name the specification
 * gives it. We speak of reasons by name everywhere; the number appears only on the wire.
 */
export const reasonCodes = {
  normal_disconnection: 0x00,
  disconnect_with_will: 0x04,
  no_matching_subscribers: 0x10,
  no_subscription_existed: 0x11,
  continue_authentication: 0x18,
  reauthenticate: 0x19,
  unspecified_error: 0x80,
  malformed_packet: 0x81,
  protocol_error: 0x82,
  implementation_specific_error: 0x83,
  unsupported_protocol_version: 0x84,
  client_identifier_not_valid: 0x85,
  bad_user_name_or_password: 0x86,
  not_authorized: 0x87,
  server_unavailable: 0x88,
  server_busy: 0x89,
  banned: 0x8a,
  server_shutting_down: 0x8b,
  bad_authentication_method: 0x8c,
  keep_alive_timeout: 0x8d,
  session_taken_over: 0x8e,
  topic_filter_invalid: 0x8f,
  topic_name_invalid: 0x90,
  packet_identifier_in_use: 0x91,
  packet_identifier_not_found: 0x92,
  receive_maximum_exceeded: 0x93,
  topic_alias_invalid: 0x94,
  packet_too_large: 0x95,
  message_rate_too_high: 0x96,
  quota_exceeded: 0x97,
  administrative_action: 0x98,
  payload_format_invalid: 0x99,
  retain_not_supported: 0x9a,
  qos_not_supported: 0x9b,
  use_another_server: 0x9c,
  server_moved: 0x9d,
  shared_subscriptions_not_supported: 0x9e,
  connection_rate_exceeded: 0x9f,
  maximum_connect_time: 0xa0,
  subscription_identifiers_not_supported: 0xa1,
  wildcard_subscriptions_not_supported: 0xa2,
} as const

export type Reason = keyof typeof reasonCodes

const names = new Map<number, Reason>(
  Object.entries(reasonCodes).map(([name, code]) => [code, name as Reason]), // the keys of the table above
)

/** The name of a code from the wire. A code that the specification does not know is `unspecified_error`. */
export function reasonOf(code: number): Reason {
  return names.get(code) ?? 'unspecified_error'
}

/** Why we end a connection: what section 3.14.2.1 lets a server say in a DISCONNECT. */
export type DisconnectReason = Exclude<
  Reason,
  | 'normal_disconnection'
  | 'disconnect_with_will'
  | 'no_matching_subscribers'
  | 'no_subscription_existed'
  | 'continue_authentication'
  | 'reauthenticate'
  | 'unsupported_protocol_version'
  | 'client_identifier_not_valid'
  | 'bad_user_name_or_password'
  | 'server_unavailable'
  | 'banned'
  | 'bad_authentication_method'
  | 'packet_identifier_in_use'
  | 'packet_identifier_not_found'
>

/** Why a CONNECT is refused. */
export type ConnectRefusal = keyof typeof returnCodes

/**
 * MQTT 3.1.1 knows five refusals (section 3.2.2.3). Each of ours becomes the one that makes an old client do
 * the right thing: 3 means try again later, 4 and 5 mean that trying again is of no use.
 */
const returnCodes = {
  unsupported_protocol_version: 1,
  client_identifier_not_valid: 2,
  server_unavailable: 3,
  server_busy: 3,
  connection_rate_exceeded: 3,
  quota_exceeded: 3,
  use_another_server: 3,
  server_moved: 3,
  unspecified_error: 3,
  implementation_specific_error: 3,
  bad_user_name_or_password: 4,
  bad_authentication_method: 4,
  not_authorized: 5,
  banned: 5,
  topic_name_invalid: 5,
  malformed_packet: 5,
  protocol_error: 5,
  packet_too_large: 5,
  payload_format_invalid: 5,
  retain_not_supported: 5,
  qos_not_supported: 5,
} as const satisfies Partial<Record<Reason, number>>

/** The CONNACK code of a refusal in the protocol that the client speaks. */
export function connectCode(refusal: ConnectRefusal, protocol: 4 | 5): number {
  return protocol === 5 ? reasonCodes[refusal] : returnCodes[refusal]
}

/** The refusal that a CONNACK of MQTT 3.1.1 stands for, for our own client. */
export function refusalOfReturnCode(code: number): ConnectRefusal {
  const known: Readonly<Record<number, ConnectRefusal>> = {
    1: 'unsupported_protocol_version',
    2: 'client_identifier_not_valid',
    3: 'server_unavailable',
    4: 'bad_user_name_or_password',
    5: 'not_authorized',
  }
  return known[code] ?? 'unspecified_error'
}

/** Why one PUBLISH is refused: what section 3.4.2.1 allows in a PUBACK. */
export type PublishRefusal =
  | 'unspecified_error'
  | 'implementation_specific_error'
  | 'not_authorized'
  | 'topic_name_invalid'
  | 'quota_exceeded'
  | 'payload_format_invalid'

/** The peer broke the protocol; the connection ends with `reason`. The message never holds what the peer sent. */
export class ProtocolError extends Error {
  readonly reason: DisconnectReason | 'unsupported_protocol_version'

  constructor(reason: DisconnectReason | 'unsupported_protocol_version', message: string) {
    super(message)
    this.name = 'ProtocolError'
    this.reason = reason
  }
}

export function malformed(message: string): ProtocolError {
  return new ProtocolError('malformed_packet', message)
}

const acknowledgement = [0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99]
const release = [0x00, 0x92]

/** Which codes each packet may carry in MQTT 5. Any other is malformed (section 2.4). */
export const allowedReasonCodes = {
  connack: new Set([
    0x00, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8c, 0x90, 0x95, 0x97, 0x99,
    0x9a, 0x9b, 0x9c, 0x9d, 0x9f,
  ]),
  puback: new Set(acknowledgement),
  pubrec: new Set(acknowledgement),
  pubrel: new Set(release),
  pubcomp: new Set(release),
  suback: new Set([0x00, 0x01, 0x02, 0x80, 0x83, 0x87, 0x8f, 0x91, 0x97, 0x9e, 0xa1, 0xa2]),
  unsuback: new Set([0x00, 0x11, 0x80, 0x83, 0x87, 0x8f, 0x91]),
  disconnect: new Set([
    0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8b, 0x8d, 0x8e, 0x8f, 0x90, 0x93, 0x94, 0x95, 0x96,
    0x97, 0x98, 0x99, 0x9a, 0x9b, 0x9c, 0x9d, 0x9e, 0x9f, 0xa0, 0xa1, 0xa2,
  ]),
  auth: new Set([0x00, 0x18, 0x19]),
} as const
