import * as v from 'valibot'
import { line, timestamp, timestampOrNull, view } from '../http/schema.ts'
import { type ProfileChoice, profileOf } from '../tokens/profiles/choice.ts'
import {
  keyAlgorithms,
  profileNames,
  sharedAlgorithms,
  type TokenProfile,
} from '../tokens/profiles/profile.ts'
import type { ServiceRow } from './store.ts'

const claim = v.strictObject({
  name: line(200),
  value: v.union([line(200), v.number(), v.boolean(), v.array(line(200))]),
})

const algorithms = ['server', ...keyAlgorithms, ...sharedAlgorithms] as const

const profileView = view<TokenProfile>()(
  {
    name: v.picklist(profileNames),
    /** Whose key signs: `issuer`, one of the service's `own`, or one that is `shared` with it. */
    key: v.picklist(['issuer', 'own', 'shared']),
    algorithm: v.picklist(algorithms),
    type: v.string(),
    /** Null: as long as an access token of this server. */
    life_seconds: v.nullable(v.number()),
    audience_form: v.picklist(['text', 'array']),
    scope_prefix: v.string(),
    claims: v.array(claim),
    /** Whether its tokens have places in status lists. */
    status_list: v.boolean(),
  },
  (profile) => ({
    name: profile.name,
    key: profile.signing.key,
    algorithm: profile.signing.algorithm,
    type: profile.type,
    life_seconds: profile.lifeSeconds,
    audience_form: profile.audienceForm,
    scope_prefix: profile.scopePrefix,
    claims: profile.claims,
    status_list: profile.statusList,
  }),
)

/** A profile as somebody chooses it: what is not given is as shipped. */
export const profileBody = v.pipe(
  v.strictObject({
    name: v.picklist(profileNames),
    key: v.optional(v.picklist(['issuer', 'own', 'shared'])),
    algorithm: v.optional(v.picklist(algorithms)),
    type: v.optional(line(50)),
    life_seconds: v.optional(v.nullable(v.number())),
    audience_form: v.optional(v.picklist(['text', 'array'])),
    scope_prefix: v.optional(line(100, 0)),
    claims: v.optional(v.array(claim)),
    status_list: v.optional(v.boolean()),
  }),
  v.transform(
    ({ life_seconds, audience_form, scope_prefix, status_list, ...same }): ProfileChoice => ({
      ...same,
      lifeSeconds: life_seconds,
      audienceForm: audience_form,
      scopePrefix: scope_prefix,
      statusList: status_list,
    }),
  ),
)

export const serviceView = view<ServiceRow>()(
  {
    id: v.string(),
    name: v.string(),
    /** What it is permitted here. */
    scope: v.string(),
    /** What stands in `aud` of the tokens for it; null for a service that only calls. */
    audience: v.nullable(v.string()),
    /** The scopes that tokens for it may have. */
    known_scopes: v.array(v.string()),
    profile: profileView.schema,
    /** Another one after every change. */
    version: v.number(),
    created_at: v.string(),
    disabled_at: v.nullable(v.string()),
  },
  (row) => ({
    id: row.id,
    name: row.name,
    scope: row.scopes.join(' '),
    audience: row.audience,
    known_scopes: row.known_scopes,
    profile: profileView.show(profileOf(row.profile)),
    version: row.version,
    created_at: timestamp(row.created_at),
    disabled_at: timestampOrNull(row.disabled_at),
  }),
)
