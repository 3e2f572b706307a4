import { application as applicationTarget } from '../../activity/events.ts'
import type { EventReason } from '../../activity/schema/reasons.ts'
import type { ApplicationType } from '../../applications/store.ts'
import type { DeviceDetail } from '../../authorization-details.ts'
import type { Reader, Transaction } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import type { Actor } from '../../identity.ts'
import { endSession } from '../../sessions/end.ts'
import { findSessionsOfClient } from '../../sessions/store.ts'
import { deleteUnusedCodes } from '../authorize/store.ts'
import { detailsIn } from '../details.ts'
import { deleteUnusedDeviceCodes } from '../device/store.ts'
import type { OauthGround } from '../ground.ts'
import { type ApplicationUse, findUses } from '../sessions/store.ts'
import { deleteConsents, deleteConsentsTo, findConsents, forgetAllLetIn, forgetLetIn } from './store.ts'

/** An application that acts for a person, or may. Times are milliseconds since the epoch. */
export interface LetInApplication {
  readonly application: string
  readonly name: string
  /** Null for one that has been removed. */
  readonly type: ApplicationType | null
  /** What the person let it do, at this server and at services; empty for one that nobody is asked about. */
  readonly consents: readonly {
    readonly resource: string | null
    readonly scopes: readonly string[]
    /** Which devices it is about; null where the scopes alone say it. */
    readonly details: readonly DeviceDetail[] | null
    readonly given_at: number
  }[]
  readonly sessions: number
  readonly last_used_at: number | null
}

/** The applications that a person has let in, or that act for them now. */
export async function letInBy(
  { findApplication }: Pick<OauthGround, 'findApplication'>,
  reader: Reader,
  userId: string,
): Promise<LetInApplication[]> {
  const [consents, uses] = [await findConsents(reader, userId), await findUses(reader, userId)]
  const ids = [...new Set([...consents, ...uses].map(({ application }) => application))].sort()
  const used = new Map<string, ApplicationUse>(uses.map((use) => [use.application, use]))
  return Promise.all(
    ids.map(async (id) => {
      const found = await findApplication(reader, id)
      return {
        application: id,
        ...{ name: found?.name ?? id, type: found?.type ?? null },
        consents: consents
          .filter(({ application }) => application === id)
          .map(({ resource, scopes, details, given_at }) => ({
            ...{ resource: resource || null, scopes, details: detailsIn(details) ?? null, given_at },
          })),
        sessions: used.get(id)?.sessions ?? 0,
        last_used_at: used.get(id)?.last_used_at ?? null,
      }
    }),
  )
}

/**
 * Take back what an application was let do: its sessions for the person end, everywhere within a second, and it has to ask again. Of
 * somebody else by whoever may act on them.
 * @throws {Refusal} `user_not_found`, `permission_missing`, `consent_not_found`
 */
export async function withdrawConsent(
  ground: OauthGround,
  actor: Actor,
  { userId, application }: { readonly userId: string; readonly application: string },
): Promise<void> {
  const { db, activity, requireOver } = ground
  await db.transaction(async (tx) => {
    const isOwn = actor.kind === 'caller' && actor.identity.subject === userId
    if (!isOwn) await requireOver(tx, actor, userId)
    const wasLetIn = await deleteConsents(tx, userId, application)
    const ended = await endAll(ground, tx, actor, { application, userId, reason: 'consent_withdrawn' })
    await forgetLetIn(tx, application, userId)
    if (!wasLetIn && !ended) throw new Refusal('consent_not_found', 'this application was not let in')
    const details = { owner: userId }
    await activity.record(tx, actor, 'consent.withdraw', applicationTarget(application), { details })
  })
}

/** An application is turned off or removed: all that it was let do ends. */
export async function endGrantsOf(
  ground: OauthGround,
  tx: Transaction,
  actor: Actor,
  { application, reason }: { readonly application: string; readonly reason: EventReason },
): Promise<void> {
  await deleteConsentsTo(tx, application)
  await endAll(ground, tx, actor, { application, userId: undefined, reason })
  await forgetAllLetIn(tx, application)
}

/** End the sessions, and forget what was let in and has no session yet. Whether there was anything. */
async function endAll(
  ground: OauthGround,
  tx: Transaction,
  actor: Actor,
  of: { readonly application: string; readonly userId: string | undefined; readonly reason: EventReason },
): Promise<boolean> {
  // First: what is redeemed at this moment has a session afterwards.
  const hadCodes = await deleteUnusedCodes(tx, of.application, of.userId)
  const hadDevices = await deleteUnusedDeviceCodes(tx, of.application, of.userId)
  // They come by pages: until there is none.
  for (let ended = hadCodes || hadDevices; ; ended = true) {
    const live = await findSessionsOfClient(tx, of.application, of.userId)
    if (live.length === 0) return ended
    for (const id of live) await endSession(ground, tx, id, of.reason, actor)
  }
}
