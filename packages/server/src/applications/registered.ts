import { application as target } from '../activity/events.ts'
import type { Transaction } from '../database/database.ts'
import { Refusal } from '../errors.ts'
import type { IfVersions } from '../http/if-match.ts'
import type { Actor } from '../identity.ts'
import { authorizeOver } from '../permissions.ts'
import { newIdentifier } from '../secrets/identifiers.ts'
import { differences } from './differences.ts'
import { usualGrants } from './grants.ts'
import type { ApplicationsGround } from './ground.ts'
import { held } from './held.ts'
import { authenticationsOf, checked } from './rules.ts'
import { permissionsAmong, requireKnownScopes } from './scopes.ts'
import { insertFirstSecret } from './secrets.ts'
import {
  type ApplicationRow,
  type ApplicationType,
  deleteApplication,
  deleteSecretsOf,
  insertApplication,
  updateApplication,
} from './store.ts'

/** What is given of an application. What is not, is as it is for its type. */
export interface ApplicationFacts {
  readonly name: string
  readonly authentication?: ApplicationRow['authentication'] | undefined
  /** The key set itself (RFC 7517), or where it is published; of one that authenticates by a key. */
  readonly jwks?: object | null | undefined
  readonly jwksUri?: string | null | undefined
  readonly redirectUris?: readonly string[] | undefined
  readonly logoutUris?: readonly string[] | undefined
  readonly backchannelUri?: string | null | undefined
  readonly frontchannelUri?: string | null | undefined
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

/**
 * Register an application. Its secret, if it has one, is returned this once and cannot be read again.
 * @throws {Refusal} `permission_missing` for permissions among its scopes that the actor does not hold; `request_invalid`
 */
export async function registerApplication(
  ground: ApplicationsGround,
  actor: Actor,
  given: NewApplication,
): Promise<{ application: ApplicationRow; secret: string | undefined }> {
  const { db, world, activity } = ground
  const { type } = given
  const [usual = 'secret'] = authenticationsOf[type]
  const row = checked(
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
      ...{ redirect_uris: [], logout_uris: [], backchannel_uri: null, frontchannel_uri: null },
      ...{ grants: usualGrants, scopes: ['openid'], is_first_party: false, requires_pkce: true },
      ...{
        requires_push: false,
        requires_dpop: false,
        subject_type: 'public',
        home_uri: null,
        policy_uri: null,
      },
      subject_salt: world.random(16).toString('base64url'),
      ...{ made_by: 'administrator', registration_hash: null, created_at: world.now(), disabled_at: null },
      ...{ last_used_at: null, version: 1 },
    }),
  )
  authorizeOver(actor, permissionsAmong(row.scopes))
  return db.transaction(async (tx) => {
    await requireKnownScopes(ground, tx, row.scopes)
    await insertApplication(tx, row)
    const secret = row.authentication === 'secret' ? await insertFirstSecret(ground, tx, row.id) : undefined
    const details = { type, scopes: row.scopes.join(' ') }
    await activity.record(tx, actor, 'application.create', target(row.id), { details })
    return { application: row, secret }
  })
}

/** What is undefined stays; the type stays in any case. */
export type ApplicationChange = {
  readonly [Fact in keyof ApplicationFacts]?: ApplicationFacts[Fact] | undefined
}

/**
 * Change an application. One that loses a scope or a grant loses what people have let it do until now. `ifVersions`: only if it is
 * as in one of these versions.
 * @throws {Refusal} `application_not_found`, `permission_missing`, `precondition_failed`, `request_invalid`
 */
export async function changeApplication(
  ground: ApplicationsGround,
  actor: Actor,
  id: string,
  change: ApplicationChange,
  ifVersions?: IfVersions,
): Promise<ApplicationRow> {
  const { db, activity } = ground
  return db.transaction(async (tx) => {
    const before = await held(tx, actor, id)
    if (ifVersions && !ifVersions.includes(before.version)) {
      throw new Refusal('precondition_failed', 'the application has changed meanwhile; read it again')
    }
    if (before.made_by !== 'administrator') requireFirstOnly(change)
    const after = checked(ground, withoutOldKeys(before, change, applied(change, before)))
    authorizeOver(actor, permissionsAmong(after.scopes))
    await requireKnownScopes(ground, tx, after.scopes, before.scopes)
    const details = differences(before, after)
    if (Object.keys(details).length === 0) return before
    const row = { ...after, version: before.version + 1 }
    await updateApplication(tx, row)
    if (row.authentication !== 'secret') await deleteSecretsOf(tx, id)
    if (lost(before.scopes, row.scopes) || lost(before.grants, row.grants)) {
      await ground.endGrants(tx, actor, id, 'application_narrowed')
    }
    await activity.record(tx, actor, 'application.change', target(id), { details })
    return row
  })
}

