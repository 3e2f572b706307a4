import * as v from 'valibot'
import { Refusal } from '../../errors.ts'
import { done, ok, routesFor } from '../../http/route.ts'
import { line, whole } from '../../http/schema.ts'
import { isDelegated } from '../../identity.ts'
import { findLiveSessions } from '../../sessions/store.ts'
import type { AccountsGround } from '../ground.ts'
import { changePassword } from '../passwords/change.ts'
import { heldBy } from '../permissions/effective.ts'
import { password } from '../sign-in/routes.ts'
import { requireUser } from '../users/require-user.ts'
import { findUser } from '../users/store.ts'
import { sessionView, userView } from '../users/views.ts'
import { endMyOtherSessions, endMySession } from './sessions.ts'

const route = routesFor<AccountsGround>()

export const readMe = route({
  id: 'readMe',
  method: 'GET',
  path: '/v1/me',
  tag: 'own account',
  summary: 'Who the caller is.',
  access: { kinds: ['user', 'api_key'] },
  acting: true,
  apiKeys: true,
  answers: {
    200: {
      description: 'The caller.',
      body: v.strictObject({
        ...userView.schema.entries,
        permissions: v.array(v.string()),
        /** The administrator who acts as the user by this token; null for the user. */
        acted_by: v.nullable(v.strictObject({ id: v.string(), username: v.nullable(v.string()) })),
      }),
    },
  },
  refuses: ['user_not_found', 'permission_missing'],
  async handle({ db, world }, { actor }) {
    const isByApplication = isDelegated(actor.identity)
    // Who the person is, an application is told if they said so.
    if (isByApplication && !actor.identity.scopes.has('profile')) {
      throw new Refusal('permission_missing', 'this needs the scope profile', { missing: 'profile' })
    }
    const { subject, kind, actedBy, scopes } = actor.identity
    const user = await requireUser(db, subject)
    const held = heldBy(user, world.now())
    const shown = userView.show(user)
    // Others than the user by a token of their own may do what their token says of it.
    const permissions = held.filter((permission) => scopes.has(permission))
    if (kind === 'api_key' || isByApplication) return ok({ ...shown, permissions, acted_by: null })
    if (actedBy === undefined) return ok({ ...shown, permissions: held, acted_by: null })
    const username = (await findUser(db, actedBy))?.username ?? null
    return ok({ ...shown, permissions, acted_by: { id: actedBy, username } })
  },
})

export const changeMyPassword = route({
  id: 'changeMyPassword',
  method: 'POST',
  path: '/v1/me/password',
  tag: 'own account',
  summary: 'Change one’s own password. Every other session of the account ends.',
  access: { kinds: ['user'] },
  body: v.strictObject({ current_password: password, password }),
  answers: { 204: { description: 'The password is changed.' } },
  refuses: ['user_not_found', 'password_wrong', 'password_unacceptable', 'too_many_requests', 'overloaded'],
  async handle(ground, { actor, body, header }) {
    const browser = ground.browserCookie.secretOf(header)
    await changePassword(ground, actor, {
      current: body.current_password,
      password: body.password,
      browser,
    })
    return done
  },
})

export const listMySessions = route({
  id: 'listMySessions',
  method: 'GET',
  path: '/v1/me/sessions',
  tag: 'own account',
  summary: 'List one’s own live sessions, newest first.',
  access: { kinds: ['user'] },
  acting: true,
  answers: {
    200: {
      description: 'The sessions; `current` is the one of this request.',
      body: whole(v.strictObject({ ...sessionView.schema.entries, current: v.boolean() })),
    },
  },
  async handle({ db }, { actor }) {
    const { subject, sessionId } = actor.identity
    const items = (await findLiveSessions(db, subject)).map((session) => ({
      ...sessionView.show(session),
      current: session.id === sessionId,
    }))
    return ok({ items, next: null })
  },
})

export const endMySessionRoute = route({
  id: 'endMySession',
  method: 'DELETE',
  path: '/v1/me/sessions/{session}',
  tag: 'own account',
  summary: 'End one of one’s own sessions: its tokens are refused everywhere within a second.',
  access: { kinds: ['user'] },
  params: v.strictObject({ session: line(64) }),
  answers: { 204: { description: 'The session is over.' } },
  refuses: ['session_not_found', 'insufficient_user_authentication'],
  async handle(ground, { actor, params }) {
    await endMySession(ground, actor, params.session)
    return done
  },
})

export const endMyOtherSessionsRoute = route({
  id: 'endMyOtherSessions',
  method: 'POST',
  path: '/v1/me/sessions/end-others',
  tag: 'own account',
  summary: 'End all of one’s own sessions but the one of this request.',
  access: { kinds: ['user'] },
  answers: { 204: { description: 'The other sessions are over.' } },
  refuses: ['insufficient_user_authentication'],
  async handle(ground, { actor }) {
    await endMyOtherSessions(ground, actor)
    return done
  },
})
