import * as v from 'valibot'
import { bearer, json, type Route, route } from '../http/route.ts'
import { line, timestamp } from '../http/schema.ts'
import type { Identity } from '../identity.ts'
import type { Connections } from './connections.ts'

interface Parts {
  readonly connections: Connections
  /** Refuses a caller who may not see this device, and anyone where there is none. */
  readonly demandSight: (caller: Identity, uid: string) => Promise<void>
}

export function connectionRoutes({ connections, demandSight }: Parts): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/devices/{uid}/connections',
      tag: 'devices',
      summary: 'Whether the device is connected now, since when and from where.',
      access: bearer(),
      params: v.strictObject({ uid: line(64) }),
      answers: {
        200: {
          description: 'The live connection.',
          body: v.strictObject({
            online: v.boolean(),
            since: v.nullable(v.string()),
            address: v.nullable(v.string()),
            protocol: v.nullable(v.string()),
          }),
        },
      },
      async handle({ params: { uid }, caller }) {
        await demandSight(caller, uid)
        const live = connections.find(uid)
        return json({
          online: live !== undefined,
          since: live ? timestamp(live.connectedAtMs) : null,
          address: live?.address ?? null,
          protocol: live ? (live.protocol === 5 ? 'MQTT 5' : 'MQTT 3.1.1') : null,
        })
      },
    }),
  ]
}
