import * as v from 'valibot'
import { type By, by } from '../../activity/events.ts'
import { Refusal } from '../../errors.ts'
import { bearer, created, done, json, type Route, route } from '../../http/route.ts'
import { defaultLimit, line, page, pageOf, paging, timestamp, timestampOrNull } from '../../http/schema.ts'
import { demandAll } from '../../identity.ts'
import { permissionNames } from '../../permissions.ts'
import { endSession } from '../../sessions/end.ts'
import { findLiveSessions, findSession, type SessionRow } from '../../sessions/store.ts'
import { invite } from '../invitations/invitations.ts'
import { findUser, findUsers, findUserType, findUserTypes, type UserRow, type UserTypeRow } from './store.ts'
import { type AccountParts, createUser, createUserType, disableUser, enableUser } from './users.ts'

export const shownUser = v.strictObject({
  id: v.string(),
  username: v.string(),
  display_name: v.nullable(v.string()),
  user_type: v.string(),
  created_at: v.string(),
  last_sign_in_at: v.nullable(v.string()),
  disabled_at: v.nullable(v.string()),
})
const shownInvitation = v.strictObject({ invitation: v.string(), link: v.string(), expires_at: v.string() })
const shownUserType = v.strictObject({
  name: v.string(),
  description: v.string(),
  permissions: v.array(v.string()),
})
const shownSession = v.strictObject({
  id: v.string(),
  created_at: v.string(),
  last_used_at: v.string(),
  address: v.string(),
  region: v.nullable(v.string()),
  user_agent: v.nullable(v.string()),
  amr: v.array(v.string()),
})
const byId = v.strictObject({ id: line(64) })
/** A name that stands in tokens, URLs and SQL alike. */
const slug = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,39}$/))

