import * as v from 'valibot'
import { Refusal } from '../../errors.ts'
import { anyCaller, created, done, ok, routesFor } from '../../http/route.ts'
import { line, moment, timestamp, timestampOrNull, view, whole } from '../../http/schema.ts'
import { shownUserCode } from '../../secrets/user-codes.ts'
import type { DevicesGround } from '../served.ts'
import { findDevice } from '../store.ts'
import { deviceView } from '../views.ts'
import { beginBinding, bindingIntervalSeconds, bindingLifeSeconds, bindingState } from './binding.ts'
import { claim, createClaimCode, unbind } from './claims.ts'
import { authorize, share, unshare } from './relations.ts'
import { findRelations } from './store.ts'

const route = routesFor<DevicesGround>()
const byUid = v.strictObject({ uid: line(64) })

export const bindDevice = route({
  id: 'bindDevice',
  method: 'POST',
  path: '/v1/devices/claims',
  tag: 'devices',
  summary: 'Become the owner of a device by the code it shows, or the printed one while it is connected.',
  access: { permission: 'devices:bind', kinds: ['user', 'service', 'api_key'] },
  acting: true,
  apiKeys: true,
  body: v.strictObject({ uid: line(64), code: line(128) }),
  answers: { 201: { description: 'The device is yours.', body: deviceView.schema } },
  refuses: ['claim_invalid', 'device_unconfirmed'],
  async handle(ground, { body, actor }) {
    const uid = await claim(ground, actor, body)
    const device = await findDevice(ground.db, uid)
    if (!device) throw new Refusal('device_not_found', 'no such device')
    return created(deviceView.show({ device, relation: 'owner', isOnline: ground.live.isOnline(uid) }))
  },
})

export const issueClaimCode = route({
  id: 'issueClaimCode',
  method: 'POST',
  path: '/v1/devices/{uid}/claim',
  tag: 'devices',
  summary: 'Make a claim code: the device for itself to show, or the maker to print.',
  access: anyCaller,
  apiKeys: true,
  params: byUid,
  answers: {
    201: {
      description: 'The code, shown this once.',
      body: v.strictObject({ uid: v.string(), code: v.string(), expires_at: v.string() }),
    },
  },
  refuses: ['device_not_found', 'device_bound', 'permission_missing'],
  async handle(ground, { params: { uid }, actor }) {
    const { code, expiresAt } = await createClaimCode(ground, actor, uid)
    return created({ uid, code, expires_at: timestamp(expiresAt) })
  },
})

export const beginBindingRoute = route({
  id: 'beginBinding',
  method: 'POST',
  path: '/v1/devices/{uid}/binding',
  tag: 'devices',
  summary:
    'Begin for a device without a screen to be bound, as RFC 8628 does it: the device tells the code somehow, its person types it into the page `/device` of this server, and the device asks until they have decided.',
  access: { kinds: ['device'] },
  params: byUid,
  answers: {
    201: {
      description: 'The code, told this once.',
      body: v.strictObject({
        user_code: v.string(),
        verification_uri: v.string(),
        verification_uri_complete: v.string(),
        expires_in: v.number(),
        interval: v.number(),
      }),
    },
  },
  refuses: ['device_bound', 'permission_missing'],
  async handle(ground, { params: { uid }, actor }) {
    const code = shownUserCode(await beginBinding(ground, actor, uid))
    const uri = `${ground.issuer}/device`
    return created({
      ...{ user_code: code, verification_uri: uri },
      verification_uri_complete: `${uri}?${new URLSearchParams({ user_code: code })}`,
      ...{ expires_in: bindingLifeSeconds, interval: bindingIntervalSeconds },
    })
  },
})

export const readBinding = route({
  id: 'readBinding',
  method: 'GET',
  path: '/v1/devices/{uid}/binding',
  tag: 'devices',
  summary: 'Whether the device has been bound since: for the device itself.',
  access: { kinds: ['device'] },
  params: byUid,
  answers: {
    200: {
      description: 'What became of it. Over is a code that nobody has typed in time, or that was refused.',
      body: v.strictObject({ state: v.picklist(['waiting', 'bound', 'over']) }),
    },
  },
  refuses: ['permission_missing'],
  handle: async (ground, { params: { uid }, actor }) => ok({ state: await bindingState(ground, actor, uid) }),
})

export const unbindDevice = route({
  id: 'unbindDevice',
  method: 'DELETE',
  path: '/v1/devices/{uid}/claim',
  tag: 'devices',
  summary: 'Give a device up: every share ends, and what was subscribed to by it.',
  access: { permission: 'devices:bind' },
  acting: true,
  apiKeys: true,
  params: byUid,
  answers: { 204: { description: 'Given up.' } },
  refuses: ['device_not_found', 'device_not_bound', 'permission_missing'],
  async handle(ground, { params, actor }) {
    await unbind(ground, actor, params.uid)
    return done
  },
})

interface Shared {
  readonly subject: string
  readonly username: string | undefined
  readonly relation: string
  readonly until: number | null
}

const shareView = view<Shared>()(
  {
    subject: v.string(),
    username: v.nullable(v.string()),
    relation: v.string(),
    until: v.nullable(v.string()),
  },
  ({ subject, username, relation, until }) => ({
    subject,
    username: username ?? null,
    relation,
    until: timestampOrNull(until),
  }),
)

export const listShares = route({
  id: 'listShares',
  method: 'GET',
  path: '/v1/devices/{uid}/shares',
  tag: 'devices',
  summary: 'Who the device is shared with now.',
  access: { permission: 'devices:bind' },
  acting: true,
  apiKeys: true,
  params: byUid,
  answers: { 200: { description: 'The shares.', body: whole(shareView.schema) } },
  refuses: ['device_not_found', 'permission_missing'],
  async handle(ground, { params: { uid }, actor }) {
    await authorize(ground, actor, uid, 'own')
    const { db, world, people } = ground
    const relations = await findRelations(db, uid, world.now())
    const shares = relations
      .filter(({ relation }) => relation !== 'owner')
      .map(async (row) => shareView.show({ ...row, username: await people.findUsername(row.subject) }))
    return ok({ items: await Promise.all(shares), next: null })
  },
})

export const shareDevice = route({
  id: 'shareDevice',
  method: 'POST',
  path: '/v1/devices/{uid}/shares',
  tag: 'devices',
  summary: 'Let another user view or control the device.',
  access: { permission: 'devices:bind' },
  acting: true,
  apiKeys: true,
  params: byUid,
  body: v.strictObject({
    username: line(200),
    relation: v.picklist(['viewer', 'controller']),
    until: v.optional(v.nullable(moment), null),
  }),
  answers: { 201: { description: 'Shared.', body: shareView.schema } },
  refuses: ['device_not_found', 'device_bound', 'user_not_found', 'permission_missing'],
  async handle(ground, { params: { uid }, body, actor }) {
    const { username, relation, until } = body
    const subject = await share(ground, actor, uid, { username, relation, until })
    return created(shareView.show({ subject, username, relation, until }))
  },
})

export const endShare = route({
  id: 'endShare',
  method: 'DELETE',
  path: '/v1/devices/{uid}/shares/{subject}',
  tag: 'devices',
  summary: 'Take a share back, or give up one’s own.',
  access: anyCaller,
  acting: true,
  apiKeys: true,
  params: v.strictObject({ uid: line(64), subject: line(64) }),
  answers: { 204: { description: 'No longer shared.' } },
  refuses: ['device_not_found', 'share_not_found', 'permission_missing'],
  async handle(ground, { params, actor }) {
    await unshare(ground, actor, params.uid, params.subject)
    return done
  },
})
