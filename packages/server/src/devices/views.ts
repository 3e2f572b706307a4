import * as v from 'valibot'
import { timestamp, timestampOrNull, view } from '../http/schema.ts'
import type { Relation } from './relations/store.ts'
import type { DeviceRow } from './store.ts'

interface Shown {
  readonly device: DeviceRow
  /** Of the caller to the device. */
  readonly relation: Relation | undefined
  readonly isOnline: boolean
}

export const deviceView = view<Shown>()(
  {
    uid: v.string(),
    name: v.string(),
    product: v.string(),
    state: v.string(),
    online: v.boolean(),
    relation: v.nullable(v.string()),
    created_at: v.string(),
    bound_at: v.nullable(v.string()),
    last_seen_at: v.nullable(v.string()),
  },
  ({ device, relation, isOnline }) => ({
    uid: device.uid,
    name: device.name,
    product: device.product,
    state: device.state,
    online: isOnline,
    relation: relation ?? null,
    created_at: timestamp(device.created_at),
    bound_at: timestampOrNull(device.bound_at),
    last_seen_at: timestampOrNull(device.last_seen_at),
  }),
)
