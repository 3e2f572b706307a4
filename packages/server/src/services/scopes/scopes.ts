import { service as serviceTarget } from '../../activity/events.ts'
import type { Transaction } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import type { Actor } from '../../identity.ts'
import { endTokensFor } from '../end-tokens.ts'
import type { ServicesGround } from '../ground.ts'
import { heldService } from '../held.ts'
import { deleteScope, hasUserType, insertScope, type ScopeHolder, type ServiceScopeRow } from './store.ts'
import { isOwnScope } from './words.ts'

/**
 * Give a scope of a service's own to the people of a type, to another service, or to all devices. Twice is once.
 * @throws {Refusal} `service_not_found`, `user_type_unknown`, `permission_missing`; `scope_invalid` for one that the service does
 * not know, or that is a permission of this server, which is given there
 */
export async function giveScope(
  { db, world, activity }: ServicesGround,
  actor: Actor,
  id: string,
  scope: string,
  holder: ScopeHolder,
): Promise<ServiceScopeRow> {
  return db.transaction(async (tx) => {
    const { known_scopes } = await heldService(tx, actor, id)
    if (!known_scopes.includes(scope) || !isOwnScope(scope)) {
      throw new Refusal('scope_invalid', 'this is no scope of the service’s own')
    }
    await requireHolder(tx, actor, holder)
    const row: ServiceScopeRow = {
      ...{ service: id, holder_kind: holder.kind, holder: holder.name, scope },
      given_at: world.now(),
    }
    if (await insertScope(tx, row)) {
      await activity.record(tx, actor, 'service.give_scope', serviceTarget(id), {
        details: detailsOf(scope, holder),
      })
    }
    return row
  })
}

/**
 * Take it back. The tokens that anybody has for the service end: of which it stands in, nobody keeps a note. API keys that have it end.
 * @throws {Refusal} `service_not_found`, `permission_missing`, `grant_not_found`
 */
export async function takeScope(
  ground: ServicesGround,
  actor: Actor,
  id: string,
  scope: string,
  holder: ScopeHolder,
): Promise<void> {
  const { db, activity, apiKeys } = ground
  await db.transaction(async (tx) => {
    const service = await heldService(tx, actor, id)
    // Who is there no more cannot be authorized over, and loses it all the same.
    if (!(await deleteScope(tx, id, holder, scope))) {
      throw new Refusal('grant_not_found', 'they do not have this scope')
    }
    await endTokensFor(ground, tx, service)
    if (holder.kind === 'user_type') await apiKeys.look(tx, actor, { service: id })
    await activity.record(tx, actor, 'service.take_scope', serviceTarget(id), {
      details: detailsOf(scope, holder),
    })
  })
}

async function requireHolder(tx: Transaction, actor: Actor, { kind, name }: ScopeHolder): Promise<void> {
  if (kind === 'service') await heldService(tx, actor, name)
  else if (kind === 'user_type' && !(await hasUserType(tx, name))) {
    throw new Refusal('user_type_unknown', 'there is no user type of this name')
  } else if (kind === 'devices' && name !== '') {
    throw new Refusal('request_invalid', 'devices have scopes together, and no name')
  }
}

function detailsOf(scope: string, { kind, name }: ScopeHolder) {
  return { scope, holder_kind: kind, ...(name !== '' && { holder: name }) }
}
