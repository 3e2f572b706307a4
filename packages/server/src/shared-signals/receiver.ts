import { type ApplicationRow, findApplication } from '../applications/store.ts'
import { Refusal } from '../errors.ts'
import type { Caller } from '../identity.ts'
import type { SignalsGround } from './ground.ts'

/**
 * The application that asks for itself, as it is now: one that was disabled, or has lost its scope, gets nothing by a token that it has
 * still. `ssf.manage` includes `ssf.read`.
 * @throws {Refusal} `permission_missing`
 */
export async function receiverOf(
  { db }: Pick<SignalsGround, 'db'>,
  { identity }: Caller,
  needs: 'ssf.read' | 'ssf.manage',
): Promise<ApplicationRow> {
  const scopes = needs === 'ssf.read' ? ['ssf.read', 'ssf.manage'] : ['ssf.manage']
  const row = await findApplication(db, identity.subject)
  const isAllowed = scopes.some((scope) => identity.scopes.has(scope) && row?.scopes.includes(scope))
  if (row && row.disabled_at === null && row.grants.includes('client_credentials') && isAllowed) return row
  throw new Refusal('permission_missing', `this needs the scope ${needs}`, { missing: needs })
}
