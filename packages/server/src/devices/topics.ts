import type { By } from '../activity/events.ts'
import { Refusal } from '../errors.ts'
import type { Identity } from '../identity.ts'
import type { Commands } from './commands/commands.ts'
import type { DeviceParts } from './devices.ts'
import { type Action, demand, mayUse } from './relations/relations.ts'
import { isObject, patchState } from './shadow/shadow.ts'
import { touchDevice } from './store.ts'
import { defaultStream, jsonText, recordDeviceLog, recordTelemetry } from './telemetry/telemetry.ts'
import { parseUid } from './uid.ts'

/** A message as the MQTT edge hands it over. */
export interface DeviceMessage {
  readonly topic: string
  readonly payload: Uint8Array
}

/** `route`: let subscribers have it. `handled`: it was for us, and we have done what it asks. */
export type Handling = 'route' | 'handled'

export type TopicParts = DeviceParts & {
  readonly commands: Commands
  /** Send to whoever subscribes. */
  readonly publish: (topic: string, payload: Uint8Array) => void
  /** Send to whoever subscribes, now or later. */
  readonly retain: (topic: string, payload: Uint8Array) => void
}

const defaultTimeoutMs = 10_000
/** The same over both edges, so that what was sent over one can be asked for over the other. */
export const streamName = /^[\w.-]{1,64}$/

/**
 * A message was published. Devices speak under their own uid; people and services under the uids of devices
 * they control.
 * @throws {Refusal} `permission_missing` or `device_not_found`: they may not; `request_invalid`: it makes no sense.
 */
export async function takeMessage(
  parts: TopicParts,
  sender: Identity,
  { topic, payload }: DeviceMessage,
  by: By,
): Promise<Handling> {
  const [root, uid = '', kind, ...rest] = topic.split('/')
  if (root !== 'd' || parseUid(uid) !== uid) throw notYours()
  if (sender.kind !== 'device')
    return takeFromUser(parts, sender, uid, [kind, ...rest].join('/'), payload, by)
  if (uid !== sender.subject) throw notYours()
  return takeFromDevice(parts, uid, kind ?? '', rest, payload)
}

async function takeFromDevice(
  parts: TopicParts,
  uid: string,
  kind: string,
  rest: string[],
  payload: Uint8Array,
): Promise<Handling> {
  const [first = '', second, third, ...more] = rest
  if (kind === 'tele' && (rest.length === 0 || (rest.length === 1 && streamName.test(first)))) {
    await recordTelemetry(parts, uid, rest.length === 0 ? defaultStream : first, payload)
    return 'route'
  }
  if (kind === 'log' && rest.length === 0) {
    await recordDeviceLog(parts, uid, payload)
    return 'route'
  }
  if (kind === 'state' && first === 'reported' && rest.length === 1) {
    const state = await patchState(parts, uid, 'reported', patchOf(payload))
    sendDelta(parts, uid, state.delta)
    return 'route'
  }
  if (kind === 'cmd' && second === 'res' && more.length === 0 && /^[1-5]\d\d$/.test(third ?? '')) {
    // A reply that nobody waits for is late or made up: it goes nowhere.
    return parts.commands.takeReply(uid, first, Number(third), payload) ? 'route' : 'handled'
  }
  throw notYours()
}

async function takeFromUser(
  parts: TopicParts,
  sender: Identity,
  uid: string,
  rest: string,
  payload: Uint8Array,
  by: By,
): Promise<Handling> {
  if (rest === 'state/desired') {
    await demand(parts, sender, uid, 'control')
    await desire(parts, sender, uid, patchOf(payload), undefined, by)
    return 'handled'
  }
  const [, rid, method] = /^cmd\/([\w-]{1,64})\/([\w.-]{1,64})$/.exec(rest) ?? []
  if (rid === undefined || method === undefined) throw notYours()
  const command = { uid, method, payload, timeoutMs: defaultTimeoutMs, rid }
  const sent = await parts.commands.control(sender, command, by).catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error
    // MQTT 3.1.1 has no acknowledgement that says so; the reply says it to both versions.
    if (error.code === 'device_offline') parts.publish(`d/${uid}/cmd/${rid}/res/409`, new Uint8Array())
    throw new Refusal(error.code, error.message, { isRecorded: true })
  })
  // The publisher is acknowledged once the device has the command. The device's reply is routed as it comes;
  // silence is told in the same place.
  sent.reply.catch(() => parts.publish(`d/${uid}/cmd/${rid}/res/504`, new Uint8Array()))
  return 'handled'
}

/** Change what is desired of a device that the caller controls, and tell it and those who watch. */
export async function desire(
  parts: TopicParts,
  caller: Identity,
  uid: string,
  patch: Record<string, unknown>,
  ifVersion: number | undefined,
  by: By,
) {
  const state = await patchState(parts, uid, 'desired', patch, {
    ...(ifVersion !== undefined && { ifVersion }),
    demand: (tx) => demand({ db: tx, world: parts.world }, caller, uid, 'control'),
  })
  await parts.activity.recordAlone({
    ...by,
    event: 'device.state',
    outcome: 'success',
    target: uid,
    targetKind: 'device',
  })
  parts.publish(`d/${uid}/state/desired`, encode(state.desired))
  sendDelta(parts, uid, state.delta)
  return state
}

/** Whether a subscription may stand. No filter may span devices: each uid is asked for by name. */
export async function maySubscribe(
  { db, world }: DeviceParts,
  subscriber: Identity,
  filter: string,
): Promise<boolean> {
  const [root, uid = '', kind] = filter.split('/')
  if (root !== 'd' || parseUid(uid) !== uid || kind === undefined) return false
  if (subscriber.kind === 'device') return subscriber.subject === uid
  return mayUse({ reader: db, now: world.now() }, subscriber, uid, actionFor(kind))
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
export async function tellPresence(
  {
    db,
    world,
    retain,
    isOnline,
  }: DeviceParts & { retain: TopicParts['retain']; isOnline: (uid: string) => boolean },
  uid: string,
): Promise<void> {
  await db.transaction((tx) => touchDevice(tx, uid, world.now()))
  retain(`d/${uid}/presence`, encode({ online: isOnline(uid), at: new Date(world.now()).toISOString() }))
}

function sendDelta(parts: TopicParts, uid: string, delta: object): void {
  if (Object.keys(delta).length > 0) parts.publish(`d/${uid}/state/delta`, encode(delta))
}

function patchOf(payload: Uint8Array): Record<string, unknown> {
  const patch: unknown = JSON.parse(jsonText(payload))
  if (!isObject(patch)) throw new Refusal('request_invalid', 'a state is a JSON object')
  return patch
}

function encode(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value))
}

function notYours(): Refusal {
  return new Refusal('permission_missing', 'you may not publish to this topic')
}
