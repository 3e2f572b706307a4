import * as v from 'valibot'
import { JsonText } from '../../http/json-text.ts'
import { accepted, ok, routesFor } from '../../http/route.ts'
import { defaultLimit, line, page, pageOf, paging, timestamp, view } from '../../http/schema.ts'
import type { DevicesGround } from '../served.ts'
import type { DeviceLogRow, TelemetryRow } from './store.ts'
import {
  listDeviceLogs,
  listTelemetry,
  logEntryOf,
  logLevels,
  sendDeviceLog,
  sendTelemetry,
  streamName,
} from './telemetry.ts'

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

export const sendTelemetryRoute = route({
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
    await sendTelemetry(ground, actor, uid, query.stream, bodyText)
    return accepted
  },
})

export const listTelemetryRoute = route({
  id: 'listTelemetry',
  method: 'GET',
  path: '/v1/devices/{uid}/telemetry',
  tag: 'devices',
  summary: 'What the device has sent, newest first.',
  access: { permission: 'devices:view' },
  acting: true,
  apiKeys: true,
  params: byUid,
  query: v.strictObject({ stream: v.optional(stream), ...paging }),
  answers: { 200: { description: 'A page of telemetry.', body: page(telemetryView.schema) } },
  refuses: ['device_not_found', 'permission_missing'],
  async handle(ground, { params: { uid }, query: { stream, after, limit = defaultLimit }, actor }) {
    const rows = await listTelemetry(ground, actor, uid, { stream, before: after }, limit + 1)
    return ok(pageOf(rows, limit, (row) => row.id, telemetryView.show))
  },
})

export const sendDeviceLogRoute = route({
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
    await sendDeviceLog(ground, actor, uid, logEntryOf(body), bodyText)
    return accepted
  },
})

export const listDeviceLogsRoute = route({
  id: 'listDeviceLogs',
  method: 'GET',
  path: '/v1/devices/{uid}/logs',
  tag: 'devices',
  summary: 'The log lines of the device, newest first.',
  access: { permission: 'devices:view' },
  acting: true,
  apiKeys: true,
  params: byUid,
  query: v.strictObject(paging),
  answers: { 200: { description: 'A page of log lines.', body: page(logView.schema) } },
  refuses: ['device_not_found', 'permission_missing'],
  async handle(ground, { params: { uid }, query: { after, limit = defaultLimit }, actor }) {
    const rows = await listDeviceLogs(ground, actor, uid, { before: after }, limit + 1)
    return ok(pageOf(rows, limit, (row) => row.id, logView.show))
  },
})
