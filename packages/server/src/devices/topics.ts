import { Refusal } from '../errors.ts'
import type { Caller, Identity } from '../identity.ts'
import type { RefusalCode } from '../refusal-codes.ts'
import { wholeText } from '../whole-text.ts'
import { type Action, mayUse } from './relations/relations.ts'
import type { DevicesGround } from './served.ts'
import { patchOf, setDesired, setReported } from './shadow/shadow.ts'
import { touchDevice } from './store.ts'
import {
  decode,
  defaultStream,
  jsonText,
  logEntryOf,
  recordDeviceLog,
  recordTelemetry,
  streamName,
} from './telemetry/telemetry.ts'
import { namedDevice, parseUid } from './uid.ts'

/** A message as the MQTT edge hands it over. */
export interface DeviceMessage {
  readonly topic: string
  readonly payload: Uint8Array
}

/** `route`: let subscribers have it. `handled`: it was for us, and we have done what it asks. */
export type Handling = 'route' | 'handled'

const defaultTimeoutMs = 10_000
const statusForm = wholeText(/[1-5]\d\d/)
const commandForm = wholeText(/cmd\/([\w-]{1,64})\/([\w.-]{1,64})/)
/** Why a command does not reach its device, though nothing is wrong with the command. */
const unreached: ReadonlySet<RefusalCode> = new Set(['device_offline', 'device_not_listening'])

/**
 * A message was published. Devices speak under their own uid; people and services under the uids of devices
 * they control.
 * @throws {Refusal} `permission_missing` or `device_not_found`: they may not; `request_invalid`: it makes no sense.
 */
export async function handlePublish(
  ground: DevicesGround,
  sender: Caller,
  { topic, payload }: DeviceMessage,
): Promise<Handling> {
  const [root, uid = '', kind, ...rest] = topic.split('/')
  if (root !== 'd' || parseUid(uid) !== uid) throw notYours(undefined)
  const { identity } = sender
  if (identity.kind !== 'device')
    return publishOfUser(ground, sender, uid, [kind, ...rest].join('/'), payload)
  if (uid !== identity.subject) throw notYours(uid)
  return publishOfDevice(ground, uid, kind ?? '', rest, payload)
}

async function publishOfDevice(
  ground: DevicesGround,
  uid: string,
  kind: string,
  rest: string[],
  payload: Uint8Array,
): Promise<Handling> {
  const [first = '', second, third, ...more] = rest
  if (kind === 'tele' && (rest.length === 0 || (rest.length === 1 && streamName.test(first)))) {
    await recordTelemetry(ground, uid, rest.length === 0 ? defaultStream : first, jsonText(payload))
    return 'route'
  }
  if (kind === 'log' && rest.length === 0) {
    await recordDeviceLog(ground, uid, logEntryOf(JSON.parse(jsonText(payload))))
    return 'route'
  }
  if (kind === 'state' && first === 'reported' && rest.length === 1) {
    await setReported(ground, uid, patchOf(decode(payload)))
    return 'route'
  }
  if (kind === 'cmd' && second === 'res' && more.length === 0 && statusForm.test(third ?? '')) {
    // A reply that nobody waits for is late or made up: it goes nowhere.
    return ground.commands.takeReply(uid, first, Number(third), payload) ? 'route' : 'handled'
  }
  throw notYours(uid)
}

async function publishOfUser(
  ground: DevicesGround,
  sender: Caller,
  uid: string,
  rest: string,
  payload: Uint8Array,
): Promise<Handling> {
  if (rest === 'state/desired') {
    await setDesired(ground, sender, uid, patchOf(decode(payload)))
    return 'handled'
  }
  const [, rid, method] = commandForm.exec(rest) ?? []
  if (rid === undefined || method === undefined) throw notYours(uid)
  const command = { uid, method, payload, timeoutMs: defaultTimeoutMs, rid }
  const sent = await ground.commands.control(sender, command).catch((error: unknown) => {
    // MQTT 3.1.1 has no acknowledgement that says so; the reply says it to both versions.
    if (error instanceof Refusal && unreached.has(error.code))
      ground.live.publish(`d/${uid}/cmd/${rid}/res/409`, new Uint8Array())
    throw error
  })
  // The publisher is acknowledged once the device has the command. The device's reply is routed as it comes;
  // silence is told in the same place.
  sent.reply.catch(() => ground.live.publish(`d/${uid}/cmd/${rid}/res/504`, new Uint8Array()))
  return 'handled'
}

/** Whether a subscription may stand. No filter may span devices: each uid is asked for by name. */
export async function maySubscribe(
  ground: DevicesGround,
  subscriber: Identity,
  filter: string,
): Promise<boolean> {
  const [root, uid = '', kind] = filter.split('/')
  if (root !== 'd' || parseUid(uid) !== uid || kind === undefined) return false
  if (subscriber.kind === 'device') return subscriber.subject === uid
  return mayUse(ground, subscriber, uid, actionFor(kind))
}

/** Commands and their replies are for those who control; a wildcard in this place spans them. */
function actionFor(kind: string): Action {
  return ['tele', 'log', 'state', 'presence'].includes(kind) ? 'view' : 'control'
}

/**
 * Presence is told by the server alone, from the connection itself, and kept for those who subscribe later. What
 * is told is what holds when it is told: a device that came and went while the row was written is not announced
 * as here.
 */
export async function publishPresence({ db, world, live }: DevicesGround, uid: string): Promise<void> {
  await db.transaction((tx) => touchDevice(tx, uid, world.now()))
  const presence = { online: live.isOnline(uid), at: new Date(world.now()).toISOString() }
  live.retain(`d/${uid}/presence`, new TextEncoder().encode(JSON.stringify(presence)))
}

function notYours(uid: string | undefined): Refusal {
  return new Refusal('permission_missing', 'you may not publish to this topic', {
    reason: 'topic_not_allowed',
    refused: uid === undefined ? undefined : { target: namedDevice(uid) },
  })
}