/** Somebody else says what it is; what people and this server grant it is said here. */
function requireFirstOnly({ isFirstParty, requiresPkce }: ApplicationChange): void {
  if (isFirstParty !== true && requiresPkce !== false) return
  throw new Refusal(
    'request_invalid',
    'an application that has registered itself is never of the first party, and always needs PKCE',
  )
}

function lost(before: readonly string[], after: readonly string[]): boolean {
  return before.some((one) => !after.includes(one))
}

/** Keys that were given before do not stand beside others, nor with an application that authenticates otherwise. */
function withoutOldKeys(
  before: ApplicationRow,
  { jwks, jwksUri }: ApplicationChange,
  after: ApplicationRow,
): ApplicationRow {
  const isOther = after.authentication !== 'key' && before.authentication === 'key'
  return {
    ...after,
    ...((isOther || (typeof jwksUri === 'string' && jwks === undefined)) && { jwks: null }),
    ...((isOther || (typeof jwks === 'object' && jwks !== null && jwksUri === undefined)) && {
      jwks_uri: null,
    }),
  }
}

/** Turn an application off: nobody is sent to it, it gets no tokens, and what it had ends. */
export async function disableApplication(
  ground: ApplicationsGround,
  actor: Actor,
  id: string,
): Promise<ApplicationRow> {
  const { db, world, activity } = ground
  return db.transaction(async (tx) => {
    const before = await held(tx, actor, id)
    if (before.disabled_at !== null) return before
    const row = { ...before, disabled_at: world.now(), version: before.version + 1 }
    await updateApplication(tx, row)
    await ground.endGrants(tx, actor, id, 'application_disabled')
    await activity.record(tx, actor, 'application.disable', target(id))
    return row
  })
}

/** Turn it on again. What ended when it was disabled does not come back: people let it in anew. */
export async function enableApplication(
  { db, activity }: ApplicationsGround,
  actor: Actor,
  id: string,
): Promise<ApplicationRow> {
  return db.transaction(async (tx) => {
    const before = await held(tx, actor, id)
    if (before.disabled_at === null) return before
    const row = { ...before, disabled_at: null, version: before.version + 1 }
    await updateApplication(tx, row)
    await activity.record(tx, actor, 'application.enable', target(id))
    return row
  })
}

/** Remove an application with its secrets and all that it had. Its id is never given again. */
export async function removeApplication(ground: ApplicationsGround, actor: Actor, id: string): Promise<void> {
  await ground.db.transaction(async (tx) => {
    const { name } = await held(tx, actor, id)
    await endAndDelete(ground, tx, actor, { id, name })
  })
}

/** For whoever was authorized over it, in their transaction. */
async function endAndDelete(
  { activity, endGrants }: ApplicationsGround,
  tx: Transaction,
  actor: Actor,
  { id, name }: Pick<ApplicationRow, 'id' | 'name'>,
): Promise<void> {
  await endGrants(tx, actor, id, 'application_removed')
  await deleteApplication(tx, id)
  await activity.record(tx, actor, 'application.remove', target(id), { details: { name } })
}

/** A row with what is given in it. */
function applied(given: ApplicationChange, row: ApplicationRow): ApplicationRow {
  const { jwks } = given
  return {
    ...row,
    name: given.name ?? row.name,
    authentication: given.authentication ?? row.authentication,
    jwks: jwks === undefined ? row.jwks : jwks && JSON.stringify(jwks),
    jwks_uri: given.jwksUri === undefined ? row.jwks_uri : given.jwksUri,
    redirect_uris: each(given.redirectUris) ?? row.redirect_uris,
    logout_uris: each(given.logoutUris) ?? row.logout_uris,
    backchannel_uri: given.backchannelUri === undefined ? row.backchannel_uri : given.backchannelUri,
    frontchannel_uri: given.frontchannelUri === undefined ? row.frontchannel_uri : given.frontchannelUri,
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
