import * as v from 'valibot'
import { by } from '../activity/events.ts'
import { Refusal } from '../errors.ts'
import { bearer, json, type Route, route } from '../http/route.ts'
import { defaultLimit, line, page, pageOf, paging, timestamp, timestampOrNull } from '../http/schema.ts'
import type { Identity } from '../identity.ts'
import { parseJson } from '../json.ts'
import { firstIdentifierAt } from '../secrets/identifiers.ts'
import { demand } from './relations/relations.ts'
import { type DeviceState, isObject, readState } from './shadow/shadow.ts'
import { findDevice } from './store.ts'
import { findDeviceLogs, findTelemetry } from './telemetry/store.ts'
import { desire, streamName, type TopicParts, takeMessage } from './topics.ts'

const uidParam = v.strictObject({ uid: line(64) })
const word = v.pipe(v.string(), v.regex(/^[\w.-]{1,64}$/))
const stream = v.pipe(v.string(), v.regex(streamName))
const object = v.custom<Record<string, unknown>>(isObject)
const shownTelemetry = v.strictObject({
  id: v.string(),
  stream: v.string(),
  received_at: v.string(),
  payload: v.unknown(),
})
const shownLog = v.strictObject({
  id: v.string(),
  received_at: v.string(),
  level: v.string(),
  message: v.string(),
})
const shownState = v.strictObject({
  reported: v.record(v.string(), v.unknown()),
  desired: v.record(v.string(), v.unknown()),
  delta: v.record(v.string(), v.unknown()),
  version: v.number(),
  updated_at: v.nullable(v.string()),
})

