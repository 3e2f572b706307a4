import { newIdentifier } from '../secrets/identifiers.ts'
import { usualGrants } from './grants.ts'
import type { ApplicationsGround } from './ground.ts'
import { authenticationsOf, checked } from './rules.ts'
import type { ApplicationRow, ApplicationType } from './store.ts'

/** What is given of an application. What is not, is as it is for its type. */
export interface ApplicationFacts {
  readonly name: string
  readonly authentication?: ApplicationRow['authentication'] | undefined
  /** The key set itself (RFC 7517), or where it is published; of one that authenticates by a key. */
  readonly jwks?: object | null | undefined
  readonly jwksUri?: string | null | undefined
  readonly redirectUris?: readonly string[] | undefined
  readonly logoutUris?: readonly string[] | undefined
  readonly backchannelLogoutUri?: string | null | undefined
  readonly backchannelLogoutSessionRequired?: boolean | undefined
  readonly frontchannelLogoutUri?: string | null | undefined
  readonly frontchannelLogoutSessionRequired?: boolean | undefined
  readonly grants?: readonly string[] | undefined
  readonly scopes?: readonly string[] | undefined
  readonly isFirstParty?: boolean | undefined
  readonly requiresPkce?: boolean | undefined
  readonly requiresPush?: boolean | undefined
  readonly requiresDpop?: boolean | undefined
  readonly subjectType?: ApplicationRow['subject_type'] | undefined
  readonly homeUri?: string | null | undefined
  readonly policyUri?: string | null | undefined
}

export interface NewApplication extends ApplicationFacts {
  readonly type: ApplicationType
}

/** What is undefined stays; the type stays in any case. */
export type ApplicationChange = {
  readonly [Fact in keyof ApplicationFacts]?: ApplicationFacts[Fact] | undefined
}

/** An application that nobody has used yet. @throws {Refusal} `request_invalid` */
export function newRow(
  ground: Pick<ApplicationsGround, 'world' | 'outbound' | 'isDevelopment'>,
  given: NewApplication,
  more: Partial<ApplicationRow> = {},
): ApplicationRow {
  const { world } = ground
  const { type } = given
  const [usual = 'secret'] = authenticationsOf[type]
  return checked(
    ground,
    applied(given, {
      ...{
        id: newIdentifier('cli', world),
        name: '',
        type,
        authentication: usual,
        jwks: null,
        jwks_uri: null,
      },
      ...{ redirect_uris: [], logout_uris: [] },
      ...{ backchannel_logout_uri: null, backchannel_logout_session_required: true },
      ...{ frontchannel_logout_uri: null, frontchannel_logout_session_required: true },
      ...{ grants: usualGrants, scopes: ['openid'], is_first_party: false, requires_pkce: true },
      ...{
        requires_push: false,
        requires_dpop: false,
        subject_type: 'public',
        home_uri: null,
        policy_uri: null,
      },
      subject_salt: world.random(16).toString('base64url'),
      ...{ made_by: 'administrator', registration_hash: null, likeness: null, created_at: world.now() },
      ...{ disabled_at: null, last_used_at: null, version: 1 },
      ...more,
    }),
  )
}

/** A row with what is given in it. */
export function applied(given: ApplicationChange, row: ApplicationRow): ApplicationRow {
  const { jwks } = given
  return {
    ...row,
    name: given.name ?? row.name,
    authentication: given.authentication ?? row.authentication,
    jwks: jwks === undefined ? row.jwks : jwks && JSON.stringify(jwks),
    jwks_uri: given.jwksUri === undefined ? row.jwks_uri : given.jwksUri,
    redirect_uris: each(given.redirectUris) ?? row.redirect_uris,
    logout_uris: each(given.logoutUris) ?? row.logout_uris,
    backchannel_logout_uri:
      given.backchannelLogoutUri === undefined ? row.backchannel_logout_uri : given.backchannelLogoutUri,
    backchannel_logout_session_required:
      given.backchannelLogoutSessionRequired ?? row.backchannel_logout_session_required,
    frontchannel_logout_uri:
      given.frontchannelLogoutUri === undefined ? row.frontchannel_logout_uri : given.frontchannelLogoutUri,
    frontchannel_logout_session_required:
      given.frontchannelLogoutSessionRequired ?? row.frontchannel_logout_session_required,
    grants: each(given.grants) ?? row.grants,
    scopes: each(given.scopes) ?? row.scopes,
    is_first_party: given.isFirstParty ?? row.is_first_party,
    requires_pkce: given.requiresPkce ?? row.requires_pkce,
    requires_push: given.requiresPush ?? row.requires_push,
    requires_dpop: given.requiresDpop ?? row.requires_dpop,
    subject_type: given.subjectType ?? row.subject_type,
    home_uri: given.homeUri === undefined ? row.home_uri : given.homeUri,
    policy_uri: given.policyUri === undefined ? row.policy_uri : given.policyUri,
  }
}

/** Each once, as they came. */
function each(names: readonly string[] | undefined): readonly string[] | undefined {
  return names && [...new Set(names)]
}
