import { Refusal } from '../../errors.ts'
import type { Ground } from '../../ground.ts'
import { parseJson } from '../../json.ts'
import { newIdentifier } from '../../secrets/identifiers.ts'
import type { Live } from '../ground.ts'
import { insertDeviceLog, insertTelemetry } from './store.ts'

export const defaultStream = 'default'
/** The same over both edges, so that what was sent over one can be asked for over the other. */
export const streamName = /^[\w.-]{1,64}$/

export const logLevels = ['debug', 'info', 'warning', 'error'] as const
export type LogLevel = (typeof logLevels)[number]

/** Store one message of a device, as it was sent. It is durable when this returns, so that it may be acknowledged. */
export async function recordTelemetry(
  { db, world }: Ground,
  uid: string,
  stream: string,
  text: string,
): Promise<void> {
  const row = { id: newIdentifier('tel', world), uid, stream, received_at: world.now(), payload: text }
  await db.transaction((tx) => insertTelemetry(tx, row))
}

/** What a device says of itself. */
export interface LogEntry {
  readonly level: LogLevel
  readonly message: string
}

const longestMessage = 4096

/**
 * A line of a device's own log, as it is sent: `{"level": "info", "message": "…"}`.
 * @throws {Refusal} `request_invalid`
 */
export function logEntryOf(sent: unknown): LogEntry {
  const { level = 'info', message } = (sent ?? {}) as { level?: unknown; message?: unknown } // any JSON value but null has properties
  const known = logLevels.find((one) => one === level)
  // NUL, which JSON can write and PostgreSQL cannot keep, would make a bug of a log line.
  if (
    known === undefined ||
    typeof message !== 'string' ||
    message.length > longestMessage ||
    message.includes('\0')
  ) {
    throw new Refusal('request_invalid', `a log line has a message and a level of ${logLevels.join(', ')}`)
  }
  return { level: known, message }
}

export async function recordDeviceLog({ db, world }: Ground, uid: string, entry: LogEntry): Promise<void> {
  const row = { id: newIdentifier('tel', world), uid, received_at: world.now(), ...entry }
  await db.transaction((tx) => insertDeviceLog(tx, row))
}

/** Store telemetry that came over HTTPS, and let those have it who subscribe to it over MQTT. */
export async function sendTelemetryOf(
  ground: Ground & { readonly live: Pick<Live, 'publish'> },
  uid: string,
  stream: string | undefined,
  text: string,
): Promise<void> {
  await recordTelemetry(ground, uid, stream ?? defaultStream, text)
  const topic = stream === undefined ? `d/${uid}/tele` : `d/${uid}/tele/${stream}`
  ground.live.publish(topic, new TextEncoder().encode(text))
}

/** The same for a line of a device's log. */
export async function sendDeviceLogOf(
  ground: Ground & { readonly live: Pick<Live, 'publish'> },
  uid: string,
  entry: LogEntry,
  text: string,
): Promise<void> {
  await recordDeviceLog(ground, uid, entry)
  ground.live.publish(`d/${uid}/log`, new TextEncoder().encode(text))
}

/** What devices send is JSON, so that who reads it later can rely on that. */
export function jsonText(payload: Uint8Array): string {
  const text = decode(payload)
  parseJson(text, 'the message')
  return text
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

export function decode(payload: Uint8Array): string {
  try {
    return utf8.decode(payload)
  } catch {
    throw new Refusal('request_invalid', 'the message is not UTF-8')
  }
}
