import type { ConnectRefusal, PublishRefusal } from '../mqtt/codec/reasons.ts'
import type { RefusalCode } from '../refusal-codes.ts'

/** Why a connection is refused, in the words of MQTT. */
export function connectRefusal(code: RefusalCode): ConnectRefusal {
  if (code === 'overloaded' || code === 'too_many_requests') return 'server_busy'
  if (code === 'stopping' || code === 'storage_full' || code === 'storage_unavailable')
    return 'server_unavailable'
  return 'bad_user_name_or_password'
}

/** Whether a code means that something is unavailable, rather than not allowed: it is not logged as a refusal. */
export function isUnavailable(code: RefusalCode): boolean {
  return unavailable.has(code)
}

const unavailable: ReadonlySet<RefusalCode> = new Set([
  'device_offline',
  'device_not_listening',
  'device_silent',
  'overloaded',
  'stopping',
  'storage_full',
  'storage_unavailable',
])

/** Why a message is refused, in the words of MQTT. */
export function publishRefusal(code: RefusalCode): PublishRefusal {
  switch (code) {
    case 'request_invalid':
    case 'body_too_large':
      return 'payload_format_invalid'
    case 'too_many_requests':
    case 'command_in_flight':
      return 'quota_exceeded'
    case 'storage_full':
    case 'storage_unavailable':
      return 'unspecified_error'
    case 'device_offline':
    case 'device_not_listening':
    case 'device_silent':
    case 'precondition_failed':
      return 'implementation_specific_error'
    default:
      return 'not_authorized'
  }
}
