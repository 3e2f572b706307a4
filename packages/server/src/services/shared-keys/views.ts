import * as v from 'valibot'
import { timestamp, timestampOrNull, view } from '../../http/schema.ts'
import { sharedAlgorithms } from '../../tokens/profiles/profile.ts'
import type { NewSharedKey } from './shared-keys.ts'
import type { SharedKeyRow } from './store.ts'

export const sharedKeyView = view<SharedKeyRow>()(
  {
    kid: v.string(),
    algorithm: v.picklist(sharedAlgorithms),
    created_at: v.string(),
    /** From when on it signs. */
    starts_at: v.string(),
    /** From when on neither side should know it; null while none has taken its place. */
    ends_at: v.nullable(v.string()),
    /** When it last signed, to a minute. Verification is local, so nobody here knows when a service last verified by it. */
    last_signed_at: v.nullable(v.string()),
  },
  (key) => ({
    kid: key.kid,
    algorithm: key.algorithm,
    created_at: timestamp(key.created_at),
    starts_at: timestamp(key.starts_at),
    ends_at: timestampOrNull(key.ends_at),
    last_signed_at: timestampOrNull(key.last_used_at),
  }),
)

export const newSharedKeyView = view<NewSharedKey>()(
  {
    ...sharedKeyView.schema.entries,
    /** Shown this once. The bytes of this text are the key, for programs that take a secret as text. */
    secret: v.string(),
    /** The same for programs that take a JWK (RFC 7517). */
    jwk: v.strictObject({ kty: v.literal('oct'), kid: v.string(), alg: v.string(), k: v.string() }),
    /** When the key before it ends; null if there is none. */
    previous_ends_at: v.nullable(v.string()),
    /** How many API keys the one before has signed, which end with it. */
    api_keys: v.number(),
  },
  ({ key, secret, previousEndsAt, apiKeys }) => ({
    ...sharedKeyView.show(key),
    secret,
    jwk: {
      ...{ kty: 'oct' as const, kid: key.kid, alg: key.algorithm },
      k: Buffer.from(secret).toString('base64url'),
    },
    previous_ends_at: timestampOrNull(previousEndsAt),
    api_keys: apiKeys,
  }),
)
