import { application as target } from '../activity/events.ts'
import type { Transaction } from '../database/database.ts'
import { Refusal } from '../errors.ts'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity.ts'
import { newIdentifier } from '../secrets/identifiers.ts'
import { hashSecret, newSecret } from '../secrets/secrets.ts'
import type { ApplicationsGround } from './ground.ts'
import { heldApplication } from './held.ts'
import { invalid } from './invalid.ts'
import { findSecrets, insertSecret, type SecretRow, setSecretEnd } from './store.ts'

/** While an application changes from one to the other. */
const mostLive = 2
const dayMs = 86_400_000
const usualOverlapMs = dayMs
const longestOverlapMs = 90 * dayMs
/** So long one is known that has ended, so that the log can say that it was used. */
export const rememberedForMs = 30 * dayMs

export interface AddedSecret {
  readonly row: SecretRow
  /** Shown this once. */
  readonly secret: string
  /** The one before, and when it ends; undefined where there was none. */
  readonly older: SecretRow | undefined
}

/**
 * Give an application another secret beside the one that it has. Both work until the older ends, a day from now unless it is said.
 * @throws {Refusal} `application_not_found`, `permission_missing`, `secret_limit_reached`, `request_invalid`
 */
export async function addSecret(
  { db, world, activity }: ApplicationsGround,
  actor: Actor,
  id: string,
  { olderEndsAtMs }: { readonly olderEndsAtMs?: number | undefined } = {},
): Promise<AddedSecret> {
  const now = world.now()
  const end = olderEndsAtMs ?? now + usualOverlapMs
  if (end < now || end > now + longestOverlapMs) {
    throw invalid('older_ends_at', 'is between now and 90 days from now')
  }
  return db.transaction(async (tx) => {
    const { authentication } = await heldApplication(tx, actor, id)
    if (authentication !== 'secret') {
      throw new Refusal('request_invalid', 'this application does not authenticate by a secret')
    }
    const live = liveOf(await findSecrets(tx, id), now)
    if (live.length >= mostLive) {
      throw new Refusal(
        'secret_limit_reached',
        `an application has ${mostLive} live secrets at most; end one first`,
      )
    }
    const [before] = live
    const older = before && { ...before, ends_at: Math.min(end, before.ends_at ?? end) }
    if (older) await setSecretEnd(tx, older.id, older.ends_at)
    const { row, secret } = await made({ world }, tx, id)
    const details = { secret: row.id, ...(older && { previous_ends_at: older.ends_at }) }
    await activity.record(tx, actor, 'application.add_secret', target(id), { details })
    return { row, secret, older }
  })
}

/**
 * End a secret at once, because it has leaked or nobody uses it any more.
 * @throws {Refusal} `application_not_found`, `permission_missing`, `secret_not_found`
 */
export async function endSecret(
  { db, world, activity }: ApplicationsGround,
  actor: Actor,
  id: string,
  secret: string,
): Promise<void> {
  const now = world.now()
  await db.transaction(async (tx) => {
    await heldApplication(tx, actor, id)
    if (!liveOf(await findSecrets(tx, id), now).some((row) => row.id === secret)) {
      throw new Refusal('secret_not_found', 'the application has no such secret that is in force')
    }
    await setSecretEnd(tx, secret, now)
    await activity.record(tx, actor, 'application.end_secret', target(id), { details: { secret } })
  })
}

/** The secret of an application that is being registered. */
export async function insertFirstSecret(
  { world }: Pick<Ground, 'world'>,
  tx: Transaction,
  application: string,
): Promise<string> {
  return (await made({ world }, tx, application)).secret
}

async function made(
  { world }: Pick<Ground, 'world'>,
  tx: Transaction,
  application: string,
): Promise<{ readonly row: SecretRow; readonly secret: string }> {
  const secret = newSecret('client', world)
  const row: SecretRow = {
    ...{ id: newIdentifier('sec', world), application, hash: hashSecret(secret), created_at: world.now() },
    ...{ ends_at: null, last_used_at: null },
  }
  await insertSecret(tx, row)
  return { row, secret }
}

/** Those that are in force, the oldest first. */
export function liveOf(rows: readonly SecretRow[], now: number): readonly SecretRow[] {
  return rows.filter(({ ends_at: end }) => end === null || end > now)
}
