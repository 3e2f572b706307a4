import * as v from 'valibot'
import { timestamp, timestampOrNull, view } from '../../http/schema.ts'
import type { Preset } from './presets.ts'
import { authentications, responseModes } from './settings.ts'
import type { ProviderRow } from './store.ts'

/** A provider, and where it leads back to. Its secret is never shown. */
export interface ShownProvider extends ProviderRow {
  readonly redirectUri: string
  readonly identities: number
}

export const providerView = view<ShownProvider>()(
  {
    key: v.string(),
    name: v.string(),
    issuer: v.string(),
    client_id: v.string(),
    authentication: v.picklist(authentications),
    has_secret: v.boolean(),
    team_id: v.nullable(v.string()),
    key_id: v.nullable(v.string()),
    scopes: v.array(v.string()),
    response_mode: v.picklist(responseModes),
    /** Of people who come for the first time; null if only those sign in whose identity is linked. */
    user_type: v.nullable(v.string()),
    /** Of which domains its word counts that an address is proven; `*` for every one. */
    email_domains: v.array(v.string()),
    username_claim: v.nullable(v.string()),
    display_name_claim: v.nullable(v.string()),
    factor_amr: v.array(v.string()),
    factor_acr: v.array(v.string()),
    /** What the provider has to be told as the address that it leads back to. */
    redirect_uri: v.string(),
    /** How many identities of it are somebody's here. */
    identities: v.number(),
    /** Another one after every change. */
    version: v.number(),
    created_at: v.string(),
    disabled_at: v.nullable(v.string()),
  },
  (row) => ({
    ...{ key: row.key, name: row.name, issuer: row.issuer, client_id: row.clientId },
    ...{ authentication: row.authentication, has_secret: row.secretSealed !== null },
    ...{ team_id: row.teamId, key_id: row.keyId, scopes: row.scopes, response_mode: row.responseMode },
    ...{ user_type: row.userType, email_domains: row.emailDomains },
    ...{ username_claim: row.usernameClaim, display_name_claim: row.displayNameClaim },
    ...{ factor_amr: row.factorAmr, factor_acr: row.factorAcr },
    ...{ redirect_uri: row.redirectUri, identities: row.identities, version: row.version },
    ...{ created_at: timestamp(row.createdAt), disabled_at: timestampOrNull(row.disabledAt) },
  }),
)

export const presetView = view<Preset>()(
  {
    id: v.string(),
    name: v.string(),
    issuer: v.nullable(v.string()),
    authentication: v.picklist(authentications),
    scopes: v.array(v.string()),
    response_mode: v.picklist(responseModes),
  },
  ({ id, name, issuer = null, authentication, scopes, responseMode }) => ({
    ...{ id, name, issuer, authentication, scopes, response_mode: responseMode },
  }),
)

/** A provider as the pages of a sign-in show it. */
export const offeredView = view<{ readonly key: string; readonly name: string }>()(
  { key: v.string(), name: v.string() },
  ({ key, name }) => ({ key, name }),
)
