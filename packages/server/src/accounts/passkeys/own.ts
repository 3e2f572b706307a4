import { user as userTarget } from '../../activity/events.ts'
import type { Transaction } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import { descriptorsOf } from '../../http/passkey-json.ts'
import type { Caller } from '../../identity.ts'
import { newIdentifier } from '../../secrets/identifiers.ts'
import type { SessionRow } from '../../sessions/store.ts'
import { requireVisible } from '../../text.ts'
import { afterRemoval, factorsChanged, holdOwn } from '../factors/changes.ts'
import { interactiveSession, requireFreshSignIn } from '../factors/fresh.ts'
import { firstRecoveryCodes } from '../factors/own.ts'
import type { LettersGround } from '../ground.ts'
import { tellFactorsChanged } from '../notices/credentials.ts'
import type { Attempts } from '../sign-in/attempts.ts'
import type { UserRow } from '../users/store.ts'
import { nameOfAuthenticator } from './authenticator-names.ts'
import { coseNumbers } from './ceremony/cose-key.ts'
import { checkRegistration, type NewPasskey } from './ceremony/registration.ts'
import {
  type AnsweredChallenge,
  challengeForMs,
  newPasskeyChallenge,
  passkeyRefused,
  refusingFaults,
  takeAnswered,
} from './challenges.ts'
import type { CreationOptions, SentRegistration } from './json-forms.ts'
import type { RelyingParty } from './relying-party.ts'
import {
  deletePasskey,
  findPasskeys,
  insertPasskey,
  insertPasskeyOffer,
  type PasskeyRow,
  setPasskeyName,
} from './store.ts'

// What a person does to the passkeys of their own account. As with the other factors, to add or remove one takes a sign-in of the last
// five minutes, ends every other session, and is a row of the log.

export interface PasskeysGround extends LettersGround {
  readonly relyingParty: RelyingParty
  readonly attempts: Pick<Attempts, 'admitChallenge'>
}

/** A person has so many: a few devices, and some that were lost. */
export const mostPasskeys = 10
export const longestName = 100

/**
 * What a browser is to make a passkey by. The challenge is for this session alone.
 * @throws {Refusal} `passkey_limit_reached`, `insufficient_user_authentication`, `kind_not_allowed`, `user_not_found`,
 * `too_many_requests`
 */
export async function offerPasskey(ground: PasskeysGround, caller: Caller): Promise<CreationOptions> {
  const { db, world } = ground
  return db.transaction(async (tx) => {
    const person = await holdOwn(tx, caller)
    const session = await requireFreshSignIn(tx, caller, world.now())
    return offerTo(ground, tx, caller, { person, session, browserHash: null })
  })
}

interface Offered {
  readonly person: UserRow
  readonly session: SessionRow
  /** The browser that does not ask the person, else null. That is decided here, before the challenge is given, and never by a browser. */
  readonly browserHash: string | null
}

/** @throws {Refusal} `passkey_limit_reached`, `too_many_requests` */
export async function offerTo(
  ground: PasskeysGround,
  tx: Transaction,
  { client }: Caller,
  { person, session, browserHash }: Offered,
): Promise<CreationOptions> {
  const passkeys = await findPasskeys(tx, person.id)
  requireRoom(passkeys)
  await ground.attempts.admitChallenge(tx, client, 'user.add_factor')
  const challenge = await newPasskeyChallenge(ground, tx, {
    ...{ purpose: 'registration', user_id: person.id, made_for: session.id },
    ...{ is_prompted: Number(browserHash === null), browser_hash: browserHash },
  })
  const options = optionsFor(ground.relyingParty, person, passkeys, challenge)
  if (browserHash === null) return options
  const { authenticatorSelection } = options
  // Nobody is asked for a PIN or a finger. Whoever signs in by it is.
  return {
    ...options,
    authenticatorSelection: { ...authenticatorSelection, userVerification: 'preferred' },
  }
}

/** What an authenticator knows a person by: it is not secret, and says no name. */
export function userHandleOf(userId: string): Buffer {
  return Buffer.from(userId)
}

/** By what an authenticator shows a person to themselves. */
export function shownNameOf({ display_name, username }: UserRow): string {
  return display_name ?? username
}

export function optionsFor(
  { id, name }: RelyingParty,
  person: UserRow,
  passkeys: readonly PasskeyRow[],
  challenge: string,
): CreationOptions {
  return {
    rp: { id, name },
    user: {
      id: userHandleOf(person.id).toString('base64url'),
      name: person.username,
      displayName: shownNameOf(person),
    },
    challenge,
    pubKeyCredParams: Object.values(coseNumbers).map((alg) => ({ type: 'public-key', alg })),
    timeout: challengeForMs,
    excludeCredentials: descriptorsOf(passkeys),
    // One that its owner has to be asked by name for is no way to sign in, and one that does not verify its owner is no second factor.
    authenticatorSelection: {
      residentKey: 'required',
      requireResidentKey: true,
      userVerification: 'required',
    },
    attestation: 'none',
  }
}

/** A passkey that was added, and recovery codes, shown this once, if the account had none. */
export interface AddedPasskey {
  readonly passkey: PasskeyRow
  readonly recoveryCodes: readonly string[] | undefined
}

/**
 * Take a passkey that a browser has made by {@link offerPasskey}, for the same session: it signs in, and is a second factor in force. One
 * that was made without a prompt signs in alone, and changes nothing of the other ways: no session ends, and the password goes on as it was.
 * @throws {Refusal} `passkey_refused`, `passkey_limit_reached`, `kind_not_allowed`, `user_not_found`
 */
