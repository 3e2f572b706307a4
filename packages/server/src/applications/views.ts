import * as v from 'valibot'
import { timestamp, timestampOrNull, view } from '../http/schema.ts'
import { type ApplicationRow, applicationTypes, type SecretRow } from './store.ts'

const text = v.nullable(v.string())

export const applicationView = view<ApplicationRow>()(
  {
    /** Its `client_id`. */
    id: v.string(),
    name: v.string(),
    type: v.picklist(applicationTypes),
    /** By nothing, a secret, or a key. */
    authentication: v.picklist(['none', 'secret', 'key']),
    /** Its key set (RFC 7517), or where it is published. */
    jwks: v.nullable(v.record(v.string(), v.unknown())),
    jwks_uri: text,
    redirect_uris: v.array(v.string()),
    logout_uris: v.array(v.string()),
    /** Where it is told that a session of its has ended, and whether it is told which. */
    backchannel_logout_uri: text,
    backchannel_logout_session_required: v.boolean(),
    /** Its page that signs a browser out, and whether that is told the issuer and the session. */
    frontchannel_logout_uri: text,
    frontchannel_logout_session_required: v.boolean(),
    grants: v.array(v.string()),
    scopes: v.array(v.string()),
    /** People are not asked whether they let it in. */
    is_first_party: v.boolean(),
    requires_pkce: v.boolean(),
    requires_push: v.boolean(),
    requires_dpop: v.boolean(),
    subject_type: v.picklist(['public', 'pairwise']),
    home_uri: text,
    policy_uri: text,
    made_by: v.picklist(['administrator', 'registration', 'document']),
    /** Another one after every change. */
    version: v.number(),
    created_at: v.string(),
    disabled_at: v.nullable(v.string()),
    last_used_at: v.nullable(v.string()),
  },
  ({ subject_salt: _salt, registration_hash: _hash, likeness: _likeness, ...row }) => ({
    ...row,
    jwks: row.jwks === null ? null : (JSON.parse(row.jwks) as Record<string, unknown>), // it was an object
    created_at: timestamp(row.created_at),
    disabled_at: timestampOrNull(row.disabled_at),
    last_used_at: timestampOrNull(row.last_used_at),
  }),
)

/** A secret without itself: what is kept of it is a hash. */
export const secretView = view<SecretRow>()(
  {
    id: v.string(),
    created_at: v.string(),
    /** Null for one that does not end by itself. */
    ends_at: v.nullable(v.string()),
    last_used_at: v.nullable(v.string()),
  },
  (row) => ({
    id: row.id,
    created_at: timestamp(row.created_at),
    ends_at: timestampOrNull(row.ends_at),
    last_used_at: timestampOrNull(row.last_used_at),
  }),
)
