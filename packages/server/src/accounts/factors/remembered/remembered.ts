import { user as userTarget } from '../../../activity/events.ts'
import type { ClientInfo } from '../../../client-info.ts'
import type { Ground } from '../../../ground.ts'
import type { Caller } from '../../../identity.ts'
import { hashSecret } from '../../../secrets/secrets.ts'
import type { ProvenFactor } from '../../../sessions/gate.ts'
import { findSession } from '../../../sessions/store.ts'
import { requireUser } from '../../users/require-user.ts'
import { findUser, holdUser, type UserRow } from '../../users/store.ts'
import { interactiveSession } from '../fresh.ts'
import { isFactorInForce, passwordPrint } from '../rule.ts'
import { deleteRememberedBrowsers, insertRememberedBrowser, isRememberedBrowser } from './store.ts'

const rememberedForMs = 30 * 24 * 60 * 60 * 1000

/**
 * Remember a browser in which somebody has just signed in with both factors: for 30 days the password is enough there. It ends
 * with another password, and with any change of the factors.
 */
export async function rememberForFactor(
  { db, world, activity }: Ground,
  { userId, sessionId }: { readonly userId: string; readonly sessionId: string },
  browser: string,
  client: ClientInfo,
): Promise<void> {
  await db.transaction(async (tx) => {
    await holdUser(tx, userId)
    const [user, session] = [await findUser(tx, userId), await findSession(tx, sessionId)]
    // A session that has ended meanwhile ended by what forgets browsers, too.
    if (!user || session?.ended_at !== null || !(await isFactorInForce(tx, userId))) return
    await insertRememberedBrowser(tx, {
      secret_hash: hashSecret(browser),
      user_id: userId,
      password_print: passwordPrint(user.password_hash),
      created_at: world.now(),
      expires_at: world.now() + rememberedForMs,
    })
    const who = { subject: userId, subjectKind: 'user', sessionId, client } as const
    await activity.record(tx, who, 'user.remember_browser')
  })
}

/**
 * A browser that was remembered, in place of the second factor. It proves nothing anew: what asks for two factors asks for
 * the code.
 */
export async function proveByBrowser(
  { db, world }: Pick<Ground, 'db' | 'world'>,
  { id, password_hash }: UserRow,
  browser: string | undefined,
): Promise<ProvenFactor | undefined> {
  if (browser === undefined) return undefined
  const [hash, print] = [hashSecret(browser), passwordPrint(password_hash)]
  const use: ProvenFactor['use'] = (tx) => isRememberedBrowser(tx, hash, id, print, world.now())
  if (!(await isRememberedBrowser(db, hash, id, print, world.now()))) return undefined
  return { does: 'prove', amr: [], name: 'remembered_browser', use }
}

/**
 * Forget every browser that was remembered: each asks for the second factor again.
 * @throws {Refusal} `kind_not_allowed`, `user_not_found`
 */
export async function forgetForFactor({ db, activity }: Ground, caller: Caller): Promise<void> {
  const { subject } = caller.identity
  await db.transaction(async (tx) => {
    await holdUser(tx, subject)
    await requireUser(tx, subject)
    await interactiveSession(tx, caller)
    await deleteRememberedBrowsers(tx, subject)
    await activity.record(tx, caller, 'user.forget_browsers', userTarget(subject))
  })
}
