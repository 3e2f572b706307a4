import type { EventReason } from '../activity/schema/reasons.ts'
import type { ActivityRow } from '../activity/store.ts'
import type { Transaction } from '../database/database.ts'
import type { EndedSession } from '../tokens/ground.ts'
import type { SignalName } from './events.ts'
import type { SignalsGround } from './ground.ts'
import { type Signal, tellApplication } from './tell.ts'

/** Who began it (CAEP 1.0 section 2). */
type Initiator = 'user' | 'admin' | 'policy' | 'system'

interface Meaning {
  readonly name: SignalName
  readonly payload?: Readonly<Record<string, string>>
}

/** The events of the log that receivers are told of. */
const meanings: Readonly<Record<string, (event: ActivityRow) => Meaning>> = {
  'user.disable': () => ({ name: 'account_disabled' }),
  'user.enable': () => ({ name: 'account_enabled' }),
  'user.change_password': () => credential('password', 'update'),
  'user.recover': () => credential('password', 'update'),
  'user.reset': () => credential('password', 'revoke'),
  'user.add_factor': (event) => credential(credentialIn(event), 'create'),
  'user.remove_factor': (event) => credential(credentialIn(event), 'delete'),
  'user.reset_factors': () => credential('app', 'revoke'),
}

function credential(type: string, change: 'create' | 'update' | 'revoke' | 'delete'): Meaning {
  return { name: 'credential_change', payload: { credential_type: type, change_type: change } }
}

/** CAEP 1.0 section 3.3.1 has `app` for authenticators. A passkey may be of the device or not, which is not known: it has a word of its own. */
function credentialIn({ details }: ActivityRow): string {
  const { factor } = JSON.parse(details ?? '{}') as { factor?: unknown } // as it was recorded
  return factor === 'passkey' ? 'passkey' : 'app'
}

/** What an event means for the person whom it is about; undefined for one that no receiver is told of. */
function signalIn(event: ActivityRow): Signal | undefined {
  const meaning = Object.hasOwn(meanings, event.event) ? meanings[event.event] : undefined
  if (!meaning || event.outcome === 'refused' || event.outcome === 'failure') return undefined
  const isOfTarget = event.target_kind === 'user'
  const userId = isOfTarget ? event.target : event.subject
  if (userId === null || (!isOfTarget && event.subject_kind !== 'user')) return undefined
  const { name, payload } = meaning(event)
  const initiator: Initiator = event.subject === userId ? 'user' : 'admin'
  // RISC has no such member.
  const who = name === 'credential_change' ? { initiating_entity: initiator } : {}
  return { name, userId, atMs: event.at, payload: { ...payload, ...who } }
}

/** Have those told who have to do with the people of these events, in the transaction that reads them. */
export async function tellOf(
  ground: SignalsGround,
  tx: Transaction,
  events: readonly ActivityRow[],
): Promise<void> {
  for (const event of events) {
    const signal = signalIn(event)
    if (!signal) continue
    for (const application of await ground.letInBy(tx, signal.userId)) {
      await tellApplication(ground, tx, application, signal)
    }
  }
}

const byUser: readonly EventReason[] = [
  'signed_out',
  'ended_by_user',
  'consent_withdrawn',
  'password_set',
  'factor_changed',
  'disowned',
]
const byAdmin: readonly EventReason[] = [
  'ended_by_administrator',
  'user_disabled',
  'factors_reset',
  'user_type_changed',
  'provider_disabled',
  'application_disabled',
  'application_removed',
  'application_narrowed',
]
const byPolicy: readonly EventReason[] = ['session_limit', 'too_many_sessions', 'person_privileged']

function initiatorOf(reason: EventReason): Initiator {
  if (byUser.includes(reason)) return 'user'
  if (byAdmin.includes(reason)) return 'admin'
  return byPolicy.includes(reason) ? 'policy' : 'system'
}

/** A session of an application has ended, whose streams are told in the same transaction. */
export async function tellOfSession(
  ground: SignalsGround,
  tx: Transaction,
  { id, userId, application, endedAtMs, reason }: EndedSession,
): Promise<void> {
  const payload = { initiating_entity: initiatorOf(reason), reason_admin: { en: reason } }
  await tellApplication(ground, tx, application, {
    ...{ name: 'session_revoked', userId, atMs: endedAtMs, payload, sessionId: id },
  })
}
