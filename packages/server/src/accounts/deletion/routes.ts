import * as v from 'valibot'
import { done, ok, routesFor } from '../../http/route.ts'
import { line, timestamp } from '../../http/schema.ts'
import type { AccountsGround } from '../ground.ts'
import { cancelDeletion, defaultGraceDays, longestGraceDays, scheduleDeletion } from './deletion.ts'

const route = routesFor<AccountsGround>()
const byId = v.strictObject({ id: line(64) })

export const deleteUserRoute = route({
  id: 'deleteUser',
  method: 'POST',
  path: '/v1/users/{id}/delete',
  tag: 'accounts',
  summary: 'Disable a user at once, and delete the account after days of grace.',
  access: { permission: 'users:write' },
  apiKeys: true,
  params: byId,
  body: v.strictObject({
    grace_days: v.optional(
      v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(longestGraceDays)),
      defaultGraceDays,
    ),
  }),
  answers: {
    200: { description: 'When it will be deleted.', body: v.strictObject({ delete_at: v.string() }) },
  },
  refuses: ['user_not_found', 'permission_missing', 'last_administrator'],
  async handle(ground, { params, actor, body }) {
    return ok({ delete_at: timestamp(await scheduleDeletion(ground, actor, params.id, body.grace_days)) })
  },
})

export const undeleteUserRoute = route({
  id: 'undeleteUser',
  method: 'POST',
  path: '/v1/users/{id}/undelete',
  tag: 'accounts',
  summary: 'Keep a user who was going to be deleted. The account stays disabled.',
  access: { permission: 'users:write' },
  apiKeys: true,
  params: byId,
  answers: { 204: { description: 'Kept.' } },
  refuses: ['user_not_found', 'permission_missing', 'deletion_not_scheduled'],
  async handle(ground, { params, actor }) {
    await cancelDeletion(ground, actor, params.id)
    return done
  },
})
