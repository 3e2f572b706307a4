import * as v from 'valibot'
import { timestamp, timestampOrNull, view } from '../http/schema.ts'
import type { PersonOfApp } from './people/store.ts'
import type { AppKeyRow, AppRow, SetKeyRow } from './store.ts'

export const appView = view<AppRow>()(
  {
    id: v.string(),
    name: v.string(),
    /** Of people who are made at first sight; null if only those sign in whom an administrator has linked. */
    user_type: v.nullable(v.string()),
    longest_session_seconds: v.number(),
    /** Another one after every change. */
    version: v.number(),
    created_at: v.string(),
    disabled_at: v.nullable(v.string()),
    /** Where the app publishes its keys. */
    jwks_uri: v.nullable(v.string()),
    /** What the last read of the set came to; null if none has ended. */
    last_fetch: v.nullable(
      v.strictObject({
        at: v.string(),
        outcome: v.picklist(['read', 'failed']),
        cause: v.nullable(v.string()),
        /** How many entries of the set that was read last are of no use here. */
        skipped: v.nullable(v.number()),
      }),
    ),
  },
  (row) => ({
    id: row.id,
    name: row.name,
    user_type: row.user_type,
    longest_session_seconds: row.longest_session_seconds,
    version: row.version,
    created_at: timestamp(row.created_at),
    disabled_at: timestampOrNull(row.disabled_at),
    jwks_uri: row.jwks_uri,
    last_fetch:
      row.set_ended_at === null
        ? null
        : {
            at: timestamp(row.set_ended_at),
            outcome: row.set_cause === null ? 'read' : 'failed',
            cause: row.set_cause,
            skipped: row.set_skipped,
          },
  }),
)

export const appKeyView = view<AppKeyRow | SetKeyRow>()(
  {
    kid: v.string(),
    algorithm: v.string(),
    /** Whether the key was given to this server, or is published by the app. */
    source: v.picklist(['given', 'key_set']),
    /** When it was given, or read. */
    created_at: v.string(),
    revoked_at: v.nullable(v.string()),
  },
  (row) => ({
    kid: row.kid,
    algorithm: row.algorithm,
    ...('read_at' in row
      ? { source: 'key_set' as const, created_at: timestamp(row.read_at), revoked_at: null }
      : {
          source: 'given' as const,
          created_at: timestamp(row.created_at),
          revoked_at: timestampOrNull(row.revoked_at),
        }),
  }),
)

export const personOfAppView = view<PersonOfApp>()(
  {
    sub: v.string(),
    user_id: v.string(),
    username: v.string(),
    /** Whether the app made the person, or an administrator linked them. */
    source: v.picklist(['made', 'linked']),
    created_at: v.string(),
    last_sign_in_at: v.nullable(v.string()),
  },
  (row) => ({
    sub: row.sub,
    user_id: row.user_id,
    username: row.username,
    source: row.is_made === 1 ? ('made' as const) : ('linked' as const),
    created_at: timestamp(row.created_at),
    last_sign_in_at: timestampOrNull(row.last_sign_in_at),
  }),
)
