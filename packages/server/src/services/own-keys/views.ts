import * as v from 'valibot'
import { timestamp, timestampOrNull, view } from '../../http/schema.ts'
import { keyAlgorithms } from '../../tokens/profiles/profile.ts'
import type { ServiceKeyRow } from './store.ts'

export const serviceKeyView = view<ServiceKeyRow>()(
  {
    kid: v.string(),
    algorithm: v.picklist(keyAlgorithms),
    /** `next` and `active` stand in the key set, and a retired one does while a token that it signed may live. */
    status: v.picklist(['next', 'active', 'retired']),
    created_at: v.string(),
    activated_at: v.nullable(v.string()),
    retired_at: v.nullable(v.string()),
    /** When it last signed, to a minute. */
    last_signed_at: v.nullable(v.string()),
  },
  (key) => ({
    ...{ kid: key.kid, algorithm: key.algorithm, status: key.status },
    created_at: timestamp(key.created_at),
    activated_at: timestampOrNull(key.activated_at),
    retired_at: timestampOrNull(key.retired_at),
    last_signed_at: timestampOrNull(key.last_used_at),
  }),
)
