import type { EventReason } from '../../activity/schema/reasons.ts'
import type { ClientInfo } from '../../client-info.ts'
import type { Transaction } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import type { PresentedProof } from '../../http/credentials.ts'
import type { Authentication } from '../../http/passkey-json.ts'
import { hashSecret, isSecret } from '../../secrets/secrets.ts'
import { FactorRequired, openSession, type ProvenFactor, type ProvenPerson } from '../../sessions/gate.ts'
import type { ProvenKey } from '../../tokens/proofs.ts'
import { type PendingAuthenticator, provePending, setUpAuthenticator } from '../factors/authenticators.ts'
import { proveByMail } from '../factors/mailed-code.ts'
import { firstRecoveryCodes } from '../factors/own.ts'
import { proveByCode } from '../factors/prove.ts'
import { passwordPrint } from '../factors/rule.ts'
import {
  type ChallengeRow,
  findChallenge,
  findMailedCode,
  takeChallenge,
  takeChallengeAttempt,
} from '../factors/store.ts'
import type { AccountsGround } from '../ground.ts'
import { byProvider, insertIdentitySession, noteIdentityUse } from '../identities/store.ts'
import { tellFactorsChanged } from '../notices/credentials.ts'
import { passkeyRefused } from '../passkeys/challenges.ts'
import { proveNewPasskey } from '../passkeys/enrol.ts'
import type { SentRegistration } from '../passkeys/json-forms.ts'
import { proveStepByPasskey, refusedTo } from '../passkeys/prove.ts'
import { findUser, holdUser, type UserWithPermissions } from '../users/store.ts'
import { askedTarget, provenKey, type SignedIn } from './sign-in.ts'

/** So many codes may be wrong before the password is asked for again. */
const mostAttempts = 5

interface Answered {
  readonly challenge: string
  readonly proof: PresentedProof
}

/**
 * Set up an authenticator at a sign-in that asks to enrol one.
 * @throws {Refusal} `challenge_invalid`, `dpop_proof_invalid`
 */
export async function beginEnrolment(
  ground: AccountsGround,
  { challenge, proof }: Answered,
): Promise<PendingAuthenticator> {
  const key = await provenKey(ground.proofs, proof, 'user.sign_in')
  return ground.db.transaction(async (tx) => {
    const row = isSecret('challenge', challenge)
      ? await findChallenge(tx, hashSecret(challenge), ground.world.now())
      : undefined
    if (row?.asks !== 'enrol') throw challengeInvalid('challenge_unknown')
    const user = await userOf(tx, row, key)
    await holdUser(tx, user.id)
    return setUpAuthenticator(ground, tx, user, row.secret_hash)
  })
}

/** Signed in by two steps. */
export interface SignedInTwice extends SignedIn {
  /** Shown this once, to a person who has enrolled their first factor. */
  readonly recoveryCodes: readonly string[] | undefined
}

/** What a challenge is answered by. */
export type StepAnswer =
  | { readonly code: string }
  | { readonly passkey: Authentication }
  /** A passkey that was made for this sign-in, which has to enrol a factor. */
  | { readonly newPasskey: SentRegistration }

interface SecondStep extends Answered {
  readonly answer: StepAnswer
  /** The secret of the browser, if it has one. */
  readonly browser?: string | undefined
  /** The audience of the service that the access token is for. */
  readonly resource?: string | undefined
}

/**
 * The second step of a sign-in: answer a challenge by a code or a passkey, one that was there or one that is enrolled. The gate uses up the proof and the challenge in the transaction
 * of the session, so that neither opens a second one.
 * @throws {Refusal} `challenge_invalid`, `code_wrong`, `passkey_refused`, `too_many_requests`, `factor_not_found`, `credentials_invalid`,
 * `dpop_proof_invalid`, `resource_unknown`, `scope_invalid`
 */
export async function answerChallenge(
  ground: AccountsGround,
  { challenge, answer, proof, browser, resource }: SecondStep,
  client: ClientInfo,
): Promise<SignedInTwice> {
  const { db, world, proofs, attempts } = ground
  const key = await provenKey(proofs, proof, 'user.sign_in')
  const target = await askedTarget(ground, resource, 'user.sign_in')
  const hash = hashSecret(challenge)
  const row = isSecret('challenge', challenge)
    ? await db.transaction((tx) => takeChallengeAttempt(tx, hash, world.now(), mostAttempts))
    : undefined
  if (!row) throw challengeInvalid('challenge_unknown')
  const user = await userOf(db, row, key)
  const guess = { event: 'user.sign_in', guesses: 'code', client, browser } as const
  return attempts.judge({ ...guess, usernameKey: user.username_key, user }, async () => {
    const { factor, recoveryCodes } = await proveAnswer(ground, { row, user, challenge, answer }, client)
    const person: ProvenPerson = {
      userId: user.id,
      ...firstOf(row, world.now()),
      stillHolds: ({ password_hash }) => passwordPrint(password_hash) === row.password_print,
      // What makes a place known is a session, and there is none yet.
      isKnownPlace: async () => false,
      factor: {
        ...factor,
        use: async (tx) => (await takeChallenge(tx, hash, world.now())) && factor.use(tx),
      },
    }
    const opened = await openSession(ground, person, { key, target }, client).catch((error: unknown) => {
      // The account asks for something else by now.
      throw error instanceof FactorRequired ? challengeInvalid(error.reason ?? error.code, user.id) : error
    })
    return { ...opened, userId: user.id, username: user.username, recoveryCodes: recoveryCodes() }
  })
}

