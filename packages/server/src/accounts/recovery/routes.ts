import * as v from 'valibot'
import { accepted, done, ok, routesFor } from '../../http/route.ts'
import { line } from '../../http/schema.ts'
import { languageOf } from '../../pages/page.ts'
import type { AccountsGround } from '../ground.ts'
import { password } from '../sign-in/routes.ts'
import { recover, requestRecovery, resetUser, sendRecovery } from './recovery.ts'

const route = routesFor<AccountsGround>()
const byId = v.strictObject({ id: line(64) })

export const requestRecoveryRoute = route({
  id: 'requestRecovery',
  method: 'POST',
  path: '/v1/recover',
  tag: 'sign-in',
  summary:
    'Ask for a link by which a forgotten password is replaced. The answer is the same whether or not there is such an account.',
  access: 'public',
  body: v.strictObject({ login: line(254) }),
  answers: { 202: { description: 'Taken. A link is sent if the account has a proven address.' } },
  refuses: ['mail_unavailable', 'too_many_requests'],
  async handle(ground, { body, header, client }) {
    const language = languageOf(header('accept-language'))
    await requestRecovery(ground, { login: body.login, language, client })
    return accepted
  },
})

export const recoverRoute = route({
  id: 'recover',
  method: 'POST',
  path: '/v1/recover/complete',
  tag: 'sign-in',
  summary:
    'Set a new password by the secret of a link. Works once, ends every session of the account, and does not sign in.',
  access: 'public',
  body: v.strictObject({ recovery: line(128), password }),
  answers: { 200: { description: 'The password is set.', body: v.strictObject({ username: v.string() }) } },
  refuses: ['link_invalid', 'password_unacceptable', 'overloaded'],
  async handle(ground, { body, client }) {
    const given = { secret: body.recovery, password: body.password }
    const { username } = await recover(ground, given, client)
    return ok({ username })
  },
})

export const sendRecoveryRoute = route({
  id: 'sendRecovery',
  method: 'POST',
  path: '/v1/users/{id}/recover',
  tag: 'accounts',
  summary: 'Send a user a link on which they set a new password. The present one works until then.',
  access: { permission: 'users:write' },
  params: byId,
  answers: { 204: { description: 'The letter is on its way.' } },
  refuses: [
    'user_not_found',
    'account_disabled',
    'address_missing',
    'mail_unavailable',
    'permission_missing',
  ],
  async handle(ground, { params, actor }) {
    await sendRecovery(ground, actor, params.id)
    return done
  },
})

export const resetUserRoute = route({
  id: 'resetUser',
  method: 'POST',
  path: '/v1/users/{id}/reset',
  tag: 'accounts',
  summary: 'Take a user’s password away: their sessions end, and a link is sent on which they set a new one.',
  access: { permission: 'users:write' },
  params: byId,
  answers: { 204: { description: 'The password is gone, and the letter on its way.' } },
  refuses: [
    'user_not_found',
    'account_disabled',
    'address_missing',
    'mail_unavailable',
    'permission_missing',
    'last_administrator',
  ],
  async handle(ground, { params, actor }) {
    await resetUser(ground, actor, params.id)
    return done
  },
})
