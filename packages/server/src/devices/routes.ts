import * as v from 'valibot'
import { by } from '../activity/events.ts'
import { Refusal } from '../errors.ts'
import { bearer, created, done, json, type Route, route } from '../http/route.ts'
import {
  defaultLimit,
  line,
  moment,
  page,
  pageOf,
  paging,
  timestamp,
  timestampOrNull,
} from '../http/schema.ts'
import type { Identity } from '../identity.ts'
import { type DeviceParts, registerDevice } from './devices.ts'
import { addDeviceKey, listKeys, revokeKey } from './keys/keys.ts'
import { claim, createClaimCode, unbind } from './relations/claims.ts'
import { demand, demandSight, share, unshare } from './relations/relations.ts'
import { findRelation, findRelations } from './relations/store.ts'
import { type DeviceRow, findDevice, findDevices, findDevicesOf } from './store.ts'

const uidParam = v.strictObject({ uid: line(64) })
export const shownDevice = v.strictObject({
  uid: v.string(),
  name: v.string(),
  product: v.string(),
  state: v.string(),
  online: v.boolean(),
  relation: v.nullable(v.string()),
  created_at: v.string(),
  bound_at: v.nullable(v.string()),
  last_seen_at: v.nullable(v.string()),
})
const shownKey = v.strictObject({
  kid: v.string(),
  algorithm: v.string(),
  created_at: v.string(),
  expires_at: v.nullable(v.string()),
  revoked_at: v.nullable(v.string()),
})
const shownShare = v.strictObject({
  subject: v.string(),
  username: v.nullable(v.string()),
  relation: v.string(),
  until: v.nullable(v.string()),
})
/** RFC 7517 leaves the members open; what we take of them is decided in `keys.ts`. */
const jwk = v.record(v.pipe(v.string(), v.maxLength(32)), v.unknown())

export type DeviceRouteParts = DeviceParts & {
  readonly isOnline: (uid: string) => boolean
  readonly kick: (uid: string, keyId: string) => void
  readonly relationChanged: (uid: string, subjects: readonly string[]) => Promise<void>
  /** People are known elsewhere: their id by name, and their name by id. */
  readonly findUserId: (username: string) => Promise<string | undefined>
  readonly findUsername: (userId: string) => Promise<string | undefined>
}

