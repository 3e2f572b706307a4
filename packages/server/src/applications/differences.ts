import type { ApplicationRow } from './store.ts'

/** What the log is told of a change: what is as it was is not there. */
export function differences(
  before: ApplicationRow,
  after: ApplicationRow,
): Record<string, string | boolean | null> {
  const was = told(before)
  return Object.fromEntries(Object.entries(told(after)).filter(([name, value]) => value !== was[name]))
}

function told(row: ApplicationRow): Record<string, string | boolean | null> {
  return {
    name: row.name,
    authentication: row.authentication,
    jwks: row.jwks,
    jwks_uri: row.jwks_uri,
    redirect_uris: row.redirect_uris.join(' '),
    logout_uris: row.logout_uris.join(' '),
    backchannel_logout_uri: row.backchannel_logout_uri,
    backchannel_logout_session_required: row.backchannel_logout_session_required,
    frontchannel_logout_uri: row.frontchannel_logout_uri,
    frontchannel_logout_session_required: row.frontchannel_logout_session_required,
    grants: row.grants.join(' '),
    scopes: row.scopes.join(' '),
    is_first_party: row.is_first_party,
    requires_pkce: row.requires_pkce,
    requires_push: row.requires_push,
    requires_dpop: row.requires_dpop,
    subject_type: row.subject_type,
    home_uri: row.home_uri,
    policy_uri: row.policy_uri,
  }
}

/** Whether an application loses a scope or a grant, and with it what people have let it do until now. */
export function isNarrowed(before: ApplicationRow, after: ApplicationRow): boolean {
  const loses = (list: 'scopes' | 'grants') =>
    before[list].some((one) => !(after[list] as readonly string[]).includes(one))
  return loses('scopes') || loses('grants')
}
