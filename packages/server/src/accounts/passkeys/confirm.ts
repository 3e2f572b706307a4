import type { Transaction } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import { type Authentication, descriptorsOf, type RequestOptions } from '../../http/passkey-json.ts'
import type { Caller } from '../../identity.ts'
import { hashSecret } from '../../secrets/secrets.ts'
import { interactiveSession, requireFreshSignIn } from '../factors/fresh.ts'
import type { AccountsGround } from '../ground.ts'
import { provenAtOf } from '../identities/proven-at.ts'
import { challengeForMs, passkeyRefused } from './challenges.ts'
import { findPasskey, provePasskey, refusedTo } from './prove.ts'
import { findPasskeys, type PasskeyRow } from './store.ts'

/** One act that a person confirms: it happens once, and is over at some time, by whoever keeps it. */
export interface Act {
  /** Of it alone, in all times. */
  readonly id: string
  readonly askedAt: number
}

/**
 * What a browser confirms an act by, with a passkey of the person. The challenge follows from the act, so that what answers it is good
 * for nothing else; undefined for somebody without a passkey for this domain.
 */
export async function confirmationOptions(
  ground: AccountsGround,
  userId: string,
  act: string,
): Promise<RequestOptions | undefined> {
  const passkeys = await passkeysOf(ground, userId)
  if (passkeys.length === 0) return undefined
  return {
    ...{ challenge: challengeOf(ground, userId, act), timeout: challengeForMs, rpId: ground.relyingParty.id },
    ...{ allowCredentials: descriptorsOf(passkeys), userVerification: 'required' },
  }
}

/**
 * Check that a person confirms an act: by a passkey that has verified them; without one, by a sign-in since it was asked for.
 * @returns what uses that up, in the transaction of the act
 * @throws {Refusal} `passkey_refused`, `insufficient_user_authentication`, `kind_not_allowed`
 */
export async function confirmAct(
  ground: AccountsGround,
  caller: Caller,
  act: Act,
  sent: Authentication | undefined,
): Promise<(tx: Transaction) => Promise<void>> {
  const { subject: userId } = caller.identity
  const passkeys = await passkeysOf(ground, userId)
  if (passkeys.length === 0) return (tx) => requireSignInSince(ground, tx, caller, act.askedAt)
  const passkey = sent && (await findPasskey(ground.db, sent))
  if (!passkey || passkey.user_id !== userId) {
    throw passkeyRefused(sent ? 'credential_unknown' : 'passkey_missing', refusedTo(userId))
  }
  const proven = await provePasskey(ground, passkey, sent, {
    ...{ challenge: challengeOf(ground, userId, act.id), requiresVerification: true },
  })
  return async (tx) => {
    await interactiveSession(tx, caller)
    if (!(await proven.use(tx))) throw passkeyRefused('counter_not_higher', refusedTo(userId))
  }
}

async function passkeysOf({ db, relyingParty }: AccountsGround, userId: string): Promise<PasskeyRow[]> {
  return (await findPasskeys(db, userId)).filter(({ rp_id }) => rp_id === relyingParty.id)
}

function challengeOf({ masterKey }: AccountsGround, userId: string, act: string): string {
  return hashSecret(masterKey.mac(`${userId} ${act}`, 'confirmed act'))
}

async function requireSignInSince(
  { world }: AccountsGround,
  tx: Transaction,
  caller: Caller,
  since: number,
): Promise<void> {
  const session = await requireFreshSignIn(tx, caller, world.now())
  if (((await provenAtOf(tx, session)) ?? 0) >= since) return
  throw new Refusal('insufficient_user_authentication', 'sign in again to do that', {
    ...{ reason: 'sign_in_old', challenge: { max_age: '0' } },
  })
}
