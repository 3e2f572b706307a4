import * as v from 'valibot'
import { timestamp, timestampOrNull, view } from '../../http/schema.ts'
import { fetcher } from '../../keys/routes.ts'
import { keyAlgorithms } from '../../tokens/profiles/profile.ts'
import type { OwnRotation } from './own-keys.ts'
import type { ServiceKeyRow } from './store.ts'

export const serviceKeyView = view<ServiceKeyRow>()(
  {
    kid: v.string(),
    algorithm: v.picklist(keyAlgorithms),
    /** `next` and `active` stand in the key set, and a retired one does while a token that it signed may live; a revoked one does not. */
    status: v.picklist(['next', 'active', 'retired', 'revoked']),
    created_at: v.string(),
    activated_at: v.nullable(v.string()),
    retired_at: v.nullable(v.string()),
    revoked_at: v.nullable(v.string()),
    /** When it last signed, to a minute. */
    last_signed_at: v.nullable(v.string()),
  },
  (key) => ({
    ...{ kid: key.kid, algorithm: key.algorithm },
    status: key.revoked_at === null ? key.status : ('revoked' as const),
    created_at: timestamp(key.created_at),
    activated_at: timestampOrNull(key.activated_at),
    retired_at: timestampOrNull(key.retired_at),
    revoked_at: timestampOrNull(key.revoked_at),
    last_signed_at: timestampOrNull(key.last_used_at),
  }),
)

export const ownRotationView = view<OwnRotation>()(
  {
    active_kid: v.nullable(v.string()),
    next_kid: v.nullable(v.string()),
    next_since: v.nullable(v.string()),
    ready: v.number(),
    cut_off: v.array(fetcher.schema),
    incomplete: v.boolean(),
  },
  ({ active, next, ready, cutOff, isIncomplete }) => ({
    active_kid: active?.kid ?? null,
    next_kid: next?.kid ?? null,
    next_since: timestampOrNull(next?.created_at ?? null),
    ready,
    cut_off: cutOff.map(fetcher.show),
    incomplete: isIncomplete,
  }),
)
