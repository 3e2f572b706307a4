import * as v from 'valibot'
import { Refusal } from '../../errors.ts'
import { JsonText } from '../../http/json-text.ts'
import { accepted, ok, routesFor } from '../../http/route.ts'
import { defaultLimit, line, page, pageOf, paging, timestamp, view } from '../../http/schema.ts'
import type { Caller } from '../../identity.ts'
import { firstIdentifierAt } from '../../secrets/identifiers.ts'
import { authorize } from '../relations/relations.ts'
import type { DevicesGround } from '../served.ts'
import { findDevice } from '../store.ts'
import { namedDevice } from '../uid.ts'
import { type DeviceLogRow, findDeviceLogs, findTelemetry, type TelemetryRow } from './store.ts'
import { logEntryOf, logLevels, sendDeviceLogOf, sendTelemetryOf, streamName } from './telemetry.ts'

const route = routesFor<DevicesGround>()
const byUid = v.strictObject({ uid: line(64) })
const stream = v.pipe(v.string(), v.regex(streamName))

const telemetryView = view<TelemetryRow>()(
  { id: v.string(), stream: v.string(), received_at: v.string(), payload: v.unknown() },
  (row) => ({
    id: row.id,
    stream: row.stream,
    received_at: timestamp(row.received_at),
    payload: new JsonText(row.payload),
  }),
)

const logView = view<DeviceLogRow>()(
  { id: v.string(), received_at: v.string(), level: v.string(), message: v.string() },
  ({ id, received_at, level, message }) => ({ id, received_at: timestamp(received_at), level, message }),
)

export const sendTelemetry = route({
  id: 'sendTelemetry',
  method: 'POST',
  path: '/v1/devices/{uid}/telemetry',
  tag: 'devices',
  summary: 'Send telemetry, as the device. It is given back byte for byte.',
  access: { kinds: ['device'] },
  params: byUid,
  query: v.strictObject({ stream: v.optional(stream) }),
  body: v.unknown(),
  answers: { 202: { description: 'Stored.' } },
  refuses: ['permission_missing'],
  async handle(ground, { params: { uid }, query, bodyText, actor }) {
    requireItself(actor, uid)
    await sendTelemetryOf(ground, uid, query.stream, bodyText)
    return accepted
  },
})

export const listTelemetry = route({
  id: 'listTelemetry',
  method: 'GET',
  path: '/v1/devices/{uid}/telemetry',
  tag: 'devices',
  summary: 'What the device has sent, newest first.',
  access: { permission: 'devices:view' },
  params: byUid,
  query: v.strictObject({ stream: v.optional(stream), ...paging }),
  answers: { 200: { description: 'A page of telemetry.', body: page(telemetryView.schema) } },
  refuses: ['device_not_found', 'permission_missing'],
  async handle(ground, { params: { uid }, query: { stream, after, limit = defaultLimit }, actor }) {
    await authorize(ground, actor, uid, 'view')
    const stretch = { stream, from: await historyFrom(ground, uid), before: after }
    const rows = await findTelemetry(ground.db, uid, stretch, limit + 1)
    return ok(pageOf(rows, limit, (row) => row.id, telemetryView.show))
  },
})

export const sendDeviceLog = route({
  id: 'sendDeviceLog',
  method: 'POST',
  path: '/v1/devices/{uid}/logs',
  tag: 'devices',
  summary: 'Send a log line, as the device.',
  access: { kinds: ['device'] },
  params: byUid,
  body: v.strictObject({
    level: v.optional(v.picklist(logLevels)),
    message: v.pipe(v.string(), v.maxLength(4096)),
  }),
  answers: { 202: { description: 'Stored.' } },
  refuses: ['permission_missing'],
  async handle(ground, { params: { uid }, body, bodyText, actor }) {
    requireItself(actor, uid)
    await sendDeviceLogOf(ground, uid, logEntryOf(body), bodyText)
    return accepted
  },
})

export const listDeviceLogs = route({
  id: 'listDeviceLogs',
  method: 'GET',
  path: '/v1/devices/{uid}/logs',
  tag: 'devices',
  summary: 'The log lines of the device, newest first.',
  access: { permission: 'devices:view' },
  params: byUid,
  query: v.strictObject(paging),
  answers: { 200: { description: 'A page of log lines.', body: page(logView.schema) } },
  refuses: ['device_not_found', 'permission_missing'],
  async handle(ground, { params: { uid }, query: { after, limit = defaultLimit }, actor }) {
    await authorize(ground, actor, uid, 'view')
    const stretch = { from: await historyFrom(ground, uid), before: after }
    const rows = await findDeviceLogs(ground.db, uid, stretch, limit + 1)
    return ok(pageOf(rows, limit, (row) => row.id, logView.show))
  },
})

function requireItself({ identity }: Caller, uid: string): void {
  if (identity.subject === uid) return
  throw new Refusal('permission_missing', 'a device speaks for itself', {
    reason: 'not_itself',
    refused: { target: namedDevice(uid) },
  })
}

/** Where the history begins that the caller may see: the present owner's time, not the one before. */
async function historyFrom({ db }: DevicesGround, uid: string): Promise<string> {
  return firstIdentifierAt('tel', (await findDevice(db, uid))?.bound_at ?? 0)
}
