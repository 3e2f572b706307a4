import * as v from 'valibot'
import { timestamp, timestampOrNull, view } from '../http/schema.ts'
import type { MadeApiKey } from './make.ts'
import type { ApiKeyRow } from './store.ts'

export const apiKeyView = view<ApiKeyRow>()(
  {
    id: v.string(),
    name: v.string(),
    scopes: v.array(v.string()),
    audience: v.string(),
    /** The service that it is for; null for this server. */
    service: v.nullable(v.string()),
    created_at: v.string(),
    expires_at: v.string(),
    /** When it was used last at this server, to a minute. Guards elsewhere tell nothing of whom they let in. */
    last_used_at: v.nullable(v.string()),
    last_address: v.nullable(v.string()),
    last_region: v.nullable(v.string()),
    last_user_agent: v.nullable(v.string()),
    revoked_at: v.nullable(v.string()),
    /** Who revoked it; null for this server itself. */
    revoked_by: v.nullable(v.string()),
    /** `revoked`, or what its owner lost: `owner_disabled`, `user_type_changed`, `scope_lost` … */
    revoke_reason: v.nullable(v.string()),
  },
  (key) => ({
    ...{ id: key.id, name: key.name, scopes: key.scopes, audience: key.audience, service: key.service },
    created_at: timestamp(key.created_at),
    expires_at: timestamp(key.ends_at),
    last_used_at: timestampOrNull(key.last_used_at),
    last_address: key.last_address,
    last_region: key.last_region,
    last_user_agent: key.last_user_agent,
    revoked_at: timestampOrNull(key.revoked_at),
    revoked_by: key.revoked_by,
    revoke_reason: key.revoke_reason,
  }),
)

export const madeApiKeyView = view<MadeApiKey>()(
  {
    ...apiKeyView.schema.entries,
    /** Shown this once: `lk_key_`, and a JWT. It is sent as a bearer token. */
    key: v.string(),
  },
  ({ row, key }) => ({ ...apiKeyView.show(row), key }),
)
