import * as v from 'valibot'
import { Refusal } from '../errors.ts'
import { anyCaller, created, ok, routesFor } from '../http/route.ts'
import { defaultLimit, line, page, pageOf, paging } from '../http/schema.ts'
import { wholeText } from '../whole-text.ts'
import { publicJwk } from './keys/routes.ts'
import { listDevices } from './listing.ts'
import { registerDevice } from './registration.ts'
import { requireVisible } from './relations/relations.ts'
import { findRelation } from './relations/store.ts'
import type { DevicesGround } from './served.ts'
import { findDevice } from './store.ts'
import { deviceView } from './views.ts'

const route = routesFor<DevicesGround>()

export const listDevicesRoute = route({
  id: 'listDevices',
  method: 'GET',
  path: '/v1/devices',
  tag: 'devices',
  summary: 'List the devices one is bound to; with all=true and devices:read, every device.',
  access: anyCaller,
  acting: true,
  apiKeys: true,
  query: v.strictObject({ ...paging, all: v.optional(v.picklist(['true', 'false']), 'false') }),
  answers: { 200: { description: 'A page of devices.', body: page(deviceView.schema) } },
  refuses: ['permission_missing'],
  async handle(ground, { query: { limit = defaultLimit, after = '', all }, actor }) {
    const asked = { all: all === 'true', after, limit: limit + 1 }
    const rows = await listDevices(ground, actor, asked)
    const show = (device: (typeof rows)[number]) =>
      deviceView.show({ device, relation: device.relation, isOnline: ground.live.isOnline(device.uid) })
    return ok(pageOf(rows, limit, (row) => row.uid, show))
  },
})

export const registerDeviceRoute = route({
  id: 'registerDevice',
  method: 'POST',
  path: '/v1/devices',
  tag: 'devices',
  summary: 'Register a device with the public key it made.',
  access: { permission: 'devices:write' },
  apiKeys: true,
  body: v.strictObject({
    name: line(100),
    product: v.pipe(v.string(), v.regex(wholeText(/[a-z0-9][a-z0-9-]{0,39}/))),
    uid: v.optional(line(64)),
    key: publicJwk,
  }),
  answers: { 201: { description: 'Registered.', body: deviceView.schema } },
  refuses: ['device_exists', 'key_exists', 'key_unacceptable'],
  async handle(ground, { body, actor }) {
    const device = await registerDevice(ground, actor, body)
    return created(deviceView.show({ device, relation: undefined, isOnline: false }))
  },
})

export const readDevice = route({
  id: 'readDevice',
  method: 'GET',
  path: '/v1/devices/{uid}',
  tag: 'devices',
  summary: 'See a device.',
  access: anyCaller,
  acting: true,
  apiKeys: true,
  params: v.strictObject({ uid: line(64) }),
  answers: { 200: { description: 'The device.', body: deviceView.schema } },
  refuses: ['device_not_found', 'permission_missing'],
  async handle(ground, { params: { uid }, actor }) {
    await requireVisible(ground, actor, uid)
    const { db, world, live } = ground
    const device = await findDevice(db, uid)
    if (!device) throw new Refusal('device_not_found', 'no such device')
    const relation = await findRelation(db, uid, actor.identity.subject, world.now())
    return ok(deviceView.show({ device, relation, isOnline: live.isOnline(uid) }))
  },
})
