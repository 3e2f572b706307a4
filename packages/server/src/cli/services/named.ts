import type { App } from '../../app.ts'
import { workloadView } from '../../applications/workloads/routes.ts'
import { findWorkloads } from '../../applications/workloads/store.ts'
import { shownKeysOf } from '../../services/own-keys/own-keys.ts'
import { serviceKeyView } from '../../services/own-keys/views.ts'
import { findScopeHolders } from '../../services/scopes/store.ts'
import { scopeHolderView } from '../../services/scopes/views.ts'
import { findSharedKeys } from '../../services/shared-keys/store.ts'
import { sharedKeyView } from '../../services/shared-keys/views.ts'
import { findService, findServiceByName, type ServiceRow } from '../../services/store.ts'
import { serviceView } from '../../services/views.ts'

/** @throws {Error} in one line if there is no service of this name or id */
export async function serviceNamed({ db }: App, name: string): Promise<ServiceRow> {
  const service = (await findServiceByName(db, name)) ?? (await findService(db, name))
  if (!service) throw new Error(`there is no service ${name}; latchkey services list shows which there are`)
  return service
}

/** A service as commands print it: text, and the same for machines. */
export async function shownService(app: App, row: ServiceRow): Promise<{ text: string; value: object }> {
  const { db, world } = app
  const service = serviceView.show(row)
  const holders = (await findScopeHolders(db, row.id)).map(scopeHolderView.show)
  const keys = (await findSharedKeys(db, row.id, world.now())).map(sharedKeyView.show)
  const ownKeys = (await shownKeysOf(app, db, row.id)).map(serviceKeyView.show)
  const workloads = (await findWorkloads(db, row.id)).map(workloadView.show)
  const { profile } = service
  const life = profile.life_seconds === null ? 'as long as ours' : `${profile.life_seconds} seconds`
  const lines = [
    `${service.name} is ${service.id}${service.disabled_at === null ? '' : ', disabled'}.`,
    `It may here: ${service.scope || 'nothing'}.`,
    service.audience === null
      ? 'It has no audience: there are no tokens for it.'
      : `Tokens for it say aud ${service.audience}, and of these scopes what the asker has: ${service.known_scopes.join(' ') || 'none'}.`,
    `They are as ${profile.name} reads them: typ ${profile.type}, signed by ${profile.algorithm} with a key of kind ${profile.key}, and live ${life}.`,
    ...(profile.status_list ? ['Each has a place in a status list, which says whether it is revoked.'] : []),
    ...profile.claims.map(({ name, value }) => `They have the claim ${name}: ${JSON.stringify(value)}.`),
    ...holders.map(({ scope, holder_kind, holder }) => {
      const who =
        holder === null ? 'all devices' : `${holder_kind === 'service' ? 'service' : 'user type'} ${holder}`
      return `${scope} is given to ${who}.`
    }),
    ...(profile.key === 'shared' && keys.length === 0
      ? [`There are no tokens for it until it has a key: latchkey services rotate-key ${service.name}`]
      : keys.map(
          ({ kid, algorithm, starts_at, ends_at, last_signed_at }) =>
            `The key ${kid} (${algorithm}) signs from ${starts_at} on, last signed ${last_signed_at ?? 'never'}, and ends ${ends_at ?? 'with the next'}.`,
        )),
    ...ownKeys.map(({ kid, algorithm, status, last_signed_at }) => {
      const last = status === 'next' ? '' : `, and last signed ${last_signed_at ?? 'never'}`
      return `Its own key ${kid} (${algorithm}) is ${status}${last}.`
    }),
    ...workloads.map(
      ({ id, issuer, subject, audience, last_used_at }) =>
        `${issuer} may say that ${subject} is it, for ${audience}: ${id}, last used ${last_used_at ?? 'never'}.`,
    ),
    ...(ownKeys.length === 0 ? [] : [`They stand at ${app.issuer}/.well-known/jwks/${row.id}.json`]),
  ]
  return {
    text: lines.join('\n'),
    value: { ...service, scopes: holders, shared_keys: keys, keys: ownKeys, workloads },
  }
}
