import type { ClientInfo } from '../../client-info.ts'
import type { Reader, Transaction } from '../../database/database.ts'
import { hashSecret } from '../../secrets/secrets.ts'
import type { ProvenFactor } from '../../sessions/gate.ts'
import { firstRecoveryCodes } from '../factors/own.ts'
import { tellFactorsChanged } from '../notices/credentials.ts'
import type { UserRow } from '../users/store.ts'
import { nameOfAuthenticator } from './authenticator-names.ts'
import { checkRegistration, type NewPasskey } from './ceremony/registration.ts'
import { passkeyRefused, refusingFaults } from './challenges.ts'
import type { CreationOptions, SentRegistration } from './json-forms.ts'
import { freeName, mostPasskeys, optionsFor, type PasskeysGround, rowOf } from './own.ts'
import { methodsOf, refusedTo } from './prove.ts'
import { hasPasskeys, type RelyingParty } from './relying-party.ts'
import { findPasskeys, insertPasskey } from './store.ts'

/**
 * What a browser makes a passkey by at a sign-in that has to enrol a factor; undefined if there can be none. The challenge of WebAuthn
 * follows from the secret of that of the sign-in, which is used up with the session: neither is stored, or answered twice.
 */
export async function enrolmentOptions(
  relyingParty: RelyingParty,
  reader: Reader,
  { person, secret, lifeMs }: { person: UserRow; secret: string; lifeMs: number },
): Promise<CreationOptions | undefined> {
  if (!hasPasskeys(relyingParty)) return undefined
  const passkeys = await findPasskeys(reader, person.id)
  if (passkeys.length >= mostPasskeys) return undefined
  return { ...optionsFor(relyingParty, person, passkeys, challengeOfEnrolment(secret)), timeout: lifeMs }
}

/** Not that of the second step: what answers the one is nothing for the other. */
function challengeOfEnrolment(secret: string): string {
  return hashSecret(`new passkey ${secret}`)
}

/** A passkey that is enrolled with a sign-in, as its second factor. */
export interface EnrolledPasskey {
  readonly factor: ProvenFactor
  /** Those that came with it, once it has been used. */
  readonly recoveryCodes: () => readonly string[] | undefined
}

/**
 * A passkey that was made by {@link enrolmentOptions}. That it exists once is said by `use` alone, which is one statement.
 * @throws {Refusal} `passkey_refused`
 */
export async function proveNewPasskey(
  ground: PasskeysGround,
  person: UserRow,
  { secret, sent }: { secret: string; sent: SentRegistration },
  client: ClientInfo,
): Promise<EnrolledPasskey> {
  const { relyingParty } = ground
  const refused = refusedTo(person.id)
  const made = await refusingFaults(refused, () =>
    checkRegistration(sent, {
      ...{ challenge: challengeOfEnrolment(secret), origins: relyingParty.origins, rpId: relyingParty.id },
      ...{ requiresPresence: true, requiresVerification: true },
    }),
  )
  let recoveryCodes: readonly string[] | undefined
  const factor: ProvenFactor = {
    does: 'enrol',
    amr: methodsOf({ is_backup_eligible: Number(made.isBackupEligible) }),
    name: 'passkey',
    async use(tx) {
      await addEnrolled(ground, tx, { person, made, sent }, client)
      recoveryCodes = await firstRecoveryCodes(ground, tx, person.id)
      return true
    },
  }
  return { factor, recoveryCodes: () => recoveryCodes }
}

/** @throws {Refusal} `passkey_refused` if there is one of this credential id, or no room */
async function addEnrolled(
  ground: PasskeysGround,
  tx: Transaction,
  { person, made, sent }: { person: UserRow; made: NewPasskey; sent: SentRegistration },
  client: ClientInfo,
): Promise<void> {
  const others = await findPasskeys(tx, person.id)
  if (others.length >= mostPasskeys) throw passkeyRefused('no_room', refusedTo(person.id))
  const name = freeName(others, nameOfAuthenticator(made.aaguid))
  const passkey = rowOf(ground, person, { made, sent, isPrompted: true, name })
  if (!(await insertPasskey(tx, passkey))) throw passkeyRefused('credential_taken', refusedTo(person.id))
  await tellFactorsChanged(ground, tx, person, 'passkey_added')
  const who = { subject: person.id, subjectKind: 'user', client } as const
  const details = { factor: 'passkey', passkey: passkey.id }
  await ground.activity.record(tx, who, 'user.add_factor', undefined, { details })
}
