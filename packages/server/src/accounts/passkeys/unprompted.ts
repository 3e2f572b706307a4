import { Refusal } from '../../errors.ts'
import type { Caller } from '../../identity.ts'
import { hashSecret } from '../../secrets/secrets.ts'
import { holdOwn } from '../factors/changes.ts'
import { interactiveSession, isFresh } from '../factors/fresh.ts'
import { isKnownBrowser } from '../sign-in/store.ts'
import type { CreationOptions } from './json-forms.ts'
import { offerTo, type PasskeysGround } from './own.ts'
import { hasPasskeyOffer } from './store.ts'

/**
 * What a browser is to make a passkey by without asking the person (WebAuthn section 5.1.3, conditional mediation): right after a sign-in by password,
 * which the browser may have filled in. It is offered until one was made in the browser: one that declines says nothing,
 * and may do it after the next sign-in.
 * @param browser the secret of the browser, if it has one
 * @throws {Refusal} `passkey_not_offered`, `passkey_limit_reached`, `kind_not_allowed`, `user_not_found`, `too_many_requests`
 */
export async function offerUnprompted(
  ground: PasskeysGround,
  caller: Caller,
  browser: string | undefined,
): Promise<CreationOptions> {
  const { db, world } = ground
  return db.transaction(async (tx) => {
    const now = world.now()
    const person = await holdOwn(tx, caller)
    const session = await interactiveSession(tx, caller)
    const isByPassword = session.amr.includes('pwd') && (await isFresh(tx, session, now))
    if (!isByPassword || browser === undefined) throw notOffered()
    const hash = hashSecret(browser)
    const isKnown = await isKnownBrowser(tx, hash, person.id)
    if (!isKnown || (await hasPasskeyOffer(tx, hash, person.id))) throw notOffered()
    return offerTo(ground, tx, caller, { person, session, browserHash: hash })
  })
}

function notOffered(): Refusal {
  return new Refusal(
    'passkey_not_offered',
    'a passkey is made without a prompt once in a browser, right after a sign-in by password',
  )
}
