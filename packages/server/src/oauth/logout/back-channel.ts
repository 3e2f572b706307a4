import { application as applicationTarget } from '../../activity/events.ts'
import { findApplication } from '../../applications/store.ts'
import type { Transaction } from '../../database/database.ts'
import { pages } from '../../database/pages.ts'
import { createTypedSigner } from '../../keys/typed-signer.ts'
import type { EndedSession } from '../../tokens/ground.ts'
import type { OauthGround } from '../ground.ts'
import { subjectFor } from '../subjects.ts'

/** A person who has signed out is gone from an application that cannot be reached for so long. */
export const triedForMs = 86_400_000
/** A logout token is signed anew for each attempt, and read at once. */
const lifeSeconds = 120
const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout'
/** Of the queue. */
const logoutKind = 'logout'

type BackChannelGround = Pick<OauthGround, 'db' | 'world' | 'activity' | 'ring' | 'issuer' | 'outbox'>

/** What is kept of a logout token until it is signed. */
interface LogoutClaims {
  readonly sub: string
  readonly sid?: string
}

/** Queue what an application is told when a session of its ends, in that transaction; nothing for one that has no address for it. */
export async function queueLogout(
  { outbox }: Pick<BackChannelGround, 'outbox'>,
  tx: Transaction,
  { id, userId, application }: EndedSession,
): Promise<void> {
  const row = await findApplication(tx, application)
  const url = row?.backchannel_logout_uri
  if (!row || typeof url !== 'string') return
  await outbox.keep(tx, { id: application, kind: logoutKind, url, isHeld: false })
  const body: LogoutClaims = {
    sub: subjectFor(row, userId),
    ...(row.backchannel_logout_session_required && { sid: id }),
  }
  await outbox.put(tx, application, [{ type: 'logout', subject: id, body }], triedForMs)
}

/** Have the queue send logout tokens (OpenID Connect Back-Channel Logout section 2.5). */
export function carryLogouts({ db, world, activity, ring, issuer, outbox }: BackChannelGround): void {
  const sign = createTypedSigner(ring, 'logout+jwt')
  outbox.carry({
    ...{ kind: logoutKind, keepsEnded: false },
    async prepare({ id: application, url }, { id: jti, body }) {
      const row = await findApplication(db, application)
      // An application that was removed is still told. One that has moved is not told where it was.
      if (row && row.backchannel_logout_uri !== url) return undefined
      const iat = Math.floor(world.now() / 1000)
      const token = sign({
        ...(JSON.parse(body) as LogoutClaims), // as it was queued
        ...{ iss: issuer, aud: application, iat, exp: iat + lifeSeconds, jti },
        events: { [logoutEvent]: {} },
      })
      return {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ logout_token: token }).toString(),
      }
    },
    isFinal: () => false,
    async gaveUp(tx, { id: application }, _, { attempts, status, reason }) {
      const details = { attempts, ...(status !== null && { status }) }
      await activity.record(tx, {}, 'application.give_up', applicationTarget(application), {
        ...{ outcome: 'failure', reason, details },
      })
    },
  })
}

/** Forget the queues of applications that are gone and have been told everything. */
export async function forgetQueues({ db, outbox }: Pick<BackChannelGround, 'db' | 'outbox'>): Promise<void> {
  const idle = pages(
    '',
    500,
    (after, most) => outbox.idle(db, logoutKind, after, most),
    (id) => id,
  )
  for await (const ids of idle) {
    for (const id of ids) {
      if (!(await findApplication(db, id))) await db.transaction((tx) => outbox.remove(tx, id))
    }
  }
}
