import * as v from 'valibot'
import { created, done, ok, routesFor } from '../http/route.ts'
import { defaultLimit, line, moment, page, pageOf, paging, whole } from '../http/schema.ts'
import { acknowledge, close } from './acknowledge.ts'
import { findRules } from './effective.ts'
import { findWhole, listAlarmsOf, named } from './find.ts'
import type { AlarmsGround } from './ground.ts'
import { severities } from './rules.ts'
import { addSilence, endSilence } from './silences/silences.ts'
import { findSilences } from './silences/store.ts'
import { alarmStates, countOpenAlarms } from './store.ts'
import { alarmView, ruleView, silenceView, wholeAlarmView } from './views.ts'

const route = routesFor<AlarmsGround>()
const byId = v.strictObject({ id: line(64) })
const reads = { access: { permission: 'activity:read' }, acting: true, apiKeys: true } as const

export const listAlarms = route({
  id: 'listAlarms',
  method: 'GET',
  path: '/v1/alarms',
  tag: 'alarms',
  summary: 'The alarms, newest first. A subject also finds the groups that it is part of.',
  ...reads,
  query: v.strictObject({
    ...paging,
    state: v.optional(v.picklist(alarmStates)),
    rule: v.optional(line(64)),
    severity: v.optional(v.picklist(severities)),
    subject: v.optional(line(256)),
  }),
  answers: { 200: { description: 'A page of alarms.', body: page(alarmView.schema) } },
  async handle(ground, { query: { limit = defaultLimit, ...filter } }) {
    return ok(pageOf(await listAlarmsOf(ground, filter, limit + 1), limit, ({ id }) => id, alarmView.show))
  },
})

export const countAlarms = route({
  id: 'countAlarms',
  method: 'GET',
  path: '/v1/alarms/count',
  tag: 'alarms',
  summary: 'How many alarms are open, and how many of those that are not closed somebody looks after.',
  ...reads,
  answers: {
    200: {
      description: 'The counts.',
      body: v.strictObject({ open: v.number(), acknowledged: v.number() }),
    },
  },
  handle: async ({ db }) => ok(await countOpenAlarms(db)),
})

export const readAlarm = route({
  id: 'readAlarm',
  method: 'GET',
  path: '/v1/alarms/{id}',
  tag: 'alarms',
  summary: 'Show an alarm, with the events that caused it and the people or things it is about.',
  ...reads,
  params: byId,
  answers: { 200: { description: 'The alarm.', body: wholeAlarmView.schema } },
  refuses: ['alarm_not_found'],
  handle: async (ground, { params }) => ok(wholeAlarmView.show(await findWhole(ground, params.id))),
})

export const acknowledgeAlarmRoute = route({
  id: 'acknowledgeAlarm',
  method: 'POST',
  path: '/v1/alarms/{id}/acknowledge',
  tag: 'alarms',
  summary: 'Say that one looks after it. That it goes on is not told any more.',
  access: { permission: 'alarms:write' },
  params: byId,
  answers: { 200: { description: 'Acknowledged, now or before.', body: alarmView.schema } },
  refuses: ['alarm_not_found', 'alarm_closed'],
  async handle(ground, { params, actor }) {
    return ok(alarmView.show(await named(ground, await acknowledge(ground, actor, params.id))))
  },
})

export const closeAlarmRoute = route({
  id: 'closeAlarm',
  method: 'POST',
  path: '/v1/alarms/{id}/close',
  tag: 'alarms',
  summary: 'Close an alarm. If its rule holds again, a new one opens.',
  access: { permission: 'alarms:write' },
  params: byId,
  answers: { 200: { description: 'Closed.', body: alarmView.schema } },
  refuses: ['alarm_not_found', 'alarm_closed'],
  async handle(ground, { params, actor }) {
    return ok(alarmView.show(await named(ground, await close(ground, actor, params.id))))
  },
})

export const listAlarmRules = route({
  id: 'listAlarmRules',
  method: 'GET',
  path: '/v1/alarm-rules',
  tag: 'alarms',
  summary: 'The rules by which alarms open, as they are in force and as they ship.',
  ...reads,
  answers: { 200: { description: 'The rules.', body: whole(ruleView.schema) } },
  handle: async ({ db }) => ok({ items: (await findRules(db)).map(ruleView.show), next: null }),
})

export const listSilences = route({
  id: 'listAlarmSilences',
  method: 'GET',
  path: '/v1/alarm-silences',
  tag: 'alarms',
  summary: 'The silences that are not over.',
  ...reads,
  query: v.strictObject(paging),
  answers: { 200: { description: 'A page of silences.', body: page(silenceView.schema) } },
  async handle({ db, world }, { query: { limit = defaultLimit, after = '' } }) {
    const rows = await findSilences(db, world.now(), after, limit + 1)
    return ok(pageOf(rows, limit, ({ id }) => id, silenceView.show))
  },
})

export const addSilenceRoute = route({
  id: 'silenceAlarms',
  method: 'POST',
  path: '/v1/alarm-silences',
  tag: 'alarms',
  summary:
    'Tell nothing of a rule, of one subject or of all, until an end within 90 days. Alarms open and close as before.',
  access: { permission: 'alarms:write' },
  body: v.strictObject({
    rule: line(64),
    subject: v.optional(line(256)),
    reason: line(200),
    ends_at: moment,
  }),
  answers: { 201: { description: 'Silent.', body: silenceView.schema } },
  refuses: ['alarm_rule_not_found'],
  async handle(ground, { actor, body: { ends_at: endsAt, ...given } }) {
    return created(silenceView.show(await addSilence(ground, actor, { ...given, endsAt })))
  },
})

export const endSilenceRoute = route({
  id: 'endAlarmSilence',
  method: 'DELETE',
  path: '/v1/alarm-silences/{id}',
  tag: 'alarms',
  summary: 'End a silence. What is open is told then.',
  access: { permission: 'alarms:write' },
  params: byId,
  answers: { 204: { description: 'Ended.' } },
  refuses: ['silence_not_found'],
  async handle(ground, { actor, params }) {
    await endSilence(ground, actor, params.id)
    return done
  },
})