/** Registering, claiming and sharing devices. */
export function deviceRoutes(parts: DeviceRouteParts): Route[] {
  const { db, world, isOnline } = parts
  const show = (device: DeviceRow, relation: string | null): v.InferOutput<typeof shownDevice> => ({
    uid: device.uid,
    name: device.name,
    product: device.product,
    state: device.state,
    online: isOnline(device.uid),
    relation,
    created_at: timestamp(device.created_at),
    bound_at: timestampOrNull(device.bound_at),
    last_seen_at: timestampOrNull(device.last_seen_at),
  })
  return [
    route({
      method: 'GET',
      path: '/v1/devices',
      tag: 'devices',
      summary: 'List the devices one is bound to; with all=true and devices:read, every device.',
      access: bearer(),
      query: v.strictObject({ ...paging, all: v.optional(v.picklist(['true', 'false']), 'false') }),
      answers: { 200: { description: 'A page of devices.', body: page(shownDevice) } },
      async handle({ query: { limit = defaultLimit, after = '', all }, caller }) {
        if (all === 'true') {
          if (!caller.scopes.has('devices:read'))
            throw new Refusal('permission_missing', 'this needs the permission devices:read')
          const rows = await findDevices(db, after, limit + 1)
          return json(
            pageOf(
              rows,
              limit,
              (row) => row.uid,
              (row) => show(row, null),
            ),
          )
        }
        const rows = await findDevicesOf(db, caller.subject, world.now(), after, limit + 1)
        return json(
          pageOf(
            rows,
            limit,
            (row) => row.uid,
            (row) => show(row, row.relation),
          ),
        )
      },
    }),
    route({
      method: 'POST',
      path: '/v1/devices',
      tag: 'devices',
      summary: 'Register a device with the public key it made.',
      access: bearer('devices:write'),
      body: v.strictObject({
        name: line(100),
        product: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,39}$/)),
        uid: v.optional(line(64)),
        key: jwk,
      }),
      answers: { 201: { description: 'Registered.', body: shownDevice } },
      handle: async ({ body, caller, origin }) =>
        created(show(await registerDevice(parts, body, by(caller, origin)), null)),
    }),
    route({
      method: 'POST',
      path: '/v1/devices/claims',
      tag: 'devices',
      summary: 'Become the owner of a device by the code it shows, or the printed one while it is connected.',
      access: bearer('devices:bind', 'user', 'service'),
      body: v.strictObject({ uid: line(64), code: line(128) }),
      answers: { 201: { description: 'The device is yours.', body: shownDevice } },
      async handle({ body, caller, origin }) {
        const uid = await claim(parts, caller, body, by(caller, origin))
        return created(show(await existing(uid), 'owner'))
      },
    }),
    route({
      method: 'GET',
      path: '/v1/devices/{uid}',
      tag: 'devices',
      summary: 'See a device.',
      access: bearer(),
      params: uidParam,
      answers: { 200: { description: 'The device.', body: shownDevice } },
      async handle({ params: { uid }, caller }) {
        await demandSight(parts, caller, uid)
        const relation = await findRelation(db, uid, caller.subject, world.now())
        return json(show(await existing(uid), relation ?? null))
      },
    }),
    route({
      method: 'POST',
      path: '/v1/devices/{uid}/claim',
      tag: 'devices',
      summary: 'Make a claim code: the device for itself to show, or the maker to print.',
      access: bearer(),
      params: uidParam,
      answers: {
        201: {
          description: 'The code, shown this once.',
          body: v.strictObject({ uid: v.string(), code: v.string(), expires_at: v.string() }),
        },
      },
      async handle({ params: { uid }, caller, origin }) {
        const issuer = issuerOf(caller, uid)
        const { code, expiresAt } = await createClaimCode(parts, uid, issuer, by(caller, origin))
        return created({ uid, code, expires_at: timestamp(expiresAt) })
      },
    }),
    route({
      method: 'DELETE',
      path: '/v1/devices/{uid}/claim',
      tag: 'devices',
      summary: 'Give a device up: every share ends, and live connections to it close.',
      access: bearer('devices:bind'),
      params: uidParam,
      answers: { 204: { description: 'Given up.' } },
      async handle({ params, caller, origin }) {
        await unbind(parts, caller, params.uid, by(caller, origin))
        return done
      },
    }),
    route({
      method: 'GET',
      path: '/v1/devices/{uid}/shares',
      tag: 'devices',
      summary: 'Who the device is shared with.',
      access: bearer('devices:bind'),
      params: uidParam,
      answers: {
        200: {
          description: 'The shares.',
          body: v.strictObject({ items: v.array(shownShare), next: v.null() }),
        },
      },
      async handle({ params: { uid }, caller }) {
        await demand(parts, caller, uid, 'own')
        const relations = (await findRelations(db, uid)).filter(({ relation }) => relation !== 'owner')
        const items = relations.map(async ({ subject, relation, until }) => ({
          subject,
          username: (await parts.findUsername(subject)) ?? null,
          relation,
          until: timestampOrNull(until),
        }))
        return json({ items: await Promise.all(items), next: null })
      },
    }),
    route({
      method: 'POST',
      path: '/v1/devices/{uid}/shares',
      tag: 'devices',
      summary: 'Let another user view or control the device.',
      access: bearer('devices:bind'),
      params: uidParam,
      body: v.strictObject({
        username: line(200),
        relation: v.picklist(['viewer', 'controller']),
        until: v.optional(v.nullable(moment), null),
      }),
      answers: { 201: { description: 'Shared.', body: shownShare } },
      async handle({ params: { uid }, body, caller, origin }) {
        await demand(parts, caller, uid, 'own')
        const subject = await parts.findUserId(body.username)
        if (subject === undefined) throw new Refusal('user_not_found', 'no such user')
        await share(
          parts,
          caller,
          uid,
          { subject, relation: body.relation, until: body.until },
          by(caller, origin),
        )
        return created({
          subject,
          username: body.username,
          relation: body.relation,
          until: timestampOrNull(body.until),
        })
      },
    }),
    route({
      method: 'DELETE',
      path: '/v1/devices/{uid}/shares/{subject}',
      tag: 'devices',
      summary: 'Take a share back, or give up one’s own.',
      access: bearer(),
      params: v.strictObject({ uid: line(64), subject: line(64) }),
      answers: { 204: { description: 'No longer shared.' } },
      async handle({ params, caller, origin }) {
        await unshare(parts, caller, params.uid, params.subject, by(caller, origin))
        return done
      },
    }),
    route({
      method: 'GET',
      path: '/v1/devices/{uid}/keys',
      tag: 'devices',
      summary: 'The keys a device has or had.',
      access: bearer('devices:read'),
      params: uidParam,
      answers: {
        200: { description: 'The keys.', body: v.strictObject({ items: v.array(shownKey), next: v.null() }) },
      },
      async handle({ params: { uid } }) {
        await existing(uid)
        const items = (await listKeys(parts, uid)).map((key) => ({
          kid: key.kid,
          algorithm: key.algorithm,
          created_at: timestamp(key.created_at),
          expires_at: timestampOrNull(key.expires_at),
          revoked_at: timestampOrNull(key.revoked_at),
        }))
        return json({ items, next: null })
      },
    }),
    route({
      method: 'POST',
      path: '/v1/devices/{uid}/keys',
      tag: 'devices',
      summary: 'Give a device one more key, by the maker or by the device itself.',
      access: bearer(),
      params: uidParam,
      body: v.strictObject({ key: jwk }),
      answers: { 201: { description: 'Added.', body: v.strictObject({ kid: v.string() }) } },
      async handle({ params: { uid }, body, caller, origin }) {
        issuerOf(caller, uid)
        return created({ kid: await addDeviceKey(parts, uid, body.key, by(caller, origin)) })
      },
    }),
    route({
      method: 'DELETE',
      path: '/v1/devices/{uid}/keys/{kid}',
      tag: 'devices',
      summary: 'End a key; a device that is connected by it is disconnected.',
      access: bearer('devices:write'),
      params: v.strictObject({ uid: line(64), kid: line(64) }),
      answers: { 204: { description: 'Ended.' } },
      async handle({ params, caller, origin }) {
        await revokeKey(parts, params.uid, params.kid, by(caller, origin))
        return done
      },
    }),
  ]

  async function existing(uid: string): Promise<DeviceRow> {
    const device = await findDevice(db, uid)
    if (!device) throw new Refusal('device_not_found', 'no such device')
    return device
  }
}

/** A device acts for itself; for another, one needs to be its maker. */
function issuerOf(caller: Identity, uid: string): 'device' | 'maker' {
  if (caller.kind === 'device' && caller.subject === uid) return 'device'
  if (caller.scopes.has('devices:write')) return 'maker'
  throw new Refusal('permission_missing', 'this needs the permission devices:write')
}