/** Viewing and controlling a device over HTTPS: each route has its twin among the topics. */
export function deviceUseRoutes(parts: TopicParts): Route[] {
  const { db } = parts
  /** As if the device had published it: one way in for both edges. */
  const publishAs = async (
    caller: Identity,
    uid: string,
    rest: string,
    body: unknown,
    who: ReturnType<typeof by>,
  ) => {
    if (caller.subject !== uid) throw new Refusal('permission_missing', 'a device speaks for itself')
    const message = { topic: `d/${uid}/${rest}`, payload: new TextEncoder().encode(JSON.stringify(body)) }
    await takeMessage(parts, caller, message, who)
    parts.publish(message.topic, message.payload)
  }
  /** Where the history begins that this caller may see: the present owner's time, not the one before. */
  const historyFrom = async (uid: string) =>
    firstIdentifierAt('tel', (await findDevice(db, uid))?.bound_at ?? 0)

  return [
    route({
      method: 'POST',
      path: '/v1/devices/{uid}/telemetry',
      tag: 'devices',
      summary: 'Send telemetry, as the device.',
      access: bearer(undefined, 'device'),
      params: uidParam,
      query: v.strictObject({ stream: v.optional(stream) }),
      body: v.unknown(),
      answers: { 202: { description: 'Stored.' } },
      async handle({ params: { uid }, query: { stream }, body, caller, origin }) {
        await publishAs(
          caller,
          uid,
          stream === undefined ? 'tele' : `tele/${stream}`,
          body,
          by(caller, origin),
        )
        return { kind: 'empty', status: 202 }
      },
    }),
    route({
      method: 'GET',
      path: '/v1/devices/{uid}/telemetry',
      tag: 'devices',
      summary: 'What the device has sent, newest first.',
      access: bearer('devices:view'),
      params: uidParam,
      query: v.strictObject({ stream: v.optional(stream), ...paging }),
      answers: { 200: { description: 'A page of telemetry.', body: page(shownTelemetry) } },
      async handle({ params: { uid }, query: { stream, after, limit = defaultLimit }, caller }) {
        await demand(parts, caller, uid, 'view')
        const rows = await findTelemetry(
          db,
          uid,
          { stream, from: await historyFrom(uid), before: after },
          limit + 1,
        )
        const show = (row: (typeof rows)[number]) => ({
          id: row.id,
          stream: row.stream,
          received_at: timestamp(row.received_at),
          payload: JSON.parse(row.payload) as unknown,
        })
        return json(pageOf(rows, limit, (row) => row.id, show))
      },
    }),
    route({
      method: 'POST',
      path: '/v1/devices/{uid}/logs',
      tag: 'devices',
      summary: 'Send a log line, as the device.',
      access: bearer(undefined, 'device'),
      params: uidParam,
      body: v.strictObject({
        level: v.optional(v.picklist(['debug', 'info', 'warning', 'error'])),
        message: v.pipe(v.string(), v.maxLength(4096)),
      }),
      answers: { 202: { description: 'Stored.' } },
      async handle({ params: { uid }, body, caller, origin }) {
        await publishAs(caller, uid, 'log', body, by(caller, origin))
        return { kind: 'empty', status: 202 }
      },
    }),
    route({
      method: 'GET',
      path: '/v1/devices/{uid}/logs',
      tag: 'devices',
      summary: 'The log lines of the device, newest first.',
      access: bearer('devices:view'),
      params: uidParam,
      query: v.strictObject(paging),
      answers: { 200: { description: 'A page of log lines.', body: page(shownLog) } },
      async handle({ params: { uid }, query: { after, limit = defaultLimit }, caller }) {
        await demand(parts, caller, uid, 'view')
        const rows = await findDeviceLogs(db, uid, { from: await historyFrom(uid), before: after }, limit + 1)
        const show = (row: (typeof rows)[number]) => ({
          id: row.id,
          received_at: timestamp(row.received_at),
          level: row.level,
          message: row.message,
        })
        return json(pageOf(rows, limit, (row) => row.id, show))
      },
    }),
    route({
      method: 'GET',
      path: '/v1/devices/{uid}/state',
      tag: 'devices',
      summary: 'What the device reports and what is desired of it.',
      access: bearer(),
      params: uidParam,
      answers: { 200: { description: 'The state.', body: shownState } },
      async handle({ params: { uid }, caller }) {
        if (caller.subject !== uid) await demand(parts, caller, uid, 'view')
        return showState(await readState(db, uid))
      },
    }),
    route({
      method: 'PATCH',
      path: '/v1/devices/{uid}/state',
      tag: 'devices',
      summary:
        'Change the state by a merge patch: the device what it reports, its controllers what they desire.',
      access: bearer(),
      params: uidParam,
      body: v.strictObject({ desired: v.optional(object), reported: v.optional(object) }),
      answers: { 200: { description: 'The state.', body: shownState } },
      async handle({ params: { uid }, body, caller, origin, header }) {
        if (caller.subject === uid) {
          if (body.desired) throw new Refusal('permission_missing', 'a device reports; others desire')
          await publishAs(caller, uid, 'state/reported', body.reported ?? {}, by(caller, origin))
          return showState(await readState(db, uid))
        }
        await demand(parts, caller, uid, 'control')
        if (body.reported) throw new Refusal('permission_missing', 'only the device itself reports')
        const ifVersion = versionOf(header('if-match'))
        return showState(await desire(parts, caller, uid, body.desired ?? {}, ifVersion, by(caller, origin)))
      },
    }),
    route({
      method: 'POST',
      path: '/v1/devices/{uid}/commands/{method}',
      tag: 'devices',
      summary: 'Command the device and wait for its reply.',
      access: bearer(),
      params: v.strictObject({ uid: line(64), method: word }),
      body: v.strictObject({
        payload: v.optional(v.unknown(), null),
        timeout: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(300)), 10),
      }),
      answers: {
        200: {
          description: 'The reply.',
          body: v.strictObject({ id: v.string(), status: v.number(), payload: v.unknown() }),
        },
      },
      async handle({ params: { uid, method }, body, caller, origin }) {
        const payload = new TextEncoder().encode(JSON.stringify(body.payload))
        const command = { uid, method, payload, timeoutMs: body.timeout * 1000 }
        const sent = await parts.commands.control(caller, command, by(caller, origin))
        const reply = await sent.reply
        return json({ id: reply.rid, status: reply.status, payload: readable(reply.payload) })
      },
    }),
  ]
}

function showState(state: DeviceState) {
  const { reported, desired, delta, version, updatedAt } = state
  return json({ reported, desired, delta, version, updated_at: timestampOrNull(updatedAt) }, 200, {
    etag: `"${version}"`,
  })
}

/** RFC 9110 section 13.1.1. Our entity tags are the version in quotes. */
function versionOf(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined || ifMatch === '*') return undefined
  const version = /^"(\d{1,15})"$/.exec(ifMatch)?.[1]
  if (version === undefined)
    throw new Refusal('state_conflict', 'no version of the state has this entity tag')
  return Number(version)
}

/** A device may answer with anything; what is not JSON that we would take is given as text. */
function readable(payload: Uint8Array): unknown {
  const text = new TextDecoder().decode(payload)
  if (text === '') return null
  try {
    return parseJson(text, 'the reply')
  } catch (error) {
    if (error instanceof Refusal) return text
    throw error
  }
}
