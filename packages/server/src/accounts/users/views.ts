import * as v from 'valibot'
import { timestamp, timestampOrNull, view } from '../../http/schema.ts'
import type { LiveSession } from '../../sessions/store.ts'
import type { UserRow } from './store.ts'

export const userView = view<UserRow>()(
  {
    id: v.string(),
    username: v.string(),
    display_name: v.nullable(v.string()),
    user_type: v.string(),
    created_at: v.string(),
    last_sign_in_at: v.nullable(v.string()),
    disabled_at: v.nullable(v.string()),
    /** When the account will be deleted. */
    delete_at: v.nullable(v.string()),
    /** Another one after every change of the name or the type. */
    version: v.number(),
  },
  (user) => ({
    id: user.id,
    username: user.username,
    display_name: user.display_name,
    user_type: user.user_type,
    created_at: timestamp(user.created_at),
    last_sign_in_at: timestampOrNull(user.last_sign_in_at),
    disabled_at: timestampOrNull(user.disabled_at),
    delete_at: timestampOrNull(user.delete_at),
    version: user.version,
  }),
)

export const sessionView = view<LiveSession>()(
  {
    id: v.string(),
    created_at: v.string(),
    last_used_at: v.string(),
    address: v.string(),
    region: v.nullable(v.string()),
    user_agent: v.nullable(v.string()),
    amr: v.array(v.string()),
    /** The administrator who acts as the user in it; null for a session of the user. */
    acted_by: v.nullable(v.strictObject({ id: v.string(), username: v.nullable(v.string()) })),
  },
  (session) => ({
    id: session.id,
    created_at: timestamp(session.created_at),
    last_used_at: timestamp(session.last_used_at),
    address: session.address,
    region: session.region,
    user_agent: session.user_agent,
    amr: session.amr,
    acted_by: session.acted_by === null ? null : { id: session.acted_by, username: session.acted_by_name },
  }),
)

export const invitationView = view<{ secret: string; link: string; expiresAt: number }>()(
  { invitation: v.string(), link: v.string(), expires_at: v.string() },
  ({ secret, link, expiresAt }) => ({ invitation: secret, link, expires_at: timestamp(expiresAt) }),
)
