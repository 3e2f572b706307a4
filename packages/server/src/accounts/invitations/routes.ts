import * as v from 'valibot'
import { created, ok, routesFor } from '../../http/route.ts'
import { line } from '../../http/schema.ts'
import type { AccountsGround } from '../ground.ts'
import { password } from '../sign-in/routes.ts'
import { invitationView } from '../users/views.ts'
import { acceptInvitation, invite } from './invitations.ts'

const route = routesFor<AccountsGround>()

export const inviteUser = route({
  id: 'inviteUser',
  method: 'POST',
  path: '/v1/users/{id}/invite',
  tag: 'accounts',
  summary: 'Make a new invitation for a user; it ends the one before.',
  access: { permission: 'users:write' },
  params: v.strictObject({ id: line(64) }),
  answers: { 201: { description: 'The invitation, shown this once.', body: invitationView.schema } },
  refuses: ['user_not_found', 'account_disabled', 'permission_missing'],
  async handle(ground, { params, actor }) {
    const invitation = await invite(ground, actor, params.id)
    return created(invitationView.show({ ...invitation, link: ground.linkTo(invitation.secret) }))
  },
})

export const acceptInvitationRoute = route({
  id: 'acceptInvitation',
  method: 'POST',
  path: '/v1/invitations/accept',
  tag: 'sign-in',
  summary: 'Set the password of an invited user. Works once, and does not sign in.',
  access: 'public',
  body: v.strictObject({ invitation: line(128), password }),
  answers: { 200: { description: 'The password is set.', body: v.strictObject({ username: v.string() }) } },
  refuses: ['invitation_invalid', 'password_unacceptable', 'overloaded'],
  async handle(ground, { body, client }) {
    const accepted = { secret: body.invitation, password: body.password }
    const { username } = await acceptInvitation(ground, accepted, client)
    return ok({ username })
  },
})
