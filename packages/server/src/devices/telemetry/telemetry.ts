import { Refusal } from '../../errors.ts'
import { parseJson } from '../../json.ts'
import { newIdentifier } from '../../secrets/identifiers.ts'
import type { DeviceParts } from '../devices.ts'
import { insertDeviceLog, insertTelemetry } from './store.ts'

export const defaultStream = 'default'
const levels = ['debug', 'info', 'warning', 'error'] as const
export type LogLevel = (typeof levels)[number]

/** Store one message of a device. It is durable when this returns, so that it may be acknowledged. */
export async function recordTelemetry(
  { db, world }: DeviceParts,
  uid: string,
  stream: string,
  payload: Uint8Array,
): Promise<void> {
  const row = {
    id: newIdentifier('tel', world),
    uid,
    stream,
    received_at: world.now(),
    payload: jsonText(payload),
  }
  await db.transaction((tx) => insertTelemetry(tx, row))
}

/** Store one line of a device's own log: `{"level": "info", "message": "…"}`. */
export async function recordDeviceLog(
  { db, world }: DeviceParts,
  uid: string,
  payload: Uint8Array,
): Promise<void> {
  const entry: unknown = JSON.parse(jsonText(payload))
  const { level = 'info', message } = (entry ?? {}) as { level?: unknown; message?: unknown } // any JSON value but null has properties
  // NUL, which JSON can write and PostgreSQL cannot keep, would make a bug of a log line.
  if (
    typeof message !== 'string' ||
    message.length > 4096 ||
    message.includes('\0') ||
    !levels.includes(level as LogLevel)
  ) {
    throw new Refusal('request_invalid', `a log line has a message and a level of ${levels.join(', ')}`)
  }
  const row = {
    id: newIdentifier('tel', world),
    uid,
    received_at: world.now(),
    level: level as LogLevel,
    message,
  }
  await db.transaction((tx) => insertDeviceLog(tx, row))
}

/** What devices send is JSON, so that who reads it later can rely on that. */
export function jsonText(payload: Uint8Array): string {
  const text = decode(payload)
  parseJson(text, 'the message')
  return text
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function decode(payload: Uint8Array): string {
  try {
    return utf8.decode(payload)
  } catch {
    throw new Refusal('request_invalid', 'the message is not UTF-8')
  }
}
