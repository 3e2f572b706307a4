import * as v from 'valibot'
import { Refusal } from '../../errors.ts'
import { done, ok, routesFor } from '../../http/route.ts'
import { line } from '../../http/schema.ts'
import type { AccountsGround } from '../ground.ts'
import { findFactorRule } from '../user-types/store.ts'
import { requireUser } from '../users/require-user.ts'
import { requireFactorOfType, resetFactors } from './administer.ts'
import { beginAuthenticator, confirmAuthenticator, removeAuthenticator, renewRecoveryCodes } from './own.ts'
import { forgetForFactor } from './remembered/remembered.ts'
import { factorRuleView, factorsOf, factorsView, pendingView } from './views.ts'

const route = routesFor<AccountsGround>()
const unconfirmed = ['insufficient_user_authentication', 'kind_not_allowed'] as const

export const readMyFactors = route({
  id: 'readMyFactors',
  method: 'GET',
  path: '/v1/me/factors',
  tag: 'own account',
  summary: 'The second factors of one’s own account, and whether one is required.',
  access: { kinds: ['user'] },
  acting: true,
  answers: { 200: { description: 'The factors.', body: factorsView.schema } },
  refuses: ['user_not_found'],
  async handle({ db, world }, { actor }) {
    const user = await requireUser(db, actor.identity.subject)
    return ok(factorsView.show(await factorsOf(db, user, world.now())))
  },
})

export const beginMyAuthenticator = route({
  id: 'beginMyAuthenticator',
  method: 'POST',
  path: '/v1/me/factors/authenticator',
  tag: 'own account',
  summary:
    'Set up an authenticator (RFC 6238). Asked again within 15 minutes, the answer is the same. One in force stays in force until a code of the new one is confirmed.',
  access: { kinds: ['user'] },
  answers: { 200: { description: 'The secret, and the link of its QR code.', body: pendingView.schema } },
  refuses: ['user_not_found', ...unconfirmed],
  handle: async (ground, { actor }) => ok(pendingView.show(await beginAuthenticator(ground, actor))),
})

const recoveryCodes = v.array(v.string())

export const confirmMyAuthenticator = route({
  id: 'confirmMyAuthenticator',
  method: 'POST',
  path: '/v1/me/factors/authenticator/confirm',
  tag: 'own account',
  summary:
    'Put the authenticator in force that this session has set up, by a code of it. Every other session of the account ends.',
  access: { kinds: ['user'] },
  body: v.strictObject({ code: line(64) }),
  answers: {
    200: {
      description: 'It is in force. With the first factor come recovery codes, shown this once.',
      body: v.strictObject({ recovery_codes: v.nullable(recoveryCodes) }),
    },
  },
  refuses: ['user_not_found', 'factor_not_found', 'code_wrong', 'kind_not_allowed'],
  async handle(ground, { actor, body }) {
    const codes = await confirmAuthenticator(ground, actor, body.code)
    return ok({ recovery_codes: codes ?? null })
  },
})

export const removeMyAuthenticator = route({
  id: 'removeMyAuthenticator',
  method: 'DELETE',
  path: '/v1/me/factors/authenticator',
  tag: 'own account',
  summary: 'Remove the authenticator, and with the last factor the recovery codes. Every other session ends.',
  access: { kinds: ['user'] },
  answers: { 204: { description: 'It is removed.' } },
  refuses: ['user_not_found', 'factor_not_found', 'factor_needed', ...unconfirmed],
  async handle(ground, { actor }) {
    await removeAuthenticator(ground, actor)
    return done
  },
})

export const renewMyRecoveryCodes = route({
  id: 'renewMyRecoveryCodes',
  method: 'POST',
  path: '/v1/me/factors/recovery-codes',
  tag: 'own account',
  summary: 'Make new recovery codes; those before end.',
  access: { kinds: ['user'] },
  answers: {
    200: {
      description: 'The codes, shown this once.',
      body: v.strictObject({ recovery_codes: recoveryCodes }),
    },
  },
  refuses: ['user_not_found', 'factor_not_found', ...unconfirmed],
  handle: async (ground, { actor }) => ok({ recovery_codes: await renewRecoveryCodes(ground, actor) }),
})

export const forgetMyBrowsers = route({
  id: 'forgetMyBrowsers',
  method: 'POST',
  path: '/v1/me/factors/forget-browsers',
  tag: 'own account',
  summary: 'Forget the browsers in which the password was enough: each asks for the second factor again.',
  access: { kinds: ['user'] },
  answers: { 204: { description: 'None is remembered.' } },
  refuses: ['user_not_found', 'kind_not_allowed'],
  async handle(ground, { actor }) {
    await forgetForFactor(ground, actor)
    return done
  },
})

const byId = v.strictObject({ id: line(64) })

export const readUserFactors = route({
  id: 'readUserFactors',
  method: 'GET',
  path: '/v1/users/{id}/factors',
  tag: 'accounts',
  summary: 'The second factors of a user, without anything secret.',
  access: { permission: 'users:read' },
  acting: true,
  apiKeys: true,
  params: byId,
  answers: { 200: { description: 'The factors.', body: factorsView.schema } },
  refuses: ['user_not_found'],
  async handle({ db, world }, { params }) {
    const user = await requireUser(db, params.id)
    return ok(factorsView.show(await factorsOf(db, user, world.now())))
  },
})

export const resetUserFactors = route({
  id: 'resetUserFactors',
  method: 'POST',
  path: '/v1/users/{id}/factors/reset',
  tag: 'accounts',
  summary: 'Remove every second factor of another user, who has lost theirs. Every session of the user ends.',
  access: { permission: 'users:write', kinds: ['user'] },
  params: byId,
  answers: { 204: { description: 'The account has no second factor.' } },
  refuses: ['user_not_found', 'permission_missing', ...unconfirmed],
  async handle(ground, { params, actor }) {
    await resetFactors(ground, actor, params.id)
    return done
  },
})

const byName = v.strictObject({ name: line(40) })

export const readFactorRule = route({
  id: 'readFactorRule',
  method: 'GET',
  path: '/v1/user-types/{name}/second-factor',
  tag: 'accounts',
  summary: 'Whether users of a type have to have a second factor.',
  access: { permission: 'users:read' },
  acting: true,
  apiKeys: true,
  params: byName,
  answers: { 200: { description: 'The rule.', body: factorRuleView.schema } },
  refuses: ['user_type_unknown'],
  async handle({ db }, { params }) {
    const rule = await findFactorRule(db, params.name)
    if (!rule) throw new Refusal('user_type_unknown', 'there is no user type of this name')
    return ok(factorRuleView.show(rule))
  },
})

export const setFactorRuleRoute = route({
  id: 'setFactorRule',
  method: 'PUT',
  path: '/v1/user-types/{name}/second-factor',
  tag: 'accounts',
  summary:
    'Require a second factor of the users of a type, or make it optional. A user has `grace_days` from the first sign-in after that; then a sign-in has to enrol one.',
  access: { permission: 'user-types:write' },
  params: byName,
  body: v.variant('second_factor', [
    v.strictObject({ second_factor: v.literal('optional') }),
    v.strictObject({
      second_factor: v.literal('required'),
      grace_days: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(365)), 0),
    }),
  ]),
  answers: { 204: { description: 'The rule is in force.' } },
  refuses: ['user_type_unknown', 'permission_missing'],
  async handle(ground, { params, actor, body }) {
    const days = body.second_factor === 'required' ? body.grace_days : null
    await requireFactorOfType(ground, actor, params.name, days)
    return done
  },
})
