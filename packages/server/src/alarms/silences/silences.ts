import { silence as silenceTarget } from '../../activity/events.ts'
import { Refusal } from '../../errors.ts'
import type { Ground } from '../../ground.ts'
import type { Actor } from '../../identity.ts'
import { newIdentifier } from '../../secrets/identifiers.ts'
import { whose } from '../acknowledge.ts'
import { findRule } from '../effective.ts'
import { tellAgain } from '../store.ts'
import { deleteSilence, insertSilence, type SilenceRow } from './store.ts'

export interface NewSilence {
  readonly rule: string
  /** Whom it is about; everybody if it is not given. */
  readonly subject?: string | undefined
  readonly reason: string
  readonly endsAt: number
}

/** A silence is for a while: what is to be silent for good is a rule that is turned off, which is seen. */
const longestSilenceMs = 90 * 86_400_000

/**
 * Tell nothing of a rule, of one subject or of all, until an end. Alarms open and close as before, and are seen.
 * @throws {Refusal} `alarm_rule_not_found`, `request_invalid`
 */
export async function addSilence(
  { db, world, activity }: Ground,
  actor: Actor,
  { rule, subject, reason, endsAt }: NewSilence,
): Promise<SilenceRow> {
  if (!(await findRule(db, rule))) throw new Refusal('alarm_rule_not_found', 'there is no such rule')
  const now = world.now()
  if (endsAt <= now || endsAt > now + longestSilenceMs) {
    throw new Refusal('request_invalid', 'a silence ends in the future, within 90 days', {
      faults: [{ field: 'ends_at', reason: 'must be in the future, within 90 days' }],
    })
  }
  const row = {
    ...{ id: newIdentifier('sil', world), rule, subject: subject ?? null, reason },
    ...{ created_at: now, owner: whose(actor), ends_at: endsAt },
  }
  await db.transaction(async (tx) => {
    await insertSilence(tx, row)
    // Whom it is about stays in the silence, which is forgotten with them.
    const details = { rule, ends_at: new Date(endsAt).toISOString(), of_one: subject !== undefined }
    await activity.record(tx, actor, 'alarm.silence', silenceTarget(row.id), { details })
  })
  return row
}

/** @throws {Refusal} `silence_not_found` */
export async function endSilence({ db, world, activity }: Ground, actor: Actor, id: string): Promise<void> {
  await db.transaction(async (tx) => {
    const row = await deleteSilence(tx, id)
    if (!row) throw new Refusal('silence_not_found', 'there is no such silence')
    await tellAgain(tx, row.rule, world.now())
    await activity.record(tx, actor, 'alarm.end_silence', silenceTarget(id), { details: { rule: row.rule } })
  })
}
