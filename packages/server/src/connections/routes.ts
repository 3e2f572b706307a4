import * as v from 'valibot'
import { anyCaller, ok, routesFor } from '../http/route.ts'
import { line, timestamp, view } from '../http/schema.ts'
import type { Caller, Identity } from '../identity.ts'
import type { Connection } from '../mqtt/broker/authority.ts'

interface Served {
  find(uid: string): Connection<Identity> | undefined
  requireVisible(caller: Caller, uid: string): Promise<void>
}

const route = routesFor<Served>()

const connectionView = view<Connection<Identity> | undefined>()(
  {
    online: v.boolean(),
    since: v.nullable(v.string()),
    address: v.nullable(v.string()),
    protocol: v.nullable(v.string()),
  },
  (live) => ({
    online: live !== undefined,
    since: live ? timestamp(live.connectedAtMs) : null,
    address: live?.address ?? null,
    protocol: live ? (live.protocol === 5 ? 'MQTT 5' : 'MQTT 3.1.1') : null,
  }),
)

export const readDeviceConnection = route({
  id: 'readDeviceConnection',
  method: 'GET',
  path: '/v1/devices/{uid}/connections',
  tag: 'devices',
  summary: 'Whether the device is connected now, since when and from where.',
  access: anyCaller,
  acting: true,
  apiKeys: true,
  params: v.strictObject({ uid: line(64) }),
  answers: { 200: { description: 'The live connection.', body: connectionView.schema } },
  refuses: ['device_not_found', 'permission_missing'],
  async handle({ find, requireVisible }, { params: { uid }, actor }) {
    await requireVisible(actor, uid)
    return ok(connectionView.show(find(uid)))
  },
})
