import * as v from 'valibot'
import { anyCaller, created, done, ok, routesFor } from '../../http/route.ts'
import { line, timestamp, timestampOrNull, view, whole } from '../../http/schema.ts'
import { requireRegistered } from '../relations/relations.ts'
import type { DevicesGround } from '../served.ts'
import { addDeviceKey, revokeKey } from './keys.ts'
import { type DeviceKeyRow, findDeviceKeys } from './store.ts'

const route = routesFor<DevicesGround>()

/** RFC 7517 leaves the members open; what we take of them is decided in `keys.ts`. */
export const publicJwk = v.record(v.pipe(v.string(), v.maxLength(32)), v.unknown())

const keyView = view<DeviceKeyRow>()(
  {
    kid: v.string(),
    algorithm: v.string(),
    created_at: v.string(),
    expires_at: v.nullable(v.string()),
    revoked_at: v.nullable(v.string()),
  },
  ({ kid, algorithm, created_at, expires_at, revoked_at }) => ({
    kid,
    algorithm,
    created_at: timestamp(created_at),
    expires_at: timestampOrNull(expires_at),
    revoked_at: timestampOrNull(revoked_at),
  }),
)

export const listDeviceKeys = route({
  id: 'listDeviceKeys',
  method: 'GET',
  path: '/v1/devices/{uid}/keys',
  tag: 'devices',
  summary: 'The keys a device has or had.',
  access: { permission: 'devices:read' },
  acting: true,
  apiKeys: true,
  params: v.strictObject({ uid: line(64) }),
  answers: { 200: { description: 'The keys.', body: whole(keyView.schema) } },
  refuses: ['device_not_found'],
  async handle({ db }, { params: { uid } }) {
    await requireRegistered(db, uid)
    return ok({ items: (await findDeviceKeys(db, uid)).map(keyView.show), next: null })
  },
})

export const addKeyToDevice = route({
  id: 'addDeviceKey',
  method: 'POST',
  path: '/v1/devices/{uid}/keys',
  tag: 'devices',
  summary: 'Give a device one more key, by the maker or by the device itself.',
  access: anyCaller,
  apiKeys: true,
  params: v.strictObject({ uid: line(64) }),
  body: v.strictObject({ key: publicJwk }),
  answers: { 201: { description: 'Added.', body: v.strictObject({ kid: v.string() }) } },
  refuses: ['device_not_found', 'permission_missing', 'key_exists', 'key_unacceptable'],
  async handle(ground, { params: { uid }, body, actor }) {
    return created({ kid: await addDeviceKey(ground, actor, uid, body.key) })
  },
})

export const endDeviceKey = route({
  id: 'endDeviceKey',
  method: 'DELETE',
  path: '/v1/devices/{uid}/keys/{kid}',
  tag: 'devices',
  summary: 'End a key; a device that is connected by it is disconnected.',
  access: { permission: 'devices:write' },
  apiKeys: true,
  params: v.strictObject({ uid: line(64), kid: line(64) }),
  answers: { 204: { description: 'Ended.' } },
  refuses: ['device_not_found'],
  async handle(ground, { params, actor }) {
    await revokeKey(ground, actor, params.uid, params.kid)
    return done
  },
})