/** Managing people. `linkTo` makes the page's address at which an invitation is taken up. */
export function userRoutes(parts: AccountParts, linkTo: (invitation: string) => string): Route[] {
  const inviteAndShow = async (id: string, who: By) => {
    const { secret, expiresAt } = await invite(parts, id, who)
    return { invitation: secret, link: linkTo(secret), expires_at: timestamp(expiresAt) }
  }
  return [
    route({
      method: 'GET',
      path: '/v1/users',
      tag: 'accounts',
      summary: 'List users.',
      access: bearer('users:read'),
      query: v.strictObject(paging),
      answers: { 200: { description: 'A page of users.', body: page(shownUser) } },
      async handle({ query: { limit = defaultLimit, after = '' } }) {
        return json(pageOf(await findUsers(parts.db, after, limit + 1), limit, (user) => user.id, showUser))
      },
    }),
    route({
      method: 'POST',
      path: '/v1/users',
      tag: 'accounts',
      summary: 'Create a user and the invitation by which they set their password.',
      access: bearer('users:write'),
      body: v.strictObject({
        username: line(200),
        display_name: v.optional(line(200)),
        user_type: v.optional(slug, 'customer'),
      }),
      answers: {
        201: {
          description: 'Created.',
          body: v.strictObject({ ...shownUser.entries, ...shownInvitation.entries }),
        },
      },
      async handle({ body, caller, origin }) {
        const who = by(caller, origin)
        const type = await findUserType(parts.db, body.user_type)
        demandAll(caller, permissionsOf(type))
        const user = await createUser(
          parts,
          { username: body.username, displayName: body.display_name, userType: body.user_type },
          who,
        )
        return created({ ...showUser(user), ...(await inviteAndShow(user.id, who)) })
      },
    }),
    route({
      method: 'GET',
      path: '/v1/users/{id}',
      tag: 'accounts',
      summary: 'See a user.',
      access: bearer('users:read'),
      params: byId,
      answers: { 200: { description: 'The user.', body: shownUser } },
      async handle({ params }) {
        const user = await findUser(parts.db, params.id)
        if (!user) throw new Refusal('user_not_found', 'no such user')
        return json(showUser(user))
      },
    }),
    route({
      method: 'POST',
      path: '/v1/users/{id}/invite',
      tag: 'accounts',
      summary: 'Make a new invitation for a user; it ends the one before.',
      access: bearer('users:write'),
      params: byId,
      answers: { 201: { description: 'The invitation, shown this once.', body: shownInvitation } },
      async handle({ params, caller, origin }) {
        // Who holds the invitation can become the user, so it is given to those only who may do as much.
        demandAll(caller, permissionsOf(await findUser(parts.db, params.id)))
        return created(await inviteAndShow(params.id, by(caller, origin)))
      },
    }),
    route({
      method: 'POST',
      path: '/v1/users/{id}/disable',
      tag: 'accounts',
      summary: 'Disable a user: sessions end and tokens are refused everywhere within a second.',
      access: bearer('users:write'),
      params: byId,
      answers: { 204: { description: 'Disabled.' } },
      async handle({ params, caller, origin }) {
        await disableUser(parts, params.id, by(caller, origin))
        return done
      },
    }),
    route({
      method: 'POST',
      path: '/v1/users/{id}/enable',
      tag: 'accounts',
      summary: 'Enable a disabled user.',
      access: bearer('users:write'),
      params: byId,
      answers: { 204: { description: 'Enabled.' } },
      async handle({ params, caller, origin }) {
        await enableUser(parts, params.id, by(caller, origin))
        return done
      },
    }),
    route({
      method: 'GET',
      path: '/v1/users/{id}/sessions',
      tag: 'accounts',
      summary: 'List the live sessions of a user, newest first.',
      access: bearer('users:read'),
      params: byId,
      answers: {
        200: {
          description: 'The sessions.',
          body: v.strictObject({ items: v.array(shownSession), next: v.null() }),
        },
      },
      async handle({ params }) {
        return json({ items: (await findLiveSessions(parts.db, params.id)).map(showSession), next: null })
      },
    }),
    route({
      method: 'DELETE',
      path: '/v1/users/{id}/sessions/{session}',
      tag: 'accounts',
      summary: 'End a session of a user.',
      access: bearer('users:write'),
      params: v.strictObject({ id: line(64), session: line(64) }),
      answers: { 204: { description: 'The session is over.' } },
      async handle({ params, caller, origin }) {
        await parts.db.transaction(async (tx) => {
          const session = await findSession(tx, params.session)
          if (session?.user_id !== params.id)
            throw new Refusal('session_not_found', 'no such session of this user')
          await endSession(parts, tx, session.id, 'ended_by_administrator', by(caller, origin))
        })
        return done
      },
    }),
    route({
      method: 'GET',
      path: '/v1/user-types',
      tag: 'accounts',
      summary: 'List the user types and what each permits.',
      access: bearer('users:read'),
      answers: {
        200: {
          description: 'The types.',
          body: v.strictObject({ items: v.array(shownUserType), next: v.null() }),
        },
      },
      handle: async () => json({ items: (await findUserTypes(parts.db)).map(showUserType), next: null }),
    }),
    route({
      method: 'POST',
      path: '/v1/user-types',
      tag: 'accounts',
      summary: 'Create a user type.',
      access: bearer('user-types:write'),
      body: v.strictObject({
        name: slug,
        description: v.optional(line(200, 0), ''),
        permissions: v.array(v.picklist(permissionNames)),
      }),
      answers: { 201: { description: 'Created.', body: shownUserType } },
      async handle({ body, caller, origin }) {
        demandAll(caller, body.permissions)
        return created(showUserType(await createUserType(parts, body, by(caller, origin))))
      },
    }),
  ]
}

export function showUser(user: UserRow): v.InferOutput<typeof shownUser> {
  return {
    id: user.id,
    username: user.username,
    display_name: user.display_name,
    user_type: user.user_type,
    created_at: timestamp(user.created_at),
    last_sign_in_at: timestampOrNull(user.last_sign_in_at),
    disabled_at: timestampOrNull(user.disabled_at),
  }
}

function permissionsOf(holder: { readonly permissions: string } | undefined): string[] {
  return holder?.permissions.split(' ').filter(Boolean) ?? []
}

function showUserType(type: UserTypeRow): v.InferOutput<typeof shownUserType> {
  return {
    name: type.name,
    description: type.description,
    permissions: permissionsOf(type),
  }
}

function showSession(session: SessionRow): v.InferOutput<typeof shownSession> {
  return {
    id: session.id,
    created_at: timestamp(session.created_at),
    last_used_at: timestamp(session.last_used_at),
    address: session.address,
    region: session.region,
    user_agent: session.user_agent,
    amr: session.amr.split(' '),
  }
}
