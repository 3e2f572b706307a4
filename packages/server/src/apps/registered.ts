import { app as appTarget } from '../activity/events.ts'
import type { Transaction } from '../database/database.ts'
import { unlessTaken } from '../database/violation.ts'
import { Refusal } from '../errors.ts'
import type { IfVersions } from '../http/if-match.ts'
import { type Actor, operator } from '../identity.ts'
import type { Job } from '../part.ts'
import { authorizeOver, ownPermissions } from '../permissions.ts'
import { newIdentifier } from '../secrets/identifiers.ts'
import { endSession } from '../sessions/end.ts'
import { requireVisible } from '../text.ts'
import type { AppsGround } from './ground.ts'
import { deleteNoncesOf } from './nonces/store.ts'
import {
  type AppRow,
  findApp,
  findSessionsOfDisabled,
  forgetSet,
  holdApp,
  insertApp,
  setNeverRead,
  updateApp,
} from './store.ts'

/** As the limits of user types: refresh tokens last no longer. */
const shortestSession = 60
const longestSession = 90 * 86_400
const usualSession = 7 * 86_400

export interface NewApp {
  readonly name: string
  /** Of people who are made at first sight; null, and if not given: only whom an administrator has linked. */
  readonly userType?: string | null | undefined
  readonly longestSessionSeconds?: number | undefined
  /** Where the app publishes its keys; null, and if not given: nowhere. */
  readonly jwksUri?: string | null | undefined
}

/** Whoever adds a key can sign in as the people of an app, of whom each may have these permissions. */
function requireOverPeople(actor: Actor): void {
  authorizeOver(actor, ownPermissions)
}

/** @throws {Refusal} `app_exists`, `user_type_unknown`, `user_type_privileged`, `request_invalid`, `permission_missing` */
export async function createPartnerApp(
  { db, world, activity, people, outbound }: AppsGround,
  actor: Actor,
  { name, userType = null, longestSessionSeconds = usualSession, jwksUri = null }: NewApp,
): Promise<AppRow> {
  requireOverPeople(actor)
  const row = checked({
    ...{ id: newIdentifier('app', world), name, user_type: userType, created_at: world.now() },
    ...{ longest_session_seconds: longestSessionSeconds, disabled_at: null, version: 1 },
    ...{ jwks_uri: jwksUri, ...setNeverRead },
  })
  requireReachable(outbound, jwksUri)
  await unlessTaken(
    () =>
      db.transaction(async (tx) => {
        if (userType !== null) await people.requireOpenType(tx, userType)
        await insertApp(tx, row)
        await activity.record(tx, actor, 'app.create', appTarget(row.id))
      }),
    taken,
  )
  return row
}

export type AppChange = { readonly [Name in keyof NewApp]?: NewApp[Name] | undefined }

/**
 * Change an app; what is undefined stays. Sessions that it began last as long as they were to. `ifVersions`: only if it is as in
 * one of these versions.
 * @throws {Refusal} `app_not_found`, `app_exists`, `user_type_unknown`, `user_type_privileged`, `precondition_failed`,
 * `request_invalid`, `permission_missing`
 */
