import type { Reader } from '../../database/database.ts'
import { type Authentication, descriptorsOf, type RequestOptions } from '../../http/passkey-json.ts'
import { hashSecret } from '../../secrets/secrets.ts'
import type { ProvenFactor } from '../../sessions/gate.ts'
import { tellFactorsChanged } from '../notices/credentials.ts'
import { findUser, type UserRow } from '../users/store.ts'
import { checkAuthentication, type KnownPasskey } from './ceremony/authentication.ts'
import { CeremonyFault } from './ceremony/fault.ts'
import { passkeyRefused, refusingFaults } from './challenges.ts'
import { type PasskeysGround, userHandleOf } from './own.ts'
import type { RelyingParty } from './relying-party.ts'
import { findPasskeyByCredential, findPasskeys, type PasskeyRow, takeCount } from './store.ts'

/** The passkey of a credential id, as a browser names it; undefined if nobody has it. */
export async function findPasskey(
  reader: Reader,
  { credentialId }: Authentication,
): Promise<PasskeyRow | undefined> {
  return findPasskeyByCredential(reader, Buffer.from(credentialId).toString('base64url'))
}

interface Expected {
  /** In base64url. */
  readonly challenge: string
  /** Where the passkey is the only factor, it has to have verified its owner. */
  readonly requiresVerification: boolean
}

const perAccountAndHour = 3

/**
 * Check the use of a passkey. That it is the first with its count, and that the passkey is still there, is said by `use` alone, which is
 * one statement. One that may have been copied is told to its person.
 * @throws {Refusal} `passkey_refused`
 */
export async function provePasskey(
  ground: PasskeysGround,
  passkey: PasskeyRow,
  sent: Authentication,
  { challenge, requiresVerification }: Expected,
): Promise<ProvenFactor> {
  const { world, relyingParty } = ground
  const used = await refusingFaults(refusedTo(passkey.user_id), async () => {
    try {
      return checkAuthentication(sent, knownOf(passkey), {
        ...{ challenge, origins: relyingParty.origins, rpId: relyingParty.id },
        ...{ requiresPresence: true, requiresVerification },
      })
    } catch (error) {
      const isCopy = error instanceof CeremonyFault && error.reason === 'counter_not_higher'
      if (isCopy) await tellCopied(ground, passkey.user_id)
      throw error
    }
  })
  return {
    does: 'prove',
    amr: methodsOf(passkey),
    name: 'passkey',
    use: (tx) => takeCount(tx, passkey.id, { ...used, now: world.now() }),
  }
}

/** In the words of RFC 8176: a key that stays in its authenticator, or one that is copied to others; and somebody who touched it. */
export function methodsOf({ is_backup_eligible }: Pick<PasskeyRow, 'is_backup_eligible'>): readonly string[] {
  return [is_backup_eligible === 1 ? 'swk' : 'hwk', 'user', 'mfa']
}

/** What the log is told of a sign-in that is refused. */
export function refusedTo(userId: string) {
  const details = { factor: 'passkey' }
  return { event: 'user.sign_in', subject: userId, subjectKind: 'user', details } as const
}

function knownOf(passkey: PasskeyRow): KnownPasskey {
  return {
    credentialId: Buffer.from(passkey.credential_id, 'base64url'),
    userHandle: userHandleOf(passkey.user_id),
    // Written by a registration that was checked, and by nothing else.
    key: { algorithm: passkey.algorithm, jwk: JSON.parse(passkey.public_key) },
    signCount: passkey.sign_count,
    isBackupEligible: passkey.is_backup_eligible === 1,
  }
}

async function tellCopied(ground: PasskeysGround, userId: string): Promise<void> {
  await ground.db.transaction(async (tx) => {
    const owner = await findUser(tx, userId)
    const waitMs = await ground.mail.admit(tx, 'copied passkeys of', userId, perAccountAndHour)
    if (owner && waitMs === undefined) await tellFactorsChanged(ground, tx, owner, 'passkey_copied')
  })
}

/**
 * What a browser answers the challenge of a second step by; undefined if the account has no passkey for this domain. The challenge of
 * WebAuthn follows from the secret of that of the sign-in, which is used up with the session: neither is stored, or answered twice.
 */
export async function secondStepOptions(
  { id }: RelyingParty,
  reader: Reader,
  { userId, secret, lifeMs }: { userId: string; secret: string; lifeMs: number },
): Promise<RequestOptions | undefined> {
  const passkeys = (await findPasskeys(reader, userId)).filter(({ rp_id }) => rp_id === id)
  if (passkeys.length === 0) return undefined
  return {
    challenge: challengeOfStep(secret),
    timeout: lifeMs,
    rpId: id,
    allowCredentials: descriptorsOf(passkeys),
    // The password was the other factor.
    userVerification: 'preferred',
  }
}

function challengeOfStep(secret: string): string {
  return hashSecret(`passkey ${secret}`)
}

/**
 * A passkey of this account in answer to the challenge of a second step.
 * @throws {Refusal} `passkey_refused`
 */
export async function proveStepByPasskey(
  ground: PasskeysGround,
  { id }: UserRow,
  secret: string,
  sent: Authentication,
): Promise<ProvenFactor> {
  const passkey = await findPasskey(ground.db, sent)
  if (passkey?.user_id !== id) throw passkeyRefused('credential_unknown', refusedTo(id))
  return provePasskey(ground, passkey, sent, {
    challenge: challengeOfStep(secret),
    requiresVerification: false,
  })
}