/** What was proven in the first step: the password, or an identity that is still linked. */
function firstOf(
  { identity, user_id: userId }: ChallengeRow,
  now: number,
): Pick<ProvenPerson, 'amr' | 'use' | 'opened'> {
  if (identity === null) return { amr: ['pwd'] }
  return {
    amr: [byProvider],
    async use(tx) {
      if ((await noteIdentityUse(tx, identity, now)) === userId) return
      throw challengeInvalid('identity_removed', userId)
    },
    // A factor was proven here just now.
    opened: (tx, sessionId) => insertIdentitySession(tx, { session_id: sessionId, identity, proven_at: now }),
  }
}

interface Given {
  readonly row: ChallengeRow
  readonly user: UserWithPermissions
  readonly challenge: string
  readonly answer: StepAnswer
}

interface Proven {
  readonly factor: ProvenFactor
  /** Those that came with a factor which was enrolled, once it has been used. */
  readonly recoveryCodes: () => readonly string[] | undefined
}

/** @throws {Refusal} `code_wrong`, `passkey_refused`, `factor_not_found` */
async function proveAnswer(ground: AccountsGround, given: Given, client: ClientInfo): Promise<Proven> {
  const { row, user, challenge, answer } = given
  const none = () => undefined
  if ('newPasskey' in answer) {
    if (row.asks !== 'enrol') throw passkeyRefused('not_asked', refusedTo(user.id))
    return proveNewPasskey(ground, user, { secret: challenge, sent: answer.newPasskey }, client)
  }
  const mailed = await findMailedCode(ground.db, row.secret_hash)
  if ('passkey' in answer) {
    if (row.asks !== 'prove' || mailed !== undefined) throw passkeyRefused('not_asked', refusedTo(user.id))
    const factor = await proveStepByPasskey(ground, user, challenge, answer.passkey)
    return { factor, recoveryCodes: none }
  }
  const { code } = answer
  const enrolled = row.asks === 'enrol' ? await proveEnrolled(ground, given, code, client) : undefined
  if (enrolled) return enrolled
  const factor =
    mailed !== undefined
      ? proveByMail(ground, mailed, row.secret_hash, code)
      : row.asks === 'prove'
        ? await proveByCode(ground, user, code)
        : undefined
  if (factor) return { factor, recoveryCodes: none }
  throw new Refusal('code_wrong', 'this code is not right', {
    refused: { event: 'user.sign_in', subject: user.id, subjectKind: 'user' },
  })
}

/** An authenticator that is enrolled with this sign-in, by its first code. Undefined if the code is wrong. */
async function proveEnrolled(
  ground: AccountsGround,
  { user, row }: Given,
  code: string,
  client: ClientInfo,
): Promise<Proven | undefined> {
  const userId = user.id
  const proven = await provePending(ground, userId, row.secret_hash, code)
  if (!proven) return undefined
  let recoveryCodes: readonly string[] | undefined
  const factor: ProvenFactor = {
    does: 'enrol',
    amr: ['otp', 'mfa'],
    name: 'authenticator',
    async use(tx) {
      if (!(await proven.use(tx))) return false
      recoveryCodes = await firstRecoveryCodes(ground, tx, userId)
      await tellFactorsChanged(ground, tx, user, 'added')
      const who = { subject: userId, subjectKind: 'user', client } as const
      const details = { factor: 'authenticator', replaced: false }
      await ground.activity.record(tx, who, 'user.add_factor', undefined, { details })
      return true
    },
  }
  return { factor, recoveryCodes: () => recoveryCodes }
}

/** Whose challenge it is. Whoever has it without the key of its first step has a copy. */
async function userOf(
  reader: Pick<Transaction, 'query'>,
  row: ChallengeRow,
  key: ProvenKey | undefined,
): Promise<UserWithPermissions> {
  const user = await findUser(reader, row.user_id)
  if (!user || row.key_thumbprint !== (key ?? null)) throw challengeInvalid('key_mismatch', row.user_id)
  return user
}

function challengeInvalid(reason: EventReason, userId?: string): Refusal {
  return new Refusal('challenge_invalid', 'this took too long, or too many codes were wrong; sign in again', {
    reason,
    refused: { event: 'user.sign_in', ...(userId !== undefined && { subject: userId, subjectKind: 'user' }) },
  })
}
