import * as v from 'valibot'
import { timestamp, timestampOrNull, view } from '../http/schema.ts'
import type { AppKeyRow, AppRow } from './store.ts'

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
  },
  (row) => ({
    id: row.id,
    name: row.name,
    user_type: row.user_type,
    longest_session_seconds: row.longest_session_seconds,
    version: row.version,
    created_at: timestamp(row.created_at),
    disabled_at: timestampOrNull(row.disabled_at),
  }),
)

export const appKeyView = view<AppKeyRow>()(
  {
    kid: v.string(),
    algorithm: v.string(),
    created_at: v.string(),
    revoked_at: v.nullable(v.string()),
  },
  ({ kid, algorithm, created_at, revoked_at }) => ({
    kid,
    algorithm,
    created_at: timestamp(created_at),
    revoked_at: timestampOrNull(revoked_at),
  }),
)
