import { application as applicationTarget } from '../../activity/events.ts'
import type { ApplicationRow } from '../../applications/store.ts'
import type { DeviceDetail } from '../../authorization-details.ts'
import type { ClientInfo } from '../../client-info.ts'
import type { Transaction } from '../../database/database.ts'
import { openApplicationSession } from '../../sessions/gate.ts'
import type { SessionRow } from '../../sessions/store.ts'
import type { ProvenKey } from '../../tokens/proofs.ts'
import { startFamily } from '../../tokens/refresh.ts'
import type { ServiceTarget } from '../../tokens/target.ts'
import { noteLetIn } from '../consents/store.ts'
import { detailsColumn, toldOf } from '../details.ts'
import type { OauthGround, Person } from '../ground.ts'
import { insertApplicationSession } from './store.ts'

/** A session of an application that a person has let in. */
export interface LetIn {
  /** Of the session that is opened. */
  readonly id: string
  readonly grantType: string
  readonly application: ApplicationRow
  readonly person: Person
  /** In which the person signed in. */
  readonly session: Pick<SessionRow, 'id' | 'amr' | 'created_at'>
  /** Whether it ends with that one. */
  readonly isWithin: boolean
  /** What was consented to, which a refresh never exceeds. */
  readonly consented: readonly string[]
  /** What of it the person has now. */
  readonly scopes: readonly string[]
  readonly target: ServiceTarget | undefined
  readonly claims: string | null
  readonly details: readonly DeviceDetail[] | undefined
  readonly key: ProvenKey | undefined
}

/** Open it, in the transaction in which what was shown for it is used up. Its refresh token, if it may have one. */
export async function openFor(
  ground: OauthGround,
  tx: Transaction,
  letIn: LetIn,
  client: ClientInfo,
): Promise<string | undefined> {
  const { id, application, person, session, isWithin, scopes, target, key } = letIn
  await openApplicationSession(ground, tx, client, {
    ...{ id, userId: person.id, application: application.id, amr: session.amr },
    within: isWithin ? session.id : null,
  })
  await insertApplicationSession(tx, {
    ...{ session_id: id, application: application.id, scopes: letIn.consented },
    ...{ resource: target?.audience ?? null, auth_time: session.created_at, claims: letIn.claims },
    details: detailsColumn(letIn.details),
  })
  await noteLetIn(tx, application.id, person.id)
  const clientId = application.id
  const who = { subject: person.id, subjectKind: 'user', sessionId: id, clientId, client } as const
  const details = {
    ...{ grant_type: letIn.grantType, scopes: scopes.join(' ') },
    ...toldOf(letIn.details),
    ...(key !== undefined && { bound: 'dpop' }),
    ...(target && { service: target.service }),
  }
  await ground.activity.record(tx, who, 'application.token', applicationTarget(clientId), { details })
  if (!application.grants.includes('refresh_token')) return undefined
  return startFamily(tx, ground.world, { sessionId: id, clientId, key })
}