export async function registerPasskey(
  ground: PasskeysGround,
  caller: Caller,
  sent: SentRegistration,
  name: string | undefined,
): Promise<AddedPasskey> {
  if (name !== undefined) requireVisible('name', name, longestName)
  const { made, answered } = await checked(ground, caller, sent)
  const { browser_hash: browserHash } = answered
  const isPrompted = browserHash === null
  return ground.db.transaction(async (tx) => {
    const person = await holdOwn(tx, caller)
    await interactiveSession(tx, caller)
    const others = await findPasskeys(tx, person.id)
    requireRoom(others)
    const shown = name ?? freeName(others, nameOfAuthenticator(made.aaguid))
    const passkey = rowOf(ground, person, { made, sent, isPrompted, name: shown })
    if (!(await insertPasskey(tx, passkey))) throw passkeyRefused('credential_taken', refused)
    const details = { factor: 'passkey', passkey: passkey.id }
    if (browserHash !== null) {
      const isFirst = await insertPasskeyOffer(tx, browserHash, person.id, ground.world.now())
      if (!isFirst) throw passkeyRefused('made_before', refused)
      await tellFactorsChanged(ground, tx, person, 'passkey_made')
      const more = { details: { ...details, prompted: false } }
      await ground.activity.record(tx, caller, 'user.add_factor', userTarget(person.id), more)
      return { passkey, recoveryCodes: undefined }
    }
    const recoveryCodes = await firstRecoveryCodes(ground, tx, person.id)
    await factorsChanged(ground, tx, {
      ...{ caller, person, event: 'user.add_factor', told: 'passkey_added', details },
    })
    return { passkey, recoveryCodes }
  })
}

const refused = { event: 'user.add_factor' } as const

async function checked(
  ground: PasskeysGround,
  { identity }: Caller,
  sent: SentRegistration,
): Promise<{ readonly made: NewPasskey; readonly answered: AnsweredChallenge }> {
  const { relyingParty } = ground
  return refusingFaults(refused, async () => {
    const answered = await takeAnswered(ground, sent.clientDataJson, 'registration')
    if (!answered || !isAskedBy(answered, identity)) throw passkeyRefused('challenge_unknown', refused)
    const isPrompted = answered.is_prompted === 1
    const made = checkRegistration(sent, {
      ...{ challenge: answered.challenge, origins: relyingParty.origins, rpId: relyingParty.id },
      ...{ requiresPresence: isPrompted, requiresVerification: isPrompted },
    })
    return { made, answered }
  })
}

function isAskedBy({ user_id, made_for }: AnsweredChallenge, { subject, sessionId }: Caller['identity']) {
  return user_id === subject && made_for === sessionId
}

export interface Made {
  readonly made: NewPasskey
  readonly sent: SentRegistration
  readonly isPrompted: boolean
  readonly name: string
}

export function rowOf(
  { world, relyingParty }: Pick<PasskeysGround, 'world' | 'relyingParty'>,
  { id: userId }: UserRow,
  { made, sent, isPrompted, name }: Made,
): PasskeyRow {
  return {
    id: newIdentifier('pk', world),
    user_id: userId,
    credential_id: Buffer.from(made.credentialId).toString('base64url'),
    algorithm: made.key.algorithm,
    public_key: JSON.stringify(made.key.jwk),
    rp_id: relyingParty.id,
    sign_count: made.signCount,
    is_backup_eligible: Number(made.isBackupEligible),
    is_backed_up: Number(made.isBackedUp),
    is_factor: Number(isPrompted),
    transports: sent.transports,
    aaguid: made.aaguid,
    name,
    created_at: world.now(),
    last_used_at: null,
  }
}

/** A name that no other passkey of the account has. */
export function freeName(others: readonly PasskeyRow[], wanted = 'Passkey'): string {
  const taken = new Set(others.map(({ name }) => name))
  let name = wanted
  for (let at = 2; taken.has(name); at++) name = `${wanted} ${at}`
  return name
}

function requireRoom(passkeys: readonly PasskeyRow[]): void {
  if (passkeys.length < mostPasskeys) return
  throw new Refusal(
    'passkey_limit_reached',
    `an account has ${mostPasskeys} passkeys at most; remove one first`,
  )
}

/** @throws {Refusal} `factor_not_found`, `kind_not_allowed`, `user_not_found`, `request_invalid` */
export async function renamePasskey(
  { db, activity }: LettersGround,
  caller: Caller,
  id: string,
  name: string,
): Promise<PasskeyRow> {
  requireVisible('name', name, longestName)
  return db.transaction(async (tx) => {
    const person = await holdOwn(tx, caller)
    await interactiveSession(tx, caller)
    const passkey = await setPasskeyName(tx, person.id, id, name)
    if (!passkey) throw noPasskey()
    const details = { factor: 'passkey', passkey: id }
    await activity.record(tx, caller, 'user.rename_factor', userTarget(person.id), { details })
    return passkey
  })
}

/**
 * Remove a passkey, and with the last factor the recovery codes.
 * @throws {Refusal} `factor_not_found`; `factor_needed` if the account may not be without one; `insufficient_user_authentication`,
 * `kind_not_allowed`, `user_not_found`
 */
export async function removePasskey(ground: LettersGround, caller: Caller, id: string): Promise<void> {
  const { db, world } = ground
  await db.transaction(async (tx) => {
    const person = await holdOwn(tx, caller)
    await requireFreshSignIn(tx, caller, world.now())
    const passkey = await deletePasskey(tx, person.id, id)
    if (!passkey) throw noPasskey()
    if (passkey.is_factor === 1) await afterRemoval(tx, person)
    const details = { factor: 'passkey', passkey: id }
    await factorsChanged(ground, tx, {
      ...{ caller, person, event: 'user.remove_factor', told: 'passkey_removed', details },
    })
  })
}

const noPasskey = () => new Refusal('factor_not_found', 'the account has no such passkey')