export async function changeApp(
  { db, activity, people, outbound }: AppsGround,
  actor: Actor,
  id: string,
  change: AppChange,
  ifVersions?: IfVersions,
): Promise<AppRow> {
  return unlessTaken(
    () =>
      db.transaction(async (tx) => {
        const before = await heldApp(tx, actor, id)
        if (ifVersions && !ifVersions.includes(before.version)) {
          throw new Refusal('precondition_failed', 'the app has changed meanwhile; read it again')
        }
        const after = checked({
          ...before,
          name: change.name ?? before.name,
          user_type: change.userType === undefined ? before.user_type : change.userType,
          longest_session_seconds: change.longestSessionSeconds ?? before.longest_session_seconds,
          jwks_uri: change.jwksUri === undefined ? before.jwks_uri : change.jwksUri,
        })
        const hasOtherSet = after.jwks_uri !== before.jwks_uri
        if (hasOtherSet) requireReachable(outbound, after.jwks_uri)
        if (after.user_type !== null) await people.requireOpenType(tx, after.user_type)
        const details = {
          ...(after.name !== before.name && { name: after.name }),
          ...(after.user_type !== before.user_type && { user_type: after.user_type }),
          ...(after.longest_session_seconds !== before.longest_session_seconds && {
            longest_session_seconds: after.longest_session_seconds,
          }),
          ...(hasOtherSet && { jwks_uri: after.jwks_uri }),
        }
        if (Object.keys(details).length === 0) return before
        const row = { ...after, version: before.version + 1 }
        await updateApp(tx, row)
        if (hasOtherSet) await forgetSet(tx, id)
        await activity.record(tx, actor, 'app.change', appTarget(id), { details })
        return hasOtherSet ? { ...row, ...setNeverRead } : row
      }),
    taken,
  )
}

const mostAtOnce = 200

/** Turn an app off for good: nothing that it signs is taken, and every session that it began ends. */
export async function disableApp(ground: AppsGround, actor: Actor, id: string): Promise<void> {
  const { db, world, activity } = ground
  await db.transaction(async (tx) => {
    const row = await heldApp(tx, actor, id)
    await updateApp(tx, { ...row, disabled_at: world.now(), version: row.version + 1 })
    // Whoever is using one has come to their end behind this, so that their session is among those that end.
    await deleteNoncesOf(tx, id)
    await activity.record(tx, actor, 'app.disable', appTarget(id))
  })
  await endSessionsOfDisabled(ground, actor)
}

async function endSessionsOfDisabled(ground: AppsGround, actor: Actor): Promise<void> {
  for (;;) {
    const live = await findSessionsOfDisabled(ground.db, mostAtOnce)
    if (live.length === 0) return
    // A page each, so that a long list blocks nobody.
    await ground.db.transaction(async (tx) => {
      for (const id of live) await endSession(ground, tx, id, 'app_disabled', actor)
    })
  }
}

/** Ends the sessions that began while their app was being disabled, or that another process could not end. */
export function endSessionsJob(ground: AppsGround): Job {
  return { name: 'apps.end_sessions', everyMs: 1_000, run: () => endSessionsOfDisabled(ground, operator) }
}

/**
 * An app that an actor may change, locked until the transaction ends.
 * @throws {Refusal} `app_not_found`, also for one that is disabled; `permission_missing`
 */
export async function heldApp(tx: Transaction, actor: Actor, id: string): Promise<AppRow> {
  requireOverPeople(actor)
  const row = await holdApp(tx, id)
  if (!row || row.disabled_at !== null) throw notFound()
  return row
}

/** @throws {Refusal} `app_not_found` */
export async function existingApp({ db }: Pick<AppsGround, 'db'>, id: string): Promise<AppRow> {
  const row = await findApp(db, id)
  if (!row) throw notFound()
  return row
}

function notFound(): Refusal {
  return new Refusal('app_not_found', 'no such app, or it is disabled')
}

/** Its name is resolved when it is read, and each time anew. */
function requireReachable(outbound: AppsGround['outbound'], uri: string | null): void {
  if (uri === null || outbound.allows(uri)) return
  throw new Refusal(
    'request_invalid',
    'a key set URL is https, without user, password and fragment; plain http only on this machine, if LATCHKEY_OUTBOUND_NETWORKS has it',
  )
}

function checked(row: AppRow): AppRow {
  requireVisible('name', row.name, 100)
  const seconds = row.longest_session_seconds
  if (!Number.isSafeInteger(seconds) || seconds < shortestSession || seconds > longestSession) {
    throw new Refusal('request_invalid', `a session lasts ${shortestSession} to ${longestSession} seconds`)
  }
  return row
}

function taken(): Refusal {
  return new Refusal('app_exists', 'an app of this name exists')
}
