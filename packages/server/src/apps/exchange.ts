import type { EventReason } from '../activity/schema/reasons.ts'
import type { ClientInfo } from '../client-info.ts'
import type { Reader, Transaction } from '../database/database.ts'
import { isUniqueViolation } from '../database/violation.ts'
import { Refusal, telling } from '../errors.ts'
import type { PresentedProof } from '../http/credentials.ts'
import { newIdentifier } from '../secrets/identifiers.ts'
import { hashSecret } from '../secrets/secrets.ts'
import { type OpenedSession, openSession } from '../sessions/gate.ts'
import type { ProvenKey } from '../tokens/proofs.ts'
import { type Assertion, type AssertionForm, type Reach, readAssertion } from './assertion.ts'
import type { AppsGround } from './ground.ts'
import { makeNonce } from './nonces/nonces.ts'
import { findNonce, takeNonce } from './nonces/store.ts'
import { findAppPerson, insertAppPerson, noteAppSignIn } from './people/store.ts'

export interface Exchange {
  readonly assertion: string
  readonly form: AssertionForm
  readonly deviceId: string | undefined
  readonly proof: PresentedProof | undefined
  /** The audience of the service that the access token is for. */
  readonly resource: string | undefined
}

export interface ExchangedSession extends OpenedSession {
  readonly userId: string
}

export interface Presented extends Pick<Exchange, 'deviceId'> {
  readonly assertion: Assertion
  readonly key: ProvenKey | undefined
}

const unseen: Reach = () => {}

/**
 * Sign in the person whom an app has signed an assertion about. The nonce is used up with the session that it brings, and by
 * nothing else: whoever has no key of the app spoils none.
 * @throws {Refusal} `dpop_proof_invalid`, `client_invalid`, `resource_unknown`, `scope_invalid`; `assertion_invalid`, with a fresh
 * nonce where the old one is not good
 */
export async function signInByAssertion(
  ground: AppsGround,
  { assertion: text, form, deviceId, proof, resource }: Exchange,
  client: ClientInfo,
): Promise<ExchangedSession> {
  try {
    const key = proof && (await ground.proofs.keyOf(proof))
    const assertion = await readAssertion(ground, { form, reach: unseen }, text)
    const target = await ground.findTarget(resource)
    const presented = { assertion, deviceId, key }
    try {
      return await openFor(ground, { presented, target, client, reach: unseen })
    } catch (error) {
      throw await withNonce(ground, presented, error)
    }
  } catch (error) {
    throw telling(error, { event: 'user.sign_in' })
  }
}

interface Opening {
  readonly presented: Presented
  readonly target: Awaited<ReturnType<AppsGround['findTarget']>>
  readonly client: ClientInfo
  readonly reach: Reach
}

/**
 * The session that an assertion brings, in one transaction.
 * @throws {Refusal} `assertion_invalid`, `scope_invalid`
 */
export async function openFor(ground: AppsGround, opening: Opening): Promise<ExchangedSession> {
  const open = () => openOnce(ground, opening)
  return open().catch((error: unknown) => {
    // The same person came for the first time by another assertion at the same moment, and is there now.
    if (isUniqueViolation(error)) return open()
    throw error
  })
}

async function openOnce(
  ground: AppsGround,
  { presented, target, client, reach }: Opening,
): Promise<ExchangedSession> {
  const { db, world, people } = ground
  const { app, sub, sessionEndsAtMs = Number.POSITIVE_INFINITY } = presented.assertion
  reach('person')
  const known = await findAppPerson(db, app.id, sub)
  if (!known && app.user_type === null) throw refused('person_unknown', app.id)
  const userId = known?.user_id ?? newIdentifier('usr', world)
  const endsAtMs = Math.min(sessionEndsAtMs, world.now() + app.longest_session_seconds * 1000)
  const person = {
    ...{ userId, amr: [] },
    stillHolds({ scopes }: { readonly scopes: readonly string[] }) {
      // Another company must not be able to sign in who runs this server.
      if (!people.isHarmless(scopes)) throw refused('person_privileged', app.id, userId)
      return true
    },
    isKnownPlace: async () => false,
    async use(tx: Transaction) {
      const now = world.now()
      reach('nonce')
      await useNonce(tx, presented, now)
      reach('account')
      if (known) {
        // Looked at again, for the person may have been unlinked meanwhile.
        if ((await noteAppSignIn(tx, app.id, sub, now)) !== userId) throw refused('person_unknown', app.id)
        return
      }
      await people.make(tx, { id: userId, userType: app.user_type!, app: app.id }, client)
      const times = { created_at: now, last_sign_in_at: now }
      await insertAppPerson(tx, { app: app.id, sub, user_id: userId, ...times, is_made: 1 })
    },
  }
  try {
    const asked = { key: presented.key, target, app: { id: app.id, endsAtMs } }
    return { ...(await openSession(ground, person, asked, client)), userId }
  } catch (error) {
    throw asAssertion(presented, error)
  }
}

async function useNonce(
  tx: Transaction,
  {
    assertion,
    deviceId = '',
    key = '',
  }: { assertion: Assertion; deviceId?: string | undefined; key?: string | undefined },
  now: number,
): Promise<void> {
  const { app, key: signer, nonce } = assertion
  const row = { nonce_hash: hashSecret(nonce), app: app.id, device_id: deviceId, key_thumbprint: key }
  if (await takeNonce(tx, row, { kid: signer.kid, publicJwk: signer.public_jwk, now })) return
  throw refused(await whyNot(tx, row, now), app.id)
}

/** Only the log is told. */
async function whyNot(
  reader: Reader,
  asked: { nonce_hash: string; app: string; device_id: string; key_thumbprint: string },
  now: number,
): Promise<EventReason> {
  const found = await findNonce(reader, asked.nonce_hash)
  if (!found) return 'nonce_unknown'
  if (found.app !== asked.app) return 'nonce_of_another_app'
  if (found.device_id !== asked.device_id) return 'nonce_of_another_device'
  if (found.key_thumbprint !== asked.key_thumbprint) return 'nonce_of_another_key'
  return found.expires_at <= now ? 'nonce_stale' : 'signer_ended'
}

/** What the gate refuses, in the words of the grant. */
function asAssertion({ assertion: { app } }: Presented, error: unknown): unknown {
  if (!(error instanceof Refusal)) return error
  const { code, reason } = error
  const isOfGate = ['credentials_invalid', 'factor_required', 'user_type_privileged'].includes(code)
  return isOfGate ? refused(reason ?? code, app.id, error.refused?.subject) : error
}

/** With a nonce that is not good comes a fresh one: the app has signed, and may again. */
async function withNonce(
  ground: AppsGround,
  { assertion: { app }, deviceId, key }: Presented,
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof Refusal)) return error
  const { code, reason, refused } = error
  if (code !== 'assertion_invalid' || !reason?.startsWith('nonce_')) return error
  const nonce = await makeNonce(ground, { app: app.id, deviceId, key })
  return new Refusal(code, 'the nonce is not good, or not any more; sign the one that is here', {
    ...{ reason, refused, members: { nonce } },
  })
}

function refused(reason: EventReason, app: string, subject?: string): Refusal {
  return new Refusal('assertion_invalid', 'this assertion is not valid here', {
    reason,
    refused: {
      ...{ event: 'user.sign_in', clientId: app },
      ...(subject !== undefined && { subject, subjectKind: 'user' }),
    },
  })
}
