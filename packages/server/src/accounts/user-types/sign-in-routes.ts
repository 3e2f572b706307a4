import * as v from 'valibot'
import { ok, routesFor } from '../../http/route.ts'
import { line } from '../../http/schema.ts'
import type { AccountsGround } from '../ground.ts'
import {
  longestIdleSeconds,
  longestSessionSeconds,
  readSignInRule,
  setSignInRule,
  shortestSessionSeconds,
} from './sign-in-rule.ts'
import { signInRuleView } from './views.ts'

const route = routesFor<AccountsGround>()
const byName = v.strictObject({ name: line(40) })
const seconds = (most: number) =>
  v.optional(
    v.nullable(v.pipe(v.number(), v.integer(), v.minValue(shortestSessionSeconds), v.maxValue(most))),
  )

export const readSignInRuleRoute = route({
  id: 'readSignInRule',
  method: 'GET',
  path: '/v1/user-types/{name}/sign-in',
  tag: 'accounts',
  summary: 'Whether strangers may make accounts of a type, and how its users sign in and how long they stay.',
  access: { permission: 'users:read' },
  apiKeys: true,
  params: byName,
  answers: { 200: { description: 'The rule.', body: signInRuleView.schema } },
  refuses: ['user_type_not_found'],
  handle: async ({ db }, { params }) => ok(signInRuleView.show(await readSignInRule(db, params.name))),
})

export const setSignInRuleRoute = route({
  id: 'setSignInRule',
  method: 'PATCH',
  path: '/v1/user-types/{name}/sign-in',
  tag: 'accounts',
  summary:
    'Change whether strangers may make accounts of a type, whether an unknown place takes a mailed code, and how long sessions last. What is not given stays; null takes a limit away.',
  access: { permission: 'user-types:write' },
  params: byName,
  body: v.strictObject({
    self_registration: v.optional(v.boolean()),
    mail_code: v.optional(v.boolean()),
    session_idle_seconds: seconds(longestIdleSeconds),
    session_longest_seconds: seconds(longestSessionSeconds),
  }),
  answers: { 200: { description: 'The rule, changed.', body: signInRuleView.schema } },
  refuses: ['user_type_not_found', 'user_type_privileged', 'permission_missing'],
  async handle(ground, { params, actor, body }) {
    const rule = await setSignInRule(ground, actor, params.name, {
      selfRegistration: body.self_registration,
      mailCode: body.mail_code,
      sessionIdleSeconds: body.session_idle_seconds,
      sessionLongestSeconds: body.session_longest_seconds,
    })
    return ok(signInRuleView.show(rule))
  },
})
