import * as v from 'valibot'
import { ifVersions } from '../../http/if-match.ts'
import { created, done, ok, routesFor } from '../../http/route.ts'
import { line, whole } from '../../http/schema.ts'
import { findLiveSessions } from '../../sessions/store.ts'
import { givenValues } from '../attributes/routes.ts'
import type { AccountsGround } from '../ground.ts'
import { invite } from '../invitations/invitations.ts'
import { userTypeName } from '../user-types/user-types.ts'
import { lookAlikeWarnings } from './look-alikes.ts'
import { requireUser } from './require-user.ts'
import { findLookAlikes, type UserRow } from './store.ts'
import {
  createUser,
  disableUser,
  enableUser,
  endSessionOf,
  endSessionsOf,
  unlockUser,
  updateUser,
} from './users.ts'
import { invitationView, sessionView, userView } from './views.ts'

const route = routesFor<AccountsGround>()

const byId = v.strictObject({ id: line(64) })
const answered = (description: string) => ({
  description,
  body: userView.schema,
  headers: { ETag: 'The version, in quotes. Send it as If-Match to change this version and no other.' },
})
const tagged = ({ version }: UserRow) => ({ etag: `"${version}"` })

const slug = v.pipe(v.string(), v.regex(userTypeName))

export const createUserRoute = route({
  id: 'createUser',
  method: 'POST',
  path: '/v1/users',
  tag: 'accounts',
  summary: 'Create a user and the invitation by which they set their password.',
  access: { permission: 'users:write' },
  apiKeys: true,
  body: v.strictObject({
    username: line(200),
    display_name: v.optional(line(200)),
    user_type: v.optional(slug, 'customer'),
    /** Those that are required must be there. */
    attributes: v.optional(givenValues, {}),
  }),
  answers: {
    201: {
      description: 'Created.',
      body: v.strictObject({
        ...userView.schema.entries,
        ...invitationView.schema.entries,
        /** There where others are easily taken for the new user. */
        warnings: v.optional(v.array(v.string())),
      }),
    },
  },
  refuses: ['user_exists', 'user_type_unknown', 'permission_missing'],
  async handle(ground, { body, actor }) {
    const { username, display_name: displayName, user_type: userType, attributes } = body
    const user = await createUser(ground, actor, { username, displayName, userType, attributes })
    const invitation = await invite(ground, actor, user.id)
    const link = ground.linkTo(invitation.secret)
    const warnings = lookAlikeWarnings(await findLookAlikes(ground.db, user))
    return created({
      ...userView.show(user),
      ...invitationView.show({ ...invitation, link }),
      ...(warnings.length > 0 && { warnings }),
    })
  },
})

export const readUser = route({
  id: 'readUser',
  method: 'GET',
  path: '/v1/users/{id}',
  tag: 'accounts',
  summary: 'See a user.',
  access: { permission: 'users:read' },
  acting: true,
  apiKeys: true,
  params: byId,
  answers: { 200: answered('The user.') },
  refuses: ['user_not_found'],
  async handle({ db }, { params }) {
    const user = await requireUser(db, params.id)
    return ok(userView.show(user), tagged(user))
  },
})

export const updateUserRoute = route({
  id: 'updateUser',
  method: 'PATCH',
  path: '/v1/users/{id}',
  tag: 'accounts',
  summary:
    'Change the display name or the type of a user. Another type ends every session of the user. With If-Match, only the version that it names.',
  access: { permission: 'users:write' },
  params: byId,
  body: v.strictObject({
    display_name: v.optional(v.nullable(line(200))),
    user_type: v.optional(slug),
  }),
  answers: { 200: answered('The user, changed.') },
  refuses: [
    'user_not_found',
    'user_type_unknown',
    'permission_missing',
    'last_administrator',
    'precondition_failed',
  ],
  async handle(ground, { params, actor, body, header }) {
    const { display_name: displayName, user_type: userType } = body
    const change = { displayName, userType }
    const user = await updateUser(ground, actor, params.id, change, ifVersions(header('if-match')))
    return ok(userView.show(user), tagged(user))
  },
})

export const disableUserRoute = route({
  id: 'disableUser',
  method: 'POST',
  path: '/v1/users/{id}/disable',
  tag: 'accounts',
  summary: 'Disable a user: sessions end and tokens are refused everywhere within a second.',
  access: { permission: 'users:write' },
  apiKeys: true,
  params: byId,
  answers: { 204: { description: 'Disabled.' } },
  refuses: ['user_not_found', 'permission_missing', 'last_administrator'],
  async handle(ground, { params, actor }) {
    await disableUser(ground, actor, params.id)
    return done
  },
})

export const unlockUserRoute = route({
  id: 'unlockUser',
  method: 'POST',
  path: '/v1/users/{id}/unlock',
  tag: 'accounts',
  summary: 'Let the wrong passwords for a user count from the beginning again.',
  access: { permission: 'users:write' },
  apiKeys: true,
  params: byId,
  answers: { 204: { description: 'Unlocked.' } },
  refuses: ['user_not_found', 'permission_missing'],
  async handle(ground, { params, actor }) {
    await unlockUser(ground, actor, params.id)
    return done
  },
})

export const enableUserRoute = route({
  id: 'enableUser',
  method: 'POST',
  path: '/v1/users/{id}/enable',
  tag: 'accounts',
  summary: 'Enable a disabled user.',
  access: { permission: 'users:write' },
  apiKeys: true,
  params: byId,
  answers: { 204: { description: 'Enabled.' } },
  refuses: ['user_not_found', 'permission_missing', 'deletion_scheduled'],
  async handle(ground, { params, actor }) {
    await enableUser(ground, actor, params.id)
    return done
  },
})

export const listUserSessions = route({
  id: 'listUserSessions',
  method: 'GET',
  path: '/v1/users/{id}/sessions',
  tag: 'accounts',
  summary: 'List the live sessions of a user, newest first.',
  access: { permission: 'users:read' },
  acting: true,
  apiKeys: true,
  params: byId,
  answers: { 200: { description: 'The sessions.', body: whole(sessionView.schema) } },
  async handle({ db }, { params }) {
    return ok({ items: (await findLiveSessions(db, params.id)).map(sessionView.show), next: null })
  },
})

export const endUserSession = route({
  id: 'endUserSession',
  method: 'DELETE',
  path: '/v1/users/{id}/sessions/{session}',
  tag: 'accounts',
  summary: 'End a session of a user.',
  access: { permission: 'users:write' },
  apiKeys: true,
  params: v.strictObject({ id: line(64), session: line(64) }),
  answers: { 204: { description: 'The session is over.' } },
  refuses: ['session_not_found', 'permission_missing'],
  async handle(ground, { params, actor }) {
    await endSessionOf(ground, actor, params.id, params.session)
    return done
  },
})

export const endUserSessions = route({
  id: 'endUserSessions',
  method: 'POST',
  path: '/v1/users/{id}/sessions/end-all',
  tag: 'accounts',
  summary: 'End every session of a user: their tokens are refused everywhere within a second.',
  access: { permission: 'users:write' },
  apiKeys: true,
  params: byId,
  answers: { 204: { description: 'The sessions are over.' } },
  refuses: ['user_not_found', 'permission_missing'],
  async handle(ground, { params, actor }) {
    await endSessionsOf(ground, actor, params.id)
    return done
  },
})
