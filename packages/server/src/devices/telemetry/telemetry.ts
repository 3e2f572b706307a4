import { Refusal } from '../../errors.ts'
import type { Ground } from '../../ground.ts'
import type { Caller } from '../../identity.ts'
import { parseJson } from '../../json.ts'
import { firstIdentifierAt, newIdentifier } from '../../secrets/identifiers.ts'
import { wholeText } from '../../whole-text.ts'
import type { Live } from '../ground.ts'
import { authorize } from '../relations/relations.ts'
import { findDevice } from '../store.ts'
import { namedDevice } from '../uid.ts'
import {
  type DeviceLogRow,
  findDeviceLogs,
  findTelemetry,
  insertDeviceLog,
  insertTelemetry,
  type TelemetryRow,
} from './store.ts'

export const defaultStream = 'default'
/** The same over both edges, so that what was sent over one can be asked for over the other. */
export const streamName = wholeText(/[\w.-]{1,64}/)

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

/** A device speaks for itself, and nobody for it. */
function requireItself({ identity }: Caller, uid: string): void {
  if (identity.subject === uid) return
  throw new Refusal('permission_missing', 'a device speaks for itself', {
    reason: 'not_itself',
    refused: { target: namedDevice(uid) },
  })
}

type Telling = Ground & { readonly live: Pick<Live, 'publish'> }

/** Store telemetry that a device sent over HTTPS, and let those have it who subscribe to it over MQTT. */
export async function sendTelemetry(
  ground: Telling,
  sender: Caller,
  uid: string,
  stream: string | undefined,
  text: string,
): Promise<void> {
  requireItself(sender, uid)
  await recordTelemetry(ground, uid, stream ?? defaultStream, text)
  const topic = stream === undefined ? `d/${uid}/tele` : `d/${uid}/tele/${stream}`
  ground.live.publish(topic, new TextEncoder().encode(text))
}

/** The same for a line of a device's log. */
export async function sendDeviceLog(
  ground: Telling,
  sender: Caller,
  uid: string,
  entry: LogEntry,
  text: string,
): Promise<void> {
  requireItself(sender, uid)
  await recordDeviceLog(ground, uid, entry)
  ground.live.publish(`d/${uid}/log`, new TextEncoder().encode(text))
}

interface Asked {
  readonly stream?: string | undefined
  /** The id of the last row of the page before. */
  readonly before?: string | undefined
}

/** What a device has sent, newest first, to those who may view it, and of the present owner's time only. */
export async function listTelemetry(
  ground: Ground,
  caller: Caller,
  uid: string,
  asked: Asked,
  limit: number,
): Promise<TelemetryRow[]> {
  await authorize(ground, caller, uid, 'view')
  return findTelemetry(ground.db, uid, { ...asked, after: await historyAfter(ground, uid) }, limit)
}

/** The same of the lines of its log. */
export async function listDeviceLogs(
  ground: Ground,
  caller: Caller,
  uid: string,
  { before }: Pick<Asked, 'before'>,
  limit: number,
): Promise<DeviceLogRow[]> {
  await authorize(ground, caller, uid, 'view')
  return findDeviceLogs(ground.db, uid, { before, after: await historyAfter(ground, uid) }, limit)
}

/** What a device sent to the owner before is not for the next one. */
async function historyAfter({ db }: Ground, uid: string): Promise<string> {
  const device = await findDevice(db, uid)
  // Not by the time: identifiers run ahead of a clock that was set back, and of a full millisecond.
  return device?.history_after ?? firstIdentifierAt('tel', device?.bound_at ?? 0)
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
