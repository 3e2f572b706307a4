import * as v from 'valibot'
import { ifVersions } from '../../http/if-match.ts'
import { anyCaller, ok, routesFor } from '../../http/route.ts'
import { line, timestampOrNull, view } from '../../http/schema.ts'
import type { DevicesGround } from '../served.ts'
import { changeShadow, isObject, type JsonObject, readVisibleShadow, type Shadow } from './shadow.ts'

const route = routesFor<DevicesGround>()
const byUid = v.strictObject({ uid: line(64) })
const object = v.custom<JsonObject>(isObject)

const shadowView = view<Shadow>()(
  {
    reported: v.record(v.string(), v.unknown()),
    desired: v.record(v.string(), v.unknown()),
    delta: v.record(v.string(), v.unknown()),
    version: v.number(),
    updated_at: v.nullable(v.string()),
  },
  ({ reported, desired, delta, version, updatedAt }) => ({
    reported,
    desired,
    delta,
    version,
    updated_at: timestampOrNull(updatedAt),
  }),
)

const answers = {
  200: {
    description: 'The shadow.',
    body: shadowView.schema,
    headers: { ETag: 'The version, in quotes. Send it as If-Match to change this version and no other.' },
  },
} as const

export const readShadowRoute = route({
  id: 'readShadow',
  method: 'GET',
  path: '/v1/devices/{uid}/state',
  tag: 'devices',
  summary: 'The shadow of the device: what it reports and what is desired of it.',
  access: anyCaller,
  acting: true,
  apiKeys: true,
  params: byUid,
  answers,
  refuses: ['device_not_found', 'permission_missing'],
  async handle(ground, { params: { uid }, actor }) {
    return shown(await readVisibleShadow(ground, actor, uid))
  },
})

export const changeShadowRoute = route({
  id: 'changeShadow',
  method: 'PATCH',
  path: '/v1/devices/{uid}/state',
  tag: 'devices',
  summary:
    'Change the shadow by a merge patch (RFC 7396): the device what it reports, its controllers what they desire. With If-Match, only the version that it names.',
  access: anyCaller,
  acting: true,
  apiKeys: true,
  params: byUid,
  body: v.strictObject({ desired: v.optional(object), reported: v.optional(object) }),
  exactBody: true,
  answers,
  refuses: ['device_not_found', 'permission_missing', 'precondition_failed', 'body_too_large'],
  async handle(ground, { params: { uid }, body, actor, header }) {
    return shown(await changeShadow(ground, actor, uid, body, ifVersions(header('if-match'))))
  },
})

function shown(shadow: Shadow) {
  return ok(shadowView.show(shadow), { etag: `"${shadow.version}"` })
}
