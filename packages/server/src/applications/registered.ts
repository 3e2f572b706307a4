import { application as target } from '../activity/events.ts'
import type { Transaction } from '../database/database.ts'
import { Refusal } from '../errors.ts'
import type { IfVersions } from '../http/if-match.ts'
import type { Actor } from '../identity.ts'
import { authorizeOver } from '../permissions.ts'
import { differences, isNarrowed } from './differences.ts'
import { type ApplicationChange, applied, type NewApplication, newRow } from './facts.ts'
import type { ApplicationsGround } from './ground.ts'
import { heldApplication } from './held.ts'
import { checked } from './rules.ts'
import { permissionsAmong, requireKnownScopes } from './scopes.ts'
import { insertFirstSecret } from './secrets.ts'
import {
  type ApplicationRow,
  deleteApplication,
  deleteSecretsOf,
  insertApplication,
  updateApplication,
} from './store.ts'
import { deleteWorkloadsOf } from './workloads/store.ts'

/**
 * Register an application. Its secret, if it has one, is returned this once and cannot be read again.
 * @throws {Refusal} `permission_missing` for permissions among its scopes that the actor does not hold; `request_invalid`
 */
export async function registerApplication(
  ground: ApplicationsGround,
  actor: Actor,
  given: NewApplication,
): Promise<{ application: ApplicationRow; secret: string | undefined }> {
  const { db, activity } = ground
  const row = newRow(ground, given)
  authorizeOver(actor, permissionsAmong(row.scopes))
  return db.transaction(async (tx) => {
    await requireKnownScopes(ground, tx, row.scopes)
    await insertApplication(tx, row)
    const secret = row.authentication === 'secret' ? await insertFirstSecret(ground, tx, row.id) : undefined
    const details = { type: row.type, scopes: row.scopes.join(' ') }
    await activity.record(tx, actor, 'application.create', target(row.id), { details })
    return { application: row, secret }
  })
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
    const before = await heldApplication(tx, actor, id)
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
    if (isNarrowed(before, row)) {
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

/** Keys that were given before do not stand beside others, nor with an application that authenticates otherwise. */
function withoutOldKeys(
  before: ApplicationRow,
  { jwks, jwksUri }: ApplicationChange,
  after: ApplicationRow,
): ApplicationRow {
  const isOther = after.authentication !== 'key' && before.authentication === 'key'
  return {
    ...after,
    ...((isOther || typeof jwksUri === 'string') && { jwks: null }),
    ...((isOther || (typeof jwks === 'object' && jwks !== null)) && { jwks_uri: null }),
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
    const before = await heldApplication(tx, actor, id)
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
    const before = await heldApplication(tx, actor, id)
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
    const { name } = await heldApplication(tx, actor, id)
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
  await deleteWorkloadsOf(tx, id)
  await deleteApplication(tx, id)
  await activity.record(tx, actor, 'application.remove', target(id), { details: { name } })
}
