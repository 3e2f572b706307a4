import * as v from 'valibot'
import { outcomes } from '../../activity/events.ts'
import { created, done, ok, routesFor } from '../../http/route.ts'
import { line } from '../../http/schema.ts'
import type { AlarmsGround } from '../ground.ts'
import { severities } from '../rules.ts'
import { setRule } from '../set-rule.ts'
import { ruleView } from '../views.ts'
import { addRule, changeOwnRule, removeRule } from './own-rules.ts'
import { groupings, isOwnName } from './store.ts'

const route = routesFor<AlarmsGround>()
const params = v.strictObject({ name: line(64) })
const list = v.array(line(64))

/** What a rule of one's own counts. */
const shape = {
  title: line(100),
  events: list,
  outcomes: v.array(v.picklist(outcomes)),
  reasons: list,
  group_by: v.picklist(groupings),
}

export const addAlarmRule = route({
  id: 'addAlarmRule',
  method: 'POST',
  path: '/v1/alarm-rules',
  tag: 'alarms',
  summary:
    'Add a rule beside those that ship, up to 50: so many events of these names, outcomes and reasons within a window, counted for each subject, target, address, region, service or all together. An empty list is any. Its name begins with `own.`.',
  access: { permission: 'alarms:write' },
  body: v.strictObject({
    name: line(64),
    title: shape.title,
    events: v.optional(list, []),
    outcomes: v.optional(shape.outcomes, []),
    reasons: v.optional(list, []),
    group_by: shape.group_by,
    threshold: v.number(),
    window_seconds: v.number(),
    severity: v.picklist(severities),
    on: v.optional(v.boolean(), true),
    sends_mail: v.optional(v.boolean(), true),
  }),
  answers: { 201: { description: 'The rule.', body: ruleView.schema } },
  refuses: ['alarm_rule_exists', 'alarm_rule_limit_reached'],
  async handle(ground, { actor, body }) {
    const {
      group_by: groupBy,
      window_seconds: windowSeconds,
      on: isOn,
      sends_mail: sendsMail,
      ...rest
    } = body
    const given = { ...rest, groupBy, windowSeconds, isOn, sendsMail }
    return created(ruleView.show(await addRule(ground, actor, given)))
  },
})

export const changeAlarmRule = route({
  id: 'changeAlarmRule',
  method: 'PATCH',
  path: '/v1/alarm-rules/{name}',
  tag: 'alarms',
  summary:
    'Change a rule; what is not given stays. Null is as it ships, for a rule that does. Turned off, its open alarms close. What a rule counts is changed of one’s own alone.',
  access: { permission: 'alarms:write' },
  params,
  body: v.strictObject({
    on: v.optional(v.nullable(v.boolean())),
    threshold: v.optional(v.nullable(v.number())),
    window_seconds: v.optional(v.nullable(v.number())),
    severity: v.optional(v.nullable(v.picklist(severities))),
    sends_mail: v.optional(v.nullable(v.boolean())),
    products: v.optional(v.nullable(v.array(line(100)))),
    title: v.optional(shape.title),
    events: v.optional(shape.events),
    outcomes: v.optional(shape.outcomes),
    reasons: v.optional(shape.reasons),
    group_by: v.optional(shape.group_by),
  }),
  answers: { 200: { description: 'The rule, changed.', body: ruleView.schema } },
  refuses: ['alarm_rule_not_found'],
  async handle(ground, { params: { name }, actor, body }) {
    const {
      on: isOn,
      window_seconds: windowSeconds,
      sends_mail: sendsMail,
      group_by: groupBy,
      ...rest
    } = body
    const change = { ...rest, isOn, windowSeconds, sendsMail, groupBy }
    const changed = isOwnName(name)
      ? await changeOwnRule(ground, actor, name, change)
      : await setRule(ground, actor, name, change)
    return ok(ruleView.show(changed))
  },
})

export const removeAlarmRule = route({
  id: 'removeAlarmRule',
  method: 'DELETE',
  path: '/v1/alarm-rules/{name}',
  tag: 'alarms',
  summary: 'Remove a rule of one’s own. Its open alarms close; what was told stays.',
  access: { permission: 'alarms:write' },
  params,
  answers: { 204: { description: 'Removed.' } },
  refuses: ['alarm_rule_not_found'],
  async handle(ground, { params: { name }, actor }) {
    await removeRule(ground, actor, name)
    return done
  },
})
